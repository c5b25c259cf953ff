"""The page in the hands of people: a phone, the dark, Korean, a keyboard, a screen reader, a cancelled run, a browser that cannot."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import DESK, PHONE
from tests.page.looking import WIDER, enter, serious_violations, tab_to
from tests.page.opened import LONG, Opened, opened
from tests.slices import is_whole

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "samples" / "10-single-pem" / "evidence"
QUESTIONS = ROOT / "samples" / "08-ha-secondary-forgotten" / "evidence"
LOOKS = list(product([PHONE, DESK], ["dark", "light"], ["ko-KR", "en-US"])) if is_whole() else [(PHONE, "dark", "ko-KR")]
LINE = b"Nov 20 10:00:00 ftd-1 SF-IMS[1234]: [5678] sftunneld:sf_ssl [INFO] nothing of note in line %07d of this log\n"


@pytest.mark.parametrize(("size", "scheme", "locale"), LOOKS)
def test_everybody_can_use_it(browser: Browser, built: Path, size: dict[str, int], scheme: str, locale: str) -> None:
    """Axe finds nothing serious and nothing scrolls sideways: before a run, and after one with the form of statements open."""
    with opened(browser, built, viewport=size, color_scheme=scheme, locale=locale) as page:
        expect(page.page.locator("html")).to_have_attribute("lang", locale[:2])
        assert serious_violations(page.page) == {}
        assert page.page.evaluate(WIDER) == 0
        page.give(QUESTIONS)
        page.page.click("#start")
        expect(page.page.locator("body")).to_have_attribute("data-state", "done", timeout=LONG)
        expect(page.page.locator("#statements")).to_be_visible()
        assert serious_violations(page.page) == {}
        expect(page.page.locator("#entries")).to_be_visible()
        assert page.page.evaluate(WIDER) == 0
        assert page.complaints == []


def test_a_keyboard_is_enough(page: Opened) -> None:
    if page.page.is_visible("#clear"):
        page.page.click("#clear")
    page.page.evaluate("document.activeElement.blur()")
    tab_to(page.page, "#files")
    with page.page.expect_file_chooser() as chooser:
        page.page.evaluate("0")  # the browser is told to hand the dialog over, and does not answer: what it answers next comes after
        page.page.locator("#files").press("Enter")
    chooser.value.set_files([str(path) for path in SMALL.iterdir()])
    expect(page.page.locator("#chosen")).to_be_visible()
    enter(page.page, "#start")
    expect(page.page.locator("body")).to_have_attribute("data-state", "done", timeout=LONG)
    expect(page.page.locator("#told")).to_be_focused()
    tab_to(page.page, "#save-report")
    with page.page.expect_download() as download:
        page.page.locator("#save-report").press("Enter")
    assert b"<h1" in Path(download.value.path()).read_bytes()
    tab_to(page.page, "#report iframe")
    page.page.keyboard.press("Tab")

    assert page.page.frames[1].evaluate("document.hasFocus()") is True


def large(folder: Path, megabytes: int) -> Path:
    """A bundle of logs that nothing is found in, but one certificate set at its end: a tar that is not compressed."""
    path = folder / "large.tar"
    with tarfile.open(path, "w") as bundle:
        block = b"".join(LINE % number for number in range(10_000))
        for number in range(megabytes):
            entry = tarfile.TarInfo(f"ftd-1/ngfw/var/log/messages.{number}")
            entry.size = 1_000_000
            bundle.addfile(entry, io.BytesIO(block))
        for found in sorted(path for path in SMALL.iterdir() if path.is_file()):
            bundle.add(found, found.name)
    return path


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return large(tmp_path_factory.mktemp("large"), 300 if is_whole() else 60)


def test_a_large_bundle_tells_its_progress_and_is_cancelled_at_once(page: Opened, bundle: Path) -> None:
    page.page.select_option("#language", "en")
    for _turn in range(2):
        page.give(bundle)
        page.page.click("#start")
        expect(page.page.locator("#told")).to_have_text(read_so_far(bundle), timeout=LONG)
        expect(page.page.locator("#progress")).to_be_visible()
        assert 0 < page.page.evaluate("document.getElementById('progress').position") < 1
        page.page.click("#cancel")
        expect(page.page.locator("#told")).to_have_text("Cancelled: nothing was kept.")
        expect(page.page.locator("#progress")).to_be_hidden()
        expect(page.page.locator("#cancel")).to_be_hidden()
        expect(page.page.locator("#report iframe")).to_have_count(0)
    page.page.click("#start")
    page.page.click("#cancel")  # while Python starts again
    expect(page.page.locator("#told")).to_have_text("Cancelled: nothing was kept.")
    assert page.run(SMALL) == "done"
    assert page.run(SMALL) == "done"
    assert page.complaints == []


def read_so_far(bundle: Path) -> object:
    import re

    size = f"{bundle.stat().st_size / 1e6:.1f}"
    return re.compile(rf"^Read [\d.]+ [kM]B of {re.escape(size)} MB, about \d+ (s|min) left\.$")


KEPT = """async () => ({
  cookies: document.cookie,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map((one) => one.name),
  caches: "caches" in globalThis ? await caches.keys().catch(() => []) : [],
  workers: "serviceWorker" in navigator ? (await navigator.serviceWorker.getRegistrations().catch(() => [])).length : 0,
  used: (await navigator.storage?.estimate?.().catch(() => null))?.usage ?? 0,
})"""
NOTHING = {"cookies": "", "local": [], "session": [], "databases": [], "caches": [], "workers": 0, "used": 0}


def test_nothing_is_left_when_it_is_closed(browser: Browser, built: Path, tmp_path: Path) -> None:
    """Another page of the same origin sees no trace of it, in the same session of the browser. It would: what it keeps itself it finds."""
    other = tmp_path / "other.html"
    other.write_text("<!DOCTYPE html><title>other</title>", encoding="utf-8")
    with opened(browser, built) as page:
        assert page.run(QUESTIONS) == "done"
        page.page.close()
        beside = page.context.new_page()
        beside.goto(other.as_uri())

        assert beside.evaluate(KEPT) == NOTHING
        assert page.context.cookies() == []
        beside.evaluate("localStorage.setItem('a', 'b')")
        beside.goto(built.as_uri())
        assert beside.evaluate(KEPT)["local"] == ["a"]


@pytest.fixture(params=["WebAssembly", "Worker", "DecompressionStream"] if is_whole() else ["WebAssembly"])
def lacking(request: pytest.FixtureRequest, browser: Browser, built: Path) -> Iterator[tuple[Opened, str]]:
    """The page in a browser that does not have something."""
    with opened(browser, built, wait=False) as page:
        page.page.add_init_script(f"delete globalThis.{request.param}")
        page.page.reload()
        yield page, request.param


def test_a_browser_that_cannot_run_it_gets_a_sentence(lacking: tuple[Opened, str]) -> None:
    page, name = lacking
    problem = page.page.locator("#problem")

    expect(problem).to_contain_text(f"Python could not be started in this browser: {name}", timeout=LONG)
    expect(problem).to_have_attribute("role", "alert")
