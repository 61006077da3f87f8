"""The lane of sign-ins in identity: they leave connections and threads to the passports that every page needs."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from services.chassis.lane import Lane

Input = ParamSpec("Input")
Output = TypeVar("Output")

AT_ONCE = 4
"""Of the ten connections of a process: who signs in holds one while waiting for another one's lock on a count."""
WAITING = 32
"""Half of the threads."""
PATIENCE = 10.0
"""Seconds; the gateway would hang up after 15 and take identity for dead."""

lane = Lane(AT_ONCE, WAITING, PATIENCE)


def in_lane(view: Callable[Input, Output]) -> Callable[Input, Output]:
    """Have `view` answer a few at a time, before it has looked at anything: all addresses wait alike (threat 20)."""

    @wraps(view)
    def waiting(*args: Input.args, **kwargs: Input.kwargs) -> Output:
        with lane.turn():
            return view(*args, **kwargs)

    return waiting
