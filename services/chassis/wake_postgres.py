"""The waiting end of PostgreSQL's NOTIFY."""

import psycopg
from psycopg import sql

from services.chassis import observability
from services.chassis.wake import SAFETY_SECONDS, Stop, readable

log = observability.logger(__name__)


class PostgresWaker:
    """A connection that listens to one channel. While the server is away, waiting is plain waiting."""

    def __init__(self, url: str, channel: str) -> None:
        self._url, self._channel = url, channel
        self._connection: psycopg.Connection | None = None

    def wait(self, stop: Stop, seconds: float = SAFETY_SECONDS) -> bool:
        """Wait for a notification, and take all there are."""
        try:
            if not self._connection:
                self._listen()
                return True  # what was committed before this moment told nobody
            return self._wait(self._connection, stop, seconds)
        except psycopg.OperationalError as error:
            log.warning("the database does not notify", channel=self._channel, error=str(error).strip())
            self.close()
            stop.wait(seconds)
            return True

    def _listen(self) -> None:
        self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=10)
        self._connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))

    def _wait(self, connection: psycopg.Connection, stop: Stop, seconds: float) -> bool:
        socket = connection.fileno()
        if socket not in readable([socket, stop.fileno()], seconds):
            return False
        connection.pgconn.consume_input()
        woken = False
        while connection.pgconn.notifies():
            woken = True
        return woken

    def close(self) -> None:
        """Close the connection."""
        if self._connection:
            self._connection.close()
            self._connection = None
