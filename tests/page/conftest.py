"""The page, built once for all its tests, and a browser that opens it from its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from page.building import build
from page.inputs import CannotBeHad, inputs
from tests.browser.chromium import CHROMIUM, chromium, driver_starts
from tests.page.opened import Opened, opened


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        found = inputs()
    except CannotBeHad as error:
        pytest.skip(f"the page cannot be built here: {error}")
    path = tmp_path_factory.mktemp("page") / "sftunnel-analyzer.html"
    path.write_bytes(build(found))
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    if not driver_starts():
        pytest.skip("the driver of Playwright does not start here: scripts/setup installs what it needs (libatomic1)")
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def started(browser: Browser, built: Path) -> Iterator[Opened]:
    """The page with Python started, once for the tests of a module: that takes seconds."""
    with opened(browser, built) as started:
        yield started


@pytest.fixture
def page(started: Opened) -> Opened:
    """The page with Python started, as a person finds it: English, folded, nothing given or stated. A test leaves it usable."""
    started.page.select_option("#language", "en")
    started.page.evaluate("for (const one of document.querySelectorAll('details[open]')) one.open = false")
    for button in ("#unstate", "#clear"):
        if started.page.is_visible(button):
            started.page.click(button)
    return started
