"""PostgreSQL and RabbitMQ in containers, with the images that the compose file runs."""

import os
import secrets
import time
from collections.abc import Callable
from typing import Any

import pika
import psycopg
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError
from testcontainers.core.container import DockerContainer

from services.chassis.testing.postgres_server import QUICK, settings_of
from services.chassis.testing.programs import ServerUnavailable

PASSWORD = secrets.token_urlsafe(16)
START_SECONDS = 120


class PostgresContainer:
    """PostgreSQL in a container; `url` is its superuser's."""

    def __init__(self) -> None:
        self._container = (
            DockerContainer("postgres:17")
            .with_exposed_ports(5432)
            .with_env("POSTGRES_PASSWORD", PASSWORD)
            .with_command(["postgres", *settings_of({"max_connections": "300"} | QUICK)])
        )
        self.url = ""

    def start(self) -> None:
        """Start it and return once it answers."""
        self._container.start()
        host, port = self._container.get_container_host_ip(), self._container.get_exposed_port(5432)
        self.url = f"postgresql+psycopg://postgres:{PASSWORD}@{host}:{port}/postgres"
        _wait_for(self, self._answers)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def remove(self) -> None:
        """Stop and delete it."""
        self._container.stop()


class RabbitContainer:
    """RabbitMQ in a container; `url` is its administrator's."""

    def __init__(self) -> None:
        self._container = (
            DockerContainer("rabbitmq:4-management")
            .with_exposed_ports(5672)
            .with_env("RABBITMQ_DEFAULT_USER", "atrio")
            .with_env("RABBITMQ_DEFAULT_PASS", PASSWORD)
        )
        self.url = ""

    @property
    def control_command(self) -> dict[str, Any]:
        """How to run rabbitmqctl against this broker."""
        container = self._container.get_wrapped_container().id
        return {"arguments": ["docker", "exec", "-i", container, "rabbitmqctl", "-q"], "env": dict(os.environ)}

    def start(self) -> None:
        """Start it and return once it answers."""
        self._container.start()
        host, port = self._container.get_container_host_ip(), self._container.get_exposed_port(5672)
        self.url = f"amqp://atrio:{PASSWORD}@{host}:{port}/%2F"
        _wait_for(self, self._answers)

    def _answers(self) -> bool:
        try:
            pika.BlockingConnection(pika.URLParameters(self.url + "?socket_timeout=5")).close()
        except (AMQPError, AMQPConnectorException, OSError):
            return False
        return True

    def remove(self) -> None:
        """Stop and delete it."""
        self._container.stop()


def _wait_for(container: PostgresContainer | RabbitContainer, answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if time.monotonic() > deadline:
            container.remove()
            raise ServerUnavailable(f"{type(container).__name__} does not answer after {START_SECONDS} s")
        time.sleep(0.2)


CONTAINERS: dict[str, Callable[[], Any]] = {"postgres": PostgresContainer, "rabbitmq": RabbitContainer}
