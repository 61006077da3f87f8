"""Fills the column "tested by" of docs/features.md from the marks of the tests: `python -m tests.feature_table`."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "features.md"
ROW = re.compile(r"^\| (?P<row>[SB]\d+) \| (?P<what>.*) \|[^|]*\|$", re.MULTILINE)


def filled(table: str) -> str:
    """Return `table` with the names of the tests that drive each row."""
    tests = defaultdict(list)
    for row, place in sorted(marked_tests()):
        tests[row].append(f"`{place}`")
    return ROW.sub(lambda found: f"| {found['row']} | {found['what']} | {', '.join(tests[found['row']])} |", table)


def marked_tests() -> Iterator[tuple[str, str]]:
    """Yield (row, "folder/file.py::test") for every row that a test's `feature` mark names."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                place = f"{path.relative_to(ROOT / 'tests').as_posix()}::{node.name}"
                for decorator in node.decorator_list:
                    yield from ((row, place) for row in _rows(decorator))


def _rows(decorator: ast.expr) -> Iterator[str]:
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("mark.feature"):
        yield from (str(argument.value) for argument in decorator.args if isinstance(argument, ast.Constant))


if __name__ == "__main__":
    TABLE.write_text(filled(TABLE.read_text()))
