"""Draws the pictures under `docs/`, the first screen of every sample's report: ``python -m tests.browser.pictures``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from analyzer.pipeline import Options, analyze
from analyzer.report.html import render_html
from page.building import build
from page.inputs import CannotBeHad, inputs
from tests.browser.chromium import PHONE, chromium, visit
from tests.lab.cast import AS_OF
from tests.page.opened import opened

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
FOLDER = ROOT / "docs" / "pictures"
URGENT = "04-expired-one-up-two-down"

SCREEN = {"width": 1180, "height": 860}
FRONT = {"width": 1180, "height": 1500}
"""The picture at the top of the README shows the plan too."""

LOOKS: dict[str, dict[str, Any]] = {
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE, "device_scale_factor": 2},
}


def main() -> None:
    """Every sample once, one of them in other lights, sizes and languages, and the page of a triage."""
    FOLDER.mkdir(exist_ok=True)
    samples = sorted(path.parent.name for path in SAMPLES.glob("*/evidence"))
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        page_picture(browser, Path(folder))
        for sample in samples:
            report = write(sample, "en", Path(folder))
            with visit(browser, report, viewport=SCREEN) as shown:
                shown.page.screenshot(path=FOLDER / f"{sample}.jpg", type="jpeg", quality=72)
            if sample == URGENT:
                with visit(browser, report, viewport=FRONT) as shown:
                    shown.page.screenshot(path=ROOT / "docs" / "report.png")
                for look, options in LOOKS.items():
                    with visit(browser, report, **({"viewport": SCREEN} | options)) as shown:
                        shown.page.screenshot(path=FOLDER / f"{sample}-{look}.jpg", type="jpeg", quality=72)
                with visit(browser, write(sample, "ko", Path(folder)), viewport=SCREEN) as shown:
                    shown.page.screenshot(path=FOLDER / f"{sample}-korean.jpg", type="jpeg", quality=72)
        draw_triage(browser, Path(folder))


def draw_triage(browser: Browser, folder: Path) -> None:
    """The page of `make demo-triage`, for the README."""
    cases, out = folder / "triage-cases", folder / "triage"
    subprocess.run([sys.executable, ROOT / "scripts" / "demo_cases.py", cases], check=True, stdout=subprocess.DEVNULL)
    words = ["triage", str(cases), "--facts", str(cases / ".facts"), "--out", str(out), "--as-of", f"{AS_OF:%Y-%m-%d}"]
    subprocess.run([sys.executable, "-P", "-m", "analyzer", *words], check=False, stdout=subprocess.DEVNULL)  # it ends with what it found
    with visit(browser, out / "index.html", viewport=FRONT) as shown:
        shown.page.screenshot(path=ROOT / "docs" / "triage.png")


def page_picture(browser: Browser, folder: Path) -> None:
    """The page that needs no Python, with a report in it. It is left as it is where it cannot be built."""
    try:
        parts = inputs()
    except CannotBeHad as error:
        sys.stderr.write(f"docs/page.png is not drawn: {error}\n")
        return
    file = folder / "sftunnel-analyzer.html"
    file.write_bytes(build(parts))
    with opened(browser, file, viewport=SCREEN) as page:
        page.run(SAMPLES / URGENT / "evidence")
        page.page.frame_locator("#report iframe").locator("h1").first.wait_for()
        page.page.screenshot(path=ROOT / "docs" / "page.png")


def write(sample: str, language: str, folder: Path) -> Path:
    """The report of a sample as a file."""
    path = folder / f"{sample}.{language}.html"
    result = analyze([SAMPLES / sample / "evidence"], Options(as_of=AS_OF, as_of_source="--as-of", language=language))
    path.write_text(render_html(result), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
