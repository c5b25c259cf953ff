"""How much is run. `make quick` leaves out what takes long, `make test` runs a fixed slice of each matrix, `make test-all` all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import cycle, product
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

T = TypeVar("T")
U = TypeVar("U")

NOT_QUICK = (
    *(
        "browser",
        "careful",
        "cli",
        "lab",
        "loop",
        "page",
        "proof",
        "read/captures",
        "redact",
        "samples",
        "skips",
        "triage",
        "wheelhouse",
        "worlds",
    ),
    *("collect/test_hostile.py", "collect/test_hostile_corpus.py", "collect/test_damage.py", "judge/test_cost.py", "read/test_linear.py"),
    *("test_linear_fleet.py", "test_secrets.py", "test_stopping.py"),
)
"""What `make quick` leaves out, below ``tests``: browsers, captures, handshakes, child processes, and what is large on purpose."""

NOT_QUICK_TESTS = ("test_another_shape_of_the_same_evidence_gives_the_same_conclusion",)

_HERE = Path(__file__).parent
_whole = False


def add_options(parser: pytest.Parser) -> None:
    """``--all`` and ``--quick``."""
    group = parser.getgroup("slices", "how much is run")
    group.addoption("--all", action="store_true", help="every cell of each matrix, and new examples in every run")
    group.addoption("--quick", action="store_true", help="without browsers, captures, and all that takes long")


def choose(config: pytest.Config) -> None:
    """To be called before tests are collected. Examples are the same in every run, and new ones in every full run.

    No example has a limit of time: on a loaded machine any takes long.
    """
    global _whole
    _whole = config.getoption("--all")
    settings.register_profile("slice", derandomize=True, deadline=None)
    settings.register_profile("all", print_blob=True, deadline=None)
    settings.load_profile("all" if _whole else "slice")


def is_whole() -> bool:
    """Whether all is run (``--all``)."""
    return _whole


def is_left_out(path: Path, config: pytest.Config) -> bool:
    """Whether a quick run leaves out this file or folder."""
    return bool(config.getoption("--quick")) and any(path.is_relative_to(_HERE / name) for name in NOT_QUICK)


def paired(rows: Iterable[T], columns: Sequence[U]) -> list[tuple[T, U]]:
    """Every row of a matrix, each with the next column in turn; each with every column in a full run."""
    listed = list(rows)
    return list(product(listed, columns)) if _whole else list(zip(listed, cycle(columns)))
