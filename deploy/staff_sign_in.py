"""A member of staff comes in: password, then the code of an authenticator app, as the pages ask for them.

The browser is remembered, and within this process each later visit of the same person comes from that browser: a
code works once, and one of 30 seconds' life would not do for ten sign-ins.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import pyotp

from deploy.visitor import Page, Unexpected, Visitor

SIGN_IN, FACTOR, ENROL = "/admin/sign-in", "/admin/sign-in/factor", "/admin/security/enrol"
AUTHENTICATOR = "/admin/security/authenticator"
STEP_SECONDS = 30
DEVICE_COOKIE = "atrio_device"


@dataclass(frozen=True)
class Staff:
    """Who signs in as staff; `authenticator` is the secret of their app, empty for one who has none yet."""

    email: str
    password: str
    authenticator: str = ""


_devices: dict[tuple[str, str], dict[str, str]] = {}


def sign_in(visitor: Visitor, staff: Staff, tell: Callable[[str], None] = lambda _secret: None) -> Page:
    """Sign `staff` in and return the page that follows.

    Who has no second factor yet sets up an authenticator app on the way; `tell` is given its secret.
    Raises `Unexpected` where the person does not get in.
    """
    for name, value in _devices.get((visitor.url, staff.email), {}).items():
        visitor.session.cookies.set(name, value)
    values = {"email": staff.email, "password": staff.password}
    page = visitor.submit(visitor.open(SIGN_IN), SIGN_IN, values)
    if page.path == FACTOR:
        page = _give_code(visitor, page, staff)
        _devices[visitor.url, staff.email] = device_of(visitor)
    if page.path == ENROL:
        secret = _enrol(visitor)
        tell(secret)
        page = visitor.open("/admin")
    return page


def device_of(visitor: Visitor) -> dict[str, str]:
    """Return the cookies by which the visitor's browser is known again."""
    return {cookie.name: cookie.value or "" for cookie in visitor.session.cookies if DEVICE_COOKIE in cookie.name}


def with_authenticator(staff: Staff, secret: str) -> Staff:
    """Return `staff` with the authenticator app that was just set up."""
    return replace(staff, authenticator=secret)


def _give_code(visitor: Visitor, page: Page, staff: Staff) -> Page:
    """Give a code that was not used yet: of the step before, this one and the next, which all count; else wait."""
    if not staff.authenticator:
        raise Unexpected(f"{staff.email} has a second factor; its secret was not given (ATRIO_SMOKE_AUTHENTICATOR)")
    app = pyotp.TOTP(staff.authenticator)
    first = int(time.time()) // STEP_SECONDS - 1
    for step in range(first, first + 4):
        while step > int(time.time()) // STEP_SECONDS + 1:
            time.sleep(0.2)
        try:
            return visitor.submit(page, FACTOR, {"code": app.generate_otp(step), "remember": "yes"})
        except Unexpected as error:
            refused = error
            page = visitor.open(FACTOR)
    raise refused


def _enrol(visitor: Visitor) -> str:
    page = visitor.submit(visitor.open(AUTHENTICATOR), AUTHENTICATOR)
    form = page.form(f"{AUTHENTICATOR}/confirm")
    secret = dict(form.values)["secret"]
    if not re.fullmatch(r"[A-Z2-7]{16,}", secret):
        raise Unexpected(f"{page.path} shows no secret for an authenticator app")
    code = pyotp.TOTP(secret).generate_otp(int(time.time()) // STEP_SECONDS)
    visitor.submit(page, f"{AUTHENTICATOR}/confirm", {"code": code})
    return secret
