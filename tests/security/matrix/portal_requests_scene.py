"""The routes of requests in parts: items of a checklist, templates, many clients at once, series."""

from typing import Any

from tests.security.matrix.callers import Of
from tests.security.matrix.scene import Call, Scene, Thing

REQUEST = "/v1/requests/<uuid:request_id>"
ITEM = f"{REQUEST}/items/<uuid:item_id>"
TEMPLATE = "/v1/request-templates/<uuid:template_id>"
BATCH, SERIES = "/v1/request-batches/<uuid:batch_id>", "/v1/request-series/<uuid:series_id>"


def parts_of_requests(scene: Scene, secret: str) -> dict[str, Thing]:
    """Return what they need; each call that changes one has its own."""
    staff = scene.harness.staff()
    account = str(scene.own.account_id)
    asked: dict[str, Any] = {"title": f"{secret} papers", "items": [{"title": f"{secret} item"}]}

    def made(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = staff.post(path, json=body)
        assert answer.status_code in (201, 202), answer.json
        found: dict[str, Any] = answer.json
        return found

    def request() -> dict[str, Any]:
        return {"request_id": made("/v1/requests", asked | {"account_id": account})["id"]}

    def item(*, sent: bool = False) -> dict[str, Any]:
        found = made("/v1/requests", asked | {"account_id": account})
        if sent:
            client = scene.harness.client(scene.own.account_id, contact_id=scene.own.contact_id)
            at = f"/v1/requests/{found['id']}/items/{found['items'][0]['id']}/answers"
            assert client.post(at, json={"message": "Here"}).status_code == 201
        return {"request_id": found["id"], "item_id": found["items"][0]["id"]}

    def template() -> dict[str, Any]:
        return {"template_id": made("/v1/request-templates", {"title": "Papers"})["id"]}

    def batch() -> dict[str, Any]:
        to = {"account_ids": [account]}
        return {"batch_id": made("/v1/request-batches", {"to": to, "content": {"title": "Papers"}})["id"]}

    def series(*, paused: bool = False) -> dict[str, Any]:
        body = {"to": {"account_ids": [account]}, "content": {"title": "Papers"}}
        id = made("/v1/request-series", body | {"every": "month", "starts_on": "2999-01-01"})["id"]
        if paused:
            assert staff.post(f"/v1/request-series/{id}/pause").status_code == 200
        return {"series_id": id}

    return {
        f"PATCH {REQUEST}": Thing(Of.ACCOUNT, lambda: Call(request(), {"json": {"version": 1}})),
        f"{ITEM}/answers": Thing(Of.ACCOUNT, lambda: Call(item(), {"json": {"message": "Here it is."}})),
        f"{ITEM}/accept": Thing(Of.ACCOUNT, lambda: Call(item(sent=True))),
        f"{ITEM}/reject": Thing(Of.ACCOUNT, lambda: Call(item(sent=True), {"json": {"reason": "A page is missing."}})),
        TEMPLATE: Thing(Of.FIRM, lambda: Call(template())),
        f"PUT {TEMPLATE}": Thing(Of.FIRM, lambda: Call(template(), {"json": {"title": "Papers", "version": 1}})),
        f"{TEMPLATE}/archive": Thing(Of.FIRM, lambda: Call(template())),
        f"{TEMPLATE}/restore": Thing(Of.FIRM, lambda: Call(template())),
        BATCH: Thing(Of.FIRM, lambda: Call(batch())),
        f"{BATCH}/rows": Thing(Of.FIRM, lambda: Call(batch())),
        SERIES: Thing(Of.FIRM, lambda: Call(series())),
        f"{SERIES}/pause": Thing(Of.FIRM, lambda: Call(series())),
        f"{SERIES}/resume": Thing(Of.FIRM, lambda: Call(series(paused=True))),
        f"{SERIES}/end": Thing(Of.FIRM, lambda: Call(series())),
    }
