"""HTTP: the way in by the firm's identity provider. Only the gateway calls it."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from services.chassis.auth import allow
from services.chassis.problems import Problem
from services.chassis.runtime import current_runtime
from services.chassis.schemas import Schema
from services.identity.factors.challenges import Challenged
from services.identity.oidc import actions
from services.identity.oidc.actions import Answer, Begun
from services.identity.sessions.actions import SignedIn
from services.identity.sessions.schemas import ClientSchema
from services.identity.sign_in.schemas import AdmittedOut

blp = Blueprint("oidc", __name__, url_prefix="/v1/sign-in/oidc", description="Sign-in by OpenID Connect")
LENGTH = validate.Length(min=1, max=4000)


class BeginIn(Schema):
    client = fields.Nested(ClientSchema, required=True)


class BegunOut(Schema):
    flow = fields.String(metadata={"description": "For the browser that is sent to the provider, and for it alone"})
    url = fields.String()


class FinishIn(Schema):
    flow = fields.String(required=True, validate=LENGTH)
    code = fields.String(required=True, validate=LENGTH)
    state = fields.String(required=True, validate=LENGTH)
    issuer = fields.String(load_default=None, allow_none=True, validate=LENGTH)
    client = fields.Nested(ClientSchema, required=True)


@blp.post("/start")
@blp.arguments(BeginIn)
@blp.response(200, BegunOut)
@allow(service={"gateway"})
def start(values: dict[str, Any]) -> Begun:
    """Begin a sign-in at the provider."""
    return actions.begin(current_runtime(), values["client"])


@blp.post("")
@blp.arguments(FinishIn)
@blp.response(200, AdmittedOut)
@allow(service={"gateway"})
def finish(values: dict[str, Any]) -> SignedIn | Challenged:
    """Sign in with what the browser brought back from the provider."""
    answer = Answer(values["code"], values["state"], values["issuer"])
    outcome = actions.finish(current_runtime(), values["flow"], answer, values["client"])
    if isinstance(outcome, Problem):
        raise outcome
    return outcome
