"""The house keeps its shape: imports go one way, and nothing below the command line asks the clock."""

from __future__ import annotations

import ast
import importlib
from enum import Enum
from pathlib import Path

import pytest
from msgspec import Struct

HOUSE = Path(__file__).parents[1] / "analyzer"
ROOMS = ("model", "collect", "read", "redact", "join", "judge", "prescribe", "report")

MAY_IMPORT = {
    "model": set(),
    "collect": {"model"},
    "read": {"model"},
    "redact": {"model"},
    "join": {"model", "read"},  # signatures are checked with the library that reads certificates
    "judge": {"model"},
    "prescribe": {"model"},
    "report": {"model", "prescribe"},  # prescribe.shell is the only place that turns a command into text
}


def modules(room: str) -> list[Path]:
    return sorted((HOUSE / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The names of our own modules that a file imports, ``analyzer.`` taken off."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "analyzer" else set()
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.removeprefix("analyzer.") for name in names if name.startswith("analyzer.")}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_the_rooms_before_it(room: str) -> None:
    wrong = {
        f"{path.relative_to(HOUSE)} imports {name}"
        for path in modules(room)
        for name in imported(path)
        if name.split(".")[0] not in {room, *MAY_IMPORT[room]} and name.split(".")[0] in ROOMS
    }

    assert wrong == set()


def test_the_report_takes_nothing_of_prescribe_but_the_text_of_commands() -> None:
    taken = {name for path in modules("report") for name in imported(path) if name.startswith("prescribe")}

    assert taken <= {"prescribe.shell"}


def test_the_join_takes_nothing_of_read_but_the_loading_of_certificates() -> None:
    taken = {name for path in modules("join") for name in imported(path) if name.startswith("read")}

    assert taken <= {"read.certificates"}


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_asks_the_clock(room: str) -> None:
    asking = {
        f"{path.relative_to(HOUSE)}:{node.lineno}"
        for path in modules(room)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("now", "today", "utcnow")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date")
    }

    assert asking == set()


def test_whatever_travels_between_rooms_is_a_frozen_struct() -> None:
    """What walks over a result (its document, its redaction) knows Structs: another kind of class would be passed over."""
    classes = {
        one
        for path in modules("model")
        for one in vars(importlib.import_module(f"analyzer.model.{path.stem}")).values()
        if isinstance(one, type) and one.__module__.startswith("analyzer.model") and not issubclass(one, Enum)
    }

    assert len(classes) > 40
    assert {one.__name__ for one in classes if not (issubclass(one, Struct) and one.__struct_config__.frozen)} == set()


def test_no_module_is_longer_than_a_person_reads() -> None:
    long = {str(path.relative_to(HOUSE)): size for path in HOUSE.rglob("*.py") if (size := len(path.read_text().splitlines())) > 450}

    assert long == {}
