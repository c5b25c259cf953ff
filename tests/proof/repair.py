"""What a proof does: judge a world as it is, follow the plan that is printed for it, and look at what became of the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from analyzer.cli.exit_codes import ExitCode, comparison_code
from analyzer.comparing import compare
from analyzer.model.answer import Known
from analyzer.model.comparison import Change
from analyzer.model.plan import Place, Risk, Situation, Step
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.prescribe.shell import render
from tests.lab.cast import Appliance
from tests.lab.following import Way, lay_out_list, type_step
from tests.lab.site import FILES, Site
from tests.lab.world import World

LATER = timedelta(days=60)
"""After the collection: when the CA of the case "renew in time" has ended."""

UNTOUCHED = {"vdb-without-expiry-alert", "renewed-not-restarted"}
"""Rules about what the commands leave as it is: the VDB, and a connection that lives on with its old files, as it should."""

TO_COME = {"find-failed-push"}
"""Steps that are refused until the step before them was done: the folder has the number of a run that is still to come."""

Pair = tuple[Appliance, Appliance]
"""A device and its manager."""


@dataclass
class Case:
    """A site before the repair. ``repaired`` are pairs whose files are written by hand or script; ``pushed`` get theirs by push.

    ``restarted``: nothing but a process is at fault, no file changes. ``borrowed`` hold certificate and key of another device, which TLS
    alone does not notice. ``spoil`` makes the fault in the folders of the world. ``rules`` fire before. ``given`` are paths inside the
    manager's box that are the whole evidence, in place of the bundles. ``replaced`` is how many certificates a comparison can show as
    replaced; None for all of those that are repaired or pushed.
    """

    sites: tuple[Site, ...]
    situations: dict[Appliance, Situation]
    repaired: tuple[Pair, ...] = ()
    pushed: tuple[Pair, ...] = ()
    restarted: tuple[Pair, ...] = ()
    borrowed: tuple[Pair, ...] = ()
    rereads: bool = False
    spoil: Callable[[World], None] | None = None
    rules: frozenset[str] = frozenset()
    given: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()
    replaced: int | None = None


STEPS_OF = {
    "expired-down-script": frozenset({"generate-certs", "copy-from-manager"}),
    "expired-down-jump-server": frozenset({"copy-from-jump-server"}),
    "expired-down-by-hand": frozenset({"empty-files", "paste-files", "restart-sftunnel"}),
    "missed-renewal-by-hand": frozenset({"empty-files", "write-files", "restart-sftunnel"}),
    "manager-stopped": frozenset({"start-manager-process"}),
    "device-stopped": frozenset({"start-device-process"}),
}
"""The steps which are not safe, by a case whose plan holds them and whose proof types them. Completeness is tested."""

Boxes = dict[str, tuple[bytes, int, int, int]]


def prove(case: Case, folder: Path, way: Way, version: str) -> set[str]:
    """The handshakes fail, the plan is followed, they succeed; nothing else changed, and the comparison says that all is fixed.

    Returns the ids of the steps that were typed.
    """
    world = World(folder / "world", case.sites, version, case.rereads)
    if case.spoil is not None:
        case.spoil(world)
    result = first_judged(world, case, folder / "before")
    assert situations(result) == {box.uuid: situation for box, situation in case.situations.items()}
    assert case.rules <= {one.rule for one in result.findings if one.counts}
    before = {device: world.files(device) for device in world.devices}
    affected = [*case.repaired, *case.pushed, *case.restarted]
    expect(world, [pair for pair in affected if pair not in case.borrowed], established=False)
    assert tuple(pair for pair in affected if not holds_its_own(world, pair)) == case.borrowed

    typed = follow(world, result, way, refused=TO_COME | case.refused)

    for device, manager in case.pushed:
        assert world.reconnect(device, of(world, manager))
    for device, manager in case.repaired:
        assert not case.rereads or world.reconnect(device, of(world, manager))
    expect(world, affected, established=True)
    assert all(holds_its_own(world, pair) for pair in affected)
    for device in world.devices:
        only_its_set_changed(world, device, before[device], case, by_hand=way is Way.BY_HAND or case.rereads)
    after = judged(world, folder / "after")
    assert set(situations(after).values()) == {Situation.HEALTHY}
    compared(result, after, len(case.repaired) + len(case.pushed) if case.replaced is None else case.replaced)
    return typed


def first_judged(world: World, case: Case, into: Path) -> Result:
    """The bundles of all boxes, or what the case says was given."""
    if not case.given:
        return judged(world, into)
    into.mkdir()
    for path in case.given:
        (into / path.rpartition("/")[2]).write_bytes((world.root(case.sites[0].fmc) / path).read_bytes())
    return analyze([into], Options(as_of=world.now, as_of_source="the lab"))


def judged(world: World, into: Path) -> Result:
    return analyze(world.evidence(into), Options(as_of=world.now, as_of_source="the lab"))


def of(world: World, manager: Appliance) -> Site:
    return next(site for site in world.sites if site.fmc == manager)


def holds_its_own(world: World, pair: Pair) -> bool:
    """What the device shows is no certificate that the FMC keeps for another device."""
    device, manager = pair
    site = of(world, manager)
    held = (world.peer_folder(device, site) / "sftunnel-cert.pem").read_bytes()
    return all(held != other.pushed.pem for other in site.tunnels if other.device != device)


def compared(before: Result, after: Result, replaced: int) -> None:
    """Everything but what no step is meant to change is fixed, and the certificates are shown as replaced."""
    comparison = compare(before, after)
    assert comparison_code(comparison) is ExitCode.CLEAR
    assert comparison.count(Change.FIXED) > 0
    assert {(one.before or one.after).rule for one in comparison.beside} <= UNTOUCHED  # type: ignore[union-attr]
    assert sum(bool(one.replaced) for one in comparison.certificates) == replaced


def situations(result: Result) -> dict[str, Situation]:
    known = uuids(result)
    return {known[plan.box]: plan.situation for plan in (*result.plan.managers, *result.plan.devices)}


def uuids(result: Result) -> dict[str, str]:
    boxes = (*result.case.managers, *result.case.devices)
    return {box.key: box.uuid.value for box in boxes if isinstance(box.uuid, Known)}


def expect(world: World, pairs: list[Pair], *, established: bool) -> None:
    """A new connection now; where the old set still serves today, after its end."""
    now, in_time = world.now, all(site.ca.root.not_after > world.now for site in world.sites)
    for device, manager in pairs:
        world.now = now + LATER if in_time else now
        assert world.established(device, of(world, manager)) is established, device.name
        world.now = now


def follow(
    world: World, result: Result, way: Way, without: tuple[str, ...] = (), refused: set[str] | frozenset[str] = frozenset()
) -> set[str]:
    """Every step of every plan, managers first. What is marked safe changes no byte, owner or mode. Returns the ids of what was typed."""
    done: set[str] = set()
    appliances = {box.uuid: box for box in (*world.devices, *(site.fmc for site in world.sites))}
    boxes = {key: appliances[uuid] for key, uuid in uuids(result).items()}
    for plan in (*result.plan.managers, *result.plan.devices):
        for file in plan.files:
            lay_out_list(world, file.name, file.lines)
        for step in plan.steps:
            assert not step.refused or step.id in (refused or TO_COME), step
            if way.does(step.id, step.alternative) and not step.refused and step.commands and step.id not in without:
                box = None if step.place is Place.WORKSTATION else boxes[step.box]
                was = world.files(box) if box is not None and step.risk is Risk.SAFE else {}
                type_step(world, box, [(render(command), command.answers) for command in step.commands], pytest.fail)
                if was and box is not None:
                    assert_only_backups_are_new(was, world.files(box), step.id)
                look(world, step, box)
                done.add(step.id)
    return done


def assert_only_backups_are_new(was: Boxes, now: Boxes, step: str) -> None:
    """A step that is marked safe left every file of its box as it was."""
    assert {path: now.get(path) for path in was} == was, step
    assert all(path.endswith(".backup") for path in now.keys() - was.keys()), step


def contents(world: World) -> Boxes:
    """Every file of every box."""
    boxes = (*world.devices, *(site.fmc for site in world.sites))
    return {f"{box.uuid}/{path}": about for box in boxes for path, about in world.files(box).items()}


def look(world: World, step: Step, box: Appliance | None) -> None:
    """What the step says to look at before going on."""
    if step.id == "back-up-files":
        assert box is not None
        files = world.files(box)
        assert all(data == files[path.removesuffix(".backup")][0] for path, (data, *_) in files.items() if path.endswith(".backup"))
    if step.id == "remove-credentials":
        assert box is not None
        assert not (world.root(box) / "root/devices.csv").exists()


def only_its_set_changed(world: World, device: Appliance, before: Boxes, case: Case, *, by_hand: bool) -> None:
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
