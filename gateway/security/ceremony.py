"""The two halves of a passkey's ceremony as the gateway passes them on: options out, the browser's answer in."""

import json
from collections.abc import Callable

from flask import Response, jsonify, request

from gateway.clients import Json
from gateway.edge import cookies
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

MOST_CHARACTERS = 20_000
"""An answer with an attestation has some 2,000."""


def options(ask: Callable[[], Json]) -> Response:
    """Return as JSON the options that `ask` gets, and keep their flow in this browser; or say why there are none."""
    try:
        found = ask()
    except Problem as problem:
        if problem.status >= 500 or problem.code == "proof_required":
            raise
        response = jsonify(error=say_problem(problem))
        response.status_code = problem.status
        return response
    response = jsonify(options=found["options"])
    cookies.keep_passkey_flow(response, found["flow"])
    return response


def credential() -> Json | None:
    """Return the credential that came with the form, or None for one that is none."""
    text = request.form.get("credential", "")
    if not text or len(text) > MOST_CHARACTERS:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
