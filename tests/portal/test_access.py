"""Who may see and do what: no client sees anything of another, whatever ids it swaps (threats 1, 31, 33)."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.chassis.auth import access_of
from services.chassis.database import new_id
from services.chassis.testing.harness import Browser, Harness
from tests.portal.conftest import Client, document_of, sign_request_of

SECRET = "Unspeakable"


@pytest.fixture
def secrets(portal: Harness, staff: Browser, stranger: Client) -> dict[str, str]:
    """Everything that the other client has."""
    given = {
        "account_id": str(stranger.account_id),
        "title": SECRET,
        "message": SECRET,
        "items": [{"title": SECRET}],
    }
    request = staff.post("/v1/requests", json=given).json
    document, signing = document_of(stranger, name=SECRET), sign_request_of(stranger, title=SECRET)
    portal.deliver("documents.document.shared.v1", document)
    portal.deliver("signing.sign_request.sent.v1", signing)
    tag = staff.post("/v1/tags", json={"name": SECRET}).json
    staff.post(f"/v1/accounts/{stranger.account_id}/tags", json={"name": SECRET})
    return {
        "account_id": str(stranger.account_id),
        "tag_id": tag["id"],
        "import_id": staff.post("/v1/imports", data=f"Client,NIF\n{SECRET},1\n").json["id"],
        "contact_id": str(stranger.contact_id),
        "request_id": request["id"],
        "item_id": request["items"][0]["id"],
        "document_id": document["id"],
    }


def routes(portal: Harness) -> list[tuple[str, str]]:
    """Return each method and path of the portal's own API."""
    return [
        (method, rule.rule)
        for rule in portal.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.rule.startswith("/v1/") and not rule.rule.startswith("/v1/events")
    ]


def test_a_client_gets_nothing_of_another_by_its_ids(portal: Harness, acosta: Client, secrets: dict[str, str]) -> None:
    bodies: dict[str, Any] = {"replies": {"message": "x"}, "reopen": {}}
    tried = 0
    for method, rule in routes(portal):
        path = rule
        for name, value in secrets.items():
            path = path.replace(f"<uuid:{name}>", value)
        body = {"role": "member"} if "colleagues" in path else bodies.get(path.rsplit("/", 1)[-1])
        answer = acosta.browser.open(method, path, json=body if method != "GET" else None)
        assert SECRET not in answer.text, path
        assert SECRET not in acosta.browser.get(path, query_string={"account_id": secrets["account_id"]}).text
        if path != rule:
            tried += 1
            assert answer.status_code in (403, 404), (method, path)
            access = access_of(portal.app.view_functions[endpoint_of(portal, method, rule)])
            assert answer.status_code == (404 if access and access.client else 403), (method, path)
    assert tried >= 10


def endpoint_of(portal: Harness, method: str, rule: str) -> str:
    return next(
        found.endpoint
        for found in portal.app.url_map.iter_rules()
        if found.rule == rule and method in (found.methods or set())
    )


def test_the_other_client_does_see_it(portal: Harness, stranger: Client, secrets: dict[str, str]) -> None:
    """The control of the test above: the same question by the owner finds it."""
    assert SECRET in stranger.browser.get("/v1/requests").text
    assert SECRET in stranger.browser.get("/v1/home").text
    assert SECRET in stranger.browser.get(f"/v1/requests/{secrets['request_id']}").text


def test_switching_accounts_switches_everything(
    portal: Harness, acosta: Client, stranger: Client, secrets: Any
) -> None:
    there = portal.client(stranger.account_id, contact_id=stranger.contact_id, others=[acosta.account_id])
    here = portal.client(acosta.account_id, contact_id=acosta.contact_id, others=[stranger.account_id])
    assert SECRET in there.get("/v1/requests").text
    assert SECRET not in here.get("/v1/requests").text + here.get("/v1/home").text
    assert here.get(f"/v1/requests/{secrets['request_id']}").status_code == 404


def test_without_the_permission_staff_is_refused(portal: Harness, secrets: dict[str, str]) -> None:
    nobody = portal.staff("audit.read")
    reader = portal.staff("clients.read", "requests.read")
    for method, rule in routes(portal):
        path = rule
        for name, value in secrets.items():
            path = path.replace(f"<uuid:{name}>", value)
        path = re.sub(r"<uuid:\w+>", str(new_id()), path)
        path = re.sub(r"<int:\w+>", "1", path)
        path = re.sub(r"<\w+>", "account", path)
        if not rule.startswith("/v1/brand"):
            assert nobody.open(method, path).status_code == 403, path
            assert portal.anyone().open(method, path).status_code == 401, path
            assert portal.peer("documents").open(method, path).status_code == 403, path
        if method != "GET" and not rule.endswith("/read"):
            assert reader.open(method, path).status_code == 403, path


@pytest.mark.parametrize("path", ["/v1/accounts/{}", "/v1/contacts/{}", "/v1/requests/{}"])
def test_what_does_not_exist_is_404(staff: Browser, path: str) -> None:
    assert staff.get(path.format(new_id())).status_code == 404
    assert staff.get(path.format("1")).status_code == 404


text = st.text(max_size=60) | st.sampled_from(["\x00", "\u2028", "\u0085", "a\r\nb", "=?utf-8?q?=0A?=", "\u202e"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_input_breaks_a_route(portal: Harness, staff: Browser, acosta: Client, data: st.DataObject) -> None:
    targets = {
        "POST /v1/accounts": ("name", "contacts", "tax_number", "client_since"),
        f"PATCH /v1/accounts/{acosta.account_id}": ("name", "version", "adviser_id", "phone"),
        f"POST /v1/accounts/{acosta.account_id}/contacts": ("name", "email", "mobile", "timezone"),
        f"POST /v1/accounts/{acosta.account_id}/invitations": ("contact_ids",),
        "POST /v1/requests": ("account_id", "title", "message", "items", "due_on", "document_ids"),
        "PUT /v1/settings": ("version", "accent", "switches", "banner", "action_buttons"),
        "POST /v1/work/seen": ("kind", "id"),
    }
    target = data.draw(st.sampled_from(sorted(targets)))
    method, path = target.split(" ")
    names = st.sampled_from(targets[target])
    body = data.draw(st.dictionaries(names, anything, max_size=5) | anything)
    raw = json.dumps(body)  # not as the app writes it: with half characters and numbers of any length
    assert staff.open(method, path, data=raw, content_type="application/json").status_code < 500
    query = {"q": data.draw(text), "sort": data.draw(text), "cursor": data.draw(text)}
    assert staff.get("/v1/accounts", query_string=query).status_code < 500
    assert acosta.browser.get("/v1/requests", query_string=query).status_code < 500
