"""Draws the pictures under `docs/`, the first screen of every sample's report: ``python -m tests.browser.pictures``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from analyzer.pipeline import Options, analyze
from analyzer.report.html import render_html
from tests.browser.chromium import PHONE, chromium, visit
from tests.lab.cast import AS_OF

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
    """Every sample once, and one of them in other lights, sizes and languages."""
    FOLDER.mkdir(exist_ok=True)
    samples = sorted(path.parent.name for path in SAMPLES.glob("*/evidence"))
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for sample in samples:
            report = write(sample, "en", Path(folder))
            with visit(browser, report, viewport=SCREEN) as opened:
                opened.page.screenshot(path=FOLDER / f"{sample}.jpg", type="jpeg", quality=72)
            if sample == URGENT:
                with visit(browser, report, viewport=FRONT) as opened:
                    opened.page.screenshot(path=ROOT / "docs" / "report.png")
                for look, options in LOOKS.items():
                    with visit(browser, report, **({"viewport": SCREEN} | options)) as opened:
                        opened.page.screenshot(path=FOLDER / f"{sample}-{look}.jpg", type="jpeg", quality=72)
                with visit(browser, write(sample, "ko", Path(folder)), viewport=SCREEN) as opened:
                    opened.page.screenshot(path=FOLDER / f"{sample}-korean.jpg", type="jpeg", quality=72)


def write(sample: str, language: str, folder: Path) -> Path:
    """The report of a sample as a file."""
    path = folder / f"{sample}.{language}.html"
    result = analyze([SAMPLES / sample / "evidence"], Options(as_of=AS_OF, as_of_source="--as-of", language=language))
    path.write_text(render_html(result), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
