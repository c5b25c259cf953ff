"""What makes a run red that skips something."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.skips.check import GUIDE, HEADING, PLACES, Allowed, complaints, table

ROWS = (
    Allowed("tshark is not installed", ("ordinary user", "Windows"), 3),
    Allowed("pyshark * does not start on *", ("Python 3.14",), 2),
    Allowed("only root may", ("ordinary user",), 1),
    Allowed("only root may", ("no mounts",), 4),
)


@pytest.mark.parametrize(
    ("skipped", "here", "wrong"),
    [
        pytest.param({}, set(), [], id="nothing was skipped"),
        pytest.param({"tshark is not installed": 3}, {"ordinary user"}, [], id="as many as may be"),
        pytest.param({"tshark is not installed": 1}, {"Windows"}, [], id="a part of the tests, at the second place"),
        pytest.param({"tshark is not installed": 4}, {"ordinary user"}, ["4 skipped, at most 3 may be."], id="one more"),
        pytest.param(
            {"tshark is not installed": 1},
            {"Python 3.14"},
            ["1 skipped, which is allowed only at: ordinary user or Windows."],
            id="elsewhere",
        ),
        pytest.param({"too lazy": 2}, set(PLACES), ["2 skipped for a reason that the table does not have: too lazy"], id="unknown reason"),
        pytest.param(
            {"pyshark 0.6 does not start on 3.14": 1, "pyshark 0.7 does not start on 3.15": 2},
            {"Python 3.14"},
            ["3 skipped, at most 2 may be."],
            id="two texts of one row count together",
        ),
        pytest.param({"only root may": 4}, {"no mounts"}, [], id="the row of this place counts"),
        pytest.param({"only root may": 4}, {"no mounts", "ordinary user"}, ["4 skipped, at most 1 may be."], id="the first row that fits"),
    ],
)
def test_a_skip_is_allowed_by_its_row_at_its_place_so_many_times(skipped: dict[str, int], here: set[str], wrong: list[str]) -> None:
    said = list(complaints(ROWS, skipped, here.__contains__))

    assert len(said) == len(wrong)
    assert all(line.startswith(start) for line, start in zip(said, wrong, strict=True)), said


def test_the_table_of_the_guide_can_be_read() -> None:
    assert len(table(GUIDE.read_text(encoding="utf-8"))) > 5


def reasons() -> Iterator[tuple[str, str]]:
    """Where each reason to skip stands, of those that are written out."""
    tests = Path(__file__).parents[1]
    for path in sorted(tests.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            said = node.args[:1] if node.func.attr == "skip" else []
            said += [word.value for word in node.keywords if word.arg == "reason" and node.func.attr in ("skip", "skipif")]
            yield from ((f"{path.relative_to(tests)}:{node.lineno}", one.value) for one in said if isinstance(one, ast.Constant))


def test_every_reason_to_skip_is_in_the_table() -> None:
    """Also those that are never given on this machine."""
    rows = table(GUIDE.read_text(encoding="utf-8"))
    found = list(reasons())

    assert len(found) > 15
    assert [one for one in found if not any(fnmatchcase(one[1], row.reason) for row in rows)] == []


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("", "has no table"),
        ("| a | b | c |\n| - | - | - |\n", "has no table"),
        ("| a | b | c |\n| - | - | - |\n| why | Plan 9 | 1 |\n", "no such place: Plan 9"),
        ("| a | b | c |\n| - | - | - |\n| why | Windows | many |\n", "a row is"),
        ("| a | b | c |\n| - | - | - |\n| why | Windows |\n", "a row is"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(rows: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        table(f"# Guide\n\n{HEADING}\n\n{rows}")


TESTS = """
import pytest

def test_a():
    {first}

@pytest.mark.xfail(reason="known")
def test_b():
    assert 0
"""


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["one process", "two workers"])
@pytest.mark.parametrize(("first", "status"), [("pytest.skip('nobody allowed this')", 1), ("pass", 0)], ids=["skips", "skips nothing"])
def test_a_run_with_a_skip_that_is_not_allowed_is_red(first: str, status: int, workers: list[str], tmp_path: Path) -> None:
    """Also under xdist, whose workers skip and whose controller decides. An expected failure is no skip."""
    (tmp_path / "test_it.py").write_text(TESTS.format(first=first), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text((Path(__file__).parents[1] / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(tmp_path / "pytest.ini"), *workers, str(tmp_path)]

    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)

    assert done.returncode == status, done.stdout
    assert ("1 skipped for a reason that the table does not have: nobody allowed this" in done.stdout) is bool(status)
