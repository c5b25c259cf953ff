"""Where a run may write: told before anything is read."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.cli import outputs
from analyzer.cli.outputs import cannot_write
from analyzer.cli.plan_folder import cannot_use
from analyzer.read.own_output import MAP_FIELDS

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of Unix")


def test_a_new_file_beside_the_evidence_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "messages").write_text("a line\n")

    assert cannot_write(tmp_path / "report.html", [str(tmp_path), "-"]) == ""


def test_an_output_of_ours_and_an_empty_file_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "report.names.csv").write_text(",".join(MAP_FIELDS) + "\n")
    (tmp_path / "report.html").touch()

    assert cannot_write(tmp_path / "report.names.csv", [str(tmp_path)]) == ""
    assert cannot_write(tmp_path / "report.html", [str(tmp_path / "case")]) == ""


@pytest.mark.parametrize("name", ["report.html", "messages"])
def test_evidence_is_named_as_such(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("a line\n")

    for given in (tmp_path, tmp_path / name):
        assert "is a file of the evidence" in cannot_write(tmp_path / name, [str(given)])


@posix_only
def test_a_link_to_itself_among_the_inputs_is_none_of_the_evidence(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")

    assert cannot_write(tmp_path / "report.html", [str(tmp_path / "loop")]) == ""


def refusing(refused: Path) -> Callable[..., tuple[int, str]]:
    """A folder that takes no files: a mounted image, a folder of the administrator. The superuser may write to any folder of a disk."""
    real = tempfile.mkstemp

    def mkstemp(**given: str | Path) -> tuple[int, str]:
        if Path(given["dir"]) == refused:
            raise PermissionError(13, "Permission denied", str(given["dir"]))
        return real(**given)  # type: ignore[call-overload,no-any-return]

    return mkstemp


def test_a_folder_that_takes_no_files_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs.tempfile, "mkstemp", refusing(tmp_path))

    told = cannot_write(tmp_path / "report.html", [])

    assert told == f"{tmp_path} is not writable (Permission denied): choose another location for report.html, with -o, --json or --plan-dir"


def test_a_new_plan_needs_a_folder_that_takes_it_and_an_empty_one_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(outputs.tempfile, "mkstemp", refusing(tmp_path))

    assert f"{tmp_path} is not writable" in cannot_use(tmp_path / "plan")
    assert cannot_use(tmp_path / "empty") == ""


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    assert cannot_write(tmp_path / "report.html", []) == ""
    assert list(tmp_path.iterdir()) == []


def test_the_word_for_standard_input_is_no_output() -> None:
    assert "--format json" in cannot_write(Path("-"), [])
