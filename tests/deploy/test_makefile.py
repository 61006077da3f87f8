"""The Makefile and the scripts that it calls."""

import re
import subprocess

import pytest

from tests.parts import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = ("up", "test", "lint", "bench", "screenshots", "env", "lock", "clean")
SCRIPTS = ("deploy/setup", "deploy/make-env", "deploy/test", "deploy/postgres/init/10-services.sh", ".ci/run")


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_exists_and_help_tells_of_it(target: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
    assert f'"make {target} ' in MAKEFILE


def test_nothing_is_used_that_make_3_81_does_not_know() -> None:
    assert re.findall(r"\.ONESHELL|\.SHELLFLAGS|\$\(file |::=|!=|&:|\$\(intcmp|\$\(let ", MAKEFILE) == []


def test_data_survives_a_clean() -> None:
    recipe = MAKEFILE.partition("\nclean:")[2].partition("\n\n")[0]
    assert "rm -rf" in recipe
    assert "var" not in recipe


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_parses_and_stops_at_the_first_error(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    assert "set -euo pipefail" in path.read_text()
    done = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_setup_says_in_a_line_that_python_is_too_old(tmp_path_factory: pytest.TempPathFactory) -> None:
    old = tmp_path_factory.mktemp("old") / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.8.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    place = tmp_path_factory.mktemp("clone")
    (place / "deploy").mkdir()
    (place / "deploy" / "setup").write_bytes((ROOT / "deploy" / "setup").read_bytes())
    done = subprocess.run(
        ["bash", "deploy/setup", "run"],
        cwd=place,
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(old)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "is Python 3.8.2" in done.stderr
