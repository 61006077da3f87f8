"""A lane: a few at a time, some wait, the rest is refused; and nobody outside of it waits."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from services.chassis.lane import Lane
from services.chassis.problems import Problem

SOON = 5.0


class Work:
    """Work in a lane that goes on until it is let go; it counts how many are at it."""

    def __init__(self, lane: Lane) -> None:
        self.lane, self.at_work, self.most = lane, 0, 0
        self.go_on = threading.Event()
        self._changed = threading.Condition()

    def do(self) -> bool:
        with self.lane.turn():
            with self._changed:
                self.at_work += 1
                self.most = max(self.most, self.at_work)
                self._changed.notify_all()
            self.go_on.wait(SOON)
            with self._changed:
                self.at_work -= 1
            return True

    def await_workers(self, number: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.at_work >= number, SOON)


@contextmanager
def begun(work: Work, number: int) -> Iterator[list[Future[bool]]]:
    """Begin the work so many times; it ends with the body at the latest."""
    with ThreadPoolExecutor(number) as threads:
        try:
            yield [threads.submit(work.do) for _ in range(number)]
        finally:
            work.go_on.set()


def refused(enter: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as raised:
        enter()
    return raised.value


def test_no_more_than_so_many_are_at_work_and_everyone_who_waits_gets_a_turn() -> None:
    work = Work(Lane(at_once=2, waiting=10, patience=SOON))
    with begun(work, 12) as runs:
        work.await_workers(2)
        work.go_on.set()
        assert all(run.result(SOON) for run in runs)
    assert work.most == 2


def test_who_finds_no_place_to_wait_is_refused_at_once_and_told_when_to_come_back() -> None:
    work = Work(Lane(at_once=1, waiting=0, patience=3600))
    with begun(work, 1):
        work.await_workers(1)
        problem = refused(work.do)
        assert (problem.status, problem.code, problem.retry_after) == (503, "busy", 5)
    with work.lane.turn():
        pass  # control: the place is free again


def test_nobody_waits_for_ever_and_a_wait_in_vain_costs_no_place() -> None:
    lane = Lane(at_once=1, waiting=1, patience=0.01)
    work = Work(lane)
    with begun(work, 1):
        work.await_workers(1)
        for _ in range(3):
            assert refused(work.do).code == "busy"
    assert work.do()


def test_a_failure_gives_its_turn_back() -> None:
    lane = Lane(at_once=1, waiting=0, patience=0)

    def fail() -> None:
        with lane.turn():
            raise ValueError("the work failed")

    for _ in range(3):
        with pytest.raises(ValueError, match="failed"):
            fail()
