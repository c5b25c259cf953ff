"""What a captured conversation proves, by whose it is."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.join.build import build_case
from analyzer.model.answer import Known
from analyzer.model.capture import ConnectionOutcome, Sender, Software
from analyzer.model.case import Case, TunnelState
from analyzer.model.location import Location
from analyzer.model.member import Member
from analyzer.read.context import ReadContext
from analyzer.read.members import read_member
from tests.builders.cases import utc
from tests.join.builders_facts import alert, connection, fmc_box, here, peer_status

AS_OF = utc("2026-11-23")
O = ConnectionOutcome  # noqa: E741 - short in a table
EXPIRED: dict[str, Any] = {"refused_by": Sender.CLIENT, "alerts": (alert(Sender.CLIENT, 45),)}


def state_of(case: Case) -> TunnelState | None:
    (tunnel,) = case.tunnels
    return tunnel.state.value if isinstance(tunnel.state, Known) else None


@pytest.mark.parametrize(
    ("outcome", "more", "state"),
    [
        (O.COMPLETED, {}, None),
        (O.NO_ANSWER, {}, TunnelState.DOWN),
        (O.REFUSED, {}, TunnelState.DOWN),
        (O.HANDSHAKE_REFUSED, EXPIRED, TunnelState.DOWN),
    ],
)
def test_a_presumed_one_proves_what_is_unreachable_and_no_tunnel(outcome: O, more: dict[str, Any], state: TunnelState | None) -> None:
    case = build_case([connection(outcome, software=Software.PRESUMED, **more)], AS_OF)

    assert state_of(case) == state


def test_the_alert_of_a_presumed_one_is_quoted_and_blames_no_internal_ca() -> None:
    case = build_case([connection(O.HANDSHAKE_REFUSED, software=Software.PRESUMED, **EXPIRED)], AS_OF)

    (tunnel,) = case.tunnels
    assert isinstance(tunnel.failure, Known)
    assert tunnel.failure.value.reason.value == "other"
    assert "alert 45" in tunnel.failure.value.text
    assert "presumably sftunnel" in tunnel.failure.value.text


@pytest.mark.parametrize("outcome", list(O))
def test_one_of_other_software_makes_no_tunnel_and_is_said(outcome: O) -> None:
    case = build_case([connection(outcome, software=Software.OTHER, software_why="it uses HTTP, not TLS")], AS_OF)

    assert (case.managers, case.devices, case.tunnels) == ((), (), ())
    assert any("it uses HTTP" in notice.text for notice in case.notices)


def test_a_known_end_makes_a_presumed_one_sftunnel() -> None:
    status = peer_status(here("fmc.tar.gz", "status.txt"), peer_name="ftd-1", peer_address="192.0.2.11")

    case = build_case([*fmc_box(), status, connection(O.COMPLETED, software=Software.PRESUMED)], AS_OF)

    assert state_of(case) is TunnelState.CONNECTED


def test_a_log_of_the_same_moment_makes_a_presumed_one_sftunnel() -> None:
    line = b"Nov  1 10:00:01 ftd-9 SF-IMS[50]: [7] sftunnel:sf_ssl [ERROR] Connect:SSL handshake failed\n"
    log = Member(Location("messages"), "messages", len(line), utc("2026-11-02"), lambda: iter([line]))
    logged = list(read_member(log, ReadContext(AS_OF)))

    near = build_case([*logged, connection(O.COMPLETED, when="2026-11-01T10:00:02", software=Software.PRESUMED)], AS_OF)
    far = build_case([*logged, connection(O.COMPLETED, when="2026-11-01T11:00:02", software=Software.PRESUMED)], AS_OF)

    def kinds(case: Case) -> set[Software]:
        return {one.software for tunnel in case.tunnels for one in tunnel.connections}

    assert (kinds(near), kinds(far)) == ({Software.SFTUNNEL}, {Software.PRESUMED})


def test_a_capture_is_no_witness_for_itself() -> None:
    case = build_case([connection(O.COMPLETED, software=Software.PRESUMED), connection(O.COMPLETED, software=Software.PRESUMED)], AS_OF)

    assert state_of(case) is None
