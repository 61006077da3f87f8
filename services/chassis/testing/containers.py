"""PostgreSQL and RabbitMQ in containers, with the images that the compose file runs."""

import os
import secrets
from collections.abc import Callable
from typing import Any

from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs

PASSWORD = secrets.token_urlsafe(16)


class PostgresContainer:
    """PostgreSQL in a container; `url` is its superuser's."""

    def __init__(self) -> None:
        self._container = (
            DockerContainer("postgres:17")
            .with_exposed_ports(5432)
            .with_env("POSTGRES_PASSWORD", PASSWORD)
            .with_command("postgres -c max_connections=300")
        )
        self.url = ""

    def start(self) -> None:
        """Start it and return once it answers."""
        self._container.start()
        # The image starts a server for its own set-up first, hence twice.
        wait_for_logs(self._container, r"(?s)ready to accept connections.*ready to accept connections", timeout=90)
        host, port = self._container.get_container_host_ip(), self._container.get_exposed_port(5432)
        self.url = f"postgresql+psycopg://postgres:{PASSWORD}@{host}:{port}/postgres"

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
        wait_for_logs(self._container, "Server startup complete", timeout=120)
        host, port = self._container.get_container_host_ip(), self._container.get_exposed_port(5672)
        self.url = f"amqp://atrio:{PASSWORD}@{host}:{port}/%2F"

    def remove(self) -> None:
        """Stop and delete it."""
        self._container.stop()


CONTAINERS: dict[str, Callable[[], Any]] = {"postgres": PostgresContainer, "rabbitmq": RabbitContainer}
