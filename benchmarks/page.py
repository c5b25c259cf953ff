"""The program in the page: ``python -m benchmarks.page NOTES EVIDENCE`` analyzes one file in Chromium, in the page opened from its file.

The time is that from **Analyze** to the report; Python has started before. The memory is the peak of the process of the page, which runs
Python. The note says that of the browser's own process, and how large the file is.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from os import getpid
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from page.building import build
from page.inputs import inputs

_PATIENCE = 3_600_000
"""Milliseconds."""


def main() -> None:
    """Build the page, analyze the file in it, note what it took."""
    notes, evidence = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "sftunnel-analyzer.html"
        page.write_bytes(build(inputs()))
        seconds, renderer, browser = analyzed(page, Path(evidence))
    note = f"the browser's own process {browser >> 20} MiB"
    Path(notes).write_text(json.dumps({"seconds": seconds, "peak": renderer, "child_peak": 0, "note": note}))


def analyzed(page: Path, evidence: Path) -> tuple[float, int, int]:
    """Seconds, and the peak bytes of the largest process of a page and of the largest other one. Raises AssertionError for a run that
    gives no report."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto(page.as_uri())
        body = tab.locator("body")
        expect(body).to_have_attribute("data-state", "ready", timeout=_PATIENCE)
        tab.set_input_files("#files", str(evidence))
        tab.fill("#as-of", "2026-11-23")
        began = time.perf_counter()
        tab.click("#start")
        expect(body).to_have_attribute("data-ended", "1", timeout=_PATIENCE)
        seconds = time.perf_counter() - began
        expect(body).to_have_attribute("data-state", "done")
        peaks = list(_peaks())
        browser.close()
    return seconds, max(size for is_page, size in peaks if is_page), max(size for is_page, size in peaks if not is_page)


def _peaks() -> Iterator[tuple[bool, int]]:
    """Of each process of the browser: whether it runs pages, and the most bytes that it has held (Linux)."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:  # it has ended
            continue
        parents[int(told["Pid"])] = int(told["PPid"])
    for process in parents:
        ancestor = parents[process]
        while ancestor and ancestor != getpid():
            ancestor = parents.get(ancestor, 0)
        if not ancestor:
            continue
        try:
            command = Path(f"/proc/{process}/cmdline").read_bytes()
            held = [line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmHWM:")]
        except OSError:
            continue
        if held and b"chrom" in command:
            yield b"--type=renderer" in command, int(held[0].split()[1]) * 1024


if __name__ == "__main__":
    main()
