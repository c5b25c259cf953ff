"""A real browser on a report: Debian's Chromium (or any on the machine), driven by Playwright, without network."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
WALL = {"width": 3840, "height": 2160}

_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective + " " + event.blockedURI));
"""


@dataclass
class Visit:
    """A report that is open: the page, and everything that a report must never do."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def settled(self) -> list[str]:
        """Console messages, script errors, requests other than the file itself, and violations of the policy, so far."""
        blocked = self.page.evaluate("window.violations ?? []") if self.page.url.startswith("file:") else []
        return self.complaints + [f"policy: {one}" for one in blocked]


def driver_starts() -> bool:
    """Playwright's own program runs on this machine: it lacks a library of the system on the barest ones."""
    node, script = compute_driver_executable()
    return subprocess.run([node, script, "--version"], capture_output=True, check=False).returncode == 0


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser. It is started once and shared: every visit has a context of its own."""
    assert CHROMIUM is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Browser, report: Path, **options: Any) -> Iterator[Visit]:
    """Open a report from its file, off line. ``options`` go to the Playwright context (viewport, color_scheme, java_script_enabled)."""
    context = browser.new_context(**{"viewport": DESK, "offline": True, **options})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    opened = Visit(page)
    address = report.as_uri()
    page.add_init_script(_VIOLATIONS)
    page.on("console", lambda message: opened.complaints.append(f"console {message.type}: {message.text}"))
    page.on("pageerror", lambda error: opened.complaints.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (opened.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: opened.complaints.append(f"request: {request.url}") if request.url.partition("#")[0] != address else None,
    )
    try:
        page.goto(address)
        yield opened
    finally:
        context.close()
