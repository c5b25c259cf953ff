"""What a report on a large fleet tells once, and what stays with each device."""

from __future__ import annotations

import re
from functools import cache

import pytest
from msgspec.structs import replace

from analyzer.model.answer import Missing
from analyzer.model.finding import State
from analyzer.model.plan import AppliancePlan, Argument, ArgumentKind, Command, Situation, Word
from analyzer.report.alike import alike
from analyzer.report.html import LARGE_FLEET, render_html
from tests.builders.cases import at, case, device, known, manager, tunnel
from tests.report.builders_report import box_plan, finding, plan, result, step, words

WHY = "Only a restart reads the new files."
COMMON = "A living tunnel stays up."


@cache
def _page(number: int) -> str:
    """The report on so many devices that all need the same step and have the same finding."""
    names = [f"ftd-{index}" for index in range(number)]
    return render_html(
        result(
            case(devices=[device(name, model=Missing("no bundle of it was given", "a troubleshoot bundle of it")) for name in names]),
            plan(devices=tuple(map(_plan, names))),
            findings=tuple(
                finding(
                    "stale",
                    f"device:{name}",
                    State.AFFECTED,
                    title="The device holds the old set",
                    primary=at("messages", line=line),
                    explanation=f"{name} missed the renewal. {COMMON}",
                )
                for line, name in enumerate(names, start=1)
            ),
        )
    )


HOW = "on the FMC command line: expert, then sudo su"
UNDO = "On the device, as root: " + "; ".join(
    f"cp {name}.backup {name}" for name in ("cacert.pem", "sftunnel-cert.pem", "sftunnel-key.pem")
)
ASSUMED = "the peers are written by address"


@cache
def _page_of_two_steps(number: int) -> str:
    """The report on so many devices, each with two steps at one place that are undone in one way and rest on one value."""
    names = [f"ftd-{index}" for index in range(number)]
    path = Argument(ArgumentKind.PATH, "/var/sf/peers/x", (at("messages", line=7),))
    steps = tuple(
        step(title, commands=(Command((Word((verb,)), Word((path,)))),), undo_note=UNDO)
        for title, verb in (("Look", "ls"), ("Clear", "rm"))
    )
    boss = manager("fmc")
    devices = [device(name) for name in names]
    return render_html(
        result(
            case(
                managers=[boss],
                devices=devices,
                tunnels=[tunnel(boss, one, registration=replace(known("Completed", at("status")), assumed=ASSUMED)) for one in devices],
            ),
            plan(devices=tuple(box_plan(f"device:{name}", name, Situation.RESTART_DUE, steps=steps) for name in names)),
        )
    )


def _plan(name: str) -> AppliancePlan:
    own = step(
        "Restart sftunnel",
        box=f"device:{name}",
        box_label=name,
        commands=(Command(words("pmtool", "restartbyid", "sftunnel")),),
        why=WHY,
        check=f"Both channels of {name} are connected.",
        if_check_fails=f"Read the newest log of {name}.",
        undo_note="Nothing to undo.",
        sources=("Cisco document 222464",),
    )
    return box_plan(f"device:{name}", name, Situation.RESTART_DUE, steps=(own,))


def _plan_of(page: str) -> str:
    return page[page.index('<section id="plan"') : page.index('<section id="fleet"')]


def _details(page: str, name: str) -> str:
    return page[page.index(f"<summary><strong>{name}</strong>") :].partition("</details>\n")[0]


@pytest.mark.parametrize("number", [3, LARGE_FLEET + 1])
def test_what_many_devices_share_is_printed_once_and_their_values_in_a_table(number: int) -> None:
    plan_ = _plan_of(_page(number))

    assert plan_.count(WHY) == 1
    assert plan_.count("<code>pmtool restartbyid sftunnel</code>") == 1
    assert plan_.count('<th scope="row" data-slot="name">') == number
    assert '<strong>FMC expert mode, as root</strong> on <strong><span data-slot="name">DEVICE</span></strong>' in plan_
    for text in ("Both channels of {} are connected.", "Read the newest log of {}."):
        assert text.format('<span data-slot="name">DEVICE</span>') in plan_
    assert "Nothing to undo." in plan_


def test_what_is_missing_is_named_at_each_device_and_how_to_get_it_is_told_once() -> None:
    large = _page(LARGE_FLEET + 1)

    assert large.count("a troubleshoot bundle of it") == 1
    assert re.search(r'Missing from the evidence: .*Model.* \(<a href="#note-\d+">', _details(large, "ftd-7"))


def test_every_link_to_a_note_or_a_finding_leads_to_one() -> None:
    large = _page(LARGE_FLEET + 1)

    links = set(re.findall(r'href="#((?:note|finding)-[^"]+)"', large))
    assert len(links) > LARGE_FLEET
    assert links <= set(re.findall(r'id="([^"]+)"', large))


def test_findings_of_one_kind_stand_together_and_share_how_they_end() -> None:
    large = _page(LARGE_FLEET + 1)

    assert large.count('<details class="finding') == 1
    assert large.count(COMMON) == 1
    assert large.count("missed the renewal.") == LARGE_FLEET + 1


def test_a_few_findings_keep_every_text_where_it_belongs() -> None:
    small = _page(20)

    assert (small.count(COMMON), small.count('<details class="finding')) == (20, 20)
    assert "note-1" not in small


def test_within_one_part_a_place_and_a_long_way_back_are_told_at_the_first_step_that_needs_them() -> None:
    first, second = re.findall(r'<li class="step .*?</li>', _plan_of(_page_of_two_steps(3)), re.DOTALL)

    assert (first.count(HOW), first.count(UNDO)) == (1, 1)
    assert second.count(HOW) == 0
    assert "rm /var/sf/peers/x" in second


def test_what_is_assumed_of_a_fact_is_told_once() -> None:
    large = _page_of_two_steps(LARGE_FLEET + 1)

    assert large.count(ASSUMED) == 1
    assert re.search(r'assumed: <a href="#note-\d+">Note \d+</a>', _details(large, "ftd-7"))


def test_only_whole_sentences_are_shared_and_a_finding_alone_keeps_its_own() -> None:
    one, two, lone = (
        finding(rule, f"device:{name}", State.AFFECTED, title=rule, explanation=text)
        for rule, name, text in (
            ("r", "a", "The CA of a is old. Renew it."),
            ("r", "b", "The CA of b is old. Renew it."),
            ("s", "a", "A clock."),
        )
    )

    told = [(kind.common, [member.own for member in kind.members]) for kind in alike([one, two, lone])]

    assert told == [("Renew it.", ["The CA of a is old.", "The CA of b is old."]), ("", ["A clock."])]
