"""A site that lives in folders: each box is a folder, its sftunnel holds what it has read, the vendor's tools act on the folders.

The tools do what document 222464 says of them. That a pushed set is used at the next connection without a restart is the document's.
That files copied by hand count only after a restart is the harder of two assumptions; ``rereads`` is the other.
"""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tests.lab.bundle import command_output, pack
from tests.lab.cast import COLLECTED, Appliance
from tests.lab.chroot import HOME, ToolFailed, furnish, unfurnished
from tests.lab.disk import Set, party_on_disk, write_tree
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.outputs import STATUS, pmtool_status, show_managers, show_network, status_brief, status_on_fmc, status_on_ftd
from tests.lab.renewal import copy_certs, failed_push, generate_certs, generation_log
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import CONNECTED, DOWN, FILES, Site, Tunnel
from tests.lab.tls import handshake
from tests.lab.tree import Tree

OWNER, GROUP, MODE = 0, 33, 0o640
"""Of the certificate files of a device: unlike what a new file would get, so that a lost owner or mode is seen."""
HOTFIX = "Cisco_Firepower_Mgmt_Center_Hotfix_FZ-7.2.9.99-4"
JUMP_SERVER = "jump"

_TOOLS_FMC = ("generate_certs.pl", "copy_sftunnel_certs.py", "sftunnel_status.pl", "pmtool", "netstat", "ip", "which", "vi")
_TOOLS_FTD = ("pmtool", "sftunnel-status-brief", "sftunnel_status.pl", "show", "vi")
_PMTOOL = "/usr/local/sf/bin/pmtool status"


@dataclass
class World:
    """Managers and their devices below ``folder``. ``now`` is the time of the story, and what certificates are verified as of.

    ``clipboard`` is what a person has copied, by the name of the file that it came from.
    """

    folder: Path
    sites: tuple[Site, ...]
    version: str = "TLSv1.2"
    rereads: bool = False
    now: datetime = COLLECTED
    clipboard: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        days = {site.fmc: Day(site, self.version) for site in self.sites}
        for site in self.sites:
            for tunnel in site.tunnels:
                self._log(days[site.fmc], tunnel)
        for site in self.sites:
            peer = next((other.fmc for other in self.sites if other is not site), None)
            tree = fmc_tree(site, self.now, days[site.fmc].log(site.fmc), rotated_before=ROTATED, tls=self.version, ha_peer=peer)
            furnish(write_tree(tree, self.root(site.fmc)), _TOOLS_FMC)
        for device in self.devices:
            log = days[self.sites[-1].fmc].log(device)
            root = write_tree(ftd_tree(device, self.managing(device), self.now, log, rotated_before=ROTATED), self.root(device))
            furnish(root, _TOOLS_FTD, by_path=("sftunnel_status.pl", "sfcli.pl"))
            for site in self.managing(device):
                for name in FILES:
                    path = self.peer_folder(device, site) / name
                    os.chown(path, OWNER, GROUP)
                    path.chmod(MODE)
                self.load(device, site)
        (self.folder / JUMP_SERVER).mkdir()
        furnish(self.folder / JUMP_SERVER, ("python3",))

    @staticmethod
    def _log(day: Day, tunnel: Tunnel) -> None:
        """What the boxes wrote of that tunnel. A process that does not run writes nothing, and resets who dials it."""
        if tunnel.state != DOWN:
            day.healthy(tunnel.device)
        elif day.site.fmc in day.site.stopped:
            day.unreached(tunnel.device, errno.ECONNREFUSED)
        elif tunnel.device not in day.site.stopped:
            day.failing(tunnel.device)

    @property
    def devices(self) -> list[Appliance]:
        """Every device once."""
        return list(dict.fromkeys(tunnel.device for site in self.sites for tunnel in site.tunnels))

    def managing(self, device: Appliance) -> list[Site]:
        """The sites that manage the device."""
        return [site for site in self.sites if any(tunnel.device == device for tunnel in site.tunnels)]

    def root(self, box: Appliance) -> Path:
        """The folder that is the root of that box."""
        return self.folder / box.uuid

    def peer_folder(self, device: Appliance, site: Site) -> Path:
        """Where the device keeps its files for that manager."""
        return self.root(device) / "var/sf/peers" / site.fmc.uuid

    # --- what sftunnel does

    def established(self, device: Appliance, site: Site) -> bool:
        """A real handshake, with what the process of the device holds and the files of the manager. It may find them unusable.

        None takes place where one of the two processes does not run.
        """
        if site.fmc in site.stopped or device in site.stopped:
            return False
        try:
            ends = party_on_disk(self._held(device), Set.of_device(site.fmc.uuid)), party_on_disk(self.root(site.fmc), Set.of_manager())
        except ValueError:
            return False
        return handshake(*ends, self.version, at=self.now).established

    def reconnect(self, device: Appliance, site: Site) -> bool:
        """The tunnel is cut (if it was up) and the device tries again."""
        self.now += timedelta(minutes=1)
        if self.rereads:
            self.load(device, site)
        tunnel = site.tunnel(device)
        up = self.established(device, site)
        if up or tunnel.state != DOWN:
            tunnel.state, tunnel.since = (CONNECTED if up else DOWN), self.now
        return up

    def _held(self, device: Appliance) -> Path:
        return self.folder / "held" / device.uuid

    def load(self, device: Appliance, site: Site) -> None:
        """The process reads its files."""
        held = self._held(device) / "var/sf/peers" / site.fmc.uuid
        held.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copyfile(self.peer_folder(device, site) / name, held / name)

    def _restart(self, device: Appliance) -> None:
        """Every tunnel of the device is cut, whomever it goes to."""
        for site in self.managing(device):
            self._runs(site, device)
            self.load(device, site)
            self.reconnect(device, site)

    def _restart_manager(self, site: Site) -> None:
        """Every tunnel of the manager is cut."""
        self._runs(site, site.fmc)
        for tunnel in site.tunnels:
            self.reconnect(tunnel.device, site)

    def _runs(self, site: Site, box: Appliance) -> None:
        """A new process, since now."""
        site.stopped = tuple(one for one in site.stopped if one != box)
        site.started[box.uuid] = self.now

    # --- what the vendor's tools do

    def tool(self, box: Appliance | None, name: str, arguments: list[str], typed: str) -> str:
        """A stand-in was called on that box (None: the jump server). A call that no document shows is refused."""
        self.now += timedelta(minutes=1)
        site = next((one for one in self.sites if one.fmc == box), None)
        match name, arguments:
            case "generate_certs.pl", [] if site is not None:
                return self._generate(site, typed)
            case "copy_sftunnel_certs.py", [table] if site is not None:
                return self._copy(site, self.root(site.fmc) / HOME / table)
            case "python3", ["copy_sftunnel_certs_jumpserver.py", table]:
                return self._copy_from_jump_server(self.folder / JUMP_SERVER / HOME / table)
            case "sftunnel_status.pl", [] if site is not None:
                return status_on_fmc(site, self.now)
            case "sftunnel-status-brief", [] if site is None and box is not None:
                return "".join(status_brief(one.tunnel(box), one.fmc, self.now) for one in self.managing(box))
            case "sftunnel_status.pl", [] | [_] if site is None and box is not None:
                return status_on_ftd(box, self.managing(box), self.now)
            case "show" | "sfcli.pl", ["managers"] | ["show", "managers"] if site is None and box is not None:
                return show_managers([one.fmc for one in self.managing(box)])
            case "show", ["network"] if site is None and box is not None:
                return show_network(box)
            case "netstat", ["-ant"] if site is not None:
                return "" if site.fmc in site.stopped else f"tcp 0 0 {site.fmc.address}:8305 0.0.0.0:* LISTEN\n"
            case "ip", ["route", "get", address] if site is not None:
                return f"{address} dev eth0 src {site.fmc.address}\n"
            case "which", [tool] if site is not None:
                return f"/usr/local/sf/bin/{tool}\n"
            case "pmtool", ["status"] if box is not None:
                return self._pmtool_status(box)
            case "pmtool", ["enablebyid", "sftunnel"] if box is not None:
                return ""
            case "pmtool", ["restartbyid", "sftunnel"] if site is not None:
                self._restart_manager(site)
                return ""
            case "pmtool", ["restartbyid", "sftunnel"] if box is not None:
                self._restart(box)
                return ""
            case "vi", [path] if box is not None:
                return self._edit(self.root(box) / HOME / path if not path.startswith("/") else self.root(box) / path[1:])
        raise ToolFailed(f"{name}: no document shows it called like this: {arguments}")

    def _generate(self, site: Site, typed: str) -> str:
        if typed.splitlines() != ["yes", "yes"]:
            raise ToolFailed("You are about to generate new certificates for FMC and devices.\nDo you want to continue? [yes/no]:")
        renewal = site.renew(self.now, HOTFIX)
        root = self.root(site.fmc)
        (root / "etc/sf/ca_root/cacert.pem").write_bytes(site.ca.root.pem)
        (root / "etc/sf/ca_root/index.txt").write_bytes(site.ca.index_txt())
        (root / "etc/sf/ca_root/crl.pem").write_bytes(site.ca.crl_pem())
        (root / "etc/sf/keys/sftunnel-cert.pem").write_bytes(site.leaf.pem)
        (root / "etc/sf/keys/sftunnel-key.pem").write_bytes(site.leaf.key_pem)
        for tunnel in site.tunnels:
            pushed = root / "var/sf/peers" / tunnel.device.uuid / "certs_pushed"
            (pushed / "sftunnel-cert.pem").write_bytes(tunnel.pushed.pem)
            (pushed / "sftunnel-key.pem").write_bytes(tunnel.pushed.key_pem)
            if tunnel.device not in renewal.failed:
                self._deliver(site, tunnel.device)
                self.load(tunnel.device, site)
        if renewal.failed:
            push = root / "var/tmp/certs" / str(renewal.epoch) / "FAILED_PUSH"
            push.parent.mkdir(parents=True)
            push.write_text(failed_push(site, renewal))
        (root / "var/log/sf").mkdir(parents=True, exist_ok=True)
        (root / "var/log/sf/sfca_generation.log").write_text(generation_log(site, renewal))
        return generate_certs(site, renewal)

    def _deliver(self, site: Site, device: Appliance) -> None:
        """The three files of this device, written in place."""
        root, there = self.root(site.fmc), self.peer_folder(device, site)
        pushed = root / "var/sf/peers" / device.uuid / "certs_pushed"
        (there / "cacert.pem").write_bytes((root / "etc/sf/ca_root/cacert.pem").read_bytes())
        for name in ("sftunnel-cert.pem", "sftunnel-key.pem"):
            (there / name).write_bytes((pushed / name).read_bytes())

    def _copy(self, site: Site, table: Path) -> str:
        rows = []
        for line in table.read_text(encoding="ascii").splitlines():
            name, address, user, password = line.split(",")
            if not user or not password:
                raise ToolFailed(f"{name}: no user name or no password")
            device = next((one.device for one in site.tunnels if one.device.address == address), None)
            if device is not None:
                self._deliver(site, device)
                self._restart(device)
            rows.append((name, "copied" if device is not None else "no-ha-peer"))
        return copy_certs(self.now, rows)

    def _copy_from_jump_server(self, table: Path) -> str:
        first, *rest = table.read_text(encoding="ascii").splitlines(keepends=True)
        site = next(one for one in self.sites if one.fmc.address == first.split(",")[1])
        table.write_text("".join(rest), encoding="ascii")
        return self._copy(site, table)

    def _edit(self, path: Path) -> str:
        """vi: what was copied is pasted, and written in place."""
        if path.name not in self.clipboard:
            raise ToolFailed(f"{path.name}: nothing was copied that belongs there")
        path.write_text(self.clipboard[path.name], encoding="ascii")
        return ""

    def _stopped(self, box: Appliance) -> bool:
        return any(box in site.stopped for site in self.sites)

    def _pmtool_status(self, box: Appliance) -> str:
        return pmtool_status(None if self._stopped(box) else 1504)

    # --- what can be collected

    def evidence(self, into: Path) -> list[Path]:
        """A troubleshoot bundle of each box, made of its folder as it is now and of what its commands print now."""
        into.mkdir()
        bundles = []
        for box in [*(site.fmc for site in self.sites), *self.devices]:
            tree = self._tree(box)
            site = next((one for one in self.sites if one.fmc == box), None)
            status = status_on_fmc(site, self.now) if site else status_on_ftd(box, self.managing(box), self.now)
            printed = {STATUS: "" if self._stopped(box) else status, _PMTOOL: self._pmtool_status(box)}
            for command, text in printed.items():
                tree.entries.pop(command_output(command), None)
                if text:
                    tree.add(command_output(command), text, self.now)
            bundles.append(into / f"{box.host}-troubleshoot.tar.gz")
            bundles[-1].write_bytes(pack(tree, self.now))
        return bundles

    def _tree(self, box: Appliance) -> Tree:
        tree, root = Tree(), self.root(box)
        for path in self.files(box):
            written = datetime.fromtimestamp((root / path).stat().st_mtime, tz=self.now.tzinfo)
            tree.add(path, (root / path).read_bytes(), min(written, self.now))
        return tree

    def files(self, box: Appliance) -> dict[str, tuple[bytes, int, int, int]]:
        """Every file of the box by its path: bytes, mode, owner, group."""
        root, found = self.root(box), {}
        for top in sorted(entry.name for entry in os.scandir(root) if unfurnished(entry.name)):
            for folder, _, names in os.walk(root / top):
                for path in (os.path.join(folder, name) for name in names):  # noqa: PTH118  this runs before and after every step
                    about = os.stat(path)  # noqa: PTH116
                    with open(path, "rb") as file:  # noqa: PTH123
                        found[os.path.relpath(path, root)] = (file.read(), about.st_mode & 0o7777, about.st_uid, about.st_gid)
        return dict(sorted(found.items()))
