"""When another code may be asked for: identity leaves a minute between two, and sends a few in a quarter of an hour."""

import math

from flask_babel import ngettext

from gateway.forms import Form
from services.chassis.problems import Problem

SHORT_SECONDS = 60
"""Who has to wait no longer than this was sent a code a moment ago."""


def words(seconds: int) -> str:
    """Return in a sentence or two when another code may be asked for."""
    if seconds <= SHORT_SECONDS:
        return ngettext(
            "A code was just sent. You can ask for another one in %(num)s second.",
            "A code was just sent. You can ask for another one in %(num)s seconds.",
            seconds,
        )
    return ngettext(
        "Several codes were asked for already. You can ask for another one in %(num)s minute.",
        "Several codes were asked for already. You can ask for another one in %(num)s minutes.",
        math.ceil(seconds / 60),
    )


def too_soon(problem: Problem) -> str | None:
    """Return when another code may be asked for, where that is what `problem` is about; else None."""
    if problem.status != 429 or problem.retry_after is None:
        return None
    return words(problem.retry_after)


def refuse(form: Form, problem: Problem, field: str = "") -> None:
    """Take over why no code was sent, with the time to wait beside `field`."""
    if wait := too_soon(problem):
        form.add_error(field, wait)
    else:
        form.refuse(problem)
