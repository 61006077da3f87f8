"""Identity as the pages about sign-in and security see it: second factors, proofs, one's own credentials."""

from typing import Any

from werkzeug import Request, Response

from tests.gateway.house import CLIENT_SESSION, STAFF, STAFF_SESSION, House, moment, problem

PASSKEY = "0192a000-0000-7000-8000-000000000501"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URI = f"otpauth://totp/Mar%C3%ADn%20%26%20Costa:ana@talleres-acosta.example?secret={SECRET}&issuer=Mar%C3%ADn%20%26%20Costa"
CODES = [f"ab{number}d-efgh-jkmn-pqrs" for number in range(10)]
OWING_SESSION = "session-of-staff-who-must-enrol"
FACTORS = ["passkey", "totp", "recovery"]
REQUEST_OPTIONS = {"challenge": "Y2hhbGxlbmdl", "rpId": "localhost", "userVerification": "required"}
CREATION_OPTIONS: dict[str, Any] = {
    "challenge": "Y2hhbGxlbmdl",
    "rp": {"id": "localhost", "name": "Marín & Costa"},
    "user": {"id": "dXNlcg", "name": "ana@talleres-acosta.example", "displayName": "Ana Acosta"},
    "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
    "authenticatorSelection": {"residentKey": "required", "userVerification": "required"},
}


def own(**changes: Any) -> dict[str, Any]:
    """Return what somebody has who uses everything."""
    name = "Ana’s telephone with a very long name that somebody was asked to write in here"
    return {
        "password_set": True,
        "password_changed_at": moment(-900),
        "totp": {"confirmed_at": moment(-800)},
        "passkeys": [
            {"id": PASSKEY, "name": "Laptop", "created_at": moment(-700), "last_used_at": moment(-2)},
            {"id": PASSKEY[:-1] + "2", "name": name, "created_at": moment(-600), "last_used_at": None},
        ],
        "recovery_codes_left": 8,
        "mobile": {"number": "+34612345678", "verified": False},
        "second_factor": True,
        "must_enrol": False,
        "min_password_length": 8,
    } | changes


def challenge(kind: str = "client", factors: list[str] | None = None) -> dict[str, Any]:
    """Return identity's answer to a first factor of somebody who has a second one."""
    return {"challenge": "challenge-1", "kind": kind, "factors": factors or FACTORS, "expires_in": 600}


def move_in(house: House) -> House:
    """Let the identity service of `house` know factors, and ask for one after every password."""

    def with_factor(request: Request) -> Any:
        body = request.get_json()
        if body["code"].replace(" ", "") not in ("123456", CODES[0]):
            return problem(401, "wrong_factor")
        return house._session(CLIENT_SESSION)

    def with_password(request: Request) -> Any:
        body = request.get_json()
        return challenge(body["kind"]) if body["password"] == "right" else problem(401, "wrong_credentials")

    def with_passkey(request: Request) -> Any:
        return house._session(STAFF_SESSION if request.get_json()["flow"] == "staff-flow" else CLIENT_SESSION)

    def exchange(request: Request) -> Any:
        owes = request.get_json()["session"] == OWING_SESSION
        answer = house._exchange(request)
        return answer | {"must_enrol": True} if owes and isinstance(answer, dict) else answer

    house.users[OWING_SESSION] = STAFF | {"permissions": []}
    house.answers |= {
        ("POST", "/identity/v1/sessions/exchange"): exchange,
        ("GET", "/identity/v1/sign-in/ways"): {"password": True, "code": True, "passkey": True, "oidc": None},
        ("POST", "/identity/v1/sign-in/password"): with_password,
        ("POST", "/identity/v1/sign-in/factor"): with_factor,
        ("POST", "/identity/v1/sign-in/passkey/options"): _sign_in_options,
        ("POST", "/identity/v1/sign-in/passkey"): with_passkey,
        ("GET", "/identity/v1/me/security"): lambda _request: own(),
        ("POST", "/identity/v1/me/totp"): {"secret": SECRET, "uri": URI},
        ("POST", "/identity/v1/me/totp/confirm"): _confirm,
        ("DELETE", "/identity/v1/me/totp"): Response(status=204),
        ("POST", "/identity/v1/me/passkeys/options"): {
            "flow": "making",
            "options": CREATION_OPTIONS,
            "expires_in": 300,
        },
        ("POST", "/identity/v1/me/passkeys"): {"passkey": own()["passkeys"][0], "recovery_codes": CODES},
        ("PATCH", f"/identity/v1/me/passkeys/{PASSKEY}"): lambda _request: own()["passkeys"][0],
        ("DELETE", f"/identity/v1/me/passkeys/{PASSKEY}"): Response(status=204),
        ("POST", "/identity/v1/me/recovery-codes"): {"codes": CODES},
        ("POST", "/identity/v1/me/mobile/code"): {"expires_in": 600, "resend_after": 60},
        ("POST", "/identity/v1/me/mobile/confirm"): _confirm_mobile,
        ("GET", "/identity/v1/me/proof"): {"methods": ["passkey", "totp", "password", "recovery", "code"]},
        ("POST", "/identity/v1/me/proof"): _prove,
        ("POST", "/identity/v1/me/proof/code"): {"expires_in": 600, "resend_after": 60, "channel": "sms"},
        ("POST", "/identity/v1/me/proof/passkey/options"): {"flow": "proving", "options": REQUEST_OPTIONS},
        ("POST", "/identity/v1/me/proof/passkey"): Response(status=204),
    }
    return house


def _sign_in_options(request: Request) -> dict[str, Any]:
    flow = "second-flow" if request.get_json().get("challenge") else f"{request.get_json()['kind']}-flow"
    return {"flow": flow, "options": REQUEST_OPTIONS, "expires_in": 300}


def _confirm(request: Request) -> Any:
    if request.get_json()["code"] != "123456":
        return problem(422, "invalid_input", {"code": ["The code is wrong."]})
    return {"recovery_codes": CODES}


def _confirm_mobile(request: Request) -> Response:
    if request.get_json()["code"] != "123456":
        return problem(422, "invalid_input", {"code": ["The code is wrong or works no more."]})
    return Response(status=204)


def _prove(request: Request) -> Response:
    body = request.get_json()
    if "right" in (body.get("password"), body.get("code")) or body.get("code") == "123456":
        return Response(status=204)
    field = "password" if body["method"] == "password" else "code"
    return problem(422, "invalid_input", {field: [f"The {field} is wrong."]})
