"""Private keys and passwords, planted in every format, come out nowhere: no report, no terminal, no temporary file, no traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.gather import gather
from analyzer.read.captures import find_tshark
from analyzer.read.context import ReadContext
from tests.builders.secrets import leaks, plant, planted
from tests.read.test_secret_forms import DECISIVE, FORMS, HEAD, STATUS

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples/05-renewed-two-missed/evidence"
RULES = sorted(path.stem for path in (ROOT / "rules").glob("*.yaml") if ".tests" not in path.name)


@dataclass(frozen=True)
class Ran:
    """A run as a user starts it, in folders of its own."""

    status: int
    stdout: bytes
    stderr: bytes
    folder: Path

    def outputs(self) -> dict[str, bytes]:
        """Everything that it said or wrote, and everything that stood in its temporary folder while tshark ran."""
        files = {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        return {"stdout": self.stdout, "stderr": self.stderr} | files


def run(folder: Path, *arguments: str, before: str = "") -> Ran:
    """Run the program; ``before`` is Python that is run in it first. Its temporary folder is copied before and after each tshark."""
    for name in ("temp", "spied", "here", "bin"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    tshark = find_tshark()
    if tshark is not None and sys.platform != "win32":
        spy = folder / "bin/tshark"
        look = f'cp -r "{folder}/temp" "{folder}/spied/$$-'
        spy.write_text(f'#!/bin/sh\n{look}before"\n{tshark} "$@"\nstatus=$?\n{look}after"\nexit $status\n')
        spy.chmod(0o755)
    code = f"import sys\nsys.argv[0] = 'sftunnel-analyzer'\n{before}\nfrom analyzer.cli.app import main\nmain()\n"
    environment = {
        "PATH": f"{folder}/bin:{os.environ['PATH']}",
        "TMPDIR": f"{folder}/temp",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "always",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": f"{folder}/here",
    }
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder / "here", env=environment, capture_output=True, timeout=300, check=False
    )
    shutil.rmtree(folder / "bin")
    return Ran(done.returncode, done.stdout, done.stderr, folder)


def analyze(folder: Path, case: Path, *arguments: str, before: str = "") -> Ran:
    return run(folder, "analyze", str(case), "-o", f"{folder}/report.html", "--as-of", "2026-11-23", *arguments, before=before)


def assert_silent(ran: Ran) -> None:
    found = {name: what for name, data in ran.outputs().items() if (what := leaks(data))}
    assert found == {}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with findings and plans, and every canary."""
    folder = tmp_path_factory.mktemp("secrets") / "case"
    shutil.copytree(SAMPLE, folder / "full")
    plant(folder)
    return folder


def _explained() -> Sequence[str]:
    return [word for rule in RULES for word in ("--explain", rule)]


def test_no_output_of_a_run_holds_a_secret(case: Path, tmp_path: Path) -> None:
    ran = analyze(tmp_path, case, "--json", f"{tmp_path}/result.json", "--plan-dir", f"{tmp_path}/plan", *_explained())

    assert ran.status >= 10, ran.stderr.decode()
    assert len(list((tmp_path / "plan").iterdir())) > 3
    assert (tmp_path / "spied").exists()
    assert list((tmp_path / "temp").iterdir()) == []
    assert_silent(ran)


@pytest.mark.parametrize("how", [("--redact", "--format", "json"), ("--format", "csv", "--no-tshark", "--limit", "key_bytes=50")])
def test_no_other_form_of_output_holds_a_secret(how: tuple[str, ...], case: Path, tmp_path: Path) -> None:
    ran = analyze(tmp_path, case, *how)

    assert ran.status >= 10, ran.stderr.decode()
    assert_silent(ran)


def test_a_comparison_holds_no_secret(case: Path, tmp_path: Path) -> None:
    ran = run(tmp_path, "compare", str(SAMPLE), str(case), "--as-of", "2026-11-23")

    assert ran.status in (7, 8, 0), ran.stderr.decode()
    assert_silent(ran)


FAILING = """
import analyzer.read.private_keys as room
def fail(data):
    raise ValueError(repr(data) + bytes(data).hex())
room._rsa_public = room._public_of = fail
room.sha256 = lambda data: fail(data)
import analyzer.read.outputs.credentials as lists
def failing(page):
    yield from ()
    raise ValueError(page.text.lines)
import analyzer.read.outputs as outputs
outputs._RECOGNISERS = ((lambda page: True, failing),)
"""


def test_a_reader_that_fails_over_a_secret_says_nothing_of_it(tmp_path: Path) -> None:
    plant(tmp_path / "case", ["pkcs8", "ec", "devices.csv", "terminal"])
    ran = analyze(tmp_path / "out", tmp_path / "case", "--json", f"{tmp_path}/out/result.json", before=FAILING)

    assert b"ValueError" in (tmp_path / "out/result.json").read_bytes()
    assert_silent(ran)


def test_a_program_that_fails_over_a_secret_says_nothing_of_it(tmp_path: Path) -> None:
    """The traceback names files and lines, not values."""
    plant(tmp_path / "case", ["pkcs8", "devices.csv"])
    before = """
import analyzer.gather as room
def fail(member, context):
    raise ValueError(b"".join(member.chunks()))
room.read_member = fail
"""
    ran = analyze(tmp_path / "out", tmp_path / "case", before=before)

    assert ran.status == 1
    assert b"ValueError" in ran.stderr
    assert b"gather.py" in ran.stderr
    assert_silent(ran)


@pytest.mark.parametrize("name", ["pkcs8", "devices.csv", "in a json string"])
def test_a_file_with_secrets_that_is_given_as_a_rule_is_refused_without_a_word_of_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (content,) = planted()[name].files.values()
    (tmp_path / "rules/mine.yaml").write_bytes(content)
    ran = analyze(tmp_path / "out", SAMPLE, "--rules", f"{tmp_path}/rules")

    assert ran.status == 2
    assert b"mine.yaml" in ran.stderr
    assert_silent(ran)


@pytest.mark.parametrize("name", planted())
def test_no_fact_holds_a_secret(name: str, tmp_path: Path) -> None:
    """Not even in memory: what leaves a reader is free of them, so no report of tomorrow can show them."""
    plant(tmp_path / "case", [name])

    read = gather([tmp_path / "case"], ReadContext(datetime(2026, 11, 23, tzinfo=UTC)), lambda _: None)

    assert read.members
    assert leaks(repr((read.facts, read.incomplete)).encode()) == set()


@pytest.mark.parametrize("how", [(), ("--redact",), ("--format", "csv"), ("--format", "json")], ids=lambda how: how[-1] if how else "text")
def test_no_form_of_a_secret_comes_out_of_a_run(how: tuple[str, ...], tmp_path: Path) -> None:
    """Each form with its own canary: within a decisive line, above and below one, in a line that is not understood, and in a status."""
    shutil.copytree(SAMPLE, tmp_path / "case/full")
    canaries = [f"Canary{number:04}x!" for number in range(len(FORMS))]
    written = [form.format(x=canary) for form, canary in zip(FORMS, canaries, strict=True)]
    messages = [line for one in written for line in (f"{DECISIVE} {one}", one, DECISIVE, one, f"{HEAD}{one}")]
    (tmp_path / "case/messages").write_text("\n".join(messages) + "\n", encoding="utf-8")
    (tmp_path / "case/status.txt").write_text("\n".join(STATUS.format(form=one) for one in written), encoding="utf-8")
    explained = () if "--format" in how else _explained()

    ran = analyze(
        tmp_path / "out", tmp_path / "case", "--json", f"{tmp_path}/out/r.json", "--plan-dir", f"{tmp_path}/out/plan", *how, *explained
    )

    assert ran.status >= 10, ran.stderr.decode()
    assert b"withheld" in (tmp_path / "out/r.json").read_bytes()
    for name, data in ran.outputs().items():
        assert {one for one in canaries if one.encode() in data} == set(), name
