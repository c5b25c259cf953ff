"""The two backends (`analyzer.backend`) come to the same results: of every sample and case, whole documents are compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analyzer import Options, analyze, backend, render_json
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


def test_the_native_one_is_what_nobody_has_to_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(backend, "_default", "")

    assert not is_pure()
    with using(PURE):
        assert is_pure()
    assert not is_pure()


def test_a_backend_that_there_is_not_is_said() -> None:
    code = "from analyzer.backend import is_pure; is_pure()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env={VARIABLE: "other"})

    assert done.returncode == 1
    assert f"{VARIABLE} is 'other': set it to native or pure, or unset it" in done.stderr


def test_the_pure_one_without_its_library_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "find_spec", lambda name: None)

    with pytest.raises(ValueError, match="pip install ecdsa"):
        backend.checked(PURE)
    assert backend.checked(NATIVE) == NATIVE


SAYING = """
import sys
from pathlib import Path

def hook(event, arguments):
    if event == "import" and arguments[0] in ("ecdsa", "cel", "cryptography"):
        (Path(__file__).parent / f"loaded-{arguments[0]}").touch()

sys.addaudithook(hook)
"""
"""Put into every process that a command starts (``sitecustomize``): it notes what each of them imports."""

COMMANDS = {
    "rules test": ["rules", "test"],
    "rules lint": ["rules", "lint", str(HERE.parent / "rules")],
    "analyze": ["analyze", str(HERE.parent / "samples" / "12-full-case" / "evidence"), "-o", "report.html", "--as-of", "2026-11-23"],
    "compare": ["compare", *[str(HERE.parent / "samples" / "04-expired-one-up-two-down" / "evidence")] * 2, "--as-of", "2026-11-23"],
    "triage": ["triage", str(HERE.parent / "samples" / "04-expired-one-up-two-down"), "--out", "out", "--as-of", "2026-11-23"],
}


@pytest.mark.parametrize("asked", [[], ["--backend", NATIVE], ["--backend", PURE]], ids=["not asked", NATIVE, PURE])
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_and_its_children_load_one_backend_alone(command: str, asked: list[str], tmp_path: Path) -> None:
    """The native program never loads the pure modules unless it is asked to, and the pure one nothing native."""
    (tmp_path / "sitecustomize.py").write_text(SAYING, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE} | {"PYTHONPATH": str(tmp_path)}
    words = [sys.executable, "-P", "-m", "analyzer", *asked, *COMMANDS[command]]

    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)

    loaded = {path.name.removeprefix("loaded-") for path in tmp_path.glob("loaded-*")}
    pure = PURE in asked
    assert ("ecdsa" in loaded, bool(loaded & {"cel", "cryptography"})) == (pure and command not in RULES_ALONE, not pure)
    assert done.returncode in (0, 7, 13, 14), done.stderr


RULES_ALONE = ("rules test", "rules lint")
"""Commands that read no certificate."""


@pytest.mark.parametrize("words", [["--backend", "other"], []], ids=["option", "variable"])
def test_a_wrong_backend_on_the_command_line_is_a_mistake_of_the_command_line(words: list[str]) -> None:
    environment = os.environ | {VARIABLE: "other"}

    done = subprocess.run(
        [sys.executable, "-m", "analyzer", *words, "limits"], capture_output=True, text=True, check=False, env=environment
    )

    assert done.returncode == 2
    assert "set it to native or pure" in done.stderr
    assert "Traceback" not in done.stderr
