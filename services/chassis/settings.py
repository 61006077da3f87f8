"""Typed settings from the environment. All that is missing or wrong is named at once.

A subclass adds a service's own in `read`. Every name must stand in docs/operations.md (a test holds it).
"""

import os
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from environs import EnvValidationError, FileAwareEnv
from marshmallow import ValidationError
from marshmallow.validate import OneOf, Range

from services.chassis import secrets

if TYPE_CHECKING:
    from services.chassis.blobs_sealed import BlobKeys


class WrongSettings(SystemExit):
    """Settings are missing or wrong; the message names each of them."""


@dataclass
class Settings:
    """What every part of the house is told. `service` is whose settings these are, `peers` all parts by name.

    `secret` values may also be given as `<NAME>_FILE`, the path of a file that holds them.
    """

    service: str
    peers: Sequence[str]
    data: Path = Path("var")
    port: int = 8000
    public_url: str = ""
    bus_url: str = ""
    database_url: str = ""
    files_url: str = ""
    blob_key: str = ""
    blob_old_keys: list[str] = field(default_factory=list)
    key: str = ""
    public_keys: secrets.PublicKeys | None = None
    log_level: str = "INFO"
    log_format: str = "json"
    capture: bool = True
    urls: dict[str, str] = field(default_factory=dict)
    handlers: int = 1
    worker_port: int = 0
    outbox_days: float = 7
    inbox_days: float = 90

    @classmethod
    def load(cls, service: str, peers: Sequence[str]) -> Self:
        """Return the settings of `service`; raise `WrongSettings` naming all that is missing or wrong."""
        env = FileAwareEnv(eager=False, expand_vars=False)
        settings = cls(service, peers)
        settings.read_shared(env)
        settings.read(env)
        try:
            env.seal()
        except EnvValidationError as error:
            wrong = cast(dict[str, list[str]], error.error_messages)
            lines = [f"  {name}: {' '.join(map(str, texts))}" for name, texts in wrong.items()]
            raise WrongSettings("These settings are missing or wrong:\n" + "\n".join(lines)) from None
        settings.complete()
        return settings

    def read(self, env: FileAwareEnv) -> None:
        """Read what only this service needs. Subclasses override it; `env` collects what is wrong."""

    def read_shared(self, env: FileAwareEnv) -> None:
        """Read what every part is told."""
        name = self.service.upper()
        self.data = Path(env.str("ATRIO_DATA", "var") or "var").absolute()
        self.port = env.int("ATRIO_PORT", 8000, validate=Range(1, 65000))
        self.public_url = env.str("ATRIO_PUBLIC_URL", "")
        self.bus_url = env.str("ATRIO_BUS_URL", "")
        self.database_url = env.str(f"ATRIO_{name}_DATABASE_URL", "")
        self.files_url = env.str("ATRIO_FILES_URL", "")
        self.blob_key = env.str("ATRIO_BLOB_KEY", "", validate=_blob_key)
        old: list[str] = env.list("ATRIO_BLOB_OLD_KEYS", [], validate=_blob_keys) or []
        self.blob_old_keys = [text for text in old if text]
        self.key = env.str(f"ATRIO_{name}_KEY", "")
        self.public_keys = cast(secrets.PublicKeys | None, env.json("ATRIO_PUBLIC_KEYS", None))
        self.log_level = env.str("ATRIO_LOG_LEVEL", "INFO", validate=OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
        self.log_format = env.str("ATRIO_LOG_FORMAT", "json", validate=OneOf(["json", "text"]))
        self.capture = env.bool("ATRIO_CAPTURE", True)
        self.handlers = env.int("ATRIO_HANDLERS", 1, validate=Range(1, 32))
        self.worker_port = env.int("ATRIO_WORKER_PORT", 0, validate=Range(0, 65535))
        self.outbox_days = env.float("ATRIO_OUTBOX_DAYS", 7, validate=Range(1))
        self.inbox_days = env.float("ATRIO_INBOX_DAYS", 90, validate=Range(30))
        self.urls = {peer: env.str(f"ATRIO_{peer.upper()}_URL", "") for peer in self.peers}

    def complete(self) -> None:
        """Fill in what follows from the data folder: the embedded default, and the keys of a first start."""
        self.public_url = (self.public_url or f"http://localhost:{self.port}").rstrip("/")
        self.bus_url = self.bus_url or f"local:///{self.data}/bus.db"
        self.database_url = self.database_url or f"sqlite:///{self.data}/{self.service}.db"
        self.files_url = self.files_url or f"file://{self.data}/files"
        if not self.key or not self.public_keys:
            folder = KeyFolder(self.data / "keys", self.peers)
            self.key = self.key or folder.key(self.service)
            self.public_keys = self.public_keys or folder.public_keys()

    def blob_keys(self) -> "BlobKeys | None":
        """Return the keys that stored files are encrypted with; None where the firm gave none."""
        if not self.blob_key and not self.blob_old_keys:
            return None
        from services.chassis.blobs_sealed import BlobKeys  # only who encrypts loads the ciphers

        return BlobKeys.of(self.blob_key, self.blob_old_keys)

    def url_of(self, peer: str) -> str:
        """Return where the service `peer` listens: `ATRIO_<PEER>_URL`, else its place on this machine."""
        return (self.urls.get(peer) or f"http://127.0.0.1:{self.port + list(self.peers).index(peer)}").rstrip("/")


def _blob_key(text: str) -> None:
    try:
        right = not text or len(b64decode(text.strip(), validate=True)) == 32
    except ValueError:
        right = False
    if not right:
        raise ValidationError("Give 32 bytes in base64, as `openssl rand -base64 32` prints them.")


def _blob_keys(texts: list[str]) -> None:
    for text in texts:
        _blob_key(text)


class KeyFolder:
    """The keys of an installation on one machine: `<folder>/<service>.key`, made at the first start."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.folder, self.names = folder, names

    def key(self, name: str) -> str:
        """Return the key of `name`; it is made, readable by the owner alone, where there is none yet."""
        path = self.folder / f"{name}.key"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.new_service_key())
            try:
                os.link(draft, path)  # fails where another process was first, whose key then counts
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text()

    def public_keys(self) -> secrets.PublicKeys:
        """Return the public keys of all parts."""
        return {name: secrets.ServiceKey(self.key(name)).public() for name in self.names}
