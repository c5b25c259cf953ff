"""What a small run loads: of every room only what it needs, so that it starts at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

NOT_FOR_ONE_PEM = (
    "analyzer.read.logs",
    "analyzer.read.outputs",
    "analyzer.read.captures.reader",
    "analyzer.read.captures.sieve",
    "analyzer.collect.decode",
    "analyzer.collect.tar",
    "analyzer.collect.zip_directory",
    "analyzer.redact",
    "analyzer.comparing",
    "analyzer.report.runbook",
    "analyzer.report.document",
    "analyzer.stated.case_file",
    "analyzer.cli.explain",
    "analyzer.cli.plan_folder",
    "analyzer.cli.redaction_map",
    "analyzer.cli.rules",
    "analyzer.cli.triage",
    "tarfile",
    "zipfile",
    "zstandard",
    "ssl",
    "rich.console",
    "pydantic",
    "prompt_toolkit",
)
"""Modules of features that one certificate file asks nothing of."""


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The modules that a run on one certificate file has loaded at its end. Compiled code is kept in ``folder``."""
    code = (
        "import json, sys\nfrom analyzer.cli.app import app\n"
        "code = app(sys.argv[1:], standalone_mode=False)\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "FORCE_COLOR")}
    done = subprocess.run(
        [sys.executable, "-c", code, "analyze", "samples/10-single-pem/evidence", "-o", str(folder / "report.html"), *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=environment | {"PYTHONPYCACHEPREFIX": str(folder / "pycache")},
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("start")


def test_a_certificate_file_alone_loads_no_other_reader_and_nothing_of_other_features(folder: Path) -> None:
    assert loaded(folder) & set(NOT_FOR_ONE_PEM) == set()


def test_from_the_second_run_on_no_yaml_is_read(folder: Path) -> None:
    loaded(folder)

    assert "yaml" not in loaded(folder)


def test_what_a_feature_needs_is_loaded_where_it_begins(folder: Path) -> None:
    assert {"analyzer.redact", "analyzer.report.runbook"} <= loaded(folder, "--redact", "--plan-dir", str(folder / "plan"))
