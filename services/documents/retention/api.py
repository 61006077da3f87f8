"""HTTP of retention: whoever sets the firm up writes and tries rules, an owner switches them on."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow
from services.chassis.auth import caller as current_caller
from services.chassis.csv_text import csv_response, line_of
from services.chassis.runtime import current_runtime
from services.chassis.schemas import PageQuery
from services.documents.retention import actions, queries
from services.documents.retention.schemas import MatchPage, NewRule, RemovalPage, RuleList, RuleOut

blp = Blueprint("retention", __name__, url_prefix="/v1/retention-rules", description="What is deleted, and when")

HEAD = ("Client", "Document", "Bytes", "Uploaded", "Document id")


@blp.get("")
@blp.response(200, RuleList)
@allow(staff="settings.write")
def list_rules() -> dict[str, Any]:
    """List the rules, by name."""
    with reading() as session:
        return queries.rules(session)


@blp.post("")
@blp.arguments(NewRule)
@blp.response(201, RuleOut)
@allow(staff="settings.write")
def add(values: dict[str, Any]) -> dict[str, Any]:
    """Write a rule down, which does nothing yet."""
    with unit_of_work() as session:
        return queries.describe(actions.add_rule(session, current_caller(), **values))


@blp.get("/<uuid:rule_id>")
@blp.response(200, RuleOut)
@allow(staff="settings.write")
def show(rule_id: UUID) -> dict[str, Any]:
    """Show a rule."""
    with reading() as session:
        return queries.describe(queries.get_rule(session, rule_id))


@blp.put("/<uuid:rule_id>")
@blp.arguments(NewRule)
@blp.response(200, RuleOut)
@allow(staff="settings.write")
def change(values: dict[str, Any], rule_id: UUID) -> dict[str, Any]:
    """Change a rule, which switches it off."""
    with unit_of_work() as session:
        return queries.describe(actions.change_rule(session, rule_id, **values))


@blp.delete("/<uuid:rule_id>")
@blp.response(204)
@allow(staff="settings.write")
def delete(rule_id: UUID) -> None:
    """Delete a rule that has deleted nothing; else 409 `rule_has_report`."""
    with unit_of_work() as session:
        actions.delete_rule(session, rule_id)


@blp.post("/<uuid:rule_id>/try")
@blp.response(200, RuleOut)
@allow(staff="settings.write")
def try_(rule_id: UUID) -> dict[str, Any]:
    """Count what would go now. Nothing goes."""
    with unit_of_work() as session:
        return queries.describe(actions.try_rule(session, rule_id))


@blp.post("/<uuid:rule_id>/approve")
@blp.response(200, RuleOut)
@allow(staff="staff.manage", proof=True)
def approve(rule_id: UUID) -> dict[str, Any]:
    """Switch a rule on, as an owner; 409 `not_tried` without a dry run of the last days."""
    with unit_of_work() as session:
        return queries.describe(actions.approve_rule(session, current_caller(), rule_id))


@blp.post("/<uuid:rule_id>/stop")
@blp.response(200, RuleOut)
@allow(staff="settings.write")
def stop(rule_id: UUID) -> dict[str, Any]:
    """Switch a rule off."""
    with unit_of_work() as session:
        return queries.describe(actions.stop_rule(session, rule_id))


@blp.get("/<uuid:rule_id>/matches")
@blp.arguments(PageQuery, location="query")
@blp.response(200, MatchPage)
@allow(staff="settings.write")
def list_matches(query: dict[str, Any], rule_id: UUID) -> dict[str, Any]:
    """List exactly what would go now."""
    with reading() as session:
        return queries.matches(session, rule_id, **query)


@blp.get("/<uuid:rule_id>/matches.csv")
@blp.alt_response(200, description="All that would go, as CSV")
@allow(staff="settings.write")
def export_matches(rule_id: UUID) -> Response:
    """Give the whole list as a file; no cell of it is a formula (threat 41)."""
    database = current_runtime().database
    with database.reading() as session:
        queries.get_rule(session, rule_id)

    def lines() -> Iterator[str]:
        yield line_of(HEAD)
        with database.reading() as session:
            for found in queries.every_match(session, rule_id):
                uploaded = f"{found['uploaded_at']:%Y-%m-%d}"
                yield line_of((found["account_name"], found["name"], found["size"], uploaded, found["id"]))

    return csv_response(lines(), "retention.csv")


@blp.get("/<uuid:rule_id>/removals")
@blp.arguments(PageQuery, location="query")
@blp.response(200, RemovalPage)
@allow(staff="settings.write")
def list_removals(query: dict[str, Any], rule_id: UUID) -> dict[str, Any]:
    """List what a rule has deleted, the latest first."""
    with reading() as session:
        return queries.removals(session, rule_id, **query)
