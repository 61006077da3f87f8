"""What the services say, in the visitor's language. They speak English; the words are translated here.

A feature adds the codes of its problems to `PROBLEMS` and its fields' messages to `FIELDS`. What nobody added is
shown as the service said it.
"""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as N_
from flask_babel.speaklater import LazyString

from services.chassis.problems import Problem

PROBLEMS: dict[str, LazyString] = {
    "invalid_input": N_("Some of the input is not right. Nothing was saved yet."),
    "wrong_credentials": N_("E-mail or password is not right."),
    "invalid_credentials": N_("E-mail or password is not right."),
    "wrong_code": N_("This code is not right. Look at the newest message and try again."),
    "invalid_code": N_("This code is not right. Look at the newest message and try again."),
    "code_expired": N_("This code is too old. Have a new one sent."),
    "too_many_requests": N_("That was too many tries. Wait a few minutes and try again."),
    "too_many_attempts": N_("That was too many tries. Wait a few minutes and try again."),
    "changed_meanwhile": N_("Somebody changed this at the same time. Look at it and try again."),
    "uploads_switched_off": N_("The firm takes no documents here at the moment. Send a message instead."),
    "account_archived": N_("This client is archived and takes no documents."),
    "empty_file": N_("This file is empty. Choose another one."),
    "type_not_allowed": N_("Files of this type are not taken. Send a PDF, an image, or an office document."),
    "incomplete_body": N_("The file did not arrive whole. Send it again."),
    "storage_full": N_("There is no room for this file at the moment. Tell the firm."),
    "too_large": N_("This file is too large."),
    "illegal_transition": N_("This is not possible any more: the state has changed. Load the page again."),
    "forbidden": N_("You do not have the permission for this."),
}

FIELDS: tuple[tuple[str, LazyString], ...] = (
    (r"Missing data for required field\.|Fill this in\.|Field may not be (null|empty)\.", N_("Fill this in.")),
    (r"Shorter than minimum length 1\.|Length must be between 1 and \d+\.", N_("Fill this in.")),
    (r"Shorter than minimum length (?P<min>\d+)\.", N_("Use at least %(min)s characters.")),
    (r"Longer than maximum length (?P<max>\d+)\.", N_("Use at most %(max)s characters.")),
    (r"Use (?P<min>\d+) to (?P<max>\d+) characters\.", N_("Use %(min)s to %(max)s characters.")),
    (r"Not a valid email address\.", N_("Write an e-mail address like ana@example.com.")),
    (r"Not a valid date\.", N_("Choose a date.")),
    (r"Must be one of: .*", N_("Choose one of the options.")),
    (r"This contains a character that cannot be used here\.", N_("This contains a character that cannot be used here.")),
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
