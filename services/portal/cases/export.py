"""Cases as lines of a CSV file: those that a list would show, with the fields that are switched on."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.csv_text import line_of
from services.portal.cases.lists import cases
from services.portal.cases.shown import ATTRIBUTES, fields_for
from services.portal.imports.fields import label_of
from services.portal.settings.queries import firm_settings

PAGE = 200
Row = dict[str, Any]
HEADINGS: dict[str, dict[str, str]] = {
    "number": {"en": "Number", "es": "Número", "pt": "Número"},
    "account_name": {"en": "Client", "es": "Cliente", "pt": "Cliente"},
    "title": {"en": "Title", "es": "Título", "pt": "Título"},
    "status": {"en": "Status", "es": "Estado", "pt": "Estado"},
    "priority": {"en": "Priority", "es": "Prioridad", "pt": "Prioridade"},
    "case_type": {"en": "Case type", "es": "Tipo de caso", "pt": "Tipo de caso"},
    "assignee_id": {"en": "Who looks after it", "es": "Quién lo lleva", "pt": "Quem o trata"},
    "due_on": {"en": "Due on", "es": "Fecha límite", "pt": "Prazo"},
    "created_by": {"en": "Opened by", "es": "Abierto por", "pt": "Aberto por"},
    "created_at": {"en": "Opened", "es": "Abierto", "pt": "Aberto em"},
    "closed_at": {"en": "Closed", "es": "Cerrado", "pt": "Fechado em"},
    "response_minutes": {
        "en": "First answer, working minutes",
        "es": "Primera respuesta, minutos laborables",
        "pt": "Primeira resposta, minutos úteis",
    },
    "resolution_minutes": {
        "en": "Solution, working minutes",
        "es": "Resolución, minutos laborables",
        "pt": "Resolução, minutos úteis",
    },
}
_OF_FIELDS = ("title", "status", "priority", "case_type", "assignee_id", "due_on")


def lines(
    session: Session,
    caller: Caller,
    *,
    separator: str,
    taken: Callable[[list[UUID]], None],
    done: Callable[[int], None],
    **filters: Any,
) -> Iterator[str]:
    """Yield the lines of an export, the head first; `done` is told how many cases there were.

    `taken` is told of which clients the next lines are, before they go out. Moments are those of the firm's clock.
    """
    zone = ZoneInfo(firm_settings(session).timezone)
    fields = fields_for(session, caller)
    active = {ATTRIBUTES.get(field.name, field.name) for field in fields}
    shown = [name for name in HEADINGS if name not in _OF_FIELDS or name in active]
    own = [field for field in fields if field.is_custom and field.kind != "file"]
    heads = [HEADINGS[name].get(caller.locale, HEADINGS[name]["en"]) for name in shown]
    yield line_of([*heads, *(label_of(field, caller.locale) for field in own)], separator)
    count, told, cursor = 0, set[UUID](), None
    while True:
        page = cases(session, caller, cursor=cursor, limit=PAGE, **filters)
        fresh = {row["account_id"] for row in page["items"]} - told
        taken(sorted(fresh))
        told |= fresh
        for row in page["items"]:
            count += 1
            cells = [_cell(row, name, caller.locale, zone) for name in shown]
            yield line_of([*cells, *(row["custom"].get(field.name) for field in own)], separator)
        cursor = page["next"]
        session.expunge_all()
        if cursor is None:
            break
    done(count)


def _cell(row: Row, name: str, locale: str, zone: ZoneInfo) -> Any:
    if name == "case_type":
        labels = row.get("case_type_labels") or {}
        return labels.get(locale) or next(iter(labels.values()), "")
    if name == "assignee_id":
        return row["assignee"]["name"] if row.get("assignee") else ""
    if name == "created_by":
        return row["created_by"]["name"]
    value = row.get(name)
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
