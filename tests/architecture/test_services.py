"""What holds for every service, read from what it declares."""

import warnings

import pytest

from services.chassis import auth, migrations
from services.chassis.app import describe_service
from services.chassis.database import Database
from services.chassis.testing.fixtures import OpenHarness
from services.contracts import SCHEMAS, SUBSCRIPTIONS
from tests.parts import SERVICE_NAMES, service

STAFF_PERMISSIONS = {
    f"{area}.{act}"
    for area, acts in {
        "clients": ("read", "write", "view_as", "import", "export", "erase"),
        "requests": ("read", "write"),
        "documents": ("read", "write", "release"),
        "signing": ("read", "write"),
        "settings": ("write",),
        "staff": ("manage",),
        "operations": ("read", "write"),
        "audit": ("read",),
    }.items()
    for act in acts
}
each_service = pytest.mark.parametrize("name", SERVICE_NAMES)


@each_service
def test_every_route_says_who_may_call_it(name: str, open_harness: OpenHarness) -> None:
    app = open_harness(service(name)).app
    undeclared = [
        rule.rule for rule in app.url_map.iter_rules() if not auth.access_of(app.view_functions[rule.endpoint])
    ]
    assert undeclared == []


@each_service
def test_every_permission_that_a_route_asks_for_is_one_that_roles_give(name: str, open_harness: OpenHarness) -> None:
    app = open_harness(service(name)).app
    asked = {access.staff for view in app.view_functions.values() if (access := auth.access_of(view)) and access.staff}
    assert asked <= STAFF_PERMISSIONS


@each_service
def test_each_schema_has_a_name_of_its_own_in_the_description(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        describe_service(service(name))


def test_an_undeclared_route_is_refused_when_it_is_called(open_harness: OpenHarness) -> None:
    harness = open_harness(service("portal"))
    harness.describe_again().add_url_rule("/v1/forgotten", view_func=lambda: {"open": True}, endpoint="forgotten")
    assert harness.staff().get("/v1/forgotten").status_code == 403


@each_service
def test_every_subscription_has_a_handler_and_every_handler_a_subscription(name: str) -> None:
    assert set(service(name).handlers) == set(SUBSCRIPTIONS[name])


@each_service
def test_models_and_migrations_agree(name: str, databases) -> None:
    database = Database(databases.fresh(service(name)))
    try:
        assert migrations.differences(service(name), database) == []
    finally:
        database.dispose()


@each_service
def test_a_migrated_database_is_not_migrated_again(name: str, databases) -> None:
    database = Database(databases.fresh(service(name)))
    try:
        assert migrations.migrate(service(name), database) is False
    finally:
        database.dispose()


def test_every_event_that_somebody_listens_to_is_published_by_its_owner() -> None:
    heard = {type for types in SUBSCRIPTIONS.values() for type in types}
    assert heard <= set(SCHEMAS)
