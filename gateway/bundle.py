"""The built scripts and styles by their names: `asset_url("app.css")`."""

import json
from pathlib import Path

from flask import Flask

STATIC = Path(__file__).parent / "static"
MANIFEST = STATIC / "dist" / "manifest.json"
ICONS = Path(__file__).parent / "assets" / "icons.json"
YEAR_SECONDS = 365 * 24 * 3600


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


def install(app: Flask) -> None:
    """Let the templates of `app` name built files and icons."""
    bundle, icons = Bundle(), icon_names()

    def icon_url(name: str) -> str:
        if name not in icons:
            raise KeyError(f"add the icon {name!r} to {ICONS.name}")
        return f"{bundle.url('icons.svg')}#{name}"

    app.extensions["atrio-bundle"] = bundle
    app.jinja_env.globals |= {"asset_url": bundle.url, "icon_url": icon_url}
