"""What a person meets who opens a report: nothing is fetched, nothing fails, and what looks like a button works."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.chromium import DESK, PHONE, WALL, Visit, visit
from tests.browser.conftest import SAMPLES
from tests.report.builders_report import expired_mixed, fleet
from tests.report.test_html import hostile

NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/evidence"))
URGENT = "04-expired-one-up-two-down"
FULL = "12-full-case"
Report = Callable[..., Path]
UNFOLD = "for (const one of document.querySelectorAll('details')) one.open = true"


@pytest.fixture(scope="module")
def opened_sample(browser: Browser, report_of: Report) -> Iterator[Callable[[str], Visit]]:
    """The report of a sample, opened once and left open: for looking at, not for clicking."""
    with ExitStack() as stack:
        yield cache(lambda sample: stack.enter_context(visit(browser, report_of(sample))))


@pytest.mark.parametrize("sample", NAMES)
def test_a_report_opens_from_its_file_and_asks_for_nothing(opened_sample: Callable[[str], Visit], sample: str) -> None:
    opened = opened_sample(sample)

    assert opened.page.locator("h1").count() == 1
    assert opened.settled() == []


@pytest.mark.parametrize("sample", [URGENT, "09-tls13-capture-only"])
def test_axe_finds_nothing_serious(opened_sample: Callable[[str], Visit], sample: str) -> None:
    assert serious_violations(opened_sample(sample)) == {}


@pytest.mark.parametrize("sample", NAMES)
def test_no_report_scrolls_sideways(opened_sample: Callable[[str], Visit], sample: str) -> None:
    page = opened_sample(sample).page
    page.evaluate(UNFOLD)
    wider = {}
    for size in (PHONE, DESK, WALL):
        page.set_viewport_size(size)
        wider[size["width"]] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert wider == {360: 0, 1280: 0, 3840: 0}


NARROWEST = "Math.min(...[...document.querySelectorAll('pre')].filter((one) => one.offsetParent).map((one) => one.clientWidth))"


@pytest.mark.parametrize("sample", [URGENT, "05-renewed-two-missed", "08-ha-secondary-forgotten"])
def test_no_block_of_commands_is_squeezed(opened_sample: Callable[[str], Visit], sample: str) -> None:
    page = opened_sample(sample).page
    page.evaluate(UNFOLD)
    page.set_viewport_size(PHONE)

    assert page.evaluate(NARROWEST) >= 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_report_of_every_feature(browser: Browser, report_of: Report, scheme: str) -> None:
    with visit(browser, report_of(expired_mixed()), color_scheme=scheme) as opened:
        assert serious_violations(opened) == {}


def serious_violations(opened: Visit) -> dict[str, str]:
    """What axe-core calls serious or critical, with everything unfolded: the rule, and the first element that breaks it."""
    opened.page.evaluate(UNFOLD)
    violations = Axe().run(opened.page).response["violations"]
    return {one["id"]: one["nodes"][0]["html"] for one in violations if one["impact"] in ("serious", "critical")}


def test_the_copy_button_copies_exactly_the_commands(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        blocks = opened.page.locator(".commands .copyable")
        for number in range(min(blocks.count(), 6)):
            block = blocks.nth(number)
            shown = block.locator("code").text_content()
            block.locator("button").click()
            assert opened.page.evaluate("navigator.clipboard.readText()") == shown
        assert blocks.count() > 0


def test_the_copy_button_says_that_it_copied(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        button = opened.page.locator(".commands button.copy").first
        button.click()
        opened.page.wait_for_timeout(50)

        assert button.text_content() == "Copied"


def test_the_fleet_is_filtered_by_what_is_typed(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        rows = opened.page.locator("#fleet-table tbody tr")
        before = rows.count()
        opened.page.fill("#fleet-find", "ftd-lima")

        assert before == 14
        assert opened.page.locator("#fleet-table tbody tr:visible").count() == 1
        assert "1" in (opened.page.locator("#fleet-count").text_content() or "")


def test_the_fleet_is_filtered_by_situation(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        opened.page.select_option("#fleet-situation", "expired-down")

        assert opened.page.locator("#fleet-table tbody tr:visible").count() == 4


def test_the_fleet_is_sorted_by_a_column_and_back(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        head = opened.page.locator("#fleet-table thead th").first
        names = opened.page.locator("#fleet-table tbody th a")
        head.locator("button").click()
        up = names.all_text_contents()
        head.locator("button").click()
        down = names.all_text_contents()

        assert up == sorted(up)
        assert down == sorted(up, reverse=True)
        assert head.get_attribute("aria-sort") == "descending"


def test_without_script_the_fleet_is_ordered_by_urgency_and_nothing_dead_is_shown(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL), java_script_enabled=False) as opened:
        situations = [row.get_attribute("data-situation") for row in opened.page.locator("#fleet-table tbody tr").all()]

        assert situations[:4] == ["expired-down"] * 4
        assert "expired-down" not in situations[4:]
        assert opened.page.locator("button:visible").count() == 0
        assert opened.page.locator("input:visible").count() == 0


def test_without_script_a_folded_section_can_be_unfolded(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL), java_script_enabled=False) as opened:
        folded = opened.page.locator("details.device:not([open])").last
        box = folded.get_attribute("id")
        folded.locator("summary").first.click()

        assert opened.page.locator(f"[id='{box}'] p.lead").is_visible()


def test_a_link_to_a_device_opens_its_section(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        last = opened.page.locator("#fleet-table tbody th a").last
        anchor = (last.get_attribute("href") or "").removeprefix("#")
        last.click()

        assert opened.page.locator(f"[id='{anchor}'] p.lead").first.is_visible()


def test_the_keyboard_reaches_the_first_command_and_the_focus_is_seen(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        opened.page.keyboard.press("Tab")
        outline = opened.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")

        assert outline not in ("none", "")


def test_headings_go_down_one_level_at_a_time(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        levels = [int(one[1]) for one in opened.page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((e) => e.tagName)")]

    assert levels[0] == 1
    assert [(one, after) for one, after in pairwise(levels) if after > one + 1] == []


def test_printing_unfolds_everything(browser: Browser, report_of: Report, tmp_path: Path) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        opened.page.emulate_media(media="print")
        pdf = opened.page.pdf(format="A4")

        assert pdf.startswith(b"%PDF")
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > opened.page.locator("details.device").count()
        assert opened.page.locator(".copy:visible").count() == 0


def test_in_print_a_device_begins_on_a_page_of_its_own(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        opened.page.emulate_media(media="print")
        breaks = opened.page.evaluate(
            "[...document.querySelectorAll('#boxes, details.device')].map((e) => getComputedStyle(e).breakBefore)"
        )

    assert breaks[:2] == ["page", "auto"], "the heading of all devices stands above the first"
    assert set(breaks[2:]) == {"page"}


def test_with_the_address_of_a_device_that_device_alone_is_printed(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        opened.page.locator("#fleet-table tbody th a").first.click()
        opened.page.emulate_media(media="print")

        assert opened.page.locator("details.device:visible").count() == 1
        assert opened.page.locator("#evidence:visible, #fleet:visible").count() == 0
        assert opened.page.locator("h1:visible").count() == 1
        assert opened.page.locator(".alone:visible").count() == 1


def test_the_search_over_the_evidence_marks_counts_and_says_when_there_is_nothing(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        lines = opened.page.locator("#evidence .lines li:visible")
        status, marks = opened.page.locator("#evidence-count"), opened.page.locator("#evidence mark")
        everything = lines.count()

        def search(text: str) -> None:
            opened.page.fill("#evidence-find", text)
            opened.page.wait_for_timeout(300)

        search("certificate EXPIRED")
        found = lines.count()
        assert 0 < found < everything
        assert status.text_content() == f"{found} of {everything} lines shown"
        assert {text.lower() for text in marks.all_text_contents()} == {"certificate expired"}
        search("no line holds this")
        assert (lines.count(), status.text_content()) == (0, "No line of evidence in this report contains this text.")
        search("")
        assert (lines.count(), marks.count(), status.text_content()) == (everything, 0, "")


def test_a_link_to_evidence_arrives_though_a_search_hid_it(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        opened.page.fill("#evidence-find", "no line holds this")
        opened.page.wait_for_timeout(300)
        link = opened.page.locator("header small a").first
        link.click()

        assert opened.page.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']").is_visible()


def test_dark_is_dark(browser: Browser, report_of: Report) -> None:
    brightness = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3"
    with visit(browser, report_of(URGENT), color_scheme="dark") as opened:
        dark = opened.page.evaluate(brightness)
    with visit(browser, report_of(URGENT), color_scheme="light") as opened:
        light = opened.page.evaluate(brightness)

    assert dark < 60
    assert light > 200


def test_a_korean_report_is_sound_on_a_phone(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT, "ko"), viewport=PHONE) as opened:
        serious = serious_violations(opened)
        sideways = opened.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

        assert opened.page.locator("html").get_attribute("lang") == "ko"
        assert (serious, sideways) == ({}, 0)
        assert opened.settled() == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_date_of_the_headline_is_broken_over_two_lines(browser: Browser, report_of: Report, language: str) -> None:
    with visit(browser, report_of(URGENT, language), viewport=PHONE) as opened:
        lines = "[...document.querySelectorAll('h1 .whole')].map((date) => [date.textContent, date.getClientRects().length])"

        assert opened.page.evaluate(lines) == [["2026-09-22", 1]]


@pytest.mark.parametrize("scripted", [True, False])
def test_hostile_evidence_stays_inert(browser: Browser, report_of: Report, scripted: bool) -> None:
    with visit(browser, report_of(hostile()), java_script_enabled=scripted) as opened:
        for link in opened.page.locator("a").all()[:50]:
            assert (link.get_attribute("href") or "").startswith("#")
        assert opened.page.evaluate("window.violations.length") == 0 if scripted else True
        assert opened.complaints == []


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
def test_hostile_evidence_does_not_push_the_page_aside(browser: Browser, report_of: Report, width: dict[str, int]) -> None:
    with visit(browser, report_of(hostile()), viewport=width) as opened:
        assert opened.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_a_report_of_every_feature_is_sound(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(expired_mixed())) as opened:
        assert opened.settled() == []


def test_a_thousand_devices_stay_usable(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(fleet(1000))) as opened:
        opened.page.fill("#fleet-find", "0777")

        assert opened.page.locator("#fleet-table tbody tr").count() == 1000
        assert opened.page.locator("#fleet-table tbody tr:visible").count() == 1
        assert opened.settled() == []
