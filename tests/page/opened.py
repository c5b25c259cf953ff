"""The page in a browser, as a person uses it: the network is on, and everything that it asks of the network is written down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

LONG = 300_000
"""Milliseconds after which something did not happen; on a loaded machine Python takes most of a minute to start."""


@dataclass
class Opened:
    """The page. ``complaints`` are errors of scripts, messages of the console, and requests for anything but the file and what it made."""

    page: Page
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def give(self, path: Path) -> None:
        """Choose a folder or a file, after removing what was chosen before."""
        if self.page.is_visible("#clear"):
            self.page.click("#clear")
        self.page.set_input_files("#folder" if path.is_dir() else "#files", str(path))

    def run(self, path: Path, day: str = "2026-11-23", language: str = "en") -> str:
        """Analyze a folder or file; how it ended (``done``, ``problem`` or ``failed``)."""
        self.give(path)
        self.page.select_option("#language", language)
        return self.started(day)

    def started(self, day: str = "2026-11-23") -> str:
        """Analyze what was given; how it ended."""
        self.page.fill("#as-of", day)
        before = int(self.page.get_attribute("body", "data-ended") or 0)
        self.page.click("#start")
        expect(self.page.locator("body")).to_have_attribute("data-ended", str(before + 1), timeout=LONG)
        return str(self.page.get_attribute("body", "data-state"))

    def start(self, ends: str = "done") -> None:
        """Analyze what was given, in English. It must end so."""
        self.page.select_option("#language", "en")
        assert self.started() == ends

    def saved(self, button: str) -> bytes:
        """What a save button gives."""
        with self.page.expect_download() as download:
            self.page.click(button)
        return Path(download.value.path()).read_bytes()

    def document(self) -> Any:
        """The result of the last run, as saved."""
        return json.loads(self.saved("#save-json"))


@contextmanager
def opened(browser: Browser, file: Path, *, wait: bool = True, **options: Any) -> Iterator[Opened]:
    """Open it from its file, and wait until Python has started."""
    context = browser.new_context(**{"accept_downloads": True, "locale": "en-US", **options})
    page = context.new_page()
    found = Opened(page, context)
    page.on("console", lambda message: found.complaints.append(f"console {message.type}: {message.text}"))
    page.on("pageerror", lambda error: found.complaints.append(f"error: {error}"))
    context.on("request", lambda request: _note(found.complaints, request.url, file))
    try:
        page.goto(file.as_uri())
        if wait:
            page.wait_for_selector("body[data-state=ready], #problem:not([hidden])", timeout=LONG)
        yield found
    finally:
        context.close()


def _note(complaints: list[str], address: str, file: Path) -> None:
    if address.partition("#")[0] != file.as_uri() and not address.startswith(("blob:", "data:", "about:srcdoc")):
        complaints.append(f"request: {address}")


def slice_of(found: Sequence[Path], every: int, whole: bool) -> list[Path]:
    """One in so many, or all."""
    return list(found[:: 1 if whole else every])
