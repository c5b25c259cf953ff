"""Random worlds: FMCs and FTDs whose true state is known, and the evidence that somebody happens to give of them.

A world is drawn from a number, so that each one can be drawn again. What is given is any part of it, in any files, under any names.
"""

from __future__ import annotations

import io
import os
import random
import tarfile
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from tests.lab.cast import Appliance, uuid_v1
from tests.lab.certificates import LIFETIME, dn, self_signed_v1
from tests.lab.fmc_tree import ims_conf
from tests.lab.keys import key_for
from tests.lab.logs import Log
from tests.lab.outputs import openssl_time, show_managers, status_brief, status_on_fmc, status_on_ftd
from tests.lab.renewal import failed_push
from tests.lab.site import CONNECTED, DEGRADED, DOWN, Renewal, Site, Tunnel
from tests.lab.tls import Seen

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
PLACES = ("aarhus", "bergen", "cork", "delft", "evora", "fulda", "ghent", "haarlem", "imola", "jena", "kiel", "lodz", "malmo", "nantes")
DOMAINS = ("corp.example", "lab.example", "branch.corp.example", "")


@dataclass
class Fmc:
    """One FMC in truth. ``shown_dates``: the end of its CA is in the given evidence; ``shown_status``: so is the state of its tunnels."""

    box: Appliance
    host: str
    ends: datetime
    devices: list[Device] = field(default_factory=list)
    shown_dates: bool = False
    shown_status: bool = False
    renewed_at: datetime | None = None
    missed: list[Device] = field(default_factory=list)
    """Devices that the run of generate_certs.pl at ``renewed_at`` did not reach. One that is up now was repaired since."""

    @property
    def begins(self) -> datetime:
        """When its CA began."""
        return self.ends - LIFETIME

    @property
    def expired(self) -> bool:
        """Its CA has ended."""
        return self.ends < AS_OF

    @property
    def names(self) -> list[str]:
        """All that it is known by."""
        return [self.box.name, self.host, self.box.address, self.box.uuid]


@dataclass
class Device:
    """One FTD in truth. ``shown_state``: an output of its own tells the state of its tunnel."""

    box: Appliance
    host: str
    state: str
    since: datetime
    shown_state: bool = False

    @property
    def names(self) -> list[str]:
        """All that it is known by."""
        return [self.box.name, self.host, self.box.address, self.box.uuid]


@dataclass
class World:
    """The truth, and the files that were given of it: path and content."""

    number: int
    fmcs: list[Fmc]
    taken: datetime
    distinct: bool
    files: dict[str, bytes] = field(default_factory=dict)
    pieces: int = 0
    """How many files and folders were given, before somebody packed them."""
    older: dict[str, datetime] = field(default_factory=dict)
    """The times of files that are older than ``taken``."""

    def write(self, folder: Path) -> None:
        """Put the files below a folder, each with the time at which the outputs were taken."""
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            moment = self.older.get(name, self.taken).timestamp()
            os.utime(path, (moment, moment))


def draw(number: int) -> World:
    """The world of that number."""
    dice = random.Random(f"world {number}")  # noqa: S311 - dice, no secret
    taken = AS_OF - timedelta(hours=dice.randint(1, 40), minutes=dice.randint(0, 59))
    factory = dice.random() < 0.15
    places = dice.sample(PLACES, len(PLACES))
    fmcs = [_fmc(dice, index, factory) for index in range(dice.choice((1, 1, 1, 2, 2, 3)))]
    world = World(number, fmcs, taken, distinct=not factory)
    serial = 0
    same_short = dice.random() < 0.15
    for fmc in fmcs:
        for _ in range(dice.choice((1, 2, 2, 3, 4))):
            serial += 1
            fmc.devices.append(_device(dice, serial, places[serial % len(places)], taken, factory=factory, same_short=same_short))
        if dice.random() < 0.3:
            _renew(dice, fmc, taken)
    for fmc in fmcs:
        _give(dice, world, fmc)
    if dice.random() < 0.2:
        _in_another_shape(dice, world)
    world.pieces = len({name.split("/")[0] for name in world.files})
    if world.files and dice.random() < 0.2:
        _packed(dice, world)
    if not world.files:
        _terminal_of_fmc(dice, world, fmcs[0], dates=True, status=True)
        world.pieces = 1
    return world


def _fmc(dice: random.Random, index: int, factory: bool) -> Fmc:
    domain = dice.choice(DOMAINS)
    short = "firepower" if factory else dice.choice(("fmc", "mgmt-fmc", "fw-manager", "sfmc")) + f"-{dice.choice('abcdefgh')}{index + 1}"
    name = f"{short}.{domain}" if domain and not factory else short
    made = datetime(2016, dice.randint(1, 12), dice.randint(1, 28), 9, 20, index, tzinfo=UTC)
    release, build = dice.choice((("7.0.4", "55"), ("7.2.5", "208"), ("7.4.1", "172"), ("7.2.8", "25")))
    model = "Cisco Firepower Management Center for VMware"
    box = Appliance(name, f"198.51.100.{20 + 40 * index + dice.randint(0, 30)}", uuid_v1(made, index + 1), release, build, model)
    ends = AS_OF - timedelta(days=dice.randint(3, 300)) if dice.random() < 0.55 else AS_OF + timedelta(days=dice.randint(800, 3500))
    return Fmc(box, short if dice.random() < 0.5 else name, ends + timedelta(seconds=dice.randint(0, 80_000)))


def _device(dice: random.Random, serial: int, place: str, taken: datetime, *, factory: bool, same_short: bool) -> Device:
    if factory:
        name = "firepower"
    elif same_short:
        name = f"edge1.{place}.corp.example"
    else:
        name = dice.choice(("ftd-{}", "fw-{}-01", "{}-ftd", "branch-{}")).format(place)
    made = datetime(2018, 3, 1, 10, serial % 60, 30, tzinfo=UTC)
    box = Appliance(
        name, f"192.0.2.{10 + 3 * serial}", uuid_v1(made, 0x20 + serial), "7.2.5", "208", "Cisco Firepower Threat Defense for VMware"
    )
    state = dice.choice((CONNECTED, CONNECTED, CONNECTED, DOWN, DOWN, DEGRADED))
    since = (
        taken - timedelta(days=dice.randint(1, 90), hours=dice.randint(0, 20))
        if state != DOWN
        else taken - timedelta(hours=dice.randint(2, 60))
    )
    return Device(box, name if dice.random() < 0.5 else name.split(".")[0], state, since)


def _renew(dice: random.Random, fmc: Fmc, taken: datetime) -> None:
    """The FMC was renewed some days ago, after its CA had ended. Devices that were down then missed it; some were repaired since."""
    fmc.renewed_at = taken - timedelta(days=dice.randint(1, 20), hours=dice.randint(0, 20))
    fmc.ends = fmc.renewed_at + timedelta(seconds=14) + LIFETIME
    for device in fmc.devices:
        lost = dice.random() < 0.5
        if device.state == DOWN:
            device.since = fmc.renewed_at - timedelta(days=dice.randint(1, 9))
            fmc.missed.append(device)
        elif lost:
            fmc.missed.append(device)
            device.since = fmc.renewed_at + (taken - fmc.renewed_at) * dice.uniform(0.1, 0.9)
        else:
            device.since = fmc.renewed_at - timedelta(days=dice.randint(20, 90))


def _in_another_shape(dice: random.Random, world: World) -> None:
    """Texts went through a mail program or a pager, or were saved on Windows."""
    shape = dice.choice(("quoted", "numbered", "crlf", "indented"))
    for name, data in world.files.items():
        if not name.endswith(".txt"):
            continue
        lines = data.decode().splitlines()
        if shape == "quoted":
            text = "Hello,\n\nas asked:\n\n" + "".join(f"> {line}\n" for line in lines)
        elif shape == "numbered":
            text = "".join(f"{number:6d}\t{line}\n" for number, line in enumerate(lines, 1))
        elif shape == "crlf":
            text = "".join(f"{line}\r\n" for line in lines)
        else:
            text = "".join(f"    {line}\n" for line in lines)
        world.files[name] = text.encode()


def _packed(dice: random.Random, world: World) -> None:
    """Somebody packed all of it."""
    packed = io.BytesIO()
    name = dice.choice(("case.zip", "evidence.tar.gz", "logs.tgz"))
    if name.endswith(".zip"):
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, data in world.files.items():
                moment = world.older.get(path, world.taken)
                archive.writestr(zipfile.ZipInfo(path, (moment.year, moment.month, moment.day, moment.hour, moment.minute, 0)), data)
    else:
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            for path, data in world.files.items():
                info = tarfile.TarInfo(path)
                info.size, info.mtime = len(data), int(world.older.get(path, world.taken).timestamp())
                archive.addfile(info, io.BytesIO(data))
    world.files, world.older = {name: packed.getvalue()}, {}


def _log_of_device(dice: random.Random, world: World, fmc: Fmc, device: Device) -> None:
    """Lines of the messages file of a device that is down: a certificate has expired, or TCP is not answered."""
    log = Log(device.host)
    expired = fmc.expired or device in fmc.missed
    for number in range(dice.randint(2, 6)):
        when = world.taken - timedelta(seconds=44 * (number + 1))
        if expired:
            name = f"/title=InternalCA/OU=Intrusion Management System/CN={fmc.box.uuid}/O=Cisco Systems, Inc"
            text = "certificate has expired"
            seen = Seen(10, text, 1, name, name, 45, None, "error:0A000086:SSL routines::certificate verify failed")
            log.failed_as_client(when, 51982 + number, fmc.box.address, seen)
        else:
            log.tcp_failed(when, 51982 + number, fmc.box.address, "Connection timed out")
    place = dice.choice(("messages", f"{device.box.name}/messages", f"{device.host}-messages.log"))
    if place not in world.files:
        world.files[place] = log.text()
        device.shown_state = True


def _give(dice: random.Random, world: World, fmc: Fmc) -> None:
    """Some of what there is of one FMC and its devices."""
    as_tree = dice.random() < 0.3
    dates, status = dice.random() < 0.7, dice.random() < 0.7
    if as_tree:
        _tree_of_fmc(dice, world, fmc, identity=dice.random() < 0.7)
        dates = False
    if dates or status:
        _terminal_of_fmc(dice, world, fmc, dates=dates, status=status)
    if fmc.missed and dice.random() < 0.7:
        _list_of_missed(dice, world, fmc)
    if fmc.shown_status and dice.random() < 0.2:
        _older_status(dice, world, fmc)
    for device in fmc.devices:
        if dice.random() < 0.4:
            _output_of_device(dice, world, fmc, device)
        if device.state == DOWN and dice.random() < 0.3:
            _log_of_device(dice, world, fmc, device)


def _name(dice: random.Random, world: World, *hints: str) -> str:
    """A file name that says whose it is, or does not."""
    stem = dice.choice((*hints, "output", "paste", "term", "notes"))
    name, count = f"{stem}.txt", 1
    while name in world.files:
        count += 1
        name = f"{stem}-{count}.txt"
    return name


def _site(fmc: Fmc) -> Site:
    """What the outputs of the lab are made of; no certificate of it is looked at."""
    none = cast("Any", None)
    tunnels = [
        Tunnel(device.box, none, none, none, device.since, number, state=device.state, since=device.since)
        for number, device in enumerate(fmc.devices, 2)
    ]

    def tunnel(box: Appliance) -> Tunnel:
        return next(one for one in tunnels if one.device == box)

    return cast("Site", SimpleNamespace(fmc=fmc.box, tunnels=tunnels, started={}, interfaces=(), tunnel=tunnel))


def _typed(dice: random.Random, host: str, home: str, command: str, output: str) -> str:
    """A command at one of the prompts that people have, perhaps with sudo, and what it printed."""
    prompt = dice.choice((f"root@{host}:{home}# ", f"root@{host}:{home}# ", f"root@{host}:/# ", f"admin@{host}:~$ sudo "))
    asked = "Password: \n" if prompt.endswith("sudo ") and dice.random() < 0.5 else ""
    return f"{prompt}{command}\n{asked}{output}"


def _terminal_of_fmc(dice: random.Random, world: World, fmc: Fmc, *, dates: bool, status: bool) -> None:
    parts = []
    if dates:
        output = f"notBefore={openssl_time(fmc.begins)}\nnotAfter={openssl_time(fmc.ends)}\n"
        command = dice.choice(
            (
                "openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem",
                "openssl x509 -in /etc/sf/ca_root/cacert.pem -noout -dates",
                "openssl x509 -noout -dates -in /etc/sf/ca_root/cacert.pem",
            )
        )
        parts.append(_typed(dice, fmc.host, "/Volume/home/admin", command, output))
        fmc.shown_dates = True
    if status:
        parts.append(_typed(dice, fmc.host, "/Volume/home/admin", "sftunnel_status.pl", status_on_fmc(_site(fmc), world.taken)))
        fmc.shown_status = True
    dice.shuffle(parts)
    world.files[_name(dice, world, fmc.box.name)] = "".join(parts).encode()


def _list_of_missed(dice: random.Random, world: World, fmc: Fmc) -> None:
    """FAILED_PUSH of the renewal, shown at the prompt of the FMC."""
    assert fmc.renewed_at is not None
    run = Renewal(fmc.renewed_at, cast("Any", None), tuple(device.box for device in fmc.missed))
    output = failed_push(_site(fmc), run)
    text = _typed(dice, fmc.host, "/Volume/home/admin", f"cat /var/tmp/certs/{run.epoch}/FAILED_PUSH", output)
    world.files[_name(dice, world, fmc.box.name)] = text.encode()


def _older_status(dice: random.Random, world: World, fmc: Fmc) -> None:
    """A status of weeks ago, when other devices were down, lies beside the new one."""
    then = world.taken - timedelta(days=dice.randint(100, 160))
    site = _site(fmc)
    for tunnel in site.tunnels:
        tunnel.state = dice.choice((CONNECTED, DOWN))
        tunnel.since = then - timedelta(days=dice.randint(1, 30))
    name = _name(dice, world, fmc.box.name)
    world.files[name] = _typed(dice, fmc.host, "/Volume/home/admin", "sftunnel_status.pl", status_on_fmc(site, then)).encode()
    world.older[name] = then


def _tree_of_fmc(dice: random.Random, world: World, fmc: Fmc, *, identity: bool) -> None:
    """A part of the FMC's file system, copied with its paths."""
    folder = dice.choice((fmc.box.name, "fmc", "files")) + f"-{len(world.files)}"
    name = dn(title="InternalCA", common_name=fmc.box.uuid)
    root = self_signed_v1(name, key_for(f"world {world.fmcs.index(fmc)}"), fmc.begins, fmc.ends)
    world.files[f"{folder}/etc/sf/ca_root/cacert.pem"] = root.pem
    if identity:
        world.files[f"{folder}/etc/sf/ims.conf"] = ims_conf(fmc.box).encode()
        world.files[f"{folder}/etc/hostname"] = f"{fmc.host}\n".encode()
    fmc.shown_dates = True


def _output_of_device(dice: random.Random, world: World, fmc: Fmc, device: Device) -> None:
    site = _site(fmc)
    tunnel = site.tunnel(device.box)
    kind = dice.choice(("brief", "brief", "status", "managers"))
    if kind == "brief":
        text = status_brief(tunnel, fmc.box, world.taken - timedelta(minutes=dice.randint(0, 3)))
        if dice.random() < 0.4:
            text = f"> expert\nadmin@{device.host}:~$ exit\nlogout\n" + text
        device.shown_state = True
    elif kind == "status":
        output = status_on_ftd(device.box, [site], world.taken - timedelta(minutes=dice.randint(0, 3)))
        text = _typed(dice, device.host, "/home/admin", "sftunnel_status.pl", output)
        device.shown_state = True
    else:
        text = "> show managers\n" + show_managers([fmc.box], newer=dice.random() < 0.5)
    world.files[_name(dice, world, device.box.name)] = text.encode()
