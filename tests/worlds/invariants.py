"""What holds in every world: one sentence for each thing that the program concludes and that is not true, or that could do harm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tests.evidence.document import Box, Document, at, mentions, rows, typed_in
from tests.evidence.expectations import ALL_DEVICES, CHANGES, RESTARTS, WHOSE_TUNNELS
from tests.lab.site import DOWN
from tests.worlds.world import Device, World

ENDS = (0, 3, 4, 5, 10, 11, 12, 13, 14)


def broken(world: World, code: int | None, document: Document) -> Iterator[str]:
    """Each invariant that a run of this world breaks."""
    if code not in ENDS:
        yield f"it ended with {code}"
        return
    if document.data is None:
        yield f"it ended with {code} and concluded nothing of {sorted(world.files)}"
        return
    yield from _all_clear(world, code)
    yield from _roles(world, document)
    yield from _dates(world, document)
    yield from _numbers(world, document)
    yield from _states(world, document)
    yield from _renewals(world, document)
    yield from _up(world, document)
    yield from _lists(world, document)


def _devices(world: World) -> list[Device]:
    return [device for fmc in world.fmcs for device in fmc.devices]


def _unique(world: World, name: str) -> bool:
    """The name is that of one appliance alone."""
    everybody = [names.names for names in (*world.fmcs, *_devices(world))]
    return sum(name.lower() in [one.lower() for one in names] for names in everybody) == 1


def _is(box: Box, names: list[str], world: World) -> bool:
    """The appliance of the document is this one, by a name that is nobody else's."""
    mine = {name.lower() for name in box.names}
    return any(name.lower() in mine and _unique(world, name) for name in names)


def _all_clear(world: World, code: int) -> Iterator[str]:
    if code != 0:
        return
    for fmc in world.fmcs:
        seen = [device for device in fmc.devices if fmc.shown_status or device.shown_state]
        if fmc.shown_dates and fmc.expired:
            yield f"all-clear, and the CA of {fmc.box.name} expired"
        if (seen or fmc.shown_status) and not fmc.shown_dates:
            yield f"all-clear, and when the CA of {fmc.box.name} ends is not in evidence"
        for device in seen:
            if device.state == DOWN:
                yield f"all-clear, and {device.box.name} is down"


def _roles(world: World, document: Document) -> Iterator[str]:
    for fmc in world.fmcs:
        for box in document.devices:
            if _is(box, fmc.names, world):
                yield f"the FMC {fmc.box.name} is taken for a device"
    for device in _devices(world):
        for box in document.managers:
            if _is(box, device.names, world):
                yield f"the device {device.box.name} is taken for an FMC"


def _dates(world: World, document: Document) -> Iterator[str]:
    for fmc in world.fmcs:
        for box in document.managers:
            if _is(box, fmc.names, world):
                ends = box.field("ca_ends")
                if ends is not None and abs((datetime.fromisoformat(ends) - fmc.ends).total_seconds()) > 1:
                    yield f"the CA of {fmc.box.name} ends on {fmc.ends}, and the program says {ends}"

        known = [datetime.fromisoformat(ends) for box in document.managers if (ends := box.field("ca_ends")) is not None]
        if fmc.shown_dates and world.distinct and not any(abs((one - fmc.ends).total_seconds()) <= 1 for one in known):
            yield f"the CA of {fmc.box.name} ends on {fmc.ends}, which is in evidence and said of no FMC"


def _numbers(world: World, document: Document) -> Iterator[str]:
    given = [device for fmc in world.fmcs for device in fmc.devices if fmc.shown_status]
    if len(document.devices) < len(given):
        yield f"{len(given)} devices are in evidence, and the program knows {len(document.devices)}"
    for device in given:
        if world.distinct and not any(_is(box, device.names, world) for box in document.devices):
            yield f"{device.box.name} ({device.box.address}) is in evidence, and not among the devices"
    if len(document.managers) > max(len(world.fmcs), world.pieces):
        yield f"{len(world.fmcs)} FMCs in {world.pieces} pieces of evidence, and the program knows {len(document.managers)}"


def _states(world: World, document: Document) -> Iterator[str]:
    for device in _devices(world):
        for box in document.devices:
            if not _is(box, device.names, world):
                continue
            for tunnel in document.tunnels:
                if at(tunnel, "device") != box.key or "value" not in tunnel["state"]:
                    continue
                if tunnel["state"]["value"] != device.state:
                    yield f"{device.box.name} is {device.state}, and the program says {tunnel['state']['value']}"


def _renewals(world: World, document: Document) -> Iterator[str]:
    for step in document.steps():
        if not any("generate_certs.pl" in text and "ls " not in text for text in typed_in(step)):
            continue
        names = document.names_of(step.get("box"), step.get("box_label"))
        box = Box({"key": "", "label": names[0] if names else "", "name": None, "address": None, "uuid": None}, "step")
        where = [fmc for fmc in world.fmcs if any(name.lower() in [one.lower() for one in names] for name in fmc.names)]
        if not where:
            yield f"generate_certs.pl is typed on {box.names}, which is no FMC"
        elif not any(fmc.expired for fmc in where):
            yield f"generate_certs.pl is typed on {where[0].box.name}, whose CA is valid until {where[0].ends}"
        elif len(where) == 1 and not where[0].shown_dates:
            yield f"generate_certs.pl is typed on {where[0].box.name}, whose dates are not in evidence"


def _up(world: World, document: Document) -> Iterator[str]:
    """A tunnel that is up is left alone; where it could not come back, a do-not protects it."""
    do_nots = list(document.do_nots())
    for fmc, device in [(one, device) for one in world.fmcs for device in one.devices]:
        if device.state == DOWN or not (fmc.shown_status or device.shown_state):
            continue
        unique = [name for name in device.names if _unique(world, name)]
        for step in document.steps():
            names = document.names_of(step.get("box"), step.get("box_label"))
            here = any(name.lower() == one.lower() for name in names for one in unique)
            typed = next((text for text in typed_in(step) if CHANGES.search(text) and (here or mentions(text, unique))), None)
            if typed is not None:
                yield f"{device.box.name} is {device.state}, and on it is typed: {typed[:80]}"
                break
        if fmc.shown_dates and fmc.expired and fmc.shown_status and world.distinct:
            kept = (
                ("restart" in text.lower() and (mentions(WHOSE_TUNNELS.sub("", text), unique) or ALL_DEVICES.search(text)))
                or (RESTARTS.search(text) and any(name.lower() in [one.lower() for one in unique] for name in own))
                for own, text in do_nots
            )
            if not any(kept):
                yield f"{device.box.name} is {device.state} under an expired CA, and nothing says not to restart it"


def _lists(world: World, document: Document) -> Iterator[str]:
    known = {(fmc.box.name, fmc.box.address) for fmc in world.fmcs} | {(one.box.name, one.box.address) for one in _devices(world)}
    hosts = {(fmc.host, fmc.box.address) for fmc in world.fmcs} | {(one.host, one.box.address) for one in _devices(world)}
    up = {device.box.address for device in _devices(world) if device.state != DOWN}
    for plan in document.plans():
        for file in rows(plan, "files", where="plan box"):
            for line in file["lines"]:
                row = [part.strip().strip('"') for part in str(line).split(",")][:2]
                if len(row) < 2 or row[0] in ("device_name", "name") or row[0].startswith("#"):
                    continue
                if tuple(row) not in known | hosts and (row[1], row[1]) != tuple(row):
                    yield f"the copy list has {row}, which is nobody"
                if row[1] in up:
                    yield f"the copy list has {row}, whose tunnel is up"
