"""What a person meets who opens the page of a triage: complete without script, filtered and sorted with it, for every eye and screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, expect

from analyzer.triage.index import Index, index_of
from analyzer.triage.page import render_page
from analyzer.triage.record import About, AcceptedLine, CaseState, FindingLine, Question
from tests.browser.chromium import DESK, PHONE, WALL, Visit, visit
from tests.browser.test_reports_in_a_browser import UNFOLD, serious_violations
from tests.triage.builders import DAY
from tests.triage.test_index import ALL, FINE, SOON, UP, case, fmc

LONG = "x" * 70


def every_part() -> Index:
    """An index in which no part of the page is empty, with names as long as they come."""
    line = AcceptedLine("internal-ca-expired", f"fmc-{LONG}", DAY.date(), "A reason. " * 20, "kim", found=True, holds=False)
    worst = replace(
        UP,
        label=f"case-{LONG}",
        about=About("699123456", "ACME", "kim"),
        managers=(replace(fmc(f"fmc-{LONG}", -3, "expired-connected", up=4), missed=("ftd-1", f"ftd-{LONG}"), hotfix_known=False),),
        findings=(FindingLine("internal-ca-expired", "critical", "fmc", "The InternalCA has expired", explained=False),),
        asked=(Question("Bring the output of sftunnel_status.pl", f"on the FMC command line: expert\nsftunnel_status.pl\n{LONG}{LONG}"),),
        conflicts=(f"About {LONG}: 1, 2",),
        gaps=(f"{LONG}/messages says nothing of sftunnel",),
        accepted=(line, replace(line, holds=True, found=False)),
    )
    again = replace(SOON, label="soon again", folder="soon-again")
    twin = case("twin", state=CaseState.DUPLICATE, duplicate_of="fine", result_key="")
    return index_of((*ALL, worst, again, twin), DAY, stale=["fine"], fresh=[FINE.folder])


@pytest.fixture(scope="module")
def page_of(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Visit]]:
    """The page, opened once for each way of looking at it."""
    folder = tmp_path_factory.mktemp("triage")

    def opened(language: str = "en", scheme: str = "light", *, script: bool = True) -> Visit:
        path: Path = folder / f"{language}.html"
        path.write_text(render_page(every_part(), language, "rules", "sftunnel-analyzer triage in --retry-failed"), encoding="utf-8")
        return stack.enter_context(visit(browser, path, color_scheme=scheme, java_script_enabled=script))

    with ExitStack() as stack:
        yield cache(opened)


def shown(opened: Visit) -> list[str]:
    return [text.split("\n")[0] for text in opened.page.locator("#cases tbody tr:visible th").all_inner_texts()]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("en", "dark"), ("ko", "light")])
def test_axe_finds_nothing_serious(page_of: Callable[..., Visit], language: str, scheme: str) -> None:
    assert serious_violations(page_of(language, scheme)) == {}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_asks_for_nothing_and_never_scrolls_sideways(page_of: Callable[..., Visit], language: str) -> None:
    opened = page_of(language)
    opened.page.evaluate(UNFOLD)
    wider = {}
    for size in (PHONE, DESK, WALL):
        opened.page.set_viewport_size(size)
        wider[size["width"]] = opened.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert wider == {360: 0, 1280: 0, 3840: 0}
    assert opened.settled() == []


def test_without_script_every_case_is_there_and_no_filter_is(page_of: Callable[..., Visit]) -> None:
    opened = page_of(script=False)

    assert len(shown(opened)) == len(every_part().records)
    expect(opened.page.locator("#filters")).not_to_be_visible()


def test_the_cases_are_filtered_by_words_by_state_and_by_what_is_new(page_of: Callable[..., Visit]) -> None:
    opened = page_of()
    opened.page.set_viewport_size(DESK)

    opened.page.fill("#find", "fmc-soon")
    assert shown(opened) == ["soon", "soon again"]
    opened.page.fill("#find", "")
    opened.page.select_option("#state", "timeout")
    assert shown(opened) == ["lost"]
    opened.page.select_option("#state", "")
    opened.page.check("#fresh")
    assert shown(opened) == ["fine"]
    expect(opened.page.locator("#count")).to_contain_text("1 of 8")
    opened.page.uncheck("#fresh")


def test_the_cases_are_sorted_by_days_as_numbers_both_ways(page_of: Callable[..., Visit]) -> None:
    opened = page_of()
    opened.page.set_viewport_size(DESK)
    head = opened.page.locator("#cases thead th", has_text="Days left")

    head.locator("button").click()
    assert shown(opened)[:3] == ["down", f"case-{LONG}", "up"]
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.locator("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert shown(opened)[-1] == "down"


def test_on_paper_the_filter_is_left_out(page_of: Callable[..., Visit]) -> None:
    opened = page_of()
    opened.page.emulate_media(media="print")

    expect(opened.page.locator("#filters")).not_to_be_visible()
    opened.page.emulate_media(media="screen")
