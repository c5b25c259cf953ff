"""Two FMCs of one name and one address: two networks, or one FMC that was installed anew. No command may be typed on the wrong one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.model.answer import Conflicting, Known
from analyzer.model.plan import AppliancePlan
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze

FIRST, SECOND = "3b9a1c00-a1bf-11e6-8201-00005e0053a1", "5d0c2e00-a288-11e6-8202-00005e0053a2"
EXPIRED, VALID = "Sep 22 12:16:56 2026 GMT", "Nov 18 12:16:56 2034 GMT"
TERMINAL = """\
root@fmc-oslo:/Volume/home/admin# grep APPLIANCE_UUID /etc/sf/ims.conf
APPLIANCE_UUID={uuid}
root@fmc-oslo:/Volume/home/admin# openssl x509 -enddate -noout -in /etc/sf/ca_root/cacert.pem
notAfter={ends}
root@fmc-oslo:/Volume/home/admin# sftunnel_status.pl
	Management Interfaces: 1
	eth0 (control events) 10.0.0.10,
**RUN STATUS****ftd-bergen*************
	ChannelA Connected: {up}
	ChannelB Connected: {up}
	Connection to peer '10.0.0.21' Attempted at {at}
	Heartbeat Received Time: {at}
"""


def _result(tmp_path: Path, *terminals: str) -> Result:
    for number, text in enumerate(terminals):
        (tmp_path / f"case-{number}").mkdir()
        (tmp_path / f"case-{number}" / "terminal.txt").write_text(text)
    return analyze([tmp_path], Options(as_of=datetime(2026, 11, 23, tzinfo=UTC), as_of_source="the test"))


def _terminal(uuid: str, ends: str, at: str, *, up: bool = True) -> str:
    return TERMINAL.format(uuid=uuid, ends=ends, at=at, up="Yes, Interface eth0" if up else "No")


def _typed(plan: AppliancePlan) -> list[str]:
    return [step.id for step in plan.steps]


TODAY, AUGUST = "Sun Nov 22 19:29:28 2026 UTC", "Tue Aug 11 10:00:00 2026 UTC"


def test_two_networks_keep_their_fmcs_and_devices_apart_and_every_name_tells_which(tmp_path: Path) -> None:
    result = _result(tmp_path, _terminal(FIRST, EXPIRED, TODAY), _terminal(SECOND, VALID, TODAY, up=False))

    assert [one.label for one in result.case.managers] == [f"fmc-oslo ({FIRST})", f"fmc-oslo ({SECOND})"]
    assert len({one.label for one in result.case.devices}) == 2
    assert {one.state.value.value for one in result.case.tunnels if isinstance(one.state, Known)} == {"connected", "down"}
    renewing = [plan.label for plan in result.plan.managers if "generate-certs" in _typed(plan)]
    assert renewing == [f"fmc-oslo ({FIRST})"]


@pytest.mark.parametrize("order", [1, -1])
def test_an_fmc_that_was_probably_installed_anew_is_not_renewed_by_its_former_uuid(order: int, tmp_path: Path) -> None:
    terminals = [_terminal(FIRST, EXPIRED, AUGUST), _terminal(SECOND, VALID, TODAY)]
    result = _result(tmp_path, *terminals[::order])
    former = next(one for one in result.case.managers if FIRST in one.label)

    assert isinstance(former.internal_ca_not_after, Conflicting)
    assert [claim.value.year for claim in former.internal_ca_not_after.claims] == [2026, 2034]
    assert re.search(f"from 2026-08-11 shows the UUID {FIRST}, .*2026-11-22 .*{SECOND}", former.internal_ca_not_after.why)
    assert "grep APPLIANCE_UUID" in former.internal_ca_not_after.obtain
    assert not {"generate-certs", "install-hotfix"} & {step for plan in result.plan.managers for step in _typed(plan)}
    assert any(FIRST in one.text for plan in result.plan.managers for one in plan.do_not)


def test_one_uuid_seen_at_two_times_is_one_fmc(tmp_path: Path) -> None:
    result = _result(tmp_path, _terminal(FIRST, EXPIRED, AUGUST), _terminal(FIRST, EXPIRED, TODAY))

    assert [one.label for one in result.case.managers] == ["fmc-oslo"]
    assert isinstance(result.case.managers[0].internal_ca_not_after, Known)
