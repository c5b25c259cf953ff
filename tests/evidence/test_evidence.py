"""Evidence as people send it: the program concludes what an expert insists on, case by case."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evidence.running import folders, judge, load

OPEN = {
    line.split("  ", 1)[0]: line.split("  ", 1)[1].strip()
    for line in (Path(__file__).parent / "open.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
}
"""Cases that fail today, with the reason. A case that passes leaves the list, and none comes back."""


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_a_case_is_concluded_as_an_expert_does(folder: Path) -> None:
    verdict = judge(folder)

    if folder.name in OPEN:
        assert verdict.unmet, f"{folder.name} passes: take it off tests/evidence/open.txt"
        pytest.xfail(OPEN[folder.name])
    assert verdict.unmet == [], verdict.said


def test_no_dangerous_case_is_open() -> None:
    dangerous = {folder.name for folder in folders() if load(folder).get("danger")}

    assert dangerous & set(OPEN) == set()
    assert len(dangerous) >= 61


def test_every_open_case_exists() -> None:
    assert set(OPEN) <= {folder.name for folder in folders()}
