"""The parts of the house, for tests that look at all of them."""

from importlib import import_module
from pathlib import Path

from services.chassis.service import Service
from services.contracts import SERVICES

ROOT = Path(__file__).parents[1]
SERVICE_NAMES = tuple(name for name in SERVICES if name != "gateway")


def service(name: str) -> Service:
    """Return the service of that name."""
    found: Service = import_module(f"services.{name}.service").SERVICE
    return found
