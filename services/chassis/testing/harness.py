"""One service under test: its real app, database and handlers; only identity's signature is the test's own."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.chassis import auth, clock
from services.chassis.app import describe_service, start
from services.chassis.columns import new_id
from services.chassis.database import Database
from services.chassis.event import Event, handling
from services.chassis.runtime import Runtime
from services.chassis.secrets import Sealer, ServiceKey
from services.chassis.service import Service
from services.chassis.settings import KeyFolder
from services.chassis.token_keys import KeySource

KEY = OKPKey.generate_key("Ed25519", {"kid": "test"})
PUBLIC_URL = "https://portal.example"
EXAMPLES = Path(__file__).parents[2] / "contracts" / "examples"


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Run the body with these settings and no other of ours."""
    others = {name: text for name, text in os.environ.items() if not name.startswith("ATRIO_")}
    with mock.patch.dict(os.environ, others | values, clear=True):
        yield


class Browser:
    """Calls a service's API with one token. `get`, `post`, ... take what werkzeug's test client takes."""

    def __init__(self, client: FlaskClient, token: str | None) -> None:
        self._client, self.token = client, token

    def open(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **kwargs: Any) -> TestResponse:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self._client.open(path, method=method, headers=bearer | dict(headers or {}), **kwargs)

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.open("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> TestResponse:
        return self.open("POST", path, **kwargs)

    def put(self, path: str, **kwargs: Any) -> TestResponse:
        return self.open("PUT", path, **kwargs)

    def patch(self, path: str, **kwargs: Any) -> TestResponse:
        return self.open("PATCH", path, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> TestResponse:
        return self.open("DELETE", path, **kwargs)


class TestKeys:
    """The test's key, and the service's own where it signs by itself."""

    __test__ = False

    def __init__(self, own: KeySource | None) -> None:
        self._own = own

    def keys(self, *, missing: str | None = None) -> KeySet:
        own = list(self._own.keys(missing=missing).keys) if self._own else []
        return KeySet([*own, KEY])


class TestTokens:
    """Service tokens signed by the test's key, so that no identity is needed."""

    __test__ = False

    def __init__(self, name: str) -> None:
        self._name = name

    def token_for(self, audience: str) -> str:
        return sign({"kind": "service", "sub": self._name, "aud": [audience]})


def sign(claims: Mapping[str, Any], *, seconds: int = 60) -> str:
    """Return a token with these claims, signed as identity would."""
    now = int(clock.now().timestamp())
    return jwt.encode(
        {"alg": auth.ALGORITHM, "kid": "test"},
        {"iss": auth.ISSUER, "iat": now, "exp": now + seconds, **claims},
        KEY,
        algorithms=auth.ALGORITHMS,
    )


@cache
def _described(service: Service) -> Flask:
    app = describe_service(service)
    app._got_first_request = True  # Flask then refuses more routes: they would show up in every other test
    return app


def _application(service: Service) -> Flask:
    """Return an application of its own for a harness; the routes, dear to describe, are described once a process."""
    app = copy(_described(service))
    app.extensions = dict(app.extensions)
    app.config = copy(app.config)
    return app


def _address(database: Database | str) -> str:
    return database if isinstance(database, str) else database.url.render_as_string(hide_password=False)


class Harness:
    """`service` on a migrated, empty database (or that at an address), with files and keys below `folder`."""

    def __init__(self, service: Service, database: Database | str, folder: Path, **settings: str) -> None:
        name = service.name.upper()
        given = {
            "ATRIO_DATA": str(folder),
            f"ATRIO_{name}_DATABASE_URL": _address(database),
            "ATRIO_PUBLIC_URL": PUBLIC_URL,
        }
        with environment(**given | settings):
            self.runtime = Runtime(service)
        self._shared = isinstance(database, Database)
        if isinstance(database, Database):
            self.runtime.database = database
        self.service = service
        self.folder = folder
        own = service.key_source(self.runtime) if service.key_source else None
        self.runtime.keys = TestKeys(own)
        self.runtime.tokens = TestTokens(service.name)  # type: ignore[assignment]
        self.app = start(_application(service), service, self.runtime)

    @property
    def database(self) -> Any:
        return self.runtime.database

    def describe_again(self) -> Flask:
        """Return an application that shares its routes with no other test, for a test that adds some."""
        self.app = start(describe_service(self.service), self.service, self.runtime)
        return self.app

    def point(self, peer: str, url: str) -> None:
        """Let calls of the service `peer` go to `url` (a test's own server)."""
        self.runtime.settings.urls[peer] = url

    def anyone(self) -> Browser:
        """Return a caller without a token."""
        return Browser(self.app.test_client(), None)

    def with_token(self, token: str) -> Browser:
        """Return a caller with this token."""
        return Browser(self.app.test_client(), token)

    def staff(self, *permissions: str, id: UUID | None = None, name: str = "Lucía Marín", **claims: Any) -> Browser:
        """Return a member of staff with these permissions; without any named, all that a route here asks for."""
        return self._person(
            "staff",
            id,
            name,
            "lucia@marincosta.example",
            permissions=list(permissions or self._permissions()),
            **claims,
        )

    def client(
        self,
        account_id: UUID,
        *,
        contact_id: UUID | None = None,
        role: str = "owner",
        others: Iterable[UUID] = (),
        id: UUID | None = None,
        name: str = "Ana Acosta",
        **claims: Any,
    ) -> Browser:
        """Return a client who looks at `account_id`; `others` are accounts of theirs besides."""
        contact = contact_id or new_id()
        accounts = [{"account_id": str(account_id), "contact_id": str(contact), "role": role}]
        accounts += [{"account_id": str(other), "contact_id": str(new_id()), "role": role} for other in others]
        return self._person(
            "client",
            id,
            name,
            "ana@talleresacosta.example",
            accounts=accounts,
            account_id=str(account_id),
            contact_id=str(contact),
            **claims,
        )

    def peer(self, name: str) -> Browser:
        """Return another service that calls this one."""
        return self.with_token(sign({"kind": "service", "sub": name, "aud": [self.service.name]}))

    def _person(self, kind: str, id: UUID | None, name: str, email: str, **claims: Any) -> Browser:
        everything = {
            "kind": kind,
            "sub": str(id or new_id()),
            "aud": list(self.service.contracts.SERVICES),
            "name": name,
            "email": email,
            "locale": "en",
            "timezone": "Europe/Madrid",
            "sid": str(new_id()),
            "auth_time": int(clock.now().timestamp()),
            "amr": ["password"],
        }
        return self.with_token(sign(everything | claims))

    def _permissions(self) -> set[str]:
        declared = (auth.access_of(view) for view in self.app.view_functions.values())
        return {access.staff for access in declared if access and access.staff}

    def deliver(self, event: Event | str, data: Mapping[str, Any] | None = None, **envelope: Any) -> Event:
        """Run the handler of an event as the worker would, and return it.

        `event` is an event, or a type: then `data` (or that of the type's example) makes it.
        """
        if isinstance(event, str):
            event = self.make(event, data, **envelope)
        event = Event.from_bytes(event.to_bytes())
        loaded = event.with_data(self.service.contracts.SCHEMAS[event.type].load(dict(event.data)))
        with handling(event), self.runtime.database.unit_of_work() as session:
            self.service.handlers[event.type](session, loaded, self.runtime)
        return event

    def make(
        self,
        type: str,
        data: Mapping[str, Any] | None = None,
        *,
        subject: object = None,
        version: int | None = None,
    ) -> Event:
        """Return an event of `type`: its example, with `data` laid over it."""
        example = self.example(type)
        merged = dict(example.data) | dict(data or {})
        if version is not None and "version" in merged:
            merged["version"] = version
        return Event.new(
            type,
            source=type.partition(".")[0],
            subject=subject or merged.get("id") or example.subject,
            version=version or merged.get("version") or example.subjectversion,
            data=merged,
        )

    @staticmethod
    def example(type: str) -> Event:
        """Return the published example of an event."""
        return Event.from_bytes((EXAMPLES / f"{type}.json").read_bytes())

    def recorded(self, type: str | None = None) -> list[Event]:
        """Return what the service has recorded so far, in order; each must keep its contract."""
        from services.chassis.outbox import OUTBOX

        with self.runtime.database.reading() as session:
            rows = session.execute(select(OUTBOX.c.envelope).order_by(OUTBOX.c.id)).scalars().all()
        events = [Event.from_bytes(row) for row in rows]
        loaded = [
            event.with_data(self.service.contracts.SCHEMAS[event.type].load(dict(event.data))) for event in events
        ]
        return [event for event in loaded if type is None or event.type == type]

    def open_sealed(self, recipient: str, sealed: str) -> str:
        """Return what was sealed for the service `recipient`."""
        folder = KeyFolder(self.folder / "keys", self.service.contracts.SERVICES)
        return Sealer(ServiceKey(folder.key(recipient)), folder.public_keys()).open(sealed)

    def seal(self, text: str) -> str:
        """Return `text` sealed for this service, as another one would send it."""
        return self.runtime.sealer.seal(self.service.name, text)

    def run_timer(self, name: str) -> None:
        """Let the named timer run once."""
        next(timer for timer in self.service.timers if timer.name == name).run(self.runtime)

    def run_sender(self, name: str, *, at_most: int = 100) -> int:
        """Let the named sender run until it has nothing to do; return how often it did something."""
        sender = next(sender for sender in self.service.senders if sender.name == name)
        return next(count for count in range(at_most) if not sender.run(self.runtime))

    def close(self) -> None:
        """Close what is open, save a database that was given."""
        if not self._shared:
            self.runtime.dispose()


def load_example(path: Path) -> dict[str, Any]:
    """Return the envelope in an example file."""
    envelope: dict[str, Any] = json.loads(path.read_text())
    return envelope
