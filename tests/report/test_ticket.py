"""The case in six lines: what, since when, what it costs, who, what is planned, what is needed."""

from __future__ import annotations

import pytest

from analyzer.report.ticket import NAMED, ticket_text
from tests.browser.conftest import SAMPLES, result_of
from tests.report.builders_report import fleet
from tests.report.test_html import hostile

NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/evidence"))


@pytest.mark.parametrize("sample", NAMES)
def test_six_lines_each_with_its_word(sample: str) -> None:
    lines = ticket_text(result_of(sample, "en")).splitlines()

    assert [line.partition(":")[0] for line in lines] == ["What", "Since", "Impact", "Devices", "Plan", "Needed from you"]
    assert all(line.partition(": ")[2] for line in lines)


def test_what_stands_in_them() -> None:
    what, since, _impact, devices, plan, _needed = ticket_text(result_of("04-expired-one-up-two-down", "en")).splitlines()

    assert what.startswith("What: Act now. The InternalCA of fmc-1.example expired on 2026-09-22")
    assert "2026-09-22 12:16:56 UTC" in since
    assert "2026-11-10 17:30:00 UTC" in since
    assert "2 down (ftd-lima, ftd-seoul)" in devices
    assert "(ftd-berlin)" in devices
    assert "(1) Back up fmc-1.example" in plan


def test_a_large_fleet_is_named_in_part() -> None:
    devices = ticket_text(fleet(NAMED + 7)).splitlines()[3]

    assert devices.count("ftd-") == NAMED
    assert "and 7 more" in devices


def test_hostile_names_stay_on_their_line() -> None:
    text = ticket_text(hostile())

    assert len(text.splitlines()) == 6
    assert all(one.isprintable() or one == "\n" for one in text)
