"""The identity service, said in one place."""

from services import contracts
from services.chassis.service import Service
from services.identity.factors.api import blp as factors
from services.identity.factors.lost_api import asking as lost_factors
from services.identity.factors.lost_api import resetting as reset_factors
from services.identity.handlers import HANDLERS
from services.identity.invitations.api import blp as invitations
from services.identity.mobiles.api import blp as mobiles
from services.identity.models import Model
from services.identity.oidc.api import blp as oidc
from services.identity.passkeys.api import own as own_passkeys
from services.identity.passkeys.api import sign_in as passkey_sign_in
from services.identity.passwords.api import blp as passwords
from services.identity.passwords.api import own as own_password
from services.identity.privacy.service import ACCOUNT_DATA
from services.identity.proofs.api import blp as proofs
from services.identity.sessions.api import blp as sessions
from services.identity.sessions.overview import of_users as user_sessions
from services.identity.sessions.overview import own as own_sessions
from services.identity.sessions.viewing import blp as viewing
from services.identity.settings import IdentitySettings
from services.identity.sign_in.api import blp as sign_in
from services.identity.sign_in.of_users import blp as user_codes
from services.identity.staff.api import blp as staff
from services.identity.timers import TIMERS
from services.identity.tokens.api import blp as tokens
from services.identity.tokens.keys import prepare, ring_of
from services.identity.users.api import blp as users
from services.identity.users.api import me

SERVICE = Service(
    name="identity",
    contracts=contracts,
    metadata=Model.metadata,
    migrations="services.identity.migrations",
    blueprints=(
        sign_in,
        oidc,
        passkey_sign_in,
        factors,
        lost_factors,
        own_passkeys,
        proofs,
        mobiles,
        sessions,
        own_sessions,
        user_sessions,
        viewing,
        invitations,
        passwords,
        own_password,
        me,
        users,
        reset_factors,
        user_codes,
        staff,
        tokens,
        ACCOUNT_DATA.blueprint,
    ),
    handlers=HANDLERS,
    timers=(*TIMERS, *ACCOUNT_DATA.timers),
    senders=ACCOUNT_DATA.senders,
    settings=IdentitySettings,
    key_source=ring_of,
    on_start=prepare,
)
