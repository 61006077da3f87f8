"""Identity as a person looks after their own security with it: credentials, and proofs of who they are."""

from typing import Any

from gateway.clients.transport import Caller, Json, Page


class SecurityClient:
    """One's own password, passkeys, authenticator app and recovery codes. Changes want a recent proof."""

    def __init__(self, caller: Caller) -> None:
        self._call, self._page = caller.json, caller.page

    def summary(self) -> Json:
        """Return what the person has, and whether a second factor is still to be set up."""
        return self._call("GET", "/v1/me/security")

    def start_authenticator(self) -> Json:
        """Return secret and address for an authenticator app; it counts once a code of it was given back."""
        return self._call("POST", "/v1/me/totp")

    def confirm_authenticator(self, code: str) -> list[str]:
        """Let the authenticator app count; return recovery codes where the person had none."""
        return self._call("POST", "/v1/me/totp/confirm", body={"code": code}).get("recovery_codes") or []

    def remove_authenticator(self) -> None:
        self._call("DELETE", "/v1/me/totp")

    def send_mobile_code(self) -> Json:
        """Have a code sent to the person's own mobile number, which the firm did not write."""
        return self._call("POST", "/v1/me/mobile/code")

    def confirm_mobile(self, code: str) -> None:
        """Let the number count for the code that was sent to it."""
        self._call("POST", "/v1/me/mobile/confirm", body={"code": code})

    def passkey_options(self) -> Json:
        """Return flow and options with which a browser makes a passkey."""
        return self._call("POST", "/v1/me/passkeys/options")

    def add_passkey(self, flow: str, credential: Json, name: str) -> list[str]:
        """Keep a passkey; return recovery codes where the person had none."""
        body = {"flow": flow, "credential": credential, "name": name}
        return self._call("POST", "/v1/me/passkeys", body=body).get("recovery_codes") or []

    def rename_passkey(self, passkey_id: str, name: str) -> None:
        self._call("PATCH", f"/v1/me/passkeys/{passkey_id}", body={"name": name})

    def remove_passkey(self, passkey_id: str) -> None:
        self._call("DELETE", f"/v1/me/passkeys/{passkey_id}")

    def new_recovery_codes(self) -> list[str]:
        """Return new recovery codes; those before work no more."""
        codes: list[str] = self._call("POST", "/v1/me/recovery-codes")["codes"]
        return codes

    def proof_methods(self) -> list[str]:
        """Return the ways in which the person can prove again who they are."""
        methods: list[str] = self._call("GET", "/v1/me/proof")["methods"]
        return methods

    def prove(self, method: str, secret: str) -> None:
        """Renew the session's proof by a password, or by a code of one of the other methods."""
        field = "password" if method == "password" else "code"
        self._call("POST", "/v1/me/proof", body={"method": method, field: secret})

    def send_proof_code(self, prefer: str) -> Json:
        """Have a code sent, and return over which channel."""
        return self._call("POST", "/v1/me/proof/code", body={"prefer": prefer})

    def proof_options(self) -> Json:
        """Return flow and options with which a browser asks for one of the person's passkeys."""
        return self._call("POST", "/v1/me/proof/passkey/options")

    def prove_with_passkey(self, flow: str, credential: Json) -> None:
        self._call("POST", "/v1/me/proof/passkey", body={"flow": flow, "credential": credential})

    def sessions(self) -> list[Json]:
        """Return where the person is signed in; `current` marks the present session."""
        items: list[Json] = self._call("GET", "/v1/me/sessions")["items"]
        return items

    def end_session(self, session_id: str) -> None:
        self._call("DELETE", f"/v1/me/sessions/{session_id}")

    def end_everywhere(self) -> None:
        """End every session, the present one too, and remember no device any more."""
        self._call("POST", "/v1/me/sessions/end-all")

    def devices(self) -> list[Json]:
        """Return the devices that the person signed in from."""
        items: list[Json] = self._call("GET", "/v1/me/devices")["items"]
        return items

    def forget_device(self, device_id: str) -> None:
        self._call("DELETE", f"/v1/me/devices/{device_id}")

    def sign_ins(self, **query: Any) -> Page:
        """Return a page of sign-ins and refused attempts; `cursor`."""
        return self._page("/v1/me/sign-ins", query)
