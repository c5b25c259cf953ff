"""The hostile corpus, read in a process of its own: nothing written, nothing of it opened, bounded in time and memory, the rest read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.collect.hostile_corpus import CORPUS, LINE

ROOT = Path(__file__).parents[2]
SECONDS = 20.0
"""Of the processor, for one archive; the slowest takes about three."""

MEMORY = 96 << 20
"""Bytes above those of the program itself."""

NEIGHBOUR = "z-neighbour.log"
Outcome = dict[str, Any]


def snapshot(*folders: Path) -> dict[str, tuple[int, int]]:
    """Every name below the folders, with its kind and size."""
    return {str(path): (status.st_mode, status.st_size) for folder in folders for path in folder.rglob("*") if (status := path.lstat())}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Every archive read once, in one child, with the folders around it as they were before and after."""
    base = tmp_path_factory.mktemp("hostile")
    temp, home, here = (base / name for name in ("temp", "home", "here"))
    for folder in (temp, home, here):
        folder.mkdir()
    for name, hostile in CORPUS.items():
        (base / name).mkdir()
        (base / name / "a.dat").write_bytes(hostile.content())
        (base / name / NEIGHBOUR).write_bytes(LINE)
    before = snapshot(base), os.path.lexists("/tmp/escaped-from-the-archive")
    done = subprocess.run(
        [sys.executable, "-m", "tests.collect.hostile_child", *(str(base / name) for name in CORPUS)],
        cwd=here,
        env={"PYTHONPATH": str(ROOT), "TMPDIR": str(temp), "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]},
        capture_output=True,
        timeout=1200,  # hangs are looked for, not slow machines
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert (snapshot(base), os.path.lexists("/tmp/escaped-from-the-archive")) == before
    return dict(zip(CORPUS, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", CORPUS)
def test_the_rest_of_the_archive_and_the_next_input_are_read(name: str, outcomes: dict[str, Outcome]) -> None:
    logs = [place for place in outcomes[name]["logs"] if "escaped" not in place]
    assert sorted(logs) == sorted([*(f"{name}/a.dat!/{member}" for member in CORPUS[name].read), f"{name}/{NEIGHBOUR}"])
    assert outcomes[name]["artifacts"] == [f"{name}/a.dat", f"{name}/{NEIGHBOUR}"]


@pytest.mark.parametrize("name", CORPUS)
def test_what_was_not_read_is_said_with_its_place(name: str, outcomes: dict[str, Outcome]) -> None:
    said = [(place.removeprefix(f"{name}/a.dat").removeprefix("!/"), kind, reason) for place, kind, reason in outcomes[name]["damage"]]
    wanted = CORPUS[name].said
    for member, kind, word in wanted:
        assert any(place == member and found == kind and word in reason for place, found, reason in said), said
    assert CORPUS[name].at_least or len(said) == len(wanted), said


@pytest.mark.parametrize("name", CORPUS)
def test_nothing_is_written_and_nothing_that_it_names_is_opened(name: str, outcomes: dict[str, Outcome]) -> None:
    assert outcomes[name]["changed"] == []
    assert [Path(path).name for path in outcomes[name]["opened"]] == ["a.dat", NEIGHBOUR]


@pytest.mark.parametrize("name", CORPUS)
def test_time_and_memory_are_bounded(name: str, outcomes: dict[str, Outcome]) -> None:
    assert outcomes[name]["seconds"] < SECONDS
    assert outcomes[name]["memory"] < MEMORY
