"""The programs that Atrio is made of: a gateway, and an API and a worker for each service."""

import importlib
from typing import Any, cast

from services.chassis import observability
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.contracts import SERVICES

GATEWAY = "gateway"
WITH_DATABASE = tuple(name for name in SERVICES if name != GATEWAY)


def load_service(name: str) -> Service:
    """Return the service `name`, imported now."""
    return cast(Service, importlib.import_module(f"services.{name}.service").SERVICE)


def load_application(name: str) -> Any:
    """Return the WSGI application of the gateway or of the service `name`."""
    if name == GATEWAY:
        from gateway.app import create_app

        return create_app()
    from services.chassis.app import create_service

    return create_service(load_service(name))


def load_settings(name: str) -> Settings:
    """Return the settings of the part `name`; raise `WrongSettings` naming all that is missing or wrong."""
    if name == GATEWAY:
        from gateway.settings import GatewaySettings

        return GatewaySettings.from_environment()
    return load_service(name).load_settings()


def default_bind(name: str) -> str:
    """Return where the part `name` listens unless told otherwise: loopback, at its place counted from ATRIO_PORT."""
    return f"127.0.0.1:{load_settings(name).port + SERVICES.index(name)}"


def serve(name: str, bind: str, **options: Any) -> None:
    """Answer HTTP for the part `name` on `bind` until stopped."""
    from deploy.server import Server

    _configure_logging(name, load_settings(name))
    Server(lambda: load_application(name), bind=bind, proc_name=f"atrio {name}", **options).run()


def work(name: str) -> None:
    """Relay, receive, handle, and keep time for the service `name` until stopped."""
    from services.chassis.worker import run_worker

    service = load_service(name)
    settings = service.load_settings()
    _configure_logging(f"{name}-worker", settings)
    run_worker(service, settings)


def _configure_logging(name: str, settings: Settings) -> None:
    observability.configure_logging(name, level=settings.log_level, as_json=settings.log_format == "json")
