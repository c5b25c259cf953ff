"""The locked versions: every library of `pyproject.toml` is in them, with hashes, and no registry is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {"run": ["build"], "dev": ["dev"]}
"""Each lock, and the groups of `pyproject.toml` that it holds besides the libraries of the program."""


def in_group(name: str) -> list[str]:
    found: list[str] = []
    entries: list[Any] = PROJECT["dependency-groups"][name]
    for entry in entries:
        found += [entry] if isinstance(entry, str) else in_group(entry["include-group"])
    return found


def locked(lock: str) -> list[Requirement]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return [Requirement(line.removesuffix("\\").strip()) for line in text.splitlines() if line and not line.startswith((" ", "#"))]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_a_release_for_all_that_is_asked_for(lock: str) -> None:
    """Whoever adds a library or changes a range runs `make lock`."""
    pins = {canonicalize_name(pin.name): pin for pin in locked(lock)}
    asked = [Requirement(text) for text in PROJECT["project"]["dependencies"] + [one for group in LOCKS[lock] for one in in_group(group)]]

    missing = [str(one) for one in asked if canonicalize_name(one.name) not in pins]
    outside = [
        f"{one} but {pin.specifier}"
        for one in asked
        if (pin := pins.get(canonicalize_name(one.name))) and not one.specifier.contains(str(pin.specifier).removeprefix("=="))
    ]
    assert (missing, outside) == ([], []), "run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_exact_has_hashes_and_names_no_registry(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")

    assert [str(pin) for pin in locked(lock) if not re.fullmatch(r"==[\w.+!]+", str(pin.specifier))] == []
    assert re.findall(r"(?m)^[a-z].*\\\n(?!    --hash=sha256:)", text) == []
    assert re.findall(r"https?://|^-", text, re.MULTILINE) == []


def test_the_constraints_are_the_versions_of_the_lock() -> None:
    """For pipx: pip verifies no hashes where a folder is installed. `make lock` writes them."""
    text = (ROOT / "requirements" / "constraints.txt").read_text(encoding="utf-8")

    assert [str(Requirement(line)) for line in text.splitlines()] == [str(pin) for pin in locked("run")]


def test_git_converts_no_line_ends() -> None:
    """On Windows git would otherwise write evidence and golden files with CRLF: other bytes, other sizes, failing tests."""
    lines = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == ["* -text"]
