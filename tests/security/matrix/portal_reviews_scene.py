"""Reviews of a client and its mails to the firm, for the routes that have the id of one."""

from services.chassis.columns import new_id
from tests.security.matrix.callers import Of
from tests.security.matrix.scene import Call, Scene, Thing, given

ACCOUNT, REVIEW = "/v1/accounts/<uuid:account_id>", "/v1/reviews/<uuid:review_id>"


def things(scene: Scene, secret: str) -> dict[str, Thing]:
    """Return a review and a mail of the own client, which say `secret`."""
    of_account = {"account_id": str(scene.own.account_id)}
    version = scene.harness.staff().get("/v1/settings").json["version"]
    scene.harness.staff().put("/v1/settings", json={"version": version, "email": "office@firm.example"})
    return {
        REVIEW: given(Of.ACCOUNT, {"review_id": _review(scene, secret)}),
        f"{REVIEW}/answer": Thing(
            Of.ACCOUNT,
            lambda: Call({"review_id": _review(scene, secret, by_another=True)}, {"json": {"answer": secret}}),
        ),
        f"{ACCOUNT}/reviews": given(Of.ACCOUNT, of_account),
        f"{ACCOUNT}/review-requests": given(Of.ACCOUNT, of_account, json={"contact_ids": [str(scene.own.contact_id)]}),
        "/v1/mails/<uuid:mail_id>": given(Of.ACCOUNT, {"mail_id": _mail(scene, secret)}),
    }


def _review(scene: Scene, secret: str, *, by_another: bool = False) -> str:
    contact = new_id() if by_another else scene.own.contact_id
    browser = scene.harness.client(scene.own.account_id, contact_id=contact, id=scene.own.user_id)
    made = browser.post("/v1/reviews", json={"stars": 3, "comment": secret})
    assert made.status_code == 201, made.json
    id: str = made.json["id"]
    return id


def _mail(scene: Scene, secret: str) -> str:
    browser = scene.harness.client(scene.own.account_id, contact_id=scene.own.contact_id, id=scene.own.user_id)
    made = browser.post("/v1/mails", json={"subject": secret, "message": secret})
    assert made.status_code == 201, made.json
    id: str = made.json["id"]
    return id
