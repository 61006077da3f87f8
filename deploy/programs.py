"""The programs that Atrio is made of: a gateway, and an API and a worker for each service."""

import importlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

from services.chassis import observability
from services.chassis.runtime import Runtime
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.contracts import SERVICES

GATEWAY = "gateway"
WITH_DATABASE = tuple(name for name in SERVICES if name != GATEWAY)


def load_service(name: str) -> Service:
    """Return the service `name`, imported now."""
    return cast(Service, importlib.import_module(f"services.{name}.service").SERVICE)


def load_settings(name: str) -> Settings:
    """Return the settings of the part `name`; raise `WrongSettings` naming all that is missing or wrong."""
    if name == GATEWAY:
        from gateway.settings import GatewaySettings

        return GatewaySettings.from_environment()
    return load_service(name).load_settings()


class WebProgram:
    """What answers HTTP for one part. It is built here and opens nothing before `serve`: it may be forked between."""

    def __init__(self, name: str) -> None:
        self.name, self.settings = name, load_settings(name)
        self._start: Callable[[], Any] = lambda: None
        if name == GATEWAY:
            from gateway.app import create_app

            self._application: Any = create_app(cast(Any, self.settings))
            return
        from services.chassis.app import create_service

        service = load_service(name)
        runtime = Runtime(service, self.settings)
        self._application = create_service(replace(service, on_start=None), runtime)
        if service.on_start:
            self._start = partial(service.on_start, runtime)

    def serve(self, bind: str | None = None) -> None:
        """Answer on `bind`, else on loopback at the part's port, until stopped."""
        bind = bind or f"127.0.0.1:{self.settings.port + SERVICES.index(self.name)}"
        self._server(bind=bind, proc_name=f"atrio {self.name}").run()

    def answer(self, listener: int, threads: int) -> None:
        """Answer on the listening socket `listener` in this very process, until stopped."""
        self._server(bind=f"fd://{listener}", threads=threads).answer()

    def _server(self, **options: Any) -> Any:
        from deploy.server import Server

        _configure_logging(self.name, self.settings)
        return Server(self._started, **options)

    def _started(self) -> Any:
        self._start()
        return self._application


class WorkerProgram:
    """What moves and handles the events of one service, and keeps its time."""

    def __init__(self, name: str) -> None:
        self.service = load_service(name)
        self.settings = self.service.load_settings()

    def work(self) -> None:
        """Work until stopped."""
        from services.chassis.worker import run_worker

        _configure_logging(f"{self.service.name}-worker", self.settings)
        run_worker(self.service, self.settings)


def _configure_logging(name: str, settings: Settings) -> None:
    observability.configure_logging(name, level=settings.log_level, as_json=settings.log_format == "json")
