"""A wheel built from the tree works away from the checkout: rules, remedies, templates and schema are inside it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from analyzer.cli.exit_codes import ExitCode

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of a fresh wheel, unpacked."""
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target / "dist", ROOT], check=True, capture_output=True
    )
    (wheel,) = (target / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target / "site")
    return target / "site"


def test_the_wheel_analyzes_a_sample(installed: Path, tmp_path: Path) -> None:
    sample = ROOT / "samples" / "10-single-pem" / "evidence"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "analyzer", "analyze", sample, "--as-of", "2026-11-23"],
        cwd=tmp_path,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(installed)},
        check=False,
    )

    assert done.returncode == ExitCode.FOUND_CRITICAL, done.stderr.decode()
    assert (tmp_path / "report.html").exists()


def test_the_wheel_speaks_korean(installed: Path, tmp_path: Path) -> None:
    sample = ROOT / "samples" / "10-single-pem" / "evidence"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "analyzer", "analyze", sample, "--as-of", "2026-11-23", "--lang", "ko"],
        cwd=tmp_path,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )

    assert done.returncode == ExitCode.FOUND_CRITICAL, done.stderr.decode()
    assert "만료되었습니다" in done.stdout.decode()
    assert '<html lang="ko">' in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_wheel_holds_every_rule_and_nothing_of_the_tests(installed: Path) -> None:
    rules = {path.name for path in (ROOT / "rules").glob("*.yaml")}

    assert {path.name for path in (installed / "analyzer" / "builtin_rules").glob("*.yaml")} == rules
    assert not (installed / "tests").exists()
