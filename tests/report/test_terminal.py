"""The verdict in a terminal: the sentence, what not to do, one line per box, and nothing that steers the terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from analyzer.model.plan import Situation
from analyzer.report.coloured import print_terminal
from analyzer.report.terminal import LISTED, render_terminal
from tests.builders.cases import case, device, manager
from tests.report.builders_report import box_plan, damaged, do_not, expired_mixed, fleet, plan, result


def test_the_verdict_comes_first_then_what_not_to_do_then_a_line_per_box() -> None:
    assert render_terminal(expired_mixed(), "ascii").splitlines() == [
        "x Act now. The InternalCA of fmc-paris expired 63 days ago: ftd-nice is down, and ftd-lyon goes down at its next reconnect.",
        "  Not now: Do not reboot or upgrade fmc-paris or ftd-lyon: the tunnel that is still up would not come back.",
        "  Not now: Do not restart sftunnel on ftd-lyon before it has its new certificates.",
        "  The newest evidence is from 2026-11-20 09:14:03 UTC.",
        "  Evaluated as of 2026-11-23 UTC (the clock of this computer): 2 findings (2 affected), 1 check without an answer.",
        "",
        "FMCs:",
        "  x fmc-paris: Expired, some tunnels down. InternalCA expired 63 days ago; next: Install hotfix FZ (7.2.9.99-4).",
        "",
        "Devices:",
        "  x ftd-nice: Expired, tunnel down. Tunnel down; next: Copy the new certificates by script.",
        "  ! ftd-lyon: Expired, still connected. Tunnel connected; next: Check its new certificate.",
        "  - ftd-brest: Not affected. Nothing to change.",
        "",
        "Remark: The FMC knows 3 devices, the bundle of 1 was given.",
        "",
        "Open questions (2):",
        "  The UUID of the manager on ftd-lyon: its bundle was not given. How to get it: ls /var/sf/peers on ftd-lyon",
        "  device leaf: the bundle of ftd-lyon was not given. How to get it: a troubleshoot bundle of ftd-lyon, or its sftunnel-cert.pem",
        "",
        "x Act now. Devices: 1 down, 1 connected but unable to reconnect after a drop",
        "  First: Install hotfix FZ (7.2.9.99-4) (FMC web interface)",
    ]


def test_devices_of_which_the_same_is_to_be_said_share_a_line() -> None:
    text = render_terminal(fleet(LISTED + 3))

    assert "  ✓ ftd-0000, ftd-0001, ftd-0002, ftd-0003, ftd-0004 and 38 more: Healthy. Nothing to change.\n" in text


def test_healthy_devices_are_left_out_where_urgent_ones_are_cut() -> None:
    urgent = tuple(box_plan(f"device:{n}", f"ftd-{n}", Situation.LOOK_ELSEWHERE, summary=f"Trouble number {n}.") for n in range(LISTED + 3))
    quiet = box_plan("device:fine", "ftd-fine", Situation.HEALTHY)
    text = render_terminal(result(a_plan=plan("Trouble.", devices=(*urgent, quiet))))

    assert "  and 3 more that need action: the report lists all of them\n" in text
    assert "ftd-fine" not in text


def test_on_a_terminal_lines_end_between_words_within_eighty_columns() -> None:
    raw = io.StringIO()
    print_terminal(expired_mixed(), Console(file=raw, force_terminal=True, color_system=None, width=200))
    lines = raw.getvalue().splitlines()

    assert max(map(len, lines)) <= 80
    assert " ".join(" ".join(lines).split()) == " ".join(render_terminal(expired_mixed()).split())
    assert any(line.startswith("      ") for line in lines), "what belongs to the line before stands further in"


def test_what_was_not_read_is_named() -> None:
    text = render_terminal(result(incomplete=(damaged("case/half.tar.gz"),)), "ascii")

    assert text.startswith("? Not enough evidence.")
    assert "Incomplete: 1 input was not read or only read in part.\n" in text
    assert "  case/half.tar.gz: the archive ends in the middle of a member; what came before was read\n" in text


HOSTILE = "ftd\x1b]0;owned\x07\u202e\r\nroot# \x00[red]:warning:"


@pytest.mark.parametrize("encoding", ["ascii", "cp949", "utf-8"])
def test_hostile_names_stay_on_their_line_and_steer_nothing(encoding: str) -> None:
    of = result(
        case(managers=[manager(HOSTILE)], devices=[device(HOSTILE, key="device:x")]),
        plan(HOSTILE, do_not=(do_not(HOSTILE),), devices=(box_plan("device:x", HOSTILE, Situation.UNKNOWN),)),
    )

    text = render_terminal(of, encoding)

    assert all(one.isprintable() or one == "\n" for one in text)
    assert "\n  ? ftd[U+001B]]0;owned[U+0007][U+202E][U+000D][U+000A]root# [U+0000][red]:warning:: Unknown." in text
    assert text.encode(encoding)


def printed(*, terminal: bool, environment: dict[str, str], encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    console = Console(file=stream, force_terminal=terminal, _environ={"TERM": "xterm-256color"} | environment, width=40)
    print_terminal(expired_mixed(), console)
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_a_terminal_gets_colour_and_a_pipe_gets_the_plain_text() -> None:
    assert "\x1b[1;31m" in printed(terminal=True, environment={})
    assert printed(terminal=False, environment={}) == render_terminal(expired_mixed())


def test_no_color_is_respected() -> None:
    text = printed(terminal=True, environment={"NO_COLOR": "1"})

    assert "\x1b[31" not in text
    assert "31m" not in text


def test_a_terminal_without_unicode_gets_ascii_signs() -> None:
    assert printed(terminal=False, environment={}, encoding="ascii") == render_terminal(expired_mixed(), "ascii")


def test_boxes_with_a_reason_of_their_own_are_told_it() -> None:
    boxes = [device(f"ftd-{number}") for number in (1, 2)]
    plans = tuple(
        box_plan(box.key, box.label, Situation.LOOK_ELSEWHERE, summary=f"{box.label} has trouble {n}.") for n, box in enumerate(boxes, 1)
    )
    text = render_terminal(result(case(devices=boxes), plan("2 of 2 devices have trouble.", devices=plans)))

    assert "ftd-1: Other cause than an expired CA. ftd-1 has trouble 1." in text
    assert "ftd-2: Other cause than an expired CA. ftd-2 has trouble 2." in text


def test_a_reason_that_the_verdict_tells_is_not_told_twice() -> None:
    box = device("ftd-1")
    summary = "ftd-1 has its own trouble."
    told = plan(summary, devices=(box_plan(box.key, box.label, Situation.LOOK_ELSEWHERE, summary=summary),))

    assert render_terminal(result(case(devices=[box]), told)).count(summary) == 1
