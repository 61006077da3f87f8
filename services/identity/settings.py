"""Identity's own settings."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from environs import FileAwareEnv
from marshmallow import ValidationError
from marshmallow.validate import Length, OneOf, Range

from services.chassis.settings import Settings
from services.identity.oidc.bounded import is_allowed

if TYPE_CHECKING:
    from services.chassis.runtime import Runtime


@dataclass
class IdentitySettings(Settings):
    """How long sessions last, and how much one network and all together may try in 15 minutes."""

    client_idle_minutes: int = 120
    client_session_hours: int = 24
    staff_idle_minutes: int = 60
    staff_session_hours: int = 12
    codes_per_network: int = 60
    codes_in_all: int = 1000
    guesses_per_network: int = 200
    key_days: int = 90
    places_file: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    oidc_second_factor: str = "own"

    def read(self, env: FileAwareEnv) -> None:
        positive = Range(min=1)
        self.client_idle_minutes = env.int("ATRIO_CLIENT_IDLE_MINUTES", 120, validate=positive)
        self.client_session_hours = env.int("ATRIO_CLIENT_SESSION_HOURS", 24, validate=positive)
        self.staff_idle_minutes = env.int("ATRIO_STAFF_IDLE_MINUTES", 60, validate=positive)
        self.staff_session_hours = env.int("ATRIO_STAFF_SESSION_HOURS", 12, validate=positive)
        self.codes_per_network = env.int("ATRIO_CODES_PER_NETWORK", 60, validate=positive)
        self.codes_in_all = env.int("ATRIO_CODES_IN_ALL", 1000, validate=positive)
        self.guesses_per_network = env.int("ATRIO_GUESSES_PER_NETWORK", 200, validate=positive)
        self.key_days = env.int("ATRIO_KEY_DAYS", 90, validate=positive)
        self.places_file = env.str("ATRIO_PLACES_FILE", "")
        self.oidc_issuer = env.str("ATRIO_OIDC_ISSUER", "", validate=_https)
        if self.oidc_issuer:
            self.oidc_client_id = env.str("ATRIO_OIDC_CLIENT_ID", validate=Length(min=1))
        self.oidc_client_secret = env.str("ATRIO_OIDC_CLIENT_SECRET", "")
        self.oidc_name = env.str("ATRIO_OIDC_NAME", "OpenID Connect") or "OpenID Connect"
        self.oidc_second_factor = env.str("ATRIO_OIDC_SECOND_FACTOR", "own", validate=OneOf(["own", "provider"]))

    def idle(self, kind: str) -> timedelta:
        """Return how long a session of that kind of user may stay unused."""
        return timedelta(minutes=self.staff_idle_minutes if kind == "staff" else self.client_idle_minutes)

    def lifetime(self, kind: str) -> timedelta:
        """Return how long a session of that kind of user lasts at most."""
        return timedelta(hours=self.staff_session_hours if kind == "staff" else self.client_session_hours)


def _https(url: str) -> None:
    if url and not is_allowed(url):
        raise ValidationError("must be an https address (http only on this machine, for tests)")


def settings_of(runtime: "Runtime") -> IdentitySettings:
    """Return the settings of identity's runtime."""
    return cast(IdentitySettings, runtime.settings)
