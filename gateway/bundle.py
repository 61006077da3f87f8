"""The built scripts and styles by their names: `asset_url("app.css")`, and sent compressed where that is taken."""

import json
import mimetypes
from pathlib import Path

from flask import Flask, Response, request

STATIC = Path(__file__).parent / "static"
MANIFEST = STATIC / "dist" / "manifest.json"
ICONS = Path(__file__).parent / "assets" / "icons.json"
YEAR_SECONDS = 365 * 24 * 3600
CODINGS = {"br": "br", "gzip": "gz"}
"""What the build wrote beside each file, the smallest first, by the names of HTTP."""


class Bundle:
    """The manifest that the build wrote; each name stands for a file whose name changes with its content."""

    def __init__(self, manifest: Path = MANIFEST) -> None:
        self._files: dict[str, str] = json.loads(manifest.read_text()) if manifest.exists() else {}

    @property
    def is_built(self) -> bool:
        return bool(self._files)

    def url(self, name: str) -> str:
        """Return the address of a built file; of one that was not built, the address where it would stand."""
        return f"/static/dist/{self._files.get(name, name)}"


def icon_names() -> frozenset[str]:
    """Return the icons that the sprite has; a template that asks for another one is a mistake."""
    return frozenset(json.loads(ICONS.read_text()))


class Pages(Flask):
    """A Flask app that sends the compressed form of a built file, which the build wrote beside it."""

    def send_static_file(self, filename: str) -> Response:
        """Return a file of the static folder."""
        for coding, ending in CODINGS.items():
            compressed = f"{filename}.{ending}"
            if request.accept_encodings.quality(coding) and (STATIC / compressed).is_file():
                response = super().send_static_file(compressed)
                response.content_type = mimetypes.guess_type(filename)[0] or "application/octet-stream"
                response.headers["Content-Encoding"] = coding
                response.vary.add("Accept-Encoding")
                return response
        return super().send_static_file(filename)


def install(app: Flask) -> None:
    """Let the templates of `app` name built files and icons."""
    bundle, icons = Bundle(), icon_names()

    def icon_url(name: str) -> str:
        if name not in icons:
            raise KeyError(f"add the icon {name!r} to {ICONS.name}")
        return f"{bundle.url('icons.svg')}#{name}"

    app.extensions["atrio-bundle"] = bundle
    app.jinja_env.globals |= {"asset_url": bundle.url, "icon_url": icon_url}
