"""What holds for every file of the project."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.settings import Settings
from tests.parts import ROOT

VAGUE = {"utils", "helpers", "common", "base", "misc", "util", "helper"}
FACTORIES = {
    "services/chassis/database.py",
    "services/chassis/settings.py",
    "services/chassis/blobs.py",
    "services/chassis/wake.py",
    "services/chassis/migrations.py",
    "services/chassis/columns.py",
    "services/chassis/messaging_tables.py",
    "services/chassis/text_search.py",
}
SCHEMES = re.compile(r"""["'](sqlite|postgresql|amqps?|local|s3)(://|["'+])""")
MARKER = re.compile(r"""mark\.feature\(([^)]*)\)""")
SETTING = re.compile(r"""["'](ATRIO_[A-Z_{}]+)["']""")


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [name_of(path) for path in python_files("services", "gateway", "deploy", "tests") if path.stem in VAGUE]
    assert vague == []


def test_only_the_factories_look_at_the_scheme_of_a_url() -> None:
    wrong = [
        name_of(path)
        for path in python_files("services", "gateway")
        if name_of(path) not in FACTORIES
        and not name_of(path).startswith(("services/chassis/bus/", "services/chassis/testing/"))
        and SCHEMES.search(path.read_text())
    ]
    assert wrong == []


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs" / "operations.md").read_text()
    names = {
        name
        for path in python_files("services", "gateway", "deploy")
        if "testing" not in path.parts
        for name in SETTING.findall(path.read_text())
        if "{" not in name
    }
    missing = sorted(name for name in names if name not in documented)
    assert names
    assert missing == []


def test_every_feature_that_a_test_names_is_in_the_list() -> None:
    listed = set(re.findall(r"^\| ([SB]\d+) \|", (ROOT / "docs" / "features.md").read_text(), re.MULTILINE))
    named = {
        row
        for path in python_files("tests")
        for marker in MARKER.findall(path.read_text())
        for row in re.findall(r"[SB]\d+", marker)
    }
    assert len(listed) > 100
    assert named <= listed


def test_the_lock_holds_no_address_and_every_package_its_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    pinned = re.findall(r"^\S+==\S+.*?(?=^\S+==|\Z)", lock, re.MULTILINE | re.DOTALL)
    assert pinned
    assert all("--hash=sha256:" in entry for entry in pinned)


FLOORS = {"werkzeug": (3, 0, 6), "gunicorn": (23, 0, 0), "jinja2": (3, 1, 6), "cryptography": (44, 0, 1)}
"""Versions below these have published holes that reach us."""


@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_no_pinned_package_is_below_its_floor(package: str, floor: tuple[int, ...]) -> None:
    lock = (ROOT / "requirements.lock").read_text()
    version = re.search(rf"^{package}==([\d.]+)", lock, re.MULTILINE)
    assert version
    assert tuple(map(int, version[1].split("."))) >= floor


def test_each_service_has_its_extra() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {"identity", "portal", "documents", "signing", "notifications", "gateway"} <= set(extras)


def test_wrong_settings_are_named_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATRIO_PORT", "eighty")
    monkeypatch.setenv("ATRIO_LOG_LEVEL", "LOUD")
    with pytest.raises(SystemExit) as failure:
        Settings.load("portal", ("gateway", "portal"))
    assert "ATRIO_PORT" in str(failure.value)
    assert "ATRIO_LOG_LEVEL" in str(failure.value)
