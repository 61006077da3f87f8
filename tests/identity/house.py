"""What tests of identity do all the time: save contacts, follow links, sign in."""

from typing import Any
from uuid import UUID

import pyotp
from werkzeug.test import TestResponse

from services.chassis import clock
from services.chassis.columns import new_id
from services.chassis.testing.harness import Browser, Harness

PASSWORD = "three quiet herons cross"
OTHER_PASSWORD = "a lamp under seven stairs"
HOME = {"ip": "203.0.113.7", "user_agent": "Mozilla/5.0 (test)"}
AWAY = {"ip": "198.51.100.99", "user_agent": "curl/8"}
SAVED_BY = {"kind": "staff", "id": str(new_id()), "name": "Lucía Marín"}


class House:
    """Identity under test, with the gateway beside it."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.recovery_codes: dict[str, list[str]] = {}

    @property
    def gateway(self) -> Browser:
        """The gateway, with a fresh token, because tests move the clock."""
        return self.harness.peer("gateway")

    def post(self, path: str, **body: Any) -> TestResponse:
        """Call identity as the gateway does."""
        return self.gateway.post(f"/v1/{path}", json=body)

    def save_contact(self, **values: Any) -> dict[str, Any]:
        """Have the portal save a contact; `values` lie over a portal user without support dates."""
        contact = {
            "id": str(new_id()),
            "account_id": str(new_id()),
            "name": "Ana Acosta",
            "email": "ana@example.com",
            "mobile": None,
            "locale": "es",
            "timezone": "Europe/Madrid",
            "role": "owner",
            "portal_user": True,
            "support_start": None,
            "support_end": None,
            "removed": False,
            "saved_by": SAVED_BY,
            "version": 1,
        } | values
        self.harness.deliver("portal.contact.saved.v1", contact)
        return contact

    def save_again(self, contact: dict[str, Any], **values: Any) -> dict[str, Any]:
        """Have the portal save a change of a contact."""
        return self.save_contact(**contact | {"version": contact["version"] + 1} | values)

    def settings(self, **values: Any) -> None:
        """Have the portal save the firm's settings."""
        self.harness.deliver("portal.settings.saved.v1", values)

    def recorded(self, type: str) -> list[Any]:
        """Return the data of every event of that type so far."""
        return [event.data for event in self.harness.recorded(type)]

    def open(self, sealed: str) -> str:
        """Read what was sealed for notifications."""
        return self.harness.open_sealed("notifications", sealed)

    def invitation_tokens(self) -> list[str]:
        """Return the tokens of all invitations that were mailed, in order."""
        mailed = self.recorded("identity.user.invited.v1")
        return [self.open(data["link"]).rpartition("/invitation/")[2] for data in mailed]

    def accept(self, token: str, password: str = PASSWORD) -> TestResponse:
        """Accept an invitation."""
        return self.post("invitations/accept", token=token, password=password, client=HOME)

    def activate(self, **values: Any) -> dict[str, Any]:
        """Have the portal save a contact who then accepts the invitation; return the contact."""
        contact = self.save_contact(**values)
        answer = self.accept(self.invitation_tokens()[-1])
        assert answer.status_code == 200, answer.text
        return contact

    def start(self, email: str = "ana@example.com", client: dict[str, str] = HOME, **values: Any) -> TestResponse:
        """Ask for a code."""
        return self.post("sign-in/start", email=email, client=client, **values)

    def work(self) -> None:
        """Do what the worker does: handle identity's own events that have not been handled yet."""
        for event in self.harness.recorded():
            if event.type in self.harness.service.handlers:
                self.harness.deliver(event)

    def flow(self, email: str = "ana@example.com", **values: Any) -> str:
        """Ask for a code, have it made, return the flow."""
        answer = self.start(email, **values)
        assert answer.status_code == 200, answer.text
        self.work()
        flow: str = answer.json["flow"]
        return flow

    def last_code(self) -> str:
        """Return the code that was sent last."""
        return self.open(self.recorded("identity.code.issued.v1")[-1]["code"])

    def give_code(self, flow: str, code: str, client: dict[str, str] = HOME) -> TestResponse:
        """Sign in with a code."""
        return self.post("sign-in/code", flow=flow, code=code, client=client)

    def give_password(
        self,
        password: str = PASSWORD,
        email: str = "ana@example.com",
        client: dict[str, str] = HOME,
        kind: str = "client",
    ) -> TestResponse:
        """Sign in with a password."""
        return self.post("sign-in/password", email=email, password=password, kind=kind, client=client)

    def sign_in(self, **values: Any) -> str:
        """Sign in with a password and return the session's token; staff with the second factor that it must have."""
        answer = self.give_password(**values)
        assert answer.status_code == 200, answer.text
        if "challenge" in answer.json:
            code = self.recovery_codes[values["email"]].pop()
            given = {"challenge": answer.json["challenge"], "method": "recovery", "code": code}
            answer = self.post("sign-in/factor", **given, client=values.get("client", HOME))
            assert answer.status_code == 200, answer.text
        session: str = answer.json["session"]
        if values.get("kind") == "staff" and values["email"] not in self.recovery_codes:
            self.enrol(session, values["email"])
        return session

    def enrol(self, session: str, email: str) -> None:
        """Set up an authenticator app, as staff must; `sign_in` then uses the recovery codes, one each time."""
        me = self.harness.with_token(self.exchange(session).json["passport"])
        secret = me.post("/v1/me/totp").json["secret"]
        code = pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30)
        done = me.post("/v1/me/totp/confirm", json={"code": code})
        assert done.status_code == 200, done.text
        self.recovery_codes[email] = done.json["recovery_codes"]

    def exchange(self, session: str, account_id: str | UUID | None = None) -> TestResponse:
        """Exchange a session for a passport."""
        body = {"session": session} | ({"account_id": str(account_id)} if account_id else {})
        return self.post("sessions/exchange", **body)

    def users(self) -> list[Any]:
        """Return the newest state of every user, as events told it."""
        newest = {data["id"]: data for data in self.recorded("identity.user.saved.v1")}
        return list(newest.values())


def wrong(code: str) -> str:
    """Return a code that is not `code`."""
    return f"{(int(code) + 1) % 10**6:06}"
