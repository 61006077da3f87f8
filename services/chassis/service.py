"""What a service is made of, said in one place: tables, routes, reactions, timers, senders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import marshmallow
from flask_smorest import Blueprint
from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.settings import Settings

if TYPE_CHECKING:
    from services.chassis.runtime import Runtime
    from services.chassis.token_keys import KeySource

Handler = Callable[[Session, Event, "Runtime"], None]


class Contracts(Protocol):
    """The published language, as the module `services.contracts` has it."""

    @property
    def SERVICES(self) -> Sequence[str]: ...  # noqa: N802 - a module's constants, which may be narrower than this
    @property
    def SCHEMAS(self) -> Mapping[str, marshmallow.Schema]: ...  # noqa: N802
    @property
    def SUBSCRIPTIONS(self) -> Mapping[str, Sequence[str]]: ...  # noqa: N802


@dataclass(frozen=True)
class Timer:
    """What time makes happen: `run` is called every `every_seconds` in the worker; it claims its rows itself."""

    name: str
    every_seconds: float
    run: Callable[["Runtime"], None]


@dataclass(frozen=True)
class Sender:
    """A loop that sends what leaves the house: `run` returns whether it did anything.

    It runs again at once after work, else when a commit woke the channel `name`, else after some seconds.
    """

    name: str
    run: Callable[["Runtime"], bool]


@dataclass(frozen=True, eq=False)
class Service:
    """One service. `handlers` maps an event's type to the function that reacts to it."""

    name: str
    contracts: Contracts
    metadata: MetaData
    migrations: str
    blueprints: Sequence[Blueprint] = ()
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    timers: Sequence[Timer] = ()
    senders: Sequence[Sender] = ()
    settings: type[Settings] = Settings
    key_source: "Callable[[Runtime], KeySource] | None" = None
    on_start: "Callable[[Runtime], Any] | None" = None
    """Runs once a process after the database is migrated, before the first request or event."""

    def load_settings(self) -> Settings:
        """Return this service's settings from the environment."""
        return self.settings.load(self.name, self.contracts.SERVICES)
