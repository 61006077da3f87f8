"""The second step of signing in: a code of the authenticator app, a passkey, or a recovery code (B2)."""

from flask import flash, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import upstreams
from gateway.edge.both_sides import BothSides
from gateway.edge.guard import client_info
from gateway.edge.sessions import Side, side_of
from gateway.forms import Form
from gateway.security.entering import SIGN_IN, challenge, enter
from services.chassis.problems import Problem

pages = BothSides("second_factor", __name__)

TYPED = ("totp", "recovery")
"""The factors that are typed; a passkey has a button on every one of these pages."""
Answer = str | Response | tuple[str, int]


@pages.get("/sign-in/factor", "/admin/sign-in/factor", public=True)
def ask() -> Answer:
    """Ask for the second factor, by `way` where the person has that one."""
    side = side_of(request.path)
    return _page(side, Form()) if challenge(side) else redirect(SIGN_IN[side])


@pages.post("/sign-in/factor", "/admin/sign-in/factor", public=True, limit="sign-in")
def take() -> Answer:
    """Sign in with a code of the authenticator app or a recovery code."""
    side, form = side_of(request.path), Form.posted("code")
    held = challenge(side)
    if held is None:
        return redirect(SIGN_IN[side], 303)
    if not form.require("code", _("Write the code.")):
        return _page(side, form), 422
    remember = request.form.get("remember") == "yes"
    try:
        answer = upstreams().sign_in.with_factor(
            held["token"], _way(held["factors"]), form.value("code"), client_info(), remember=remember
        )
    except Problem as problem:
        if problem.code == "challenge_over":
            return over(side)
        form.values["code"] = ""
        form.refuse_at("code", problem)
        return _page(side, form), 422
    return enter(side, answer)


@pages.get("/sign-in/factor/lost", "/admin/sign-in/factor/lost", public=True)
def show_lost() -> Answer:
    """Say whom to ask, for who can use none of the factors."""
    side = side_of(request.path)
    held = challenge(side)
    return _lost_page(side, asked=bool(held.get("asked"))) if held else redirect(SIGN_IN[side])


@pages.post("/sign-in/factor/lost", "/admin/sign-in/factor/lost", public=True, limit="sign-in")
def ask_firm() -> Answer:
    """Have the firm told that a client can use none of the factors; staff asks an owner themselves."""
    side = side_of(request.path)
    held = challenge(side)
    if held is None or side == "staff":
        return redirect(SIGN_IN[side], 303)
    try:
        upstreams().sign_in.ask_firm(held["token"], client_info())
    except Problem as problem:
        if problem.code == "challenge_over":
            return over(side)
        form = Form()
        form.refuse(problem)
        return _lost_page(side, form=form), 422
    session["challenge"] = held | {"asked": True}
    return redirect(f"{SIGN_IN[side]}/factor/lost", 303)


def over(side: Side) -> Response:
    """Return the redirect to the first step: the second one took too long, or too many tries."""
    session.pop("challenge", None)
    flash(_("That took too long, or there were too many tries. Sign in once more."), "warning")
    return redirect(SIGN_IN[side], 303)


def _way(factors: list[str]) -> str:
    """Return which typed factor the page is about; the authenticator app's, unless another one is asked for."""
    typed = [name for name in TYPED if name in factors]
    wanted = request.values.get("way", "")
    return wanted if wanted in typed else typed[0] if typed else ""


def _lost_page(side: Side, *, asked: bool = False, form: Form | None = None) -> str:
    return render_template(
        "security/lost_factors.html", side=side, base=SIGN_IN[side], asked=asked, form=form or Form()
    )


def _page(side: Side, form: Form) -> str:
    held = challenge(side)
    factors: list[str] = held["factors"] if held else []
    return render_template(
        "security/second_factor.html", form=form, side=side, base=SIGN_IN[side], factors=factors, way=_way(factors)
    )
