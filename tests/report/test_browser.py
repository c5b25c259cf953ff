"""What a real browser makes of the report. Skipped where Chromium is not installed; each test starts it once."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from analyzer.report.html import render_html
from tests.report.builders_report import expired_mixed
from tests.report.test_html import hostile

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


def browse(page: Path, *options: str) -> tuple[str, list[str]]:
    """The page as the browser has it after loading, and what it wrote to the console (errors, blocked content)."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--enable-logging=stderr",
            f"--user-data-dir={page.parent / 'profile'}",
            "--virtual-time-budget=3000",
            *options,
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        timeout=90,
        check=True,
    )
    return done.stdout.decode(), re.findall(r":CONSOLE[:(].*", done.stderr.decode(errors="replace"))


@pytest.mark.parametrize("which", ["whole", "hostile"])
def test_it_opens_from_a_file_without_an_error_or_a_blocked_part(tmp_path: Path, which: str) -> None:
    page = tmp_path / "report.html"
    page.write_text(render_html(expired_mixed() if which == "whole" else hostile()), encoding="utf-8")

    dom, console = browse(page)

    assert console == []
    assert '<div class="filter">' in dom, "the script did not run: its hash is not the one in the policy"
    assert '<button type="button" class="copy">Copy</button>' in dom or which == "hostile"


def test_without_script_nothing_that_needs_it_is_shown(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(re.sub(r"<script>.*?</script>", "", render_html(expired_mixed()), flags=re.DOTALL), encoding="utf-8")

    dom, console = browse(page)

    assert console == []
    assert '<div class="filter" hidden="">' in dom
    assert "copy_sftunnel_certs.py devices.csv" in dom


@pytest.mark.parametrize("which", ["whole", "hostile"])
def test_no_sideways_scrolling_on_a_narrow_phone_or_a_desk(tmp_path: Path, which: str) -> None:
    (tmp_path / "report.html").write_text(render_html(expired_mixed() if which == "whole" else hostile()), encoding="utf-8")
    page = tmp_path / "frames.html"
    page.write_text(
        "".join(f'<iframe src="report.html" style="border:0;width:{width}px;height:900px"></iframe>' for width in (360, 390, 768, 1280))
        + "<p id=widths></p><script>addEventListener('load',()=>{document.getElementById('widths').textContent="
        "Array.from(frames,f=>f.document.documentElement).map(e=>e.scrollWidth-e.clientWidth).join(' ')})</script>",
        encoding="utf-8",
    )

    dom, console = browse(page, "--allow-file-access-from-files")

    assert console == []
    widths = re.search(r'<p id="widths">([\d ]+)</p>', dom)
    assert widths is not None
    assert widths[1] == "0 0 0 0"
