"""Pages that clients and staff both have: one view, under two addresses, each of which says who may open it.

pages = BothSides("security", __name__)

@pages.get("/profile/security", "/admin/security")
def show(): ...
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from flask import Blueprint

from gateway.edge.access import Access, View, declare

Decorator = Callable[[View], View]


class BothSides(Blueprint):
    """A blueprint whose every page stands in the portal, for clients, and in the admin, for staff."""

    def get(self, portal_path: str, admin_path: str, **access: Any) -> Decorator:  # type: ignore[override]
        """Answer GET at both addresses; `access` is what `gateway.edge.access.Access` takes, and `public`."""
        return self._add("GET", portal_path, admin_path, **access)

    def post(self, portal_path: str, admin_path: str, **access: Any) -> Decorator:  # type: ignore[override]
        """Answer POST at both addresses."""
        return self._add("POST", portal_path, admin_path, **access)

    def _add(self, method: str, portal_path: str, admin_path: str, *, public: bool = False, **access: Any) -> Decorator:
        sides: tuple[tuple[str, Literal["client", "staff"]], ...] = ((portal_path, "client"), (admin_path, "staff"))

        def add(view: View) -> View:
            for path, kind in sides:
                marked = declare(Access("public" if public else kind, **access))(_copy(view))
                self.add_url_rule(path, f"{kind}_{view.__name__}", marked, methods=[method])
            return view

        return add


def _copy(view: View) -> View:
    """Return a function of its own that does the same, so that each side's can carry its own mark."""

    @wraps(view)
    def copy(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return copy
