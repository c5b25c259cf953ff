"""The connections of each capture, whichever tunnel they belong to."""

from __future__ import annotations

from analyzer.report.captured import MOST_ROWS, captured_of
from tests.builders.cases import at, case, tunnel, utc
from tests.report.test_pictures import connection


def test_connections_are_listed_by_capture_in_the_order_of_their_time() -> None:
    late = connection(started=utc("2026-11-20"), summary=at("a.pcap", packet=90))
    early = connection(started=utc("2026-11-19"), summary=at("a.pcap", packet=7))
    other = connection(summary=at("b.pcap", packet=1))
    one, two = tunnel(to="device:1", connections=(late,)), tunnel(to="device:2", connections=(other, early))

    captures = captured_of(case(tunnels=[one, two]))

    assert [(capture.source, [(of.device, found) for of, found in capture.connections]) for capture in captures] == [
        ("a.pcap", [("device:2", early), ("device:1", late)]),
        ("b.pcap", [("device:2", other)]),
    ]


def test_of_a_capture_of_many_the_first_are_listed_and_all_are_counted() -> None:
    many = tuple(connection(client_port=port, summary=at("a.pcap", packet=port)) for port in range(1, MOST_ROWS + 6))

    (capture,) = captured_of(case(tunnels=[tunnel(connections=many)]))

    assert (len(capture.connections), capture.total) == (MOST_ROWS, MOST_ROWS + 5)


def test_a_capture_without_connections_of_a_tunnel_is_not_listed() -> None:
    assert captured_of(case()) == ()
