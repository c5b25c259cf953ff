"""The commands of each situation, run as printed on the folders of the lab: the handshake that failed before succeeds after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analyzer.compare import Change, compare
from analyzer.exit_codes import ExitCode, comparison_code
from analyzer.model.answer import Known
from analyzer.model.plan import Place, Situation, Step
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.prescribe.shell import render
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, FMC_2, LIMA, SEOUL, Appliance
from tests.lab.chroot import why_not
from tests.lab.following import Way, lay_out_list, type_step
from tests.lab.pki import InternalCA
from tests.lab.site import FILES, Site
from tests.lab.world import HOTFIX, World

_REASON = why_not()
pytestmark = pytest.mark.skipif(bool(_REASON), reason=_REASON or "can run")

LATER = timedelta(days=60)
"""After the collection: when the CA of the case "renew in time" has ended."""

UNTOUCHED = {"vdb-without-expiry-alert", "renewed-not-restarted"}
"""Rules about what the commands leave as it is: the VDB, and a connection that lives on with its old files, as it should."""


@dataclass
class Case:
    """A site before the repair. ``repaired`` are (device, manager) that are written by hand or script; ``pushed`` get theirs by push."""

    sites: tuple[Site, ...]
    situations: dict[Appliance, Situation]
    repaired: tuple[tuple[Appliance, Appliance], ...] = ()
    pushed: tuple[tuple[Appliance, Appliance], ...] = ()
    rereads: bool = False


def _site(fmc: Appliance, ends: datetime, *devices: Appliance, down: tuple[Appliance, ...] = ()) -> Site:
    site = Site(fmc, InternalCA.ending(fmc.uuid, ends)).register(*devices)
    for device in down:
        site.cut(device, COLLECTED - timedelta(days=5))
    return site


def _expired_down() -> Case:
    site = _site(FMC_1, EXPIRED, SEOUL, LIMA, down=(SEOUL, LIMA))
    down = Situation.EXPIRED_DOWN
    return Case((site,), {FMC_1: down, SEOUL: down, LIMA: down}, ((SEOUL, FMC_1), (LIMA, FMC_1)))


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
    return Case((site,), told, ((SEOUL, FMC_1),))


def _partial_copy() -> Case:
    case = _missed_renewal()
    case.sites[0].tunnel(SEOUL).trust = case.sites[0].ca.root
    case.situations[SEOUL] = Situation.PARTIAL_COPY
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
    return Case((site,), {FMC_1: soon, BERLIN: soon, SEOUL: soon}, pushed=((BERLIN, FMC_1), (SEOUL, FMC_1)))


SCRIPT, BY_HAND, JUMP_SERVER = Way.SCRIPT, Way.BY_HAND, Way.JUMP_SERVER
CASES = [
    pytest.param(_expired_down, SCRIPT, id="expired-down-script"),
    pytest.param(_expired_down, BY_HAND, id="expired-down-by-hand"),
    pytest.param(_expired_down, JUMP_SERVER, id="expired-down-jump-server"),
    pytest.param(_expired_mixed, SCRIPT, id="expired-mixed-script"),
    pytest.param(_expired_mixed, BY_HAND, id="expired-mixed-by-hand"),
    pytest.param(_expired_connected, SCRIPT, id="expired-connected"),
    pytest.param(_missed_renewal, SCRIPT, id="missed-renewal-script"),
    pytest.param(_missed_renewal, BY_HAND, id="missed-renewal-by-hand"),
    pytest.param(_partial_copy, SCRIPT, id="partial-copy-script"),
    pytest.param(_partial_copy, BY_HAND, id="partial-copy-by-hand"),
    pytest.param(_secondary_forgotten, SCRIPT, id="secondary-forgotten"),
    pytest.param(_renew_in_time, SCRIPT, id="renew-in-time"),
]


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize(("tell", "way"), CASES)
def test_the_printed_commands_repair_the_tunnels(tmp_path: Path, tell: Callable[[], Case], way: Way, version: str) -> None:
    """Nothing else is changed: not another file, not an owner, not a mode; the old files are kept where they were replaced by hand."""
    case = tell()
    world = World(tmp_path / "world", case.sites, version, case.rereads)
    result = _judged(world, tmp_path / "before")
    assert _situations(result) == {box.uuid: situation for box, situation in case.situations.items()}
    before = {device: world.files(device) for device in world.devices}
    affected = [*case.repaired, *case.pushed]
    _expect(world, affected, established=False)

    _follow(world, result, way)

    for device, manager in case.pushed:
        assert world.reconnect(device, _of(world, manager))
    for device, manager in case.repaired:
        assert not case.rereads or world.reconnect(device, _of(world, manager))
    _expect(world, affected, established=True)
    for device in world.devices:
        _only_its_set_changed(world, device, before[device], case, by_hand=way is Way.BY_HAND or case.rereads)
    after = _judged(world, tmp_path / "after")
    assert set(_situations(after).values()) == {Situation.HEALTHY}
    _compared(result, after, len(affected))


def _compared(before: Result, after: Result, replaced: int) -> None:
    """Everything but what no step is meant to change is fixed, and the certificates are shown as replaced."""
    comparison = compare(before, after)
    assert comparison_code(comparison) is ExitCode.CLEAR
    assert comparison.count(Change.FIXED) > 0
    assert {(one.before or one.after).rule for one in comparison.beside} <= UNTOUCHED  # type: ignore[union-attr]
    assert sum(bool(one.replaced) for one in comparison.certificates) == replaced


def test_a_restart_is_what_makes_files_copied_by_hand_count(tmp_path: Path) -> None:
    """The lab would notice a plan that forgot it: without the restart the device fails on with what it had read."""
    case = _missed_renewal()
    world = World(tmp_path / "world", case.sites)
    before = _judged(world, tmp_path / "before")
    _follow(world, before, Way.BY_HAND, without=("restart-sftunnel",))
    assert not world.reconnect(SEOUL, case.sites[0])
    copied = _judged(world, tmp_path / "copied")
    assert comparison_code(compare(before, copied)) is ExitCode.NOT_FIXED
    assert _situations(copied)[SEOUL.uuid] is Situation.RESTART_DUE

    _follow(world, copied, Way.BY_HAND)

    after = _judged(world, tmp_path / "after")
    assert set(_situations(after).values()) == {Situation.HEALTHY}
    assert comparison_code(compare(before, after)) is ExitCode.CLEAR


def _of(world: World, manager: Appliance) -> Site:
    return next(site for site in world.sites if site.fmc == manager)


def _judged(world: World, into: Path) -> Result:
    return analyze(world.evidence(into), Options(as_of=world.now, as_of_source="the lab"))


def _situations(result: Result) -> dict[str, Situation]:
    uuids = _uuids(result)
    return {uuids[plan.box]: plan.situation for plan in (*result.plan.managers, *result.plan.devices)}


def _uuids(result: Result) -> dict[str, str]:
    boxes = (*result.case.managers, *result.case.devices)
    return {box.key: box.uuid.value for box in boxes if isinstance(box.uuid, Known)}


def _expect(world: World, pairs: list[tuple[Appliance, Appliance]], *, established: bool) -> None:
    """A new connection now; and, where the old set still serves today, after its end."""
    now, in_time = world.now, all(site.ca.root.not_after > world.now for site in world.sites)
    for device, manager in pairs:
        site = _of(world, manager)
        works_today = world.established(device, site)
        world.now = now + LATER if in_time else now
        assert world.established(device, site) is established, (device.name, works_today)
        world.now = now


def _follow(world: World, result: Result, way: Way, without: tuple[str, ...] = ()) -> None:
    """Every step of every plan, managers first."""
    appliances = {box.uuid: box for box in (*world.devices, *(site.fmc for site in world.sites))}
    boxes = {key: appliances[uuid] for key, uuid in _uuids(result).items()}
    for plan in (*result.plan.managers, *result.plan.devices):
        for file in plan.files:
            lay_out_list(world, file.name, file.lines)
        for step in plan.steps:
            assert not step.refused or step.id == "read-failed-push", step  # its folder has the number of a run that is still to come
            if way.does(step.id, step.alternative) and not step.refused and step.id not in without:
                box = None if step.place is Place.WORKSTATION else boxes[step.box]
                type_step(world, box, [(render(command), command.answers) for command in step.commands], pytest.fail)
                _look(world, step, box)


def _look(world: World, step: Step, box: Appliance | None) -> None:
    """What the step says to look at before going on."""
    if step.id == "back-up-files":
        assert box is not None
        assert all(data for path, (data, *_) in world.files(box).items() if path.endswith(".backup"))
    if step.id == "remove-credentials":
        assert box is not None
        assert not (world.root(box) / "root/devices.csv").exists()


def _only_its_set_changed(
    world: World, device: Appliance, before: dict[str, tuple[bytes, int, int, int]], case: Case, *, by_hand: bool
) -> None:
    after = world.files(device)
    sets = [manager for box, manager in (*case.repaired, *case.pushed) if box == device]
    may_change = {f"var/sf/peers/{manager.uuid}/{name}" for manager in sets for name in FILES}
    changed = {path for path, was in before.items() if after.get(path) != was}
    assert changed <= may_change
    for path in changed:
        assert after[path][1:] == before[path][1:], f"owner or mode of {path}"
    backups = {
        f"var/sf/peers/{manager.uuid}/{name}.backup": before[f"var/sf/peers/{manager.uuid}/{name}"][0]
        for box, manager in case.repaired
        if box == device and by_hand
        for name in FILES
    }
    assert {path: after[path][0] for path in after.keys() - before.keys()} == backups
