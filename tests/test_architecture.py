"""The house keeps its shape: imports go one way, and nothing below the command line asks the clock."""

from __future__ import annotations

import ast
import importlib
import re
from enum import Enum
from pathlib import Path

import pytest
from msgspec import Struct

HOUSE = Path(__file__).parents[1] / "analyzer"
LOOSE = {"__init__", "__main__", "backend", "cache", "comparing", "deadline", "gather", "nothing_usable", "pipeline", "texts"}
SERVING = {"backend", "cache", "texts"}
"""Modules beside the rooms that every room may use."""

ROOMS = (
    "model",
    "rulefiles",
    "stated",
    "collect",
    "read",
    "redact",
    "identify",
    "join",
    "judge",
    "authoring",
    "prescribe",
    "report",
    "triage",
    "cli",
)

MAY_IMPORT = {
    "model": set(),
    "rulefiles": set(),
    "stated": {"model", "rulefiles"},
    "collect": {"model"},
    "read": {"model"},
    "redact": {"model"},
    "identify": {"model"},
    "join": {"model", "rulefiles", "identify", "read"},  # signatures are checked with the library that reads certificates
    "judge": {"model", "rulefiles"},
    "authoring": {"model", "rulefiles", "judge"},
    "prescribe": {"model", "rulefiles"},
    "report": {"model", "prescribe"},  # prescribe.shell is the only place that turns a command into text
    "triage": (set(ROOMS) | {"pipeline", "gather"}) - {"cli", "authoring"},
    "cli": set(ROOMS),
}


def modules(room: str) -> list[Path]:
    return sorted((HOUSE / room).rglob("*.py"))


def name_of(path: Path) -> str:
    """The name of one of our modules as `imported` gives it."""
    return ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")


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


def test_beside_the_rooms_stand_only_the_modules_that_join_them_or_serve_them_all() -> None:
    assert {path.stem for path in HOUSE.glob("*.py")} == LOOSE
    assert {path.name for path in HOUSE.iterdir() if any(path.glob("*.py"))} == set(ROOMS)


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "cli"])
def test_a_room_imports_only_from_the_rooms_before_it(room: str) -> None:
    allowed = {"", room, *MAY_IMPORT[room], *SERVING}
    wrong = {
        f"{path.relative_to(HOUSE)} imports {name}"
        for path in modules(room)
        for name in imported(path)
        if name.split(".")[0] not in allowed and name != "__version__"
    }

    assert wrong == set()


@pytest.mark.parametrize("module", sorted(LOOSE - {"__main__"}))
def test_only_the_command_line_imports_the_command_line(module: str) -> None:
    wrong = {name for name in imported(HOUSE / f"{module}.py") if name.split(".")[0] == "cli"}

    assert wrong == set()


@pytest.mark.parametrize("module", sorted(SERVING))
def test_what_serves_every_room_imports_none(module: str) -> None:
    assert {name for name in imported(HOUSE / f"{module}.py") if name.split(".")[0] not in SERVING} == set()


def test_no_two_modules_import_each_other() -> None:
    imports = {name_of(path): imported(path) for path in HOUSE.rglob("*.py") if path.stem != "__init__"}
    modules_of = {
        name: {found for one in names if (found := one if one in imports else one.rpartition(".")[0]) in imports}
        for name, names in imports.items()
    }
    circles = {f"{one} <-> {other}" for one, others in modules_of.items() for other in others if one < other and one in modules_of[other]}

    assert circles == set()


def test_the_report_takes_nothing_of_prescribe_but_the_text_of_commands() -> None:
    taken = {name for path in modules("report") for name in imported(path) if name.startswith("prescribe")}

    assert taken <= {"prescribe.shell"}


def test_the_join_takes_nothing_of_read_but_the_checking_of_signatures() -> None:
    taken = {name for path in modules("join") for name in imported(path) if name.startswith("read")}

    assert taken <= {"read.x509"}


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in ("cli", "authoring")])
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


def test_nothing_leans_on_libyaml() -> None:
    """PyYAML comes without it on some machines, and in a browser: `backend.yaml_loader` gives what there is."""
    leaning = {path.relative_to(HOUSE).as_posix() for path in HOUSE.rglob("*.py") if re.search(r"CSafeLoader|CLoader", path.read_text())}

    assert leaning == {"backend.py"}


def test_the_pure_backend_is_imported_only_where_it_was_chosen() -> None:
    """By itself, or inside a branch of `is_pure`: a native run never loads it (`tests/test_backends.py` watches whole commands)."""
    importing = {}
    for path in HOUSE.rglob("*.py"):
        if path.stem.startswith("pure"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        branches = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "is_pure()"]
        chosen = {id(inner) for branch in branches for statement in branch.body for inner in ast.walk(statement)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            names = {name for one in node.names for name in (*module.split("."), *one.name.split("."))}
            if any(name == "ecdsa" or name == "pure" or name.startswith("pure_") for name in names):
                importing[path.relative_to(HOUSE).as_posix()] = id(node) in chosen

    assert importing == {"judge/engine.py": True, "read/x509/__init__.py": True}
