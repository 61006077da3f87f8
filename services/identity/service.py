"""The identity service, said in one place."""

from services import contracts
from services.chassis.service import Service
from services.identity.handlers import HANDLERS
from services.identity.invitations.api import blp as invitations
from services.identity.models import Model
from services.identity.passwords.api import blp as passwords
from services.identity.passwords.api import own as own_password
from services.identity.sessions.api import blp as sessions
from services.identity.settings import IdentitySettings
from services.identity.sign_in.api import blp as sign_in
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
    blueprints=(sign_in, sessions, invitations, passwords, own_password, me, users, staff, tokens),
    handlers=HANDLERS,
    timers=TIMERS,
    settings=IdentitySettings,
    key_source=ring_of,
    on_start=prepare,
)
