"""A service in motion: its settings and the things they open. Handlers get it, requests find it."""

from functools import cached_property
from threading import Lock
from typing import cast

from flask import current_app

from services.chassis.auth import Verifier
from services.chassis.blobs import Blobs, open_blobs
from services.chassis.database import Database
from services.chassis.http_client import ServiceClient
from services.chassis.secrets import Sealer, ServiceKey
from services.chassis.service import Service
from services.chassis.service_tokens import ServiceTokens
from services.chassis.settings import Settings
from services.chassis.token_keys import KeySource, RemoteKeys

EXTENSION = "atrio"


class Runtime:
    """What one process of `service` works with. Everything is opened when it is first used."""

    def __init__(self, service: Service, settings: Settings | None = None) -> None:
        self.service = service
        self.settings = settings or service.load_settings()
        self.key = ServiceKey(self.settings.key)
        self._clients: dict[str, ServiceClient] = {}
        self._lock = Lock()

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.database_url)

    @cached_property
    def blobs(self) -> Blobs:
        return open_blobs(self.settings.files_url, self.service.name, self.settings.blob_keys())

    @cached_property
    def sealer(self) -> Sealer:
        return Sealer(self.key, self.settings.public_keys or {})

    @cached_property
    def keys(self) -> KeySource:
        """The keys with which passports are verified."""
        if self.service.key_source:
            return self.service.key_source(self)
        return RemoteKeys(self.settings.url_of("identity"))

    @cached_property
    def verifier(self) -> Verifier:
        return Verifier(self.keys, self.service.name)

    @cached_property
    def tokens(self) -> ServiceTokens:
        return ServiceTokens(self.service.name, self.key, ServiceClient(self.settings.url_of("identity")))

    def client(self, peer: str) -> ServiceClient:
        """Return the client of another service, which says who we are by a service token."""
        with self._lock:
            if peer not in self._clients:
                self._clients[peer] = ServiceClient(self.settings.url_of(peer), lambda: self.tokens.token_for(peer))
            return self._clients[peer]

    def dispose(self) -> None:
        """Close what is open."""
        if "database" in self.__dict__:
            self.database.dispose()


def current_runtime() -> Runtime:
    """Return the runtime of the app that answers the present request."""
    return cast(Runtime, current_app.extensions[EXTENSION])
