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
        from deploy.server import Server

        self.name, self.settings = name, load_settings(name)
        self._server = Server(self._started, proc_name=f"atrio {name}")
        self._start: Callable[[], Any] = lambda: None
        if name == GATEWAY:
            from gateway.app import create_app

            self._application: Any = create_app(cast(Any, self.settings))
            return
        from services.chassis.app import create_service

        service = load_service(name)
        runtime = Runtime(service, self.settings)
        self._application = create_service(replace(service, on_start=None), runtime)
        self._runtime = runtime
        if service.on_start:
            self._start = partial(service.on_start, runtime)

    def rehearse(self) -> None:
        """Answer a request here and close what that opened, so that what the first one makes is there before a fork."""
        from werkzeug.test import Client

        if self.name == GATEWAY:
            Client(self._application).get("/healthz")
            return
        self._start()
        Client(self._application).get("/readyz")
        self._runtime.dispose()
        observability.REQUESTS.clear()

    def serve(self, bind: str | None = None) -> None:
        """Answer on `bind`, else on loopback at the part's port, until stopped."""
        self._configure(bind=bind or f"127.0.0.1:{self.settings.port + SERVICES.index(self.name)}")
        self._server.run()

    def answer(self, listener: int, threads: int) -> None:
        """Answer on the listening socket `listener` in this very process, until stopped."""
        self._configure(bind=f"fd://{listener}", threads=threads)
        self._server.answer()

    def _configure(self, **options: Any) -> None:
        _configure_logging(self.name, self.settings)
        for name, value in options.items():
            self._server.cfg.set(name, value)

    def _started(self) -> Any:
        self._start()
        return self._application


class WorkerProgram:
    """What moves and handles the events of one service, and keeps its time."""

    def __init__(self, name: str) -> None:
        self.service = load_service(name)
        self.settings = self.service.load_settings()
        self._runtime = Runtime(self.service, self.settings)

    def rehearse(self) -> None:
        """Do what the loops do first and close what that opened, as `WebProgram.rehearse` does."""
        from services.chassis.worker import rehearse

        rehearse(self._runtime)

    def work(self) -> None:
        """Work until stopped."""
        from services.chassis.worker import run_worker

        _configure_logging(f"{self.service.name}-worker", self.settings)
        run_worker(self.service, self.settings, self._runtime)


def _configure_logging(name: str, settings: Settings) -> None:
    observability.configure_logging(name, level=settings.log_level, as_json=settings.log_format == "json")
