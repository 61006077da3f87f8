"""What the services say, in the visitor's language. They speak English; the words are translated here.

A feature adds the codes of its problems to `PROBLEMS` and its fields' messages to `FIELDS`. What nobody added is
shown as the service said it.
"""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from services.chassis.problems import Problem

PROBLEMS: dict[str, LazyString] = {
    "invalid_input": _l("Some of the input is not right. Nothing was saved yet."),
    "wrong_credentials": _l("E-mail or password is not right."),
    "invalid_credentials": _l("E-mail or password is not right."),
    "wrong_code": _l("This code is not right. Look at the newest message and try again."),
    "invalid_code": _l("This code is not right. Look at the newest message and try again."),
    "code_expired": _l("This code is too old. Have a new one sent."),
    "too_many_requests": _l("That was too many tries. Wait a few minutes and try again."),
    "too_many_attempts": _l("That was too many tries. Wait a few minutes and try again."),
    "changed_meanwhile": _l("Somebody changed this at the same time. Look at it and try again."),
    "uploads_switched_off": _l("The firm takes no documents here at the moment. Send a message instead."),
    "account_archived": _l("This client is archived and takes no documents."),
    "empty_file": _l("This file is empty. Choose another one."),
    "type_not_allowed": _l("Files of this type are not taken. Send a PDF, an image, or an office document."),
    "incomplete_body": _l("The file did not arrive whole. Send it again."),
    "storage_full": _l("There is no room for this file at the moment. Tell the firm."),
    "too_large": _l("This file is too large."),
    "illegal_transition": _l("This is not possible any more: the state has changed. Load the page again."),
    "forbidden": _l("You do not have the permission for this."),
}

FIELDS: tuple[tuple[str, LazyString], ...] = (
    (r"Missing data for required field\.|Fill this in\.|Field may not be (null|empty)\.", _l("Fill this in.")),
    (r"Shorter than minimum length 1\.|Length must be between 1 and \d+\.", _l("Fill this in.")),
    (r"Shorter than minimum length (?P<min>\d+)\.", _l("Use at least %(min)s characters.")),
    (r"Longer than maximum length (?P<max>\d+)\.", _l("Use at most %(max)s characters.")),
    (r"Use (?P<min>\d+) to (?P<max>\d+) characters\.", _l("Use %(min)s to %(max)s characters.")),
    (r"Not a valid email address\.", _l("Write an e-mail address like ana@example.com.")),
    (r"Not a valid date\.", _l("Choose a date.")),
    (r"Must be one of: .*", _l("Choose one of the options.")),
    (
        r"This contains a character that cannot be used here\.",
        _l("This contains a character that cannot be used here."),
    ),
)
_PATTERNS = [(re.compile(pattern), message) for pattern, message in FIELDS]


def say(text: str) -> str:
    """Return a field's message in the visitor's language."""
    for pattern, message in _PATTERNS:
        if match := pattern.fullmatch(text):
            return str(message) % {name: value for name, value in match.groupdict().items() if value is not None}
    return text


def say_problem(problem: Problem) -> str:
    """Return what a problem says as a whole in the visitor's language."""
    if known := PROBLEMS.get(problem.code):
        return str(known)
    return problem.detail or _("That did not work: %(reason)s", reason=problem.title)
