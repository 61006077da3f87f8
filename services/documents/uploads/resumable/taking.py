"""The body of one call, cut into parts."""

from collections.abc import Iterator

from services.chassis.problems import Problem
from services.documents.uploads.body import too_large


class Taking:
    """A body that is cut into parts. A break ends it, so that what came before it can be kept."""

    def __init__(self, pieces: Iterator[bytes], most: int) -> None:
        self._pieces, self._left = pieces, most
        self._waiting = b""
        self.is_over, self.broke_off = False, False
        self._look()

    def _look(self) -> None:
        try:
            self._waiting = next(self._pieces, b"")
        except Problem as problem:
            if problem.status != 400:
                raise
            self._waiting, self.broke_off = b"", True
        self._left -= len(self._waiting)
        if self._left < 0:
            raise too_large(0)
        self.is_over = not self._waiting

    @property
    def head(self) -> bytes:
        """The piece that comes next."""
        return self._waiting

    def part(self, most: int | None) -> Iterator[bytes]:
        """Yield pieces of at most about `most` bytes in all."""
        taken = 0
        while not self.is_over and (most is None or taken < most):
            piece = self._waiting
            taken += len(piece)
            self._look()
            yield piece
