"""Evidence as people send it: the program concludes what an expert insists on, case by case."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import pytest

from tests.evidence.running import folders, judge, load
from tests.evidence.variants import VARIANTS
from tests.slices import is_whole

OPEN = {
    line.split("  ", 1)[0]: line.split("  ", 1)[1].strip()
    for line in (Path(__file__).parent / "open.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
}
"""Cases that fail today, with the reason. A case that passes leaves the list, and none comes back."""

OPEN_SHAPES: set[tuple[str, str]] = set()
"""Cases that pass as they are, and whose variant (by its name) is not concluded alike: each with a sentence why."""


def slice_of(cases: list[Path]) -> list[Path]:
    """Every seventh case, chosen by its name, or all of them."""
    return [case for case in cases if is_whole() or crc32(case.name.encode()) % 7 == 0]


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_a_case_is_concluded_as_an_expert_does(folder: Path) -> None:
    verdict = judge(folder)

    assert verdict is not None
    if folder.name in OPEN:
        assert verdict.unmet, f"{folder.name} passes: take it off tests/evidence/open.txt"
        pytest.xfail(OPEN[folder.name])
    assert verdict.unmet == [], verdict.said


@pytest.mark.parametrize("variant", VARIANTS)
def test_another_shape_of_the_same_evidence_gives_the_same_conclusion(variant: str) -> None:
    """A fixed slice of the cases here, all of them in `make test-all`."""
    cases = slice_of([folder for folder in folders() if folder.name not in OPEN and (folder.name, variant) not in OPEN_SHAPES])
    verdicts = [verdict for folder in cases if (verdict := judge(folder, variant)) is not None]

    assert len(verdicts) >= 3  # few cases have what "reversed names" turns round
    assert {verdict.name: verdict.unmet for verdict in verdicts if verdict.unmet} == {}


def test_no_dangerous_case_is_open() -> None:
    dangerous = {folder.name for folder in folders() if load(folder).get("danger")}

    assert dangerous & set(OPEN) == set()
    assert len(dangerous) >= 61


def test_every_open_case_exists() -> None:
    assert set(OPEN) <= {folder.name for folder in folders()}
