"""What the gateway is told by the environment, beyond what every part is told."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from environs import FileAwareEnv
from marshmallow.validate import Range

from services.chassis.lane import half_of_the_cores
from services.chassis.settings import Settings

PARTS = ("gateway", "identity", "portal", "documents", "signing", "notifications")
"""All parts in the order of their ports; the first is the gateway's own."""
SERVICES = PARTS[1:]


@dataclass
class GatewaySettings(Settings):
    """The gateway's settings. It keeps no data: what it holds is signed with `key` or cached for seconds."""

    trusted_proxies: int = 0
    max_upload_bytes: int = 2 * 1024**3
    upstream_concurrency: int = 24
    sign_in_burst: int = 20
    sign_ins_at_once: int = field(default_factory=half_of_the_cores)
    demo_file: str = ""

    @classmethod
    def from_environment(cls) -> "GatewaySettings":
        """Return the settings; raise `WrongSettings` naming all that is missing or wrong."""
        return cls.load("gateway", PARTS)

    def read(self, env: FileAwareEnv) -> None:
        """Read what only the gateway needs.

        ATRIO_TRUSTED_PROXIES: how many proxies stand in front and add to X-Forwarded-For.
        ATRIO_MAX_UPLOAD_BYTES: the largest body passed on; the services have their own, smaller limits.
        ATRIO_SIGN_IN_BURST: sign-in pages that one address may send at once; then one each 3 s.
        ATRIO_SIGN_INS_AT_ONCE: sign-in pages that one process works on at a time; the rest waits its turn.
        ATRIO_DEMO_FILE: the demo firm's sign-ins, whose authenticator codes the mailbox for trying out shows.
        ATRIO_UPSTREAM_CONCURRENCY: calls to one service at a time, so that a hung one cannot take every thread.
        """
        self.sign_in_burst = env.int("ATRIO_SIGN_IN_BURST", 20, validate=Range(1, 100_000))
        self.sign_ins_at_once = env.int("ATRIO_SIGN_INS_AT_ONCE", half_of_the_cores(), validate=Range(1, 1000))
        self.demo_file = env.str("ATRIO_DEMO_FILE", "")
        self.trusted_proxies = env.int("ATRIO_TRUSTED_PROXIES", 0, validate=Range(0, 5))
        self.max_upload_bytes = env.int("ATRIO_MAX_UPLOAD_BYTES", 2 * 1024**3, validate=Range(min=1024))
        self.upstream_concurrency = env.int("ATRIO_UPSTREAM_CONCURRENCY", 24, validate=Range(1, 1000))

    @property
    def https(self) -> bool:
        """Whether the portal is reached by https, so that cookies must be too."""
        return urlsplit(self.public_url).scheme == "https"

    def cookie_name(self, name: str) -> str:
        """Return the name under which a cookie is set: `__Host-` keeps other sites of the domain from planting it."""
        return f"__Host-{name}" if self.https else name
