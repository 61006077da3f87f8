"""The parts of pages that portal and admin share: shells and macros, as templates."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
FOLDERS = tuple(HERE.parent / part / "templates" for part in ("components", "portal", "admin", "security"))


def install(app: Flask) -> None:
    """Let `app` find the templates of components, portal, admin and security; a name that is not there is an error."""
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in FOLDERS])
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals |= {"column": Column, "with_query": with_query}


@dataclass(frozen=True)
class Column:
    """The head of a table's column; `sort` is the name by which the list is sorted, `hidden` is for screen readers."""

    label: str
    sort: str | None = None
    number: bool = False
    hidden: bool = False


def with_query(**changes: Any) -> str:
    """Return the address of the present page with other parameters; None takes one out."""
    kept = {name: values for name, values in request.args.to_dict(flat=False).items() if name not in changes}
    query = urlencode(kept | {name: value for name, value in changes.items() if value is not None}, doseq=True)
    return f"{request.path}?{query}" if query else request.path
