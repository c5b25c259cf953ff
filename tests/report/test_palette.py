"""The palette passes WCAG 2.2 AA in light and in dark: 4.5 to 1 for every text on every background that it stands on."""

from __future__ import annotations

import re

import pytest

from analyzer.report import html

CSS = (html._TEMPLATES / "report.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root \{(.*?)\n\s*\}", CSS, flags=re.DOTALL)[:2]
)
TONES = ("critical", "warning", "unknown", "neutral", "good")
PAIRS = [
    *((ink, paper) for ink in ("text", "quiet", "link") for paper in ("page", "surface", "sunken")),
    *((tone, f"{tone}-fill") for tone in TONES),
    *((ink, f"{tone}-fill") for ink in ("text", "quiet", "link") for tone in TONES),
    *((tone, paper) for tone in ("critical", "warning") for paper in ("page", "surface")),
    ("good", "page"),
]


def luminance(colour: str) -> float:
    """WCAG relative luminance of ``#rrggbb``."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_text_can_be_read(scheme: str, ink: str, paper: str) -> None:
    colours = LIGHT if scheme == "light" else DARK

    assert contrast(colours[ink], colours[paper]) >= 4.5


def test_the_formula_is_the_one_of_wcag() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_ring_stands_out(colours: dict[str, str]) -> None:
    assert all(contrast(colours["focus"], colours[paper]) >= 3 for paper in ("page", "surface", "sunken"))
