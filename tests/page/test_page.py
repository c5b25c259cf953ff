"""The page gives what the program gives: the same document and report for the same evidence. It asks for nothing but its own file."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from analyzer import Options, __version__, analyze, render_html, render_json
from analyzer.judge import builtin_rules_folder, load_rules
from analyzer.model.result import Result
from analyzer.report.runbook import plan_files
from page import __main__ as command
from page.building import LARGEST, build
from page.inputs import CannotBeHad, Pin, _checked, inputs, pins
from tests.page.opened import Opened, opened, slice_of
from tests.slices import is_whole

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "samples").glob("*/evidence"))
CASES = sorted((ROOT / "tests" / "evidence" / "cases").glob("*/in"))
FULL = ROOT / "samples" / "12-full-case" / "evidence"
HOSTILE = ROOT / "samples" / "28-hostile-names" / "evidence"


def natively(folder: Path, language: str = "en") -> Result:
    """What the program says of it, without tshark."""
    as_of = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)
    return analyze([folder], Options(as_of=as_of, as_of_source="--as-of", language=language))


def in_page(page: Opened, folder: Path) -> Any:
    state = page.run(folder)
    return page.document() if state == "done" else state


def in_program(folder: Path) -> Any:
    result = natively(folder)
    return json.loads(render_json(result)) if result.usable else "problem"


def differences(page: Opened, folders: list[Path]) -> list[str]:
    return [folder.parent.name for folder in folders if in_page(page, folder) != in_program(folder)]


def test_samples_give_the_document_of_the_program(page: Opened) -> None:
    assert differences(page, slice_of(SAMPLES, 6, is_whole())) == []
    assert page.complaints == []


def test_cases_give_the_document_of_the_program(page: Opened) -> None:
    assert differences(page, slice_of(CASES, 40, is_whole())) == []
    assert page.complaints == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_report_and_the_plan_are_those_of_the_program(page: Opened, language: str) -> None:
    result = natively(FULL, language)

    assert page.run(FULL, language=language) == "done"
    assert page.saved("#save-report") == render_html(result).encode()
    with zipfile.ZipFile(io.BytesIO(page.saved("#save-plan"))) as plan:
        assert {name: plan.read(name) for name in plan.namelist()} == {str(one.path): one.text.encode() for one in plan_files(result)}
    frame = page.page.frame_locator("#report iframe")
    expect(frame.locator("h1").first).not_to_be_empty()
    expect(page.page.locator("html")).to_have_attribute("lang", language)


def test_what_is_no_evidence_is_said_to_be_none(page: Opened, tmp_path: Path) -> None:
    (tmp_path / "photo.txt").write_text("no problem of this kind.")

    assert page.run(tmp_path / "photo.txt") == "problem"
    expect(page.page.locator("#problem")).to_contain_text("photo.txt: 1 file read, without any evidence of an sftunnel")
    assert page.run(FULL) == "done"
    expect(page.page.locator("#problem")).to_be_hidden()


def test_a_redacted_report_names_nobody_and_its_map_is_saved_apart(page: Opened) -> None:
    page.page.check("#redact")
    try:
        assert page.run(FULL) == "done"
    finally:
        page.page.uncheck("#redact")
    substitutes = json.loads(page.saved("#save-map"))

    assert "fmc-1.example" in {row["original"] for row in substitutes}
    assert b"fmc-1.example" not in page.saved("#save-report")
    expect(page.page.locator("#save-plan")).to_be_hidden()
    expect(page.page.locator("#statements")).to_be_hidden()


def test_several_choices_are_one_case(page: Opened, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text("x")
    page.give(tmp_path / "one.txt")
    page.page.set_input_files("#files", str(tmp_path / "two.txt"))

    expect(page.page.locator("#chosen span")).to_contain_text("2 files, ")


def test_a_hostile_sample_stays_inert_and_nothing_is_kept(page: Opened) -> None:
    assert page.run(HOSTILE) == "done"

    frame = page.page.frame_locator("#report iframe")
    expect(frame.locator("h1").first).not_to_be_empty()
    expect(page.page.locator("#report iframe")).to_have_attribute("sandbox", "allow-scripts")
    kept = page.page.evaluate(
        "[document.cookie, localStorage.length, sessionStorage.length, performance.getEntriesByType('resource').length]"
    )
    assert kept[:3] == ["", 0, 0]
    assert page.complaints == []


def test_where_a_policy_forbids_webassembly_that_is_said(browser: Browser, built: Path, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(built.read_bytes().replace(b" 'wasm-unsafe-eval'", b"", 1))
    with opened(browser, file) as page:
        expect(page.page.locator("#problem")).to_contain_text("Python could not be started in this browser")


def test_the_same_inputs_give_the_same_bytes(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Seoul")
    page = built.read_bytes()

    assert build(inputs()) == page
    assert len(page) <= LARGEST == 12_000_000


def test_its_digest_is_published_beside_it(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "dist" / "sftunnel-analyzer.html"
    monkeypatch.setattr(command, "TARGET", target)

    assert command.main() == 0
    assert target.read_bytes() == built.read_bytes()
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    assert target.with_name("sftunnel-analyzer.html.sha256").read_text() == f"{digest}  sftunnel-analyzer.html\n"


def test_it_says_what_is_inside(page: Opened) -> None:
    """Version, the whole digest of the rules, and the licence of everything."""
    rules = load_rules([builtin_rules_folder()])
    runtime, wheels = pins()

    expect(page.page.locator("#version")).to_contain_text(f"{__version__}. Digest of the rules (SHA-256): {rules.digest}.")
    assert (len(rules.digest), rules.digest[:16]) == (64, rules.version)
    for pin in (runtime, *wheels):
        expect(page.page.locator("#licences")).to_contain_text(f"{pin.name} {pin.version}: {pin.licence}")


def test_no_path_of_this_machine_is_in_it(built: Path) -> None:
    assert str(ROOT).encode() not in built.read_bytes()


def test_what_goes_in_is_what_the_lock_names() -> None:
    """A library has one version: in the page, in the tests, in the program."""
    locked = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    _runtime, wheels = pins()

    for pin in wheels:
        assert f"\n{pin.name}=={pin.version} " in locked, "renew page/inputs.json after `make lock`"
        assert f"sha256:{pin.sha256}" in locked or pin.platform == "emscripten"


def test_a_file_with_another_digest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thing-1").write_bytes(b"something else")

    with pytest.raises(CannotBeHad, match=r"is not thing 1: its SHA-256 is [0-9a-f]{64}, not 00.*Remove it"):
        _checked(tmp_path / "thing-1", Pin("thing", "1", "00", "none"))
