"""Who may open a page. Every view says so with one of these; a view that does not stops the start.

@pages.get("/documents")
@client_page
def list_documents(): ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, overload

from flask import Flask

View = Callable[..., Any]
ACCESS = "__atrio_access__"


@dataclass(frozen=True)
class Access:
    """Who may open a page: anyone, signed-in clients, or staff (with `permission`, where one is named).

    `limit` names a rate limit per address (see `gateway.edge.limits`). `streams` marks a view that reads the
    body itself with `gateway.edge.uploads`, which then checks the CSRF token before the first file. `proof` asks
    whoever signed in some time ago to prove again who they are before the page opens. `enrolling` lets in staff
    who still have to set up a second factor; every other page of the admin leads them there. `roles` are those
    in the client's account that may open the page; for every other one it is not there (404).
    """

    kind: Literal["public", "client", "staff"]
    permission: str | None = None
    limit: str | None = None
    streams: bool = False
    proof: bool = False
    enrolling: bool = False
    roles: frozenset[str] | None = None


def declare(access: Access) -> Callable[[View], View]:
    """Return a decorator that writes `access` on a view."""

    def mark(view: View) -> View:
        setattr(view, ACCESS, access)
        return view

    return mark


@overload
def public_page(view: View) -> View: ...
@overload
def public_page(*, limit: str | None = None) -> Callable[[View], View]: ...
def public_page(view: View | None = None, *, limit: str | None = None) -> Any:
    """Let anyone open the page."""
    return _applied(view, Access("public", limit=limit))


@overload
def client_page(view: View) -> View: ...
@overload
def client_page(
    *, streams: bool = False, limit: str | None = None, proof: bool = False, roles: frozenset[str] | None = None
) -> Callable[[View], View]: ...
def client_page(
    view: View | None = None,
    *,
    streams: bool = False,
    limit: str | None = None,
    proof: bool = False,
    roles: frozenset[str] | None = None,
) -> Any:
    """Let signed-in clients open the page, of these `roles` where they are named; others go to the portal's sign-in."""
    return _applied(view, Access("client", streams=streams, limit=limit, proof=proof, roles=roles))


@overload
def staff_page(permission: View) -> View: ...
@overload
def staff_page(
    permission: str | None = None, *, streams: bool = False, limit: str | None = None, proof: bool = False
) -> Callable[[View], View]: ...
def staff_page(
    permission: View | str | None = None, *, streams: bool = False, limit: str | None = None, proof: bool = False
) -> Any:
    """Let signed-in staff open the page, where `permission` is named only those who have it."""
    if callable(permission):
        return declare(Access("staff"))(permission)
    return declare(Access("staff", permission, streams=streams, limit=limit, proof=proof))


def _applied(view: View | None, access: Access) -> Any:
    return declare(access)(view) if view is not None else declare(access)


def access_of(app: Flask, endpoint: str) -> Access | None:
    """Return what the view behind `endpoint` declares, or None when it declares nothing."""
    found: Access | None = getattr(app.view_functions.get(endpoint), ACCESS, None)
    return found


def undeclared(app: Flask) -> list[str]:
    """Return the routes of `app` whose views do not say who may open them."""
    return [str(rule) for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None]


def declare_static(app: Flask) -> None:
    """Say of the built scripts and styles that anyone may load them."""
    app.view_functions["static"] = public_page(app.view_functions["static"])
