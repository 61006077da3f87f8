"""Memory of a process that forks: what its children share with it, and what each gives back.

A page of memory is shared until a process writes to it. CPython writes to each object that it merely looks at (its
count of references), and puts new objects into the gaps between old ones.
"""

import contextlib
import ctypes
import gc
from collections.abc import Callable

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
TRIMMED, MAPPED = 2 * 1024 * 1024, 4 * 1024 * 1024
POOL, POOL_HEADER = 16 * 1024, 48
"""CPython's objects of up to 512 bytes live in pools of one size each (Objects/obmalloc.c)."""
SMALL_SIZES = range(16, 512 + 1, 16)
ENOUGH_IN_A_ROW, MOST_GAPS = 8, 50_000


def give_memory_back() -> None:
    """Have glibc return what is freed. It else learns to keep the largest block ever used: a password takes 19 MB."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_THRESHOLD, MAPPED)
        mallopt(M_TRIM_THRESHOLD, TRIMMED)


def prepare_to_fork() -> list[object]:
    """Make what is in memory ready to be shared; keep what is returned for as long as there are children.

    The collector writes to every object that it looks at, so what is there now is taken out of its sight
    (https://docs.python.org/3/library/gc.html#gc.freeze).
    """
    gc.collect()
    filling = [piece for size in SMALL_SIZES for piece in _fill_gaps(size)]
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
    gc.freeze()
    return filling


def _fill_gaps(size: int) -> list[object]:
    """Return objects in the gaps of that size, so that new ones lie beside each other, in pools of their own."""
    make = _maker(size)
    pieces: list[object] = []
    last = in_a_row = 0
    while in_a_row < ENOUGH_IN_A_ROW and len(pieces) < MOST_GAPS:
        pieces.append(make())
        at = id(pieces[-1])
        if at % POOL == POOL_HEADER:
            in_a_row = 1  # perhaps the first of a new pool: those that follow tell
        elif in_a_row and at == last + size:
            in_a_row += 1
        else:
            in_a_row = 0
        last = at
    return pieces


def _maker(size: int) -> Callable[[], object]:
    if size == object().__sizeof__():
        return object
    empty = b"".__sizeof__()
    if size < empty:
        return lambda: float(size)
    return lambda: bytes(size - empty)
