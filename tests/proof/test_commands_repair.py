"""The commands of each situation, run as printed on the folders of the lab: the handshake that failed before succeeds after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analyzer.cli.exit_codes import ExitCode, comparison_code
from analyzer.comparing import compare
from analyzer.model.plan import Situation
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, FMC_2, LIMA, SEOUL, Appliance
from tests.lab.chroot import why_not
from tests.lab.following import Way
from tests.lab.pki import InternalCA
from tests.lab.site import Site
from tests.lab.world import HOTFIX, World
from tests.proof.repair import STEPS_OF, Case, contents, follow, judged, prove, situations
from tests.slices import paired

_REASON = why_not()
pytestmark = pytest.mark.skipif(bool(_REASON), reason=_REASON or "can run")


def _site(fmc: Appliance, ends: datetime, *devices: Appliance, down: tuple[Appliance, ...] = ()) -> Site:
    site = Site(fmc, InternalCA.ending(fmc.uuid, ends)).register(*devices)
    for device in down:
        site.cut(device, COLLECTED - timedelta(days=5))
    return site


def _expired_down() -> Case:
    site = _site(FMC_1, EXPIRED, SEOUL, LIMA, down=(SEOUL, LIMA))
    down = Situation.EXPIRED_DOWN
    return Case(
        (site,),
        {FMC_1: down, SEOUL: down, LIMA: down},
        ((SEOUL, FMC_1), (LIMA, FMC_1)),
        rules=frozenset({"internal-ca-expired", "handshake-failed-expired"}),
    )


def _expired_mixed() -> Case:
    site = _site(FMC_1, EXPIRED, BERLIN, SEOUL, down=(SEOUL,))
    told = {FMC_1: Situation.EXPIRED_MIXED, BERLIN: Situation.EXPIRED_CONNECTED, SEOUL: Situation.EXPIRED_DOWN}
    return Case((site,), told, ((SEOUL, FMC_1),), ((BERLIN, FMC_1),))


def _expired_connected() -> Case:
    alive = Situation.EXPIRED_CONNECTED
    return Case((_site(FMC_1, EXPIRED, BERLIN),), {FMC_1: alive, BERLIN: alive}, pushed=((BERLIN, FMC_1),))


def _missed_renewal() -> Case:
    site = _site(FMC_1, EXPIRED, BERLIN, SEOUL, down=(SEOUL,))
    site.renew(COLLECTED - timedelta(days=2), HOTFIX)
    told = {FMC_1: Situation.HEALTHY, BERLIN: Situation.HEALTHY, SEOUL: Situation.MISSED_RENEWAL}
    return Case((site,), told, ((SEOUL, FMC_1),), rules=frozenset({"device-ca-differs", "push-failed"}))


def _partial_copy() -> Case:
    case = _missed_renewal()
    case.sites[0].tunnel(SEOUL).trust = case.sites[0].ca.root
    case.situations[SEOUL] = Situation.PARTIAL_COPY
    case.rules = frozenset({"leaf-not-issued-by-current-ca", "handshake-failed"})
    return case


def _secondary_forgotten() -> Case:
    first = _site(FMC_1, datetime(2026, 11, 1, 6, 30, 12, tzinfo=UTC), BERLIN, SEOUL)
    first.renew(datetime(2026, 10, 28, 8, 0, 5, tzinfo=UTC), HOTFIX)
    second = _site(FMC_2, datetime(2026, 11, 3, 7, 2, 40, tzinfo=UTC), BERLIN, SEOUL, down=(SEOUL,))
    told = {
        FMC_1: Situation.HEALTHY,
        FMC_2: Situation.EXPIRED_MIXED,
        BERLIN: Situation.EXPIRED_CONNECTED,
        SEOUL: Situation.EXPIRED_DOWN,
    }
    return Case((first, second), told, ((SEOUL, FMC_2),), ((BERLIN, FMC_2),), rereads=True)


def _renew_in_time() -> Case:
    soon = Situation.RENEW_IN_TIME
    site = _site(FMC_1, COLLECTED + timedelta(days=40), BERLIN, SEOUL)
    return Case(
        (site,),
        {FMC_1: soon, BERLIN: soon, SEOUL: soon},
        pushed=((BERLIN, FMC_1), (SEOUL, FMC_1)),
        rules=frozenset({"internal-ca-expiring"}),
    )


SCRIPT, BY_HAND, JUMP_SERVER = Way.SCRIPT, Way.BY_HAND, Way.JUMP_SERVER
TOLD: dict[str, tuple[Callable[[], Case], Way]] = {
    "expired-down-script": (_expired_down, SCRIPT),
    "expired-down-by-hand": (_expired_down, BY_HAND),
    "expired-down-jump-server": (_expired_down, JUMP_SERVER),
    "expired-mixed-script": (_expired_mixed, SCRIPT),
    "expired-mixed-by-hand": (_expired_mixed, BY_HAND),
    "expired-connected": (_expired_connected, SCRIPT),
    "missed-renewal-script": (_missed_renewal, SCRIPT),
    "missed-renewal-by-hand": (_missed_renewal, BY_HAND),
    "partial-copy-script": (_partial_copy, SCRIPT),
    "partial-copy-by-hand": (_partial_copy, BY_HAND),
    "secondary-forgotten": (_secondary_forgotten, SCRIPT),
    "renew-in-time": (_renew_in_time, SCRIPT),
}


@pytest.mark.parametrize(("name", "version"), paired(TOLD, ["TLSv1.2", "TLSv1.3"]))
def test_the_printed_commands_repair_the_tunnels(tmp_path: Path, name: str, version: str) -> None:
    """Nothing else is changed: not another file, not an owner, not a mode; the old files are kept where they were replaced by hand."""
    tell, way = TOLD[name]
    assert STEPS_OF.get(name, frozenset()) <= prove(tell(), tmp_path, way, version)


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_a_restart_is_what_makes_files_copied_by_hand_count(tmp_path: Path, version: str) -> None:
    """The lab would notice a plan that forgot it: without the restart the device fails on with what it had read."""
    case = _missed_renewal()
    world = World(tmp_path / "world", case.sites, version)
    before = judged(world, tmp_path / "before")
    follow(world, before, Way.BY_HAND, without=("restart-sftunnel",))
    assert not world.reconnect(SEOUL, case.sites[0])
    copied = judged(world, tmp_path / "copied")
    assert comparison_code(compare(before, copied)) is ExitCode.NOT_FIXED
    assert situations(copied)[SEOUL.uuid] is Situation.RESTART_DUE
    assert any(one.rule == "renewed-not-restarted" and one.counts for one in copied.findings)
    untouched = contents(world)

    follow(world, copied, Way.BY_HAND)

    assert world.established(SEOUL, case.sites[0])
    assert contents(world) == untouched, "only the process is another"
    after = judged(world, tmp_path / "after")
    assert set(situations(after).values()) == {Situation.HEALTHY}
    assert comparison_code(compare(before, after)) is ExitCode.CLEAR
