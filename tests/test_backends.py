"""The two backends (`analyzer.backend`) come to the same results: of every sample and case, whole documents are compared."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analyzer import Options, analyze, render_json
from analyzer.backend import NATIVE, PURE, VARIABLE, is_pure, using
from tests.slices import is_whole

HERE = Path(__file__).parent
SAMPLES = sorted((HERE.parent / "samples").glob("*/evidence"))
CASES = sorted((HERE / "evidence" / "cases").glob("*/in"))
OPTIONS = Options(as_of=datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC), as_of_source="a test")

_EVERY = 8
"""Of the cases, one in so many in a run that is not whole. Every sample is always among them."""


def document(folder: Path, backend: str) -> Any:
    with using(backend):
        return json.loads(render_json(analyze([folder], OPTIONS)))


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda path: path.parent.name)
def test_a_sample_gives_the_same_document(folder: Path) -> None:
    assert document(folder, PURE) == document(folder, NATIVE)


def test_a_case_gives_the_same_document() -> None:
    chosen = CASES[:: 1 if is_whole() else _EVERY]

    different = [folder.parent.name for folder in chosen if document(folder, PURE) != document(folder, NATIVE)]

    assert (len(chosen) > 25, different) == (True, [])


def loaded(backend: str) -> set[str]:
    """The modules that a run on one certificate loads."""
    code = (
        "import sys, json; from pathlib import Path; from datetime import UTC, datetime; from analyzer import Options, analyze;"
        "analyze([Path(sys.argv[1])], Options(as_of=datetime(2026, 11, 23, tzinfo=UTC), as_of_source='x'));"
        "print(json.dumps(list(sys.modules)))"
    )
    sample = HERE.parent / "samples" / "12-full-case" / "evidence"
    done = subprocess.run(
        [sys.executable, "-c", code, str(sample)], capture_output=True, text=True, check=True, env={VARIABLE: backend, "PATH": ""}
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("backend", "without"),
    [
        (NATIVE, {"ecdsa", "analyzer.judge.pure_engine", "analyzer.judge.pure_values", "analyzer.read.x509.pure"}),
        (PURE, {"cel", "cryptography", "analyzer.judge.native_engine", "analyzer.read.x509.native"}),
    ],
)
def test_a_backend_loads_nothing_of_the_other(backend: str, without: set[str]) -> None:
    modules = loaded(backend)

    assert modules & without == set()
    assert ("cryptography" in modules, "ecdsa" in modules) == (backend == NATIVE, backend == PURE)


def test_the_native_one_is_what_nobody_has_to_ask_for() -> None:
    assert not is_pure()
    with using(PURE):
        assert is_pure()
    assert not is_pure()


def test_a_backend_that_there_is_not_is_said() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import analyzer.backend"], capture_output=True, text=True, check=False, env={VARIABLE: "other"}
    )

    assert done.returncode == 1
    assert f"{VARIABLE} is 'other': set it to native or pure, or unset it" in done.stderr
