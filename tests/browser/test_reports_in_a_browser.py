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
from playwright.sync_api import Browser, Locator, expect

from analyzer.prescribe.shell import render
from analyzer.report.table import render_csv
from analyzer.report.ticket import ticket_text
from tests.browser.chromium import DESK, PHONE, WALL, Visit, visit
from tests.browser.conftest import SAMPLES, result_of
from tests.report.builders_report import expired_mixed, fleet
from tests.report.test_html import hostile

NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/evidence"))
URGENT = "04-expired-one-up-two-down"
FULL = "12-full-case"
HOSTILE = "28-hostile-names"
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

    expect(opened.page.locator("h1")).to_have_count(1)
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


@pytest.mark.parametrize("sample", [URGENT, FULL])
def test_landmarks_have_names_of_their_own(browser: Browser, report_of: Report, sample: str) -> None:
    with visit(browser, report_of(sample)) as opened:
        opened.page.evaluate(UNFOLD)
        assert [one["id"] for one in Axe().run(opened.page).response["violations"]] == []


def copied(opened: Visit, button: Locator) -> str:
    """What the clipboard holds after a button. The browser writes it in its own time: an emptied clipboard tells when."""
    opened.page.evaluate("navigator.clipboard.writeText('')")
    button.click()
    return str(opened.page.wait_for_function("async () => await navigator.clipboard.readText()").json_value())


def test_the_copy_button_copies_exactly_the_commands(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        blocks = opened.page.locator(".commands .copyable")
        for number in range(min(blocks.count(), 6)):
            block = blocks.nth(number)
            shown = block.locator("code").text_content()
            assert copied(opened, block.locator("button")) == shown
        assert blocks.count() > 0


def test_the_copy_button_says_that_it_copied(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        button = opened.page.locator(".commands button.copy").first
        button.click()

        expect(button).to_have_text("Copied")


def test_the_fleet_is_filtered_by_what_is_typed(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        rows = opened.page.locator("#fleet-table tbody tr")
        before = rows.count()
        opened.page.fill("#fleet-find", "ftd-lima")

        assert before == 14
        expect(opened.page.locator("#fleet-table tbody tr:visible")).to_have_count(1)
        expect(opened.page.locator("#fleet-count")).to_contain_text("1")


def test_the_fleet_is_filtered_by_situation(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        opened.page.select_option("#fleet-situation", "expired-down")

        expect(opened.page.locator("#fleet-table tbody tr:visible")).to_have_count(4)


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
        expect(head).to_have_attribute("aria-sort", "descending")


def test_without_script_the_fleet_is_ordered_by_urgency_and_nothing_dead_is_shown(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL), java_script_enabled=False) as opened:
        situations = [row.get_attribute("data-situation") for row in opened.page.locator("#fleet-table tbody tr").all()]

        assert situations[:4] == ["expired-down"] * 4
        assert "expired-down" not in situations[4:]
        expect(opened.page.locator("button:visible")).to_have_count(0)
        expect(opened.page.locator("input:visible")).to_have_count(0)


def test_without_script_a_folded_section_can_be_unfolded(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL), java_script_enabled=False) as opened:
        opened.page.locator("#boxes > details > summary").first.click()
        folded = opened.page.locator("details.device:not([open])").last
        box = folded.get_attribute("id")
        folded.locator("summary").first.click()

        expect(opened.page.locator(f"[id='{box}'] p.lead")).to_be_visible()


def test_a_link_to_a_device_opens_its_section(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        last = opened.page.locator("#fleet-table tbody th a").last
        anchor = (last.get_attribute("href") or "").removeprefix("#")
        last.click()

        chosen = opened.page.locator(f"[id='{anchor}']")
        name = last.text_content()
        expect(chosen.or_(opened.page.locator(".chapter .present", has_text=name or "")).filter(visible=True).first).to_be_visible()


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
        expect(opened.page.locator(".copy:visible")).to_have_count(0)


def test_in_print_each_part_of_the_plan_begins_on_a_page_of_its_own(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        opened.page.emulate_media(media="print")
        breaks = opened.page.evaluate("[...document.querySelectorAll('.chapter')].map((e) => getComputedStyle(e).breakBefore)")

    assert len(breaks) == 3
    assert set(breaks[1:]) == {"page"}


PRINTED = """(mode) => {
  window.print = () => { window.dispatchEvent(new Event("beforeprint")); };
  document.querySelectorAll(`[data-print="${mode}"]`)[0].click();
}"""


@pytest.mark.parametrize(
    ("mode", "parts", "evidence", "excerpt"),
    [("plan", 3, False, True), ("all", 3, True, False), ("part", 1, False, True)],
)
def test_each_print_button_prints_what_it_says(
    browser: Browser, report_of: Report, mode: str, parts: int, evidence: bool, excerpt: bool
) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        opened.page.evaluate(PRINTED, mode)
        opened.page.emulate_media(media="print")

        expect(opened.page.locator(".chapter:visible")).to_have_count(parts)
        if evidence:
            expect(opened.page.locator("#evidence .lines li:visible").first).to_be_visible()
        expect(opened.page.locator("#evidence")).to_be_visible(visible=evidence)
        expect(opened.page.locator(".alone")).to_be_visible(visible=excerpt)
        expect(opened.page.locator("h1:visible")).to_have_count(1)
        opened.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        opened.page.emulate_media(media="screen")
        expect(opened.page.locator(".chapter:visible")).to_have_count(3)
        expect(opened.page.locator("#evidence .lines li:visible")).to_have_count(0)


def test_the_search_over_the_evidence_marks_counts_and_says_when_there_is_nothing(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        opened.page.locator("#evidence > details > summary").click()
        for source in opened.page.locator("details.source > summary").all():
            source.click()
        lines = opened.page.locator("#evidence .lines li:visible")
        status, marks = opened.page.locator("#evidence-count"), opened.page.locator("#evidence mark")
        everything = lines.count()

        opened.page.fill("#evidence-find", "certificate EXPIRED")
        expect(status).to_have_text(re.compile(rf"^\d+ of {everything} lines shown$"))
        found = lines.count()
        assert 0 < found < everything
        assert int((status.text_content() or "").split()[0]) == found
        assert {text.lower() for text in marks.all_text_contents()} == {"certificate expired"}
        opened.page.fill("#evidence-find", "no line holds this")
        expect(status).to_have_text("No line of evidence in this report contains this text.")
        expect(lines).to_have_count(0)
        opened.page.fill("#evidence-find", "")
        expect(status).to_have_text("")
        expect(marks).to_have_count(0)
        expect(opened.page.locator("#evidence .lines li[hidden]")).to_have_count(0)


def test_a_citation_shows_its_line_on_the_spot_and_leads_to_the_list(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        opened.page.locator("#evidence > details > summary").click()
        opened.page.fill("#evidence-find", "no line holds this")
        expect(opened.page.locator("#evidence-count")).to_have_text("No line of evidence in this report contains this text.")
        link = opened.page.locator("#plan small a").first
        anchor = (link.get_attribute("href") or "")[1:]
        line = opened.page.evaluate("(id) => document.getElementById(id).querySelector('code').textContent", anchor)
        link.click()
        peek = opened.page.locator("#peek")

        expect(peek).to_be_visible()
        expect(peek).to_contain_text(line)
        opened.page.keyboard.press("Escape")
        expect(peek).not_to_be_visible()
        link.click()
        peek.locator("a").last.click()
        expect(peek).not_to_be_visible()
        expect(opened.page.locator(f"[id='{anchor}']"), "though a search hid it").to_be_visible()
        assert opened.settled() == []


def test_without_script_a_citation_leads_to_its_line(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT), java_script_enabled=False) as opened:
        link = opened.page.locator("#plan small a").first
        link.click()

        expect(opened.page.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']")).to_be_visible()


def test_marks_of_done_steps_are_counted_and_remembered(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        progress = opened.page.locator("#progress")
        expect(progress).to_have_text("0 of 15 steps done")
        opened.page.locator(".chapter .step .tick input").first.check()
        expect(progress).to_have_text("1 of 15 steps done")
        opened.page.reload()
        expect(progress).to_have_text("1 of 15 steps done")
        expect(opened.page.locator(".chapter .step .tick input").first).to_be_checked()
        opened.page.locator(".chapter .step .tick input").first.uncheck()
        expect(progress).to_have_text("0 of 15 steps done")


def test_marks_of_one_result_are_not_those_of_another(browser: Browser, report_of: Report) -> None:
    digest = "document.body.dataset.digest"
    with visit(browser, report_of(URGENT)) as one, visit(browser, report_of(FULL)) as other:
        assert one.page.evaluate(digest) != other.page.evaluate(digest)


def test_without_storage_the_marks_work_and_nothing_is_said(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        opened.page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
        opened.page.reload()
        opened.page.locator(".chapter .step .tick input").first.check()

        expect(opened.page.locator("#progress")).to_have_text("1 of 15 steps done")
        assert opened.settled() == []


def test_a_device_that_is_picked_has_its_own_commands_and_its_own_marks(browser: Browser, report_of: Report) -> None:
    commands = ".chapter.shared .manual .step:first-child code"
    with visit(browser, report_of(URGENT)) as opened:
        page = opened.page
        pick = page.locator(".chapter.shared .pick")
        told = {}
        for row in page.locator(".chapter.shared .members tbody tr").all():
            name, uuid = (row.locator(f"[data-slot={slot}]").text_content() for slot in ("name", "uuid"))
            pick.select_option(row.get_attribute("id"))
            text = page.locator(commands).first.text_content() or ""
            assert uuid in text
            assert f"on {name}" in (page.locator(".chapter.shared .manual .step .where").nth(1).text_content() or "")
            told[name] = text
        assert set(told) == {"ftd-lima", "ftd-seoul"}
        assert len(set(told.values())) == 2
        assert not any("DEVICE" in text for text in told.values())
        page.locator(".chapter.shared .tick input").first.check()
        pick.select_option(label="ftd-lima")
        expect(page.locator(".chapter.shared .tick input").first).not_to_be_checked()
        pick.select_option(label="ftd-seoul")
        expect(page.locator(".chapter.shared .tick input").first).to_be_checked()
        block = page.locator(".chapter.shared .manual .step .copyable").first
        assert copied(opened, block.locator("button")) == told["ftd-seoul"]


def test_the_first_command_of_a_named_device_is_two_clicks_away(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        opened.page.locator("nav.bar a[href='#fleet']").click()
        row = opened.page.locator("#fleet-table tbody tr", has_text="ftd-lima")
        row.locator("th a").click()

        first = opened.page.locator(".chapter.shared:has(.present:text-is('ftd-lima')) .copyable").first
        expect(first).to_be_visible()
        expect(first).to_be_in_viewport()


def test_an_appliance_is_reached_by_its_name(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        opened.page.fill("#jump", "ftd-lima")
        opened.page.keyboard.press("Enter")

        expect(opened.page.locator(".present", has_text="ftd-lima")).to_be_visible()


def test_without_script_the_plan_is_a_list_with_the_values_of_each_device_in_a_table(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT), java_script_enabled=False) as opened:
        page = opened.page

        expect(page.locator(".chapter.shared .members tbody tr:visible")).to_have_count(2)
        assert page.locator(".step:visible").count() == page.locator(".step").count()
        assert "UUID-OF-DEVICE" in (page.locator(".chapter.shared .manual code").first.text_content() or "")
        expect(page.locator("input:visible, select:visible, button:visible")).to_have_count(0)


def test_a_part_is_copied_as_text_that_runs_nothing(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        text = copied(opened, opened.page.locator(".copy-part").first)

    assert text.startswith("fmc-1.example")
    assert "    $ generate_certs.pl\n" in text
    assert "[✖ Cannot be undone]" in text
    assert "DEVICE" not in text


def test_the_summary_for_a_ticket_is_copied(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        text = copied(opened, opened.page.locator("#copy-ticket"))

    assert text + "\n" == ticket_text(result_of(URGENT, "en"))


def saved(opened: Visit, button: str) -> tuple[str, str]:
    """The name and the text of the file that a button saves."""
    with opened.page.expect_download() as waiting:
        opened.page.locator(button).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text(encoding="utf-8")


def test_the_plan_is_saved_as_text_with_the_steps_of_each_device(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        before = opened.page.locator(".present").first.text_content()
        name, text = saved(opened, '[data-save="plan"]')

        expect(opened.page.locator(".present").first).to_have_text(str(before))
        assert opened.settled() == []

    steps = [step for plan in (*result_of(URGENT, "en").plan.managers, *result_of(URGENT, "en").plan.devices) for step in plan.steps]
    typed = [f"    $ {line}" for step in steps for command in step.commands for line in render(command).split("\n")]
    assert name == "sftunnel-fmc-1.example-2026-11-23.txt"
    assert [line for line in typed if line not in text] == []
    assert "✖ Do not reboot or upgrade fmc-1.example" in text
    assert "Do: Answer yes to the first question." in text


def test_the_table_is_saved_as_the_program_writes_it(browser: Browser, report_of: Report) -> None:
    for sample in (URGENT, HOSTILE):
        with visit(browser, report_of(sample)) as opened:
            name, text = saved(opened, '[data-save="fleet"]')
            assert opened.settled() == []

        assert name.endswith("-2026-11-23.csv")
        assert text == render_csv(result_of(sample, "en"))


def test_nothing_offers_to_save_without_script(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT), java_script_enabled=False) as opened:
        expect(opened.page.locator("[data-save]").first).to_be_hidden()


def test_the_address_keeps_the_filter(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(FULL)) as opened:
        opened.page.fill("#fleet-find", "lima")
        opened.page.check("#fleet-needs")
        opened.page.reload()

        expect(opened.page.locator("#fleet-find")).to_have_value("lima")
        expect(opened.page.locator("#fleet-table tbody tr:visible")).to_have_count(1)


def test_copy_buttons_have_names_of_their_own_and_say_what_they_did(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        names = opened.page.evaluate("[...document.querySelectorAll('.chapter .copy')].map((e) => e.getAttribute('aria-label'))")
        opened.page.locator(".chapter .copy").first.click()

        assert len(set(names)) >= 0.6 * len(names)
        expect(opened.page.locator("#say")).to_contain_text("Copied")


SMALL = """[...document.querySelectorAll('button, select, input, summary')].filter((e) => e.checkVisibility()).filter((e) => {
  const box = (e.closest('label.tick') ?? e).getBoundingClientRect(); return box.height < 23.5 || box.width < 23.5;
}).map((e) => e.outerHTML.slice(0, 80))"""


def test_what_is_pressed_is_large_enough(browser: Browser, report_of: Report) -> None:
    with visit(browser, report_of(URGENT)) as opened:
        assert opened.page.evaluate(SMALL) == []


SCREEN = {"width": 1280, "height": 800}

ANSWERS = """[...document.querySelectorAll('.verdict .word, h1, .counts, .do-first, .verdict .do-not')]
  .map((e) => e.getBoundingClientRect().bottom)"""


@pytest.mark.parametrize("sample", NAMES)
def test_the_first_screen_says_what_how_urgent_what_first_and_what_not(browser: Browser, report_of: Report, sample: str) -> None:
    of = result_of(sample, "en")
    with visit(browser, report_of(sample), viewport=SCREEN) as opened:
        page = opened.page
        assert max(page.evaluate(ANSWERS)) <= SCREEN["height"]
        expect(page.locator(".verdict .do-not")).to_have_count(int(bool(of.plan.do_not)))
        assert page.locator(".do-first").count() == any(one.steps for one in (*of.plan.managers, *of.plan.devices))
        assert page.locator(".events .now").bounding_box()["y"] < SCREEN["height"]  # type: ignore[index]


LONGEST = {"01-healthy": 2.0, "03-expired-all-connected": 6.0, URGENT: 6.0, FULL: 9.5}
"""Screens of a report as it opens."""


@pytest.mark.parametrize("sample", LONGEST)
def test_a_report_is_no_longer_than_it_was_measured(browser: Browser, report_of: Report, sample: str) -> None:
    with visit(browser, report_of(sample), viewport=SCREEN) as opened:
        assert opened.page.evaluate("document.documentElement.scrollHeight") / 800 <= LONGEST[sample]


OPEN = ".do-not, .dont:not(.above), .refused, .chapter code, #unknown, .gaps > li"


@pytest.mark.parametrize("sample", NAMES)
def test_no_command_do_not_or_open_question_is_behind_a_closed_fold(opened_sample: Callable[[str], Visit], sample: str) -> None:
    page = opened_sample(sample).page
    folded = (
        f"[...document.querySelectorAll('{OPEN}')].filter((e) => e.closest('details:not([open])')).map((e) => e.outerHTML.slice(0, 90))"
    )
    hidden = [one for one in page.evaluate(folded) if "<code>" not in one[:6] or "-OF-DEVICE" not in one]

    assert [one for one in hidden if "members" not in one and "data-slot" not in one and not one.startswith("<code>")] == []


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

        expect(opened.page.locator("#fleet-table tbody tr")).to_have_count(1000)
        expect(opened.page.locator("#fleet-table tbody tr:visible")).to_have_count(1)
        assert opened.settled() == []
