"""A form as it goes back and forth: what was typed, what is wrong with it. The services alone judge.

form = Form.posted("name", "email")
try:
    account = clients().portal.create_account(form.values)
except Problem as problem:
    form.refuse(problem)                                   # raises again what is no matter of the input
    return render_template("admin/clients/new.html", form=form), 422
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _

from gateway.service_messages import say, say_problem
from services.chassis.problems import Problem

REFUSALS = frozenset({400, 401, 403, 409, 410, 413, 415, 422, 429})


class Form:
    """Values and errors of one form. The `field` macros read it; typed text is never lost, passwords never shown."""

    def __init__(self, values: Mapping[str, Any] | None = None, errors: Mapping[str, Sequence[str]] | None = None):
        self.values: dict[str, Any] = dict(values or {})
        self.labels: dict[str, str] = {}
        self.errors: dict[str, list[str]] = {name: list(texts) for name, texts in (errors or {}).items()}

    @classmethod
    def posted(cls, *names: str, lists: Sequence[str] = ()) -> "Form":
        """Return the form with these fields as they were sent: `names` as text, `lists` as lists of text."""
        values: dict[str, Any] = {name: request.form.get(name, "").strip() for name in names}
        return cls(values | {name: request.form.getlist(name) for name in lists})

    def value(self, name: str, default: Any = "") -> Any:
        """Return what stands in a field."""
        found = self.values.get(name)
        return default if found is None else found

    def add_error(self, name: str, text: str) -> None:
        """Say something about a field; the name "" is the form as a whole."""
        self.errors.setdefault(name, []).append(text)

    def require(self, name: str, text: str) -> bool:
        """Say `text` about an empty field, and return whether it is filled."""
        if not self.value(name):
            self.add_error(name, text)
            return False
        return True

    def refuse(self, problem: Problem) -> None:
        """Take over what a service says is wrong; raise `problem` again when the input is not to blame."""
        if problem.status not in REFUSALS or problem.code == "proof_required":
            raise problem
        for name, texts in form_errors(problem).items():
            self.errors.setdefault(name, []).extend(texts)

    def refuse_at(self, name: str, problem: Problem) -> None:
        """Take over what a service says is wrong, beside the field `name` where it does not name a field itself."""
        self.refuse(problem)
        if problem.status in (401, 422) and "" in self.errors:
            self.errors.setdefault(name, []).extend(self.errors.pop(""))

    def is_valid(self) -> bool:
        return not self.errors


def version_of(form: Form) -> int:
    """Return which version the form was opened with; a mangled one counts as outdated."""
    text = str(form.value("version", ""))
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def show_conflict(form: Form, fresh: Form) -> None:
    """Say beside each field what somebody else saved meanwhile; saving again then replaces it.

    Typed text stays. The form takes the newer version, so that the next save is made in knowledge of it.
    """
    for name, value in fresh.values.items():
        typed = str(form.value(name)).replace("\r\n", "\n")
        if name != "version" and str(value or "") != typed:
            form.add_error(name, _("Saved at the moment: %(value)s", value=value or _("nothing")))
    form.values["version"] = fresh.value("version")
    form.add_error(
        "", _("Somebody changed this at the same time. What you typed is kept: save again to replace theirs.")
    )


def form_errors(problem: Problem) -> dict[str, list[str]]:
    """Return what a service's problem says, by field and in the visitor's language; "" is the form as a whole."""
    if not problem.errors:
        return {"": [say_problem(problem)]}
    return {name: [say(text) for text in _texts(texts)] for name, texts in problem.errors.items()}


def _texts(texts: Any) -> list[str]:
    return [str(text) for text in texts] if isinstance(texts, list | tuple) else [str(texts)]
