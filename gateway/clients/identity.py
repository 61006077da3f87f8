"""Identity as a signed-in person calls it, and as the gateway calls it before anyone is signed in."""

from typing import Any

from gateway.clients.transport import Caller, Json, Page
from services.chassis.problems import Problem


class SignInClient:
    """Identity's doors, which open to the gateway's own service token alone."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.json

    def exchange(self, session: str, account_id: str | None) -> Json | None:
        """Return passport and user of a session, or None for one that is not (any more).

        Raises a 401 `Problem` once, with the reason, when the person's access has just ended.
        """
        try:
            return self._call("POST", "/v1/sessions/exchange", body=_given(session=session, account_id=account_id))
        except Problem as problem:
            if problem.status == 401 and problem.code == "not_signed_in":
                return None
            if account_id and problem.status in (403, 404, 422):
                return self.exchange(session, None)
            raise

    def end_session(self, session: str) -> None:
        """End a session everywhere."""
        self._call("POST", "/v1/sessions/end", body={"session": session})

    def start(self, email: str, client: Json, prefer: str | None = None) -> str:
        """Have a code sent and return the flow that takes it; an unknown address gets the same answer."""
        body = _given(email=email, prefer=prefer, client=client)
        flow: str = self._call("POST", "/v1/sign-in/start", body=body)["flow"]
        return flow

    def with_code(self, flow: str, code: str, client: Json) -> Json:
        """Return the session that a right code opens."""
        return self._call("POST", "/v1/sign-in/code", body={"flow": flow, "code": code, "client": client})

    def with_password(self, email: str, password: str, kind: str, client: Json) -> Json:
        """Return the session that a right password opens; `kind` is client or staff."""
        body = {"email": email, "password": password, "kind": kind, "client": client}
        return self._call("POST", "/v1/sign-in/password", body=body)

    def ways(self, kind: str) -> Json:
        """Return which ways in the firm has switched on, and the provider of OpenID Connect where there is one."""
        return self._call("GET", "/v1/sign-in/ways", query={"kind": kind})

    def with_factor(self, challenge: str, method: str, code: str, client: Json, *, remember: bool) -> Json:
        """Return the session that a right second factor opens; `method` is totp or recovery."""
        body = {"challenge": challenge, "method": method, "code": code, "remember": remember, "client": client}
        return self._call("POST", "/v1/sign-in/factor", body=body)

    def ask_firm(self, challenge: str, client: Json) -> None:
        """Have the firm told that the person can use none of the second factors that a challenge asks for."""
        self._call("POST", "/v1/sign-in/factor/lost", body={"challenge": challenge, "client": client})

    def passkey_options(self, kind: str, challenge: str | None = None) -> Json:
        """Return flow and options with which a browser asks for a passkey; `challenge` is that of a second step."""
        return self._call("POST", "/v1/sign-in/passkey/options", body=_given(kind=kind, challenge=challenge))

    def with_passkey(self, flow: str, credential: Json, client: Json, *, remember: bool = False) -> Json:
        """Return the session that a passkey opens."""
        body = {"flow": flow, "credential": credential, "remember": remember, "client": client}
        return self._call("POST", "/v1/sign-in/passkey", body=body)

    def start_oidc(self, client: Json) -> Json:
        """Return flow and address with which a browser goes to the firm's identity provider."""
        return self._call("POST", "/v1/sign-in/oidc/start", body={"client": client})

    def with_oidc(self, flow: str, code: str, state: str, issuer: str | None, client: Json) -> Json:
        """Return the session (or the challenge) that the provider's answer leads to."""
        body = _given(flow=flow, code=code, state=state, issuer=issuer, client=client)
        return self._call("POST", "/v1/sign-in/oidc", body=body)

    def inspect_invitation(self, token: str) -> Json:
        """Return for whom an invitation is, without using it up."""
        return self._call("POST", "/v1/invitations/inspect", body={"token": token})

    def accept_invitation(self, token: str, password: str, client: Json) -> Json:
        """Use an invitation up, set the password, return the session."""
        return self._call(
            "POST", "/v1/invitations/accept", body={"token": token, "password": password, "client": client}
        )

    def forgot_password(self, email: str, kind: str, client: Json) -> None:
        """Have a link sent with which a new password can be set; an unknown address gets the same answer."""
        self._call("POST", "/v1/passwords/forgot", body={"email": email, "kind": kind, "client": client})

    def inspect_reset(self, token: str) -> Json:
        """Return for whom a link to a new password is, without using it up."""
        return self._call("POST", "/v1/passwords/inspect", body={"token": token})

    def reset_password(self, token: str, password: str) -> None:
        """Use the link up, set the new password, end every session of the person."""
        self._call("POST", "/v1/passwords/reset", body={"token": token, "password": password})


class IdentityClient:
    """Identity for those who are signed in."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def me(self) -> Json:
        return self._caller.json("GET", "/v1/me")

    def update_me(self, **changes: Any) -> Json:
        """Change one's own language or time zone."""
        return self._caller.json("PATCH", "/v1/me", body=changes)

    def change_password(self, current: str | None, new: str) -> Json:
        """Set a new password; only who has none yet may leave out `current`."""
        return self._caller.json("POST", "/v1/password", body=_given(current=current, new=new))

    def users(self, **query: Any) -> Page:
        """List users for staff; `contact_id`, `kind`, `cursor`."""
        return self._caller.page("/v1/users", query)

    def resend_invitation(self, user_id: str, channel: str = "email") -> Json:
        """Have a new invitation sent, by e-mail or by sms; the link before works no more."""
        return self._caller.json("POST", f"/v1/users/{user_id}/invitations", body={"channel": channel})

    def redirect_code(self, user_id: str, channel: str) -> Json:
        """Have the code a person waits for sent by e-mail or sms; returns `sent`, and `lasting` for later ones too."""
        return self._caller.json("POST", f"/v1/users/{user_id}/code", body={"channel": channel})

    def suspend(self, user_id: str) -> Json:
        return self._caller.json("POST", f"/v1/users/{user_id}/suspend")

    def sessions_of(self, user_id: str) -> list[Json]:
        """Return where a person is signed in."""
        items: list[Json] = self._caller.json("GET", f"/v1/users/{user_id}/sessions")["items"]
        return items

    def sign_ins_of(self, user_id: str, **query: Any) -> Page:
        """Return a page of a person's sign-ins and refused attempts; `cursor`."""
        return self._caller.page(f"/v1/users/{user_id}/sign-ins", query)

    def end_sessions_of(self, user_id: str) -> None:
        """Sign a person out everywhere."""
        self._caller.json("POST", f"/v1/users/{user_id}/sessions/end")

    def view_as(self, user_id: str, account_id: str) -> Json:
        """Return a session that sees the portal as that person does in that account."""
        return self._caller.json("POST", f"/v1/users/{user_id}/view", body={"account_id": account_id})

    def reset_second_factor(self, user_id: str) -> Json:
        """Take away the second factors of a client who lost them."""
        return self._caller.json("POST", f"/v1/users/{user_id}/reset-second-factor")

    def reinstate(self, user_id: str) -> Json:
        return self._caller.json("POST", f"/v1/users/{user_id}/reinstate")


def _given(**values: Any) -> Json:
    return {name: value for name, value in values.items() if value is not None}
