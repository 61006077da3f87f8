"""What other features show on a document's own page: each names its facts here, and its partial reads them."""

from collections.abc import Callable

from gateway.clients import Json

PARTS: dict[str, Callable[[Json], object]] = {}
"""By the name that the partial reads (`preview` for `admin/documents/_preview.html`): what finds it for a document."""


def parts_of(document: Json) -> dict[str, object]:
    """Return what every part knows of `document`, for `render_template`."""
    return {name: find(document) for name, find in PARTS.items()}
