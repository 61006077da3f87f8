"""The quickest plain way to publish with confirms, to hold our own against."""

from functools import partial
from typing import Any

import pika
from pika.adapters.select_connection import SelectConnection


def in_flight(url: str, exchange: str, key: str, bodies: list[bytes], window: int = 1000) -> None:
    """Publish all with up to `window` messages on their way, and return when each is confirmed."""
    state = {"next": 0, "settled": 0}
    properties = pika.BasicProperties(delivery_mode=2)

    def fill(channel: Any) -> None:
        while state["next"] < len(bodies) and state["next"] - state["settled"] < window:
            channel.basic_publish(exchange, key, bodies[state["next"]], properties, mandatory=True)
            state["next"] += 1

    def confirmed(channel: Any, frame: Any) -> None:
        state["settled"] = frame.method.delivery_tag if frame.method.multiple else state["settled"] + 1
        if state["settled"] >= len(bodies):
            channel.connection.close()
        elif state["next"] - state["settled"] <= window // 2:
            fill(channel)

    def opened(channel: Any) -> None:
        channel.confirm_delivery(partial(confirmed, channel), callback=lambda frame: fill(channel))

    connection = SelectConnection(
        pika.URLParameters(url),
        on_open_callback=lambda connection: connection.channel(on_open_callback=opened),
        on_close_callback=lambda connection, reason: connection.ioloop.stop(),
    )
    connection.ioloop.start()
