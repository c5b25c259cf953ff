"""Skips are compared with the table "Tests that may be skipped" of CONTRIBUTING.md. One that it does not allow makes the run fail.

A row allows a reason (``*`` stands for anything) at the places that it names, for at most so many tests. A place is one of `PLACES`: a fact
of the machine that is looked at here, apart from the test that skips. So a tool that is only missing is not taken for a machine that cannot
have it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "CONTRIBUTING.md"
HEADING = "## Tests that may be skipped"
_SYS_ADMIN = 1 << 21
"""The capability of Linux to mount, and to make namespaces (capabilities(7))."""


def _ordinary_user() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() != 0


def _no_mounts() -> bool:
    """Linux without the right to mount, or a chroot that has no ``/proc`` or whose root is no mount point.

    There `unshare --mount` and `ip netns exec` are refused.
    """
    if sys.platform != "linux" or _ordinary_user():
        return False
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        mounted = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return True
    allowed = re.search(r"^CapEff:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return not (allowed and int(allowed[1], 16) & _SYS_ADMIN) or not any(line.split()[4] == "/" for line in mounted)


def _newer_openssl() -> bool:
    try:
        said = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return False
    return not said.startswith("OpenSSL 3.0.")


def _no_parts_of_the_page() -> bool:
    """What the page is made of is neither kept here nor can it be fetched (`page.inputs`)."""
    from page.inputs import CannotBeHad, inputs

    try:
        inputs()
    except CannotBeHad:
        return True
    return False


def _no_wheels_for_windows() -> bool:
    """The wheels of the offline zip are neither kept here nor can they be fetched (`wheelhouse.inputs`)."""
    from wheelhouse.inputs import CannotBeHad, wheels

    try:
        wheels()
    except CannotBeHad:
        return True
    return False


PLACES: Mapping[str, Callable[[], bool]] = {
    "Windows": lambda: sys.platform == "win32",
    "macOS": lambda: sys.platform == "darwin",
    "ordinary user": _ordinary_user,
    "no mounts": _no_mounts,
    "Python 3.14": lambda: sys.version_info >= (3, 14),
    "OpenSSL 3.1": _newer_openssl,
    "no parts of the page": _no_parts_of_the_page,
    "no wheels for Windows": _no_wheels_for_windows,
}
"""What a row may name, and how it is found out."""


@dataclass(frozen=True)
class Allowed:
    """A row: this reason may be given at these places, by at most so many tests."""

    reason: str
    places: tuple[str, ...]
    most: int


def table(text: str) -> tuple[Allowed, ...]:
    """The rows of the table. Raises `ValueError` for no table, a row that cannot be read, and an unknown place."""
    _, found, after = text.partition(f"{HEADING}\n")
    rows = [line for line in after.partition("\n## ")[0].splitlines() if line.startswith("|")][2:]
    if not found or not rows:
        raise ValueError(f"{GUIDE.name} has no table under '{HEADING}'")
    return tuple(map(_row, rows))


def _row(line: str) -> Allowed:
    try:
        reason, places, most = (cell.strip() for cell in line.strip().strip("|").split("|"))
        row = Allowed(reason, tuple(place.strip() for place in places.split(",")), int(most))
    except ValueError as error:
        raise ValueError(f"{GUIDE.name}: a row is '| reason | places | number |', not '{line}'") from error
    if unknown := set(row.places) - set(PLACES):
        raise ValueError(f"{GUIDE.name}: no such place: {', '.join(sorted(unknown))}; known are {', '.join(PLACES)}")
    return row


def complaints(rows: tuple[Allowed, ...], skipped: Mapping[str, int], here: Callable[[str], bool]) -> Iterator[str]:
    """What is wrong with these skips (reason and number of tests) at a machine for which ``here`` says whether it is a place."""
    counted: Counter[Allowed] = Counter()
    for reason, number in sorted(skipped.items()):
        fitting = [row for row in rows if fnmatchcase(reason, row.reason)]
        row = next((row for row in fitting if any(map(here, row.places))), None)
        if row is not None:
            counted[row] += number
        elif fitting:
            places = " or ".join(place for row in fitting for place in row.places)
            yield f"{number} skipped, which is allowed only at: {places}. Reason: {reason}"
        else:
            yield f"{number} skipped for a reason that the table does not have: {reason}"
    for row, number in counted.items():
        if number > row.most:
            yield f"{number} skipped, at most {row.most} may be. Reason: {row.reason}"


class SkipCheck:
    """The pytest plugin: gathers the skips of a run, or of all its workers, and fails it for those that are not allowed."""

    def __init__(self, rows: tuple[Allowed, ...]) -> None:
        self._rows = rows
        self._skipped: Counter[str] = Counter()
        self._wrong: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that was skipped. An expected failure is none."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self._skipped[_reason(report)] += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A whole module that was skipped."""
        if report.skipped:
            self._skipped[_reason(report)] += 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A green run with a skip that is not allowed is red."""
        self._wrong = list(complaints(self._rows, self._skipped, lambda place: PLACES[place]()))
        if self._wrong and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Why the run is red."""
        if self._wrong:
            terminalreporter.section("skips that are not allowed", red=True, bold=True)
            terminalreporter.write_line(f"{GUIDE.name} says which tests may be skipped, where, and how many.")
            for line in self._wrong:
                terminalreporter.write_line(line)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")
