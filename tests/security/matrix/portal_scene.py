"""The portal with a client that has a request, and another one."""

from typing import Any
from uuid import UUID

from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser, Harness
from tests.security.matrix.callers import Of
from tests.security.matrix.events import REPLAY, received_event
from tests.security.matrix.portal_requests_scene import parts_of_requests
from tests.security.matrix.portal_reviews_scene import things as reviews_and_mails
from tests.security.matrix.scene import Call, Party, Scene, Thing, given

SECRET = "Unspeakable"
ACCOUNT, CONTACT = "/v1/accounts/<uuid:account_id>", "/v1/contacts/<uuid:contact_id>"
REQUEST, COLLEAGUE = "/v1/requests/<uuid:request_id>", "/v1/colleagues/<uuid:contact_id>"
CONVERSATION = "/v1/conversations/<uuid:conversation_id>"
ANNOUNCEMENT = "/v1/announcements/<uuid:announcement_id>"
SECTION = "/v1/field-sections/<uuid:section_id>"
FIELD = "/v1/fields/<string:block>/<string:name>"
TAG, IMPORT = "/v1/tags/<uuid:tag_id>", "/v1/imports/<uuid:import_id>"
MAPPING = {"mapping": ["name", "tax_number"], "key": "tax_number"}


def make(harness: Harness) -> Scene:
    """Return the portal with what its routes need."""
    scene = Scene(harness, _client(harness.staff(), f"{SECRET} Acosta"), _client(harness.staff(), "Ribeiro e Filhos"))
    account, request = str(scene.own.account_id), _request(scene)
    scene.secrets += [SECRET, account, str(scene.own.contact_id)]
    of_account = {"account_id": account}
    person = {"name": "Bruno", "email": "bruno@acosta.example"}
    scene.things |= {
        ACCOUNT: given(Of.ACCOUNT, of_account),
        f"PATCH {ACCOUNT}": Thing(Of.ACCOUNT, lambda: _changed(scene, of_account, f"/v1/accounts/{account}")),
        f"{ACCOUNT}/activity": given(Of.ACCOUNT, of_account),
        f"{ACCOUNT}/access-log": given(Of.ACCOUNT, of_account),
        f"{ACCOUNT}/contacts": given(Of.ACCOUNT, of_account, json=person),
        f"{ACCOUNT}/invitations": given(Of.ACCOUNT, of_account, json={"contact_ids": [str(scene.own.contact_id)]}),
        CONTACT: given(Of.ACCOUNT, {"contact_id": scene.own.contact_id}),
        f"PATCH {CONTACT}": Thing(Of.ACCOUNT, lambda: _changed_contact(scene)),
        f"DELETE {CONTACT}": Thing(Of.ACCOUNT, lambda: Call({"contact_id": _contact(scene)})),
        REQUEST: given(Of.ACCOUNT, {"request_id": request}),
        f"{REQUEST}/close": given(Of.ACCOUNT, {"request_id": request}),
        f"{REQUEST}/read": given(Of.ACCOUNT, {"request_id": request}),
        f"{REQUEST}/reopen": given(Of.ACCOUNT, {"request_id": request}, json={}),
        f"{REQUEST}/replies": Thing(
            Of.ACCOUNT, lambda: Call({"request_id": _request(scene)}, {"json": {"message": "Here it is."}})
        ),
        REPLAY: received_event(harness),
    }
    scene.things |= _cases(scene) | parts_of_requests(scene, SECRET)
    scene.things |= _people(scene) | _conversations(scene) | _announcements(scene) | _tags(scene)
    scene.things |= reviews_and_mails(scene, SECRET)
    return scene


def _conversations(scene: Scene) -> dict[str, Thing]:
    """Return the routes of a conversation with the client, which each side writes in and the firm closes."""
    staff = scene.harness.staff()

    def begun(*, closed: bool = False) -> dict[str, Any]:
        new = {"account_id": str(scene.own.account_id), "title": SECRET, "text": SECRET}
        id = staff.post("/v1/conversations", json=new).json["id"]
        if closed:
            assert staff.post(f"/v1/conversations/{id}/close").status_code == 200
        return {"conversation_id": id}

    return {
        CONVERSATION: given(Of.ACCOUNT, begun()),
        f"{CONVERSATION}/stamp": given(Of.ACCOUNT, begun()),
        f"{CONVERSATION}/read": given(Of.ACCOUNT, begun()),
        f"{CONVERSATION}/messages": Thing(Of.ACCOUNT, lambda: Call(begun(), {"json": {"text": "Here it is."}})),
        f"{CONVERSATION}/assignee": Thing(Of.ACCOUNT, lambda: Call(begun(), {"json": {"user_id": None}})),
        f"{CONVERSATION}/close": Thing(Of.ACCOUNT, lambda: Call(begun())),
        f"{CONVERSATION}/reopen": Thing(Of.ACCOUNT, lambda: Call(begun(closed=True))),
    }


def _cases(scene: Scene) -> dict[str, Thing]:
    """Return the routes of cases, and of the firm's answers; each call that changes one has its own."""
    staff = scene.harness.staff()

    def case(status: str = "open") -> dict[str, Any]:
        opened = {"account_id": str(scene.own.account_id), "title": f"{SECRET} letter", "description": SECRET}
        id = staff.post("/v1/cases", json=opened).json["id"]
        if status != "open":
            assert staff.post(f"/v1/cases/{id}/status", json={"status": status}).status_code == 200
        return {"case_id": id}

    def answer() -> dict[str, Any]:
        kept = {"title": "We have it", "texts": {"en": "Dear {contact}"}}
        return {"answer_id": staff.post("/v1/canned-answers", json=kept).json["id"]}

    def on(json: dict[str, Any], status: str = "open") -> Thing:
        return Thing(Of.ACCOUNT, lambda: Call(case(status), {"json": json}))

    at, kept = "/v1/cases/<uuid:case_id>", "/v1/canned-answers/<uuid:answer_id>"
    text = {"title": "We have it", "texts": {"en": "Dear {contact}"}, "version": 1}
    return {
        at: given(Of.ACCOUNT, case()),
        f"PATCH {at}": on({"version": 1}),
        f"{at}/comments": on({"message": "Here it is."}),
        f"{at}/status": on({"status": "closed"}),
        f"{at}/reopen": on({}, "closed"),
        f"{at}/assignee": on({"assignee_id": None}),
        f"{at}/read": given(Of.ACCOUNT, case()),
        f"{at}/canned-answers": given(Of.ACCOUNT, case()),
        kept: given(Of.FIRM, answer()),
        f"PUT {kept}": Thing(Of.FIRM, lambda: Call(answer(), {"json": text})),
        f"DELETE {kept}": Thing(Of.FIRM, lambda: Call(answer())),
    }


def _people(scene: Scene) -> dict[str, Thing]:
    """Return the routes by which people get access and lose it."""
    settings = scene.harness.staff().get("/v1/settings").json
    change = {"version": settings["version"], "switches": {"colleague_invitations": True}}
    assert scene.harness.staff().put("/v1/settings", json=change).status_code == 200
    fresh = Thing(Of.ACCOUNT, lambda: Call({"contact_id": _contact(scene)}))
    return {
        f"{CONTACT}/access": fresh,
        COLLEAGUE: fresh,
        f"PATCH {COLLEAGUE}": Thing(
            Of.ACCOUNT, lambda: Call({"contact_id": _contact(scene)}, {"json": {"role": "member"}})
        ),
        FIELD: given(Of.FIRM, {"block": "contact", "name": "portal_user"}, json={"active": True}),
        **_fields(scene),
    }


def _tags(scene: Scene) -> dict[str, Thing]:
    """Return the routes of tags, which are the firm's, on a client."""
    of_account = {"account_id": str(scene.own.account_id)}
    return {
        TAG: Thing(Of.FIRM, lambda: Call({"tag_id": _tag(scene)})),
        f"PATCH {TAG}": Thing(Of.FIRM, lambda: Call({"tag_id": _tag(scene)}, {"json": {"color": "teal"}})),
        f"{TAG}/merge": Thing(Of.FIRM, lambda: Call({"tag_id": _tag(scene)}, {"json": {"into_id": _tag(scene)}})),
        f"{ACCOUNT}/tags": given(Of.ACCOUNT, of_account, json={"name": "VIP"}),
        IMPORT: Thing(Of.FIRM, lambda: Call({"import_id": _import(scene)})),
        f"{IMPORT}/mapping": Thing(Of.FIRM, lambda: Call({"import_id": _import(scene)}, {"json": MAPPING})),
        f"{IMPORT}/start": Thing(Of.FIRM, lambda: Call({"import_id": _tried(scene)})),
        f"{IMPORT}/cancel": Thing(Of.FIRM, lambda: Call({"import_id": _import(scene)})),
        f"{IMPORT}/faults": Thing(Of.FIRM, lambda: Call({"import_id": _import(scene)})),
        f"{ACCOUNT}/tags/<uuid:tag_id>": Thing(Of.ACCOUNT, lambda: Call(of_account | {"tag_id": _tag(scene)})),
    }


def _import(scene: Scene) -> str:
    made = scene.harness.staff().post("/v1/imports", data=f"Client,NIF\n{SECRET},1\n")
    assert made.status_code == 201, made.json
    id: str = made.json["id"]
    return id


def _tried(scene: Scene) -> str:
    """Return an import that can be started; those before it are stopped, as one runs at a time."""
    staff, id = scene.harness.staff(), _import(scene)
    for job in staff.get("/v1/imports").json["items"]:
        if job["status"] == "importing":
            staff.post(f"/v1/imports/{job['id']}/cancel")
    staff.put(f"/v1/imports/{id}/mapping", json=MAPPING)
    scene.harness.run_sender("imports")
    return id


def _tag(scene: Scene) -> str:
    made = scene.harness.staff().post("/v1/tags", json={"name": str(new_id())})
    assert made.status_code == 201, made.json
    id: str = made.json["id"]
    return id


def _announcements(scene: Scene) -> dict[str, Thing]:
    """Return the routes of what is announced to this client alone; staff who announces sees all of it."""
    change = _announcement(scene) | {"version": 1}
    return {
        ANNOUNCEMENT: Thing(Of.FIRM, lambda: Call({"announcement_id": _announced(scene)})),
        f"PUT {ANNOUNCEMENT}": Thing(Of.FIRM, lambda: Call({"announcement_id": _announced(scene)}, {"json": change})),
        f"{ANNOUNCEMENT}/end": Thing(Of.FIRM, lambda: Call({"announcement_id": _announced(scene)})),
        f"{ANNOUNCEMENT}/read": Thing(Of.ACCOUNT, lambda: Call({"announcement_id": _announced(scene)})),
    }


def _announcement(scene: Scene) -> dict[str, Any]:
    chosen = {"audience": "accounts", "account_ids": [str(scene.own.account_id)]}
    return {"titles": {"en": SECRET}, "texts": {}} | chosen


def _announced(scene: Scene) -> str:
    made = scene.harness.staff().post("/v1/announcements", json=_announcement(scene))
    assert made.status_code == 201, made.json
    id: str = made.json["id"]
    return id


def _fields(scene: Scene) -> dict[str, Thing]:
    """Return the routes of the firm's own fields; each call has a field or section of its own."""
    labels = {"labels": {"en": "Tax office"}}
    block = {"block": "account"}
    staff = scene.harness.staff()

    def field() -> dict[str, Any]:
        made = staff.post("/v1/fields/account", json=labels | {"kind": "text"})
        return block | {"name": made.json["name"]}

    def section() -> dict[str, Any]:
        return {"section_id": staff.post("/v1/field-sections/contact", json=labels).json["id"]}

    def order() -> Call:
        found = next(entry for entry in staff.get("/v1/fields").json["blocks"] if entry["name"] == "account")
        return Call(block, {"json": {"fields": [field["name"] for field in found["fields"]]}})

    return {
        "/v1/fields/<string:block>": given(Of.FIRM, block, json=labels | {"kind": "text"}),
        f"PATCH {FIELD}": Thing(Of.FIRM, lambda: Call(field(), {"json": labels | {"version": 1}})),
        f"DELETE {FIELD}": Thing(Of.FIRM, lambda: Call(field())),
        "/v1/field-modes/<string:block>": given(Of.FIRM, block, json={"modes": {"phone": "optional"}}),
        "/v1/field-order/<string:block>": Thing(Of.FIRM, order),
        "/v1/field-sections/<string:block>": given(Of.FIRM, block, json=labels),
        f"PATCH {SECTION}": Thing(Of.FIRM, lambda: Call(section(), {"json": labels})),
        f"DELETE {SECTION}": Thing(Of.FIRM, lambda: Call(section())),
    }


def _client(staff: Browser, name: str) -> Party:
    person = {"name": name, "email": f"{new_id()}@client.example"}
    made = staff.post("/v1/accounts", json={"name": name, "contacts": [person]})
    assert made.status_code == 201, made.json
    return Party(UUID(made.json["id"]), UUID(made.json["contacts"][0]["id"]))


def _request(scene: Scene) -> str:
    asked = {"account_id": str(scene.own.account_id), "title": f"{SECRET} statements", "message": SECRET}
    made = scene.harness.staff().post("/v1/requests", json=asked)
    assert made.status_code == 201, made.json
    id: str = made.json["id"]
    return id


def _contact(scene: Scene) -> str:
    person = {"name": SECRET, "email": f"{new_id()}@client.example"}
    made = scene.harness.staff().post(f"/v1/accounts/{scene.own.account_id}/contacts", json=person)
    assert made.status_code == 201, made.json
    id: str = made.json["id"]
    return id


def _changed(scene: Scene, values: dict[str, Any], path: str) -> Call:
    version = scene.harness.staff().get(path).json["version"]
    return Call(values, {"json": {"version": version, "phone": "+34 952 555 200"}})


def _changed_contact(scene: Scene) -> Call:
    id = _contact(scene)
    version = scene.harness.staff().get(f"/v1/contacts/{id}").json["version"]
    return Call({"contact_id": id}, {"json": {"version": version, "name": "Bruno"}})
