"""The HTML report: one inert file, in which every value is escaped and every argument leads to its evidence."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.model.case import Notice, TunnelState
from analyzer.model.finding import State
from analyzer.model.location import Surroundings
from analyzer.model.plan import AppliancePlan, Argument, ArgumentKind, Command, Place, Refused, Risk, Situation, Word
from analyzer.model.result import Result
from analyzer.report.citations import evidence_anchor
from analyzer.report.html import LARGE_FLEET, render_html
from tests.builders.cases import at, case, certificate, certificate_in_case, device, known, manager, missing, tunnel
from tests.report.builders_report import (
    attempt,
    box_plan,
    damaged,
    do_not,
    evidence_of_arguments,
    expired_mixed,
    finding,
    fleet,
    plan,
    result,
    step,
)

VOID = {"meta", "br", "input", "link", "img", "hr"}
BLOCKS = {"td", "th", "p", "div", "li", "br", "dt", "dd", "h2", "h3", "h4", "h5", "text"}


class Page(HTMLParser):
    """What a browser would make of the file: tags with attributes, text, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag in BLOCKS:
            self.texts.append(" ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.texts))

    @property
    def ids(self) -> Counter[str]:
        return Counter(attributes["id"] for _, attributes in self.tags if "id" in attributes)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


HOSTILE = "<script>alert(1)</script>\u202e\"'><img src=x onerror=alert(2)>\x00\x1b[31m\ud83d&amp;"


def hostile() -> Result:
    """Hostile text in every field that evidence can fill."""
    bad = at(HOSTILE, HOSTILE, line=3, text=HOSTILE)
    fmc = manager(HOSTILE, uuid=known(HOSTILE, bad), name=known(HOSTILE, bad, assumed=HOSTILE), address=known(HOSTILE, bad))
    ftd = device(HOSTILE, key="device:x", address=known(HOSTILE, bad), version=missing(HOSTILE, HOSTILE, bad))
    leaf = certificate(HOSTILE.replace("\ud83d", ""), evidence=bad)
    return result(
        case(
            managers=[fmc],
            devices=[ftd],
            tunnels=[tunnel(fmc, ftd, label=HOSTILE, device_leaf=known(leaf, bad), attempts=(attempt(1, HOSTILE),))],
            certificates=[certificate_in_case(leaf, label=HOSTILE)],
        ),
        plan(
            HOSTILE,
            do_not=(do_not(HOSTILE),),
            devices=(
                box_plan(
                    "device:x",
                    HOSTILE,
                    Situation.UNKNOWN,
                    summary=HOSTILE,
                    do_not=(do_not(HOSTILE),),
                    steps=(
                        step(HOSTILE, why=HOSTILE, box_label=HOSTILE, check=HOSTILE, refused=(Refused(HOSTILE, HOSTILE, HOSTILE, (bad,)),)),
                    ),
                ),
            ),
        ),
        findings=(
            finding(
                "r",
                "device:x",
                State.AFFECTED,
                title=HOSTILE,
                explanation=HOSTILE,
                primary=bad,
                references=(HOSTILE, "javascript:alert(3)"),
            ),
            finding("s", "device:x", State.UNKNOWN, subject_label=HOSTILE, missing=((HOSTILE, missing(HOSTILE, HOSTILE, bad)),)),
        ),
        incomplete=(damaged(HOSTILE),),
    )


@pytest.fixture(scope="module")
def whole() -> str:
    return render_html(expired_mixed())


def test_it_refers_to_nothing_outside_itself(whole: str) -> None:
    page = Page(whole)
    references = [
        value
        for _, attributes in page.tags
        for name, value in attributes.items()
        if name in ("href", "src", "srcset", "action", "data", "poster", "formaction", "xlink:href")
    ]

    assert references
    assert [one for one in references if not one.startswith("#")] == []
    assert "@import" not in whole
    assert "url(" not in whole


def test_its_policy_allows_its_own_style_and_script_and_nothing_else(whole: str) -> None:
    policy = next(one["content"] for one in Page(whole).all("meta") if one.get("http-equiv") == "Content-Security-Policy")

    def digest(tag: str) -> str:
        inline = re.findall(rf"<{tag}>(.*?)</{tag}>", whole, flags=re.DOTALL)
        assert len(inline) == 1
        return "sha256-" + base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()

    directives = {part.split()[0]: part.split()[1:] for part in policy.split(";")}
    assert directives == {
        "default-src": ["'none'"],
        "style-src": [f"'{digest('style')}'"],
        "script-src": [f"'{digest('script')}'"],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }


def test_no_inline_style_or_handler_that_the_policy_would_block(whole: str) -> None:
    attributes = {name for _, found in Page(whole).tags for name in found}

    assert "style" not in attributes
    assert not [name for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("of", [expired_mixed(), hostile(), result(), fleet(3)], ids=["whole", "hostile", "nothing", "healthy"])
def test_tags_balance_ids_are_unique_and_every_link_arrives(of: Result) -> None:
    page = Page(render_html(of))
    links = [one["href"].removeprefix("#") for one in page.all("a")]

    assert page.unbalanced == []
    assert page.open == []
    assert [one for one, number in page.ids.items() if number > 1] == []
    assert [one for one in links if one not in page.ids] == []
    labelled = [attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes]
    assert [one for text in labelled for one in text.split() if one not in page.ids] == []


def test_hostile_evidence_stays_text() -> None:
    html = render_html(hostile())
    page = Page(html)

    assert len(page.all("script")) == 1
    assert page.all("img") == []
    assert not [name for _, found in page.tags for name in found if name.startswith("on")]
    assert "<script>alert(1)</script>[U+202E]\"'><img src=x onerror=alert(2)>[U+0000][U+001B][31m[U+D83D]&amp;" in page.text
    assert "\x00" not in html
    assert "\u202e" not in html
    assert html.encode("utf-8")


def test_a_javascript_reference_is_no_link() -> None:
    page = Page(render_html(hostile()))

    assert "javascript:alert(3)" in page.text
    assert not [one for one in page.all("a") if "javascript" in one["href"]]


def test_every_argument_leads_to_its_evidence(whole: str) -> None:
    of = expired_mixed()
    arguments = evidence_of_arguments((*of.plan.managers, *of.plan.devices))
    page = Page(whole)

    assert len(arguments) == 2
    for evidence in arguments:
        anchor = evidence_anchor(evidence)
        assert page.ids[anchor] == 1
        assert {"href": f"#{anchor}"} in page.all("a")


def test_evidence_is_listed_once_however_often_it_is_cited() -> None:
    here = at("messages", line=7, text="the one line")
    of = result(case(managers=[manager(name=known("a", here), address=known("b", here), version=known("c", here))]))

    page = Page(render_html(of))

    assert page.text.count("the one line") == 1
    assert len([one for one in page.all("a") if one["href"] == f"#{evidence_anchor(here)}"]) >= 3


def test_the_line_that_a_finding_points_to_stands_among_its_neighbours_with_their_numbers() -> None:
    here = at("messages", line=7, text="the decisive line")
    of = result(
        findings=(finding("r", "device:x", State.AFFECTED, primary=here),),
        surroundings=(Surroundings(here.location, ("two above", "one above"), ("one below",)),),
    )

    assert "line 7 5 two above 6 one above 7 the decisive line 8 one below" in Page(render_html(of)).text


def test_a_large_fleet_shows_one_piece_of_evidence_per_value_and_links_the_rest_away() -> None:
    here, there = at("messages", line=7), at("messages", line=8)
    devices = [device(f"ftd-{number}", version=known("7.2.5", here, there)) for number in range(LARGE_FLEET + 1)]
    leaf = certificate_in_case(certificate(), label="leaf")

    small, large = (render_html(result(case(devices=some, certificates=[leaf]))) for some in (devices[:-1], devices))

    assert (evidence_anchor(there) in small, evidence_anchor(there) in large) == (True, False)
    assert ("-----BEGIN CERTIFICATE-----" in small, "-----BEGIN CERTIFICATE-----" in large) == (True, False)
    assert "The JSON document contains both" in Page(large).text


def test_the_command_stands_in_the_page_as_it_is_typed_with_its_box(whole: str) -> None:
    step_of_nice = re.findall(r'<li class="step (?:(?!</li>).)*ftd-nice \(192\.0\.2\.12\).*?</li>', whole, flags=re.DOTALL)
    pres = re.findall(r"<pre [^>]*><code>(.*?)</code></pre>", "".join(step_of_nice), flags=re.DOTALL)

    assert (
        "cd /var/sf/peers/cdb123c8-4347-11ef-aca1-f3aa241412a1/\n"
        "cp cacert.pem cacert.pem.backup\n"
        "cp sftunnel-cert.pem sftunnel-cert.pem.backup\n"
        "&gt; cacert.pem\n"
        "pmtool restartbyid sftunnel"
    ) in pres
    assert "FTD expert mode, as root on ftd-nice (192.0.2.12)" in Page(whole).text


def test_the_order_is_verdict_plan_fleet_findings_questions_and_the_rest(whole: str) -> None:
    order = [
        whole.index(f'id="{name}"')
        for name in ("plan", "fleet", "findings", "unknown", "boxes", "certificates", "captures", "evidence", "made")
    ]

    assert order == sorted(order)
    assert whole.index("<h1") < whole.index("Do not do this now") < order[0]


def test_headings_do_not_skip_a_level(whole: str) -> None:
    levels = [int(tag[1]) for tag, _ in Page(whole).tags if re.fullmatch(r"h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_every_table_has_headers_with_a_scope(whole: str) -> None:
    page = Page(whole)

    assert len(page.all("table")) >= 6
    assert [one for one in page.all("th") if "scope" not in one] == []


def test_a_refused_value_is_said_with_the_way_to_get_it(whole: str) -> None:
    assert (
        "Missing: The UUID of the manager on ftd-lyon. its bundle was not given. How to get it: ls /var/sf/peers on ftd-lyon."
        in Page(whole).text
    )


def test_grave_notices_and_what_was_not_read_stand_before_the_plan() -> None:
    of = result(
        case(managers=[manager()]),
        incomplete=(damaged("case/half.tar.gz"),),
    )
    of = replace(of, case=replace(of.case, notices=(Notice(text="These two bundles do not belong together.", grave=True, evidence=()),)))

    text = Page(render_html(of)).text

    assert text.index("These two bundles do not belong together.") < text.index("Print the plan")
    assert text.index("case/half.tar.gz") < text.index("Print the plan")


def test_a_night_of_the_same_failure_is_one_row_with_its_number(whole: str) -> None:
    text = Page(whole).text

    assert "40 attempts: 40 handshake failed." in text
    assert "40 2026-11-19 04:10:47 UTC 2026-11-19 04:39:23 UTC device ftd-nice 192.0.2.10" in text


def test_the_table_behind_the_picture_of_attempts_holds_the_numbers_that_the_bars_show(whole: str) -> None:
    row = re.compile(
        r'<tr><th scope="row">log of the device</th>(?:<td><time[^<]*</time></td>){2}<td>(\d+)</td><td>(\d+)</td><td>(\d+)</td></tr>'
    )
    failed, established, untold = ([int(number) for number in column] for column in zip(*row.findall(whole), strict=True))

    assert (sum(failed), sum(established), sum(untold)) == (40, 0, 0)
    assert min(failed) > 0


def test_devices_that_need_the_same_steps_share_an_entry_of_the_plan() -> None:
    def copy(name: str) -> AppliancePlan:
        only = step(f"Copy the certificates to {name}", id="copy", place=Place.FTD_EXPERT, risk=Risk.DISRUPTIVE)
        return box_plan(f"device:{name}", name, Situation.EXPIRED_DOWN, steps=(only,))

    text = Page(render_html(result(a_plan=plan(devices=(copy("ftd-a"), copy("ftd-b")))))).text

    assert "2 devices ✖ Expired, tunnel down" in text
    assert "Step 1 Copy the certificates to DEVICE ▲ Disruptive FTD expert mode, as root" in text


def test_devices_with_another_manager_in_their_steps_do_not_share_one() -> None:
    boxes = tuple(
        box_plan(f"device:{name}", name, Situation.EXPIRED_DOWN, steps=(step(f"Copy from {fmc} to {name}", id="copy"),))
        for name, fmc in (("ftd-a", "fmc-1"), ("ftd-b", "fmc-2"))
    )

    text = Page(render_html(result(a_plan=plan(devices=boxes)))).text

    assert "2 devices" not in text
    assert "Copy from fmc-2 to ftd-b" in text


def test_a_long_list_of_devices_is_folded_behind_the_first_dozen() -> None:
    text = Page(render_html(fleet(20))).text

    first = ", ".join(["fmc-1", *(f"ftd-{number:04d}" for number in range(11))])
    assert re.search(rf"Nothing to change on: {first},? ?and 9 more", text)


def test_a_device_of_the_case_without_a_plan_is_shown_as_not_told() -> None:
    of = result(case(devices=[device("ftd-lost")]))

    assert "No step yet for: ftd-lost (unknown)" in Page(render_html(of)).text


def test_nothing_understood_is_not_green() -> None:
    assert 'class="verdict tone-unknown"' in render_html(result(facts=0))


def test_the_same_result_gives_the_same_bytes(whole: str) -> None:
    assert render_html(expired_mixed()) == whole


def test_three_devices_stay_below_300_kilobytes(whole: str) -> None:
    assert len(whole.encode()) < 300_000


def test_its_size_grows_with_the_devices_and_not_faster() -> None:
    small, large = (len(render_html(fleet(number)).encode()) for number in (50, 200))

    assert (large - small) / 150 < 8_000
    assert large < 4 * small


def test_tunnels_of_an_ha_pair_name_their_manager_in_the_fleet_table() -> None:
    one, two, ftd = manager("fmc-a"), manager("fmc-b"), device("ftd-1")
    of = result(
        case(
            managers=[one, two],
            devices=[ftd],
            tunnels=[tunnel(one, ftd, state=TunnelState.CONNECTED), tunnel(two, ftd, state=TunnelState.DOWN)],
        )
    )

    text = Page(render_html(of)).text

    assert re.search(r"fmc-a: ✓ Connected E\d+ fmc-b: ✖ Down", text)


def test_an_unsafe_command_is_never_printed() -> None:
    command = Command((Word(("cat",)), Word((Argument(ArgumentKind.PATH, "/tmp/$(reboot)", (at(),)),))))
    of = result(a_plan=plan(devices=(box_plan("device:x", "x", Situation.UNKNOWN, steps=(step(commands=(command,)),)),)))

    with pytest.raises(ValueError, match="not an absolute path"):
        render_html(of)


def test_templates_never_switch_escaping_off() -> None:
    folder = Path(render_html.__code__.co_filename).with_name("templates")
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.j2")]

    assert len(texts) >= 10
    assert not [text for text in texts if re.search(r"\|\s*safe\b|autoescape|Markup", text)]


def test_an_anchor_has_96_bits_so_that_nobody_finds_two_names_with_one() -> None:
    assert re.fullmatch("e-[0-9a-f]{24,}", evidence_anchor(at("a.log", line=1)))
