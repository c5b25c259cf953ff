"""devices.csv for the copy scripts: names and addresses only. User names and passwords are typed on the appliance, never here.

The columns are device_name, IP address, admin_username, admin_password (field notes 3.3). For the jump server the document lists all
managed devices and the secondary FMC; here only those stand of which every tunnel is known to be down. The scripts are for devices that
were down during the renewal, as the document says too, and they restart sftunnel on each appliance that they copy to.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.model.answer import Known
from analyzer.model.case import Device, Manager
from analyzer.model.location import Evidence
from analyzer.model.plan import ArgumentKind, GeneratedFile, Refused
from analyzer.prescribe.fleet import Fleet, Link, is_primary, link_of
from analyzer.prescribe.shell import argument
from analyzer.texts import N_, _

ON_MANAGER = "devices.csv"
ON_JUMP_SERVER = "devices-jumpserver.csv"

_COLUMNS = N_(
    "One row for each appliance, without a heading: device_name, IP address, admin_username, admin_password. "
    "Fill in the last two only where you run the script, and never send the file to anyone."
)


def copy_list_on_manager(manager: Manager, devices: Sequence[Device]) -> GeneratedFile:
    """For copy_sftunnel_certs.py on the manager: the devices."""
    purpose = _(
        "For copy_sftunnel_certs.py on {manager}. It lists only devices whose tunnels are all down, because the "
        "script restarts sftunnel there."
    ).format(manager=manager.label)
    return _list(ON_MANAGER, purpose, (), devices, ())


def copy_list_on_jump_server(manager: Manager, devices: Sequence[Device], fleet: Fleet) -> GeneratedFile:
    """For the jump-server script: this manager first, then the devices, then the secondary when this is the primary of a pair and that is
    safe."""
    purpose = _(
        "For copy_sftunnel_certs_jumpserver.py on a jump server. {manager} comes first, followed only by devices "
        "whose tunnels are all down."
    ).format(manager=manager.label)
    peer = fleet.peer_of(manager) if is_primary(manager) else None
    left_out = _left_out(peer, fleet) if peer is not None else ""
    if peer is not None and left_out:
        purpose += " " + _("The document also lists the secondary, {peer}. It is left out, because {why}.").format(
            peer=peer.label, why=left_out
        )
    return _list(ON_JUMP_SERVER, purpose, (manager,), devices, (peer,) if peer is not None and not left_out else ())


def _left_out(secondary: Manager, fleet: Fleet) -> str:
    """Why a secondary must not be a row, "" when it may: the script restarts sftunnel on it."""
    if not isinstance(secondary.internal_ca_not_after, Known):
        return _("the expiry date of its own InternalCA is unknown")
    links = {link_of(tunnel) for tunnel in fleet.by_manager.get(secondary.key, ())}
    if Link.UP in links:
        return _("one of its tunnels is up")
    return _("not all of its tunnels are known to be down") if Link.UNKNOWN in links else ""


def _list(name: str, purpose: str, first: Sequence[Manager], devices: Sequence[Device], last: Sequence[Manager]) -> GeneratedFile:
    """Without a row of ``first`` the file would be read wrongly, and without a device it would be good for nothing: no rows at all then."""
    head, body, tail = (_rows(group) for group in (first, devices, last))
    rows = [*head[0], *body[0], *tail[0]] if body[0] and (head[0] or not first) else []
    return GeneratedFile(
        name=name,
        purpose=f"{purpose} {_(_COLUMNS)}",
        lines=tuple(line for line, _origin in rows),
        origins=tuple(origin for _line, origin in rows),
        refused=(*head[1], *body[1], *tail[1]),
    )


def _rows(appliances: Sequence[Device | Manager]) -> tuple[list[tuple[str, tuple[Evidence, ...]]], list[Refused]]:
    rows: list[tuple[str, tuple[Evidence, ...]]] = []
    refused: list[Refused] = []
    for one in appliances:
        name = argument(ArgumentKind.NAME, one.name, _("the name of {appliance}").format(appliance=one.label))
        address = argument(ArgumentKind.ADDRESS, one.address, _("the address of {appliance}").format(appliance=one.label))
        if isinstance(name, Refused) or isinstance(address, Refused):
            instead = _("{how}; or leave {appliance} out and copy its files by hand, as its own plan says")
            refused += [
                replace(each, obtain=instead.format(how=each.obtain, appliance=one.label)) if isinstance(one, Device) else each
                for each in (name, address)
                if isinstance(each, Refused)
            ]
            continue
        rows.append((f"{name.value},{address.value},,", tuple(dict.fromkeys((*name.evidence[:1], *address.evidence[:1])))))
    return rows, refused
