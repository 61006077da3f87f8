"""HTTP: a person's own ways of proving who they are. All but looking asks for a fresh proof."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller, not_signed_in
from services.chassis.runtime import current_runtime
from services.identity.factors import actions, queries
from services.identity.factors.schemas import EnrolledOut, RecoveryCodesOut, SecurityOut, TotpBegunOut, TotpCodeIn
from services.identity.passkeys.party import relying_party
from services.identity.users import actions as users
from services.identity.users.models import User

blp = Blueprint("factors", __name__, url_prefix="/v1/me", description="One's own second factors")


def own_user(session: Session) -> User:
    """Return the caller, locked: of two changes of one's factors at once the second sees the first."""
    return users.get_locked(session, UUID(str(caller().id)))


def own_session() -> UUID:
    """Return the caller's session."""
    if not caller().session_id:
        raise not_signed_in()
    return UUID(str(caller().session_id))


@blp.get("/security")
@blp.response(200, SecurityOut)
@allow(staff_any=True, client=True)
def read_security() -> dict[str, Any]:
    """Tell what the caller has to sign in with."""
    with reading() as session:
        return queries.overview(session, UUID(str(caller().id)), caller().must_enrol)


@blp.post("/totp")
@blp.response(201, TotpBegunOut)
@allow(staff_any=True, client=True, proof=True)
def begin_totp() -> dict[str, str]:
    """Make a secret for an authenticator app. It counts once a code of it was given."""
    runtime = current_runtime()
    with unit_of_work() as session:
        issuer = relying_party(runtime.settings.public_url).id
        secret, uri = actions.begin_totp(session, runtime.sealer, own_user(session), issuer)
    return {"secret": secret, "uri": uri}


@blp.post("/totp/confirm")
@blp.arguments(TotpCodeIn)
@blp.response(200, EnrolledOut)
@allow(staff_any=True, client=True, proof=True)
def confirm_totp(values: dict[str, Any]) -> dict[str, Any]:
    """Make the new secret count by a code of it."""
    code = "".join(values["code"].split())
    with unit_of_work() as session:
        user = own_user(session)
        codes = actions.confirm_totp(session, current_runtime().sealer, user, own_session(), code)
    return {"recovery_codes": codes}


@blp.delete("/totp")
@blp.response(204)
@allow(staff_any=True, client=True, proof=True)
def remove_totp() -> None:
    """Remove the authenticator app."""
    with unit_of_work() as session:
        actions.remove_totp(session, own_user(session))


@blp.post("/recovery-codes")
@blp.response(201, RecoveryCodesOut)
@allow(staff_any=True, client=True, proof=True)
def renew_recovery_codes() -> dict[str, Any]:
    """Make ten new recovery codes; those before work no more."""
    with unit_of_work() as session:
        codes = actions.renew_recovery_codes(session, current_runtime().sealer, own_user(session))
    return {"codes": codes}
