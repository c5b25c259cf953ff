"""How soon a report is seen in Chromium: ``python -m benchmarks.paint NOTES [EVIDENCE]``, without evidence an empty page.

The time is Chromium's own ("first-contentful-paint", from the start of the navigation); the browser has started before.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.child import peak

_PAINTED = "performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)"
_PATIENCE = 120
_EMPTY = "<!DOCTYPE html><title>Empty</title><p>Empty</p>"


def main() -> None:
    """Make the page, open it, note when it was painted first."""
    notes, *evidence = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        if evidence:
            line = [sys.executable, "-m", "analyzer", "analyze", *evidence, "--as-of", "2026-11-23", "-o", str(page)]
            subprocess.run(line, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - it ends with what it found
        else:
            page.write_text(_EMPTY)
        seconds = first_paint(page)
        note = f"report of {page.stat().st_size / 1e6:.1f} MB"
    Path(notes).write_text(json.dumps({"seconds": seconds, "peak": peak(), "child_peak": 0, "note": note}))


def first_paint(page: Path) -> float:
    """Seconds from the navigation to the first text on the screen."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto(page.as_uri(), wait_until="commit")
        until = time.monotonic() + _PATIENCE
        while not (painted := tab.evaluate(_PAINTED)):
            if time.monotonic() > until:
                raise TimeoutError(f"nothing was painted within {_PATIENCE} seconds")
            time.sleep(0.02)
        browser.close()
    return float(painted[0]) / 1000


if __name__ == "__main__":
    main()
