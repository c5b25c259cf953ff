"""The pictures: what is drawn where, from the facts alone, and nothing where there is nothing to draw."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.model.capture import CapturedConnection, ConnectionOutcome, Opening, OpeningStep, Sender, TlsAlert
from analyzer.model.case import IssuedBy, TunnelState
from analyzer.model.location import Evidence, Location
from analyzer.model.log import AttemptOutcome, Side
from analyzer.model.plan import Situation
from analyzer.report.labels import Tone
from analyzer.report.pictures.attempts import Kind, attempts_picture
from analyzer.report.pictures.draw import DRAWN_DEVICES, pictures_of
from analyzer.report.pictures.fleet_map import MAX_DEVICES, Line, fleet_map
from analyzer.report.pictures.ladder import Basis, ladder_of
from analyzer.report.pictures.lettering import fit
from analyzer.report.pictures.moments import MAX_COLUMNS, MIN_COLUMNS, axis_of
from tests.builders.cases import at, case, certificate, device, known, manager, tunnel, utc
from tests.report.builders_report import attempt, box_plan, plan, result


def connection(**given: object) -> CapturedConnection:
    """A TLS 1.2 connection of a device to its manager, which the device refuses with alert 45."""
    values: dict[str, object] = {
        "client": "192.0.2.12",
        "client_port": 48759,
        "server": "192.0.2.10",
        "server_port": 8305,
        "started": utc("2026-11-19T04:10:47"),
        "outcome": ConnectionOutcome.HANDSHAKE_REFUSED,
        "tls_version": "TLSv1.2",
        "resumed": False,
        "server_chain": (certificate("192.0.2.10", not_after="2026-09-20"),),
        "client_chain": (),
        "certificates_hidden": "",
        "alerts": (TlsAlert(Sender.CLIENT, True, 45, at("nice.pcap", packet=22)),),
        "refused_by": Sender.CLIENT,
        "refusal_inferred": False,
        "reset_by": None,
        "summary": at("nice.pcap", packet=14),
    }
    return CapturedConnection(**(values | given))  # type: ignore[arg-type]


# The axis


def test_columns_are_of_a_round_length_and_begin_at_a_round_time() -> None:
    axis = axis_of([utc("2026-11-19T04:10:47"), utc("2026-11-19T04:39:23")])

    assert axis is not None
    assert (axis.begin, axis.length, axis.columns) == (utc("2026-11-19T04:10:00"), timedelta(minutes=1), 30)
    assert [(label.clock, label.date) for label in axis.labels()][:2] == [("04:10", "2026-11-19"), ("04:15", "")]


def test_a_single_moment_has_an_axis_of_its_second() -> None:
    axis = axis_of([utc("2026-11-19T04:10:47")])

    assert axis is not None
    assert (axis.length, axis.columns) == (timedelta(seconds=1), MIN_COLUMNS)
    assert 0 <= axis.place(utc("2026-11-19T04:10:47")) < MIN_COLUMNS


@settings(max_examples=60)
@given(st.lists(st.datetimes(min_value=utc("0001-01-01").replace(tzinfo=None)), min_size=1, max_size=6))
def test_every_moment_lies_on_an_axis_of_few_columns(moments: list[object]) -> None:
    aware = [moment.replace(tzinfo=utc("2026-01-01").tzinfo) for moment in moments]  # type: ignore[attr-defined]
    axis = axis_of(aware)

    if axis is not None:
        assert MIN_COLUMNS <= axis.columns <= MAX_COLUMNS
        assert len(axis.labels()) <= 6
        assert all(0 <= axis.column(moment) < axis.columns for moment in aware)


# Text in a picture


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [("ftd-nice", 8, "ftd-nice"), ("ftd-nice-1", 8, "ftd-nic…"), ("방화벽 일", 6, "방화…"), ("a\u202eb", 20, "a[U+202E]b"), ("", 3, "")],
)
def test_text_is_cut_to_its_place_and_says_so(text: str, columns: int, shown: str) -> None:
    assert fit(text, columns) == shown


# Attempts over time


def test_each_witness_has_its_own_lane_so_that_nothing_is_counted_twice() -> None:
    seen_by_both = [attempt(0), replace(attempt(0), side=Side.MANAGER), replace(attempt(1), outcome=AttemptOutcome.ESTABLISHED)]
    picture = attempts_picture(tunnel(attempts=tuple(seen_by_both), connections=(connection(),)), None, None)

    assert picture is not None
    assert [(lane.name, lane.failed, lane.established) for lane in picture.lanes] == [
        ("log of the FMC", 1, 0),
        ("log of the device", 1, 1),
        ("capture", 1, 0),
    ]
    assert picture.kinds == (Kind.FAILED, Kind.ESTABLISHED)
    assert [bar.numbers for bar in picture.lanes[1].bars] == [(1, 0, 0), (0, 1, 0)]


def test_a_bar_is_as_high_as_its_number_and_stands_on_the_base_line() -> None:
    picture = attempts_picture(tunnel(attempts=tuple(attempt(number) for number in range(200))), None, None)

    assert picture is not None
    bars = picture.lanes[0].bars
    assert sum(bar.number(Kind.FAILED) for bar in bars) == 200
    assert max(bar.number(Kind.FAILED) for bar in bars) == picture.highest
    assert {round(part.y + part.height, 3) for bar in bars for part in bar.parts} == {picture.lanes[0].baseline}
    assert all(picture.left <= bar.x and bar.x + bar.width <= picture.right for bar in bars)


def test_moments_near_the_attempts_have_a_letter_and_those_far_away_a_sentence() -> None:
    fmc = manager(internal_ca_not_after=known(utc("2026-09-20")), process_started=known(utc("2026-11-19T04:12:00")))
    of = tunnel(fmc, attempts=tuple(attempt(number) for number in range(40)))

    picture = attempts_picture(of, fmc, None)

    assert picture is not None
    ends, started = picture.happenings
    assert (ends.letter, ends.words, ends.x, ends.before) == ("", "the InternalCA expires", None, True)
    assert (started.letter, started.words) == ("A", "sftunnel started on the FMC")
    assert started.x is not None
    assert picture.left < started.x < picture.right


def test_attempts_millennia_apart_are_drawn() -> None:
    """The clock of a capture can say anything; twice as far back lies no year."""
    fmc = manager(internal_ca_not_after=known(utc("2026-09-20")))
    far = (connection(started=utc("9900-01-01")), connection(started=utc("1970-01-01")))

    picture = attempts_picture(tunnel(fmc, connections=far), fmc, None)

    assert picture is not None
    assert [(one.words, one.x is not None) for one in picture.happenings] == [("the InternalCA expires", True)]


def test_attempts_without_a_time_are_counted_and_not_drawn() -> None:
    lost = replace(attempt(0), started=None)

    picture = attempts_picture(tunnel(attempts=(lost, attempt(1), attempt(2))), None, None)

    assert picture is not None
    assert (picture.untimed, picture.lanes[0].failed) == (1, 2)


@pytest.mark.parametrize("of", [tunnel(), tunnel(attempts=(attempt(0),)), tunnel(attempts=(replace(attempt(0), started=None),) * 3)])
def test_nothing_is_drawn_of_less_than_two_timed_attempts(of: object) -> None:
    assert attempts_picture(of, None, None) is None  # type: ignore[arg-type]


# The ladder


def test_what_opened_the_connection_is_drawn_as_seen_where_the_capture_holds_it() -> None:
    when = utc("2026-11-22T10:00:00")
    steps = tuple(
        OpeningStep(message, when + timedelta(seconds=n), Evidence(Location("a.pcap", packet=n), message.value))
        for n, message in ((3, Opening.SYN), (9, Opening.CLIENT_HELLO))
    )

    ladder = ladder_of(tunnel(connections=(connection(opening=steps),)))

    assert ladder is not None
    assert [rung.basis for rung in ladder.rungs[:3]] == [Basis.SEEN, Basis.INFERRED, Basis.SEEN]
    assert "(packet 3)" in ladder.rungs[0].short
    assert [rung.time for rung in ladder.rungs[:3]] == [steps[0].time, None, steps[1].time]


def test_the_ladder_names_who_sent_what_and_marks_the_refusal() -> None:
    fmc, ftd = manager("fmc-1", address=known("192.0.2.10")), device("ftd-1", address=known("192.0.2.12"))

    ladder = ladder_of(tunnel(fmc, ftd, connections=(connection(),)), [fmc, ftd])

    assert ladder is not None
    assert (ladder.client.name, ladder.client.place) == ("ftd-1", "192.0.2.12 port 48759")
    assert (ladder.server.name, ladder.server.place) == ("fmc-1", "192.0.2.10 port 8305")
    assert [(rung.sender.value, rung.text, rung.basis.value, rung.refusal) for rung in ladder.rungs] == [
        ("client", "SYN: asks for a TCP connection", "inferred", False),
        ("server", "SYN, ACK: the TCP connection is open", "inferred", False),
        ("client", "ClientHello", "inferred", False),
        ("server", "ServerHello, TLSv1.2", "seen", False),
        ("server", "Certificate of 192.0.2.10, valid until 2026-09-20", "seen", False),
        ("client", "Alert 45 certificate_expired", "seen", True),
    ]
    assert ladder.verdict == "The client rejected what the server sent."
    assert [rung.y for rung in ladder.rungs] == sorted({rung.y for rung in ladder.rungs})
    assert ladder.rungs[-1].y < ladder.height


def test_in_tls_13_what_is_encrypted_and_what_is_inferred_is_said() -> None:
    hidden = connection(
        tls_version="TLSv1.3",
        server_chain=(),
        certificates_hidden="TLS 1.3 encrypts them",
        alerts=(),
        refused_by=Sender.SERVER,
        refusal_inferred=True,
    )

    ladder = ladder_of(tunnel(connections=(hidden,)))

    assert ladder is not None
    assert [(rung.sender, rung.basis) for rung in ladder.rungs if "Certificate, encrypted" in rung.text] == [
        (Sender.SERVER, Basis.HIDDEN),
        (Sender.CLIENT, Basis.INFERRED),
    ]
    assert (ladder.rungs[-1].sender, ladder.rungs[-1].basis, ladder.rungs[-1].refusal) == (Sender.SERVER, Basis.INFERRED, True)
    assert ladder.verdict == "The server rejected what the client sent. This is inferred from the sizes of encrypted records."


def test_an_unanswered_syn_does_not_arrive_and_an_rst_does() -> None:
    def last(outcome: ConnectionOutcome) -> tuple[Sender, bool, Basis]:
        dead = connection(outcome=outcome, tls_version="", server_chain=(), alerts=(), refused_by=None)
        ladder = ladder_of(tunnel(connections=(dead,)))
        assert ladder is not None
        return ladder.rungs[-1].sender, ladder.rungs[-1].arrived, ladder.rungs[-1].basis

    assert last(ConnectionOutcome.NO_ANSWER) == (Sender.CLIENT, False, Basis.SEEN)
    assert last(ConnectionOutcome.REFUSED) == (Sender.SERVER, True, Basis.SEEN)


def test_the_newest_of_the_most_telling_failures_is_drawn_and_its_like_are_counted() -> None:
    refused = [connection(started=utc(f"2026-11-19T04:1{minute}:00"), client_port=40000 + minute) for minute in range(3)]
    silent = connection(started=utc("2026-11-20"), outcome=ConnectionOutcome.NO_ANSWER, tls_version="", alerts=(), refused_by=None)

    ladder = ladder_of(tunnel(connections=(*refused, silent)))

    assert ladder is not None
    assert (ladder.started, ladder.like_it) == (utc("2026-11-19T04:12:00"), 2)


def test_connections_that_did_not_fail_have_no_ladder() -> None:
    good = connection(outcome=ConnectionOutcome.COMPLETED, refused_by=None, alerts=())

    assert ladder_of(tunnel(connections=(good,))) is None


# The map


def test_a_line_per_tunnel_tells_its_state_by_form_sign_and_colour() -> None:
    fmc = manager("fmc-1", internal_ca_not_after=known(utc("2034-10-12")))
    states = {"ftd-up": TunnelState.CONNECTED, "ftd-half": TunnelState.DEGRADED, "ftd-down": TunnelState.DOWN, "ftd-lost": None}
    devices = [device(label) for label in states]
    tunnels = [tunnel(fmc, one, **({"state": known(state)} if state else {})) for one, state in zip(devices, states.values(), strict=True)]

    picture = fleet_map(case(managers=[fmc], devices=devices, tunnels=tunnels))

    assert picture is not None
    assert [(box.title, link.line, link.sign, link.tone) for box, link in zip(picture.devices, picture.links, strict=True)] == [
        ("ftd-down", Line.DOWN, "✖", Tone.CRITICAL),
        ("ftd-half", Line.ONE_CHANNEL, "▲", Tone.WARNING),
        ("ftd-lost", Line.UNTOLD, "?", Tone.UNKNOWN),
        ("ftd-up", Line.UP, "✓", Tone.GOOD),
    ]
    assert picture.managers[0].rows == ("InternalCA until 2034-10-12",)


def test_a_device_says_for_each_tunnel_who_signed_its_certificate() -> None:
    one, two, ftd = manager("fmc-a"), manager("fmc-b"), device("ftd-1")
    tunnels = [
        tunnel(one, ftd, device_leaf_issued_by=known(IssuedBy.CURRENT_CA)),
        tunnel(two, ftd, device_leaf_issued_by=known(IssuedBy.PREVIOUS_CA)),
    ]

    picture = fleet_map(case(managers=[one, two], devices=[ftd], tunnels=tunnels))

    assert picture is not None
    assert picture.devices[0].rows == ("✓ signed by the CA of fmc-a", "✖ signed by a previous CA of fmc-b")
    assert [row.signer for row in picture.rows] == list(picture.devices[0].rows)


def test_boxes_do_not_overlap_and_lines_end_at_their_boxes() -> None:
    managers = [manager(f"fmc-{number}") for number in range(3)]
    devices = [device(f"ftd-{number}") for number in range(12)]
    tunnels = [tunnel(managers[number % 3], one, state=known(TunnelState.DOWN)) for number, one in enumerate(devices)]

    picture = fleet_map(case(managers=managers, devices=devices, tunnels=tunnels))

    assert picture is not None
    for boxes in (picture.managers, picture.devices):
        assert all(upper.y + upper.height < lower.y for upper, lower in pairwise(boxes))
        assert all(box.y + box.height <= picture.height for box in boxes)
    assert all(any(box.y < link.y2 < box.y + box.height for box in picture.devices) for link in picture.links)


def test_a_large_fleet_is_drawn_by_state_with_counts_and_some_names() -> None:
    fmc = manager("fmc-1")
    devices = [device(f"ftd-{number:04}") for number in range(1000)]
    states = [TunnelState.DOWN] * 14 + [TunnelState.CONNECTED] * 986
    tunnels = [tunnel(fmc, one, state=known(state)) for one, state in zip(devices, states, strict=True)]

    picture = fleet_map(case(managers=[fmc], devices=devices, tunnels=tunnels))

    assert picture is not None
    assert picture.grouped
    assert [(box.title, box.rows[0]) for box in picture.devices] == [
        ("Down: 14 devices", "ftd-0000, ftd-0001, ftd-0002 and 11 more"),
        ("Connected: 986 devices", "ftd-0014, ftd-0015, ftd-0016 and 983 more"),
    ]
    assert [row.signer for row in picture.rows] == ["14 ? issuer unknown", "986 ? issuer unknown"]
    assert len(picture.links) == 2


def test_up_to_two_dozen_devices_each_have_a_box() -> None:
    fmc = manager("fmc-1")
    devices = [device(f"ftd-{number}") for number in range(MAX_DEVICES)]

    picture = fleet_map(case(managers=[fmc], devices=devices, tunnels=[tunnel(fmc, one) for one in devices]))

    assert picture is not None
    assert not picture.grouped
    assert len(picture.devices) == MAX_DEVICES


def test_there_is_no_map_without_a_tunnel() -> None:
    assert fleet_map(case(managers=[manager()], devices=[device()])) is None


# All of them


def test_attempts_are_drawn_of_the_most_urgent_devices_and_the_others_are_counted() -> None:
    fmc = manager("fmc-1")
    devices = [device(f"ftd-{number:02}") for number in range(DRAWN_DEVICES + 6)]
    tunnels = [tunnel(fmc, one, attempts=(attempt(0), attempt(1))) for one in devices]
    urgent = list(reversed(devices))
    of = result(
        case(managers=[fmc], devices=devices, tunnels=tunnels),
        plan(devices=tuple(box_plan(one.key, one.label, Situation.EXPIRED_DOWN) for one in urgent)),
    )

    pictures = pictures_of(of)

    assert len(pictures.attempts) == DRAWN_DEVICES
    assert tunnels[-1].key in pictures.attempts
    assert tunnels[0].key not in pictures.attempts
    assert pictures.left_out == 6
