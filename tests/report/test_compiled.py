"""Compiled templates that are kept for the next run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from analyzer.report.compiled import BesideTemplates


@pytest.fixture(autouse=True)
def _python_keeps_bytecode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "kept"))


def environment(folder: Path, *makers: Path) -> Environment:
    return Environment(loader=FileSystemLoader(folder), bytecode_cache=BesideTemplates(folder, makers), autoescape=True)


def drawn(folder: Path, *makers: Path) -> str:
    return environment(folder, *makers).get_template("page.j2").render(name="a<b")


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "kept" / "sftunnel-analyzer").glob("*"))


def test_what_was_compiled_is_kept_and_gives_the_same_page(tmp_path: Path) -> None:
    (tmp_path / "page.j2").write_text("Hello {{ name }}")
    assert drawn(tmp_path) == "Hello a&lt;b"
    [file] = kept(tmp_path)
    before = file.stat().st_mtime_ns
    assert drawn(tmp_path) == "Hello a&lt;b"
    assert [(one, one.stat().st_mtime_ns) for one in kept(tmp_path)] == [(file, before)]


def test_a_changed_template_is_compiled_again(tmp_path: Path) -> None:
    (tmp_path / "page.j2").write_text("Hello {{ name }}")
    drawn(tmp_path)
    (tmp_path / "page.j2").write_text("Bye {{ name }}")
    assert drawn(tmp_path) == "Bye a&lt;b"


def test_a_change_of_what_makes_the_code_compiles_again(tmp_path: Path) -> None:
    maker = tmp_path / "settings.py"
    maker.write_text("a")
    (tmp_path / "page.j2").write_text("Hello {{ name }}")
    drawn(tmp_path, maker)
    first = kept(tmp_path)[0].read_bytes()
    maker.write_text("a = 1")
    drawn(tmp_path, maker)
    assert kept(tmp_path)[0].read_bytes() != first


def test_a_damaged_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "page.j2").write_text("Hello {{ name }}")
    drawn(tmp_path)
    [file] = kept(tmp_path)
    file.write_bytes(file.read_bytes()[:40])
    assert drawn(tmp_path) == "Hello a&lt;b"


def test_a_folder_that_cannot_be_written_to_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "page.j2").write_text("Hello {{ name }}")
    (tmp_path / "kept").write_text("a file where the folder would be")
    assert drawn(tmp_path) == "Hello a&lt;b"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["kept", "page.j2"]


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "page.j2").write_text("Hello {{ name }}")
    assert drawn(tmp_path) == "Hello a&lt;b"
    assert kept(tmp_path) == []
