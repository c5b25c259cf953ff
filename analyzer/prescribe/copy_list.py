"""devices.csv for the copy scripts: names and addresses only. User names and passwords are typed on the box, never here.

The columns are device_name, IP address, admin_username, admin_password (field notes 3.3). For the jump server the document lists all
managed devices; here only those stand whose tunnel is down. The scripts are for devices that were down during the renewal, as the
document says too, and they restart sftunnel on each device that they copy to.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model.case import Device, Manager
from analyzer.model.location import Evidence
from analyzer.model.plan import ArgumentKind, GeneratedFile, Refused
from analyzer.prescribe.shell import argument
from analyzer.texts import N_, _

ON_MANAGER = "devices.csv"
ON_JUMP_SERVER = "devices-jumpserver.csv"

_COLUMNS = N_(
    "One row for each box: device_name, IP address, admin_username, admin_password, without a heading. "
    "Fill in the last two where you use the file, delete it afterwards, and never send it to anyone."
)


def copy_list_on_manager(manager: Manager, devices: Sequence[Device], secondary: Manager | None) -> GeneratedFile:
    """For copy_sftunnel_certs.py on the manager: the devices, then the secondary when this is the primary of a pair."""
    lines, evidence, refused = _rows([*devices, *([secondary] if secondary is not None else [])])
    purpose = _(
        "For copy_sftunnel_certs.py on {manager}. Only devices whose tunnel is down, because the script restarts sftunnel there."
    ).format(manager=manager.label)
    return GeneratedFile(name=ON_MANAGER, purpose=f"{purpose} {_(_COLUMNS)}", lines=lines, evidence=evidence, refused=refused)


def copy_list_on_jump_server(manager: Manager, devices: Sequence[Device], secondary: Manager | None) -> GeneratedFile:
    """For the jump-server script: this manager first, then the devices, then the secondary when this is the primary of a pair.

    Without its first row the file would be read wrongly, so it has no rows at all then.
    """
    first, _places, without_first = _rows([manager])
    lines, evidence, refused = _rows([manager, *devices, *([secondary] if secondary is not None else [])])
    purpose = _(
        "For copy_sftunnel_certs_jumpserver.py on a jump server. {manager} comes first, then only devices whose tunnel is down."
    ).format(manager=manager.label)
    if not first:
        lines, evidence, refused = (), (), without_first
    return GeneratedFile(name=ON_JUMP_SERVER, purpose=f"{purpose} {_(_COLUMNS)}", lines=lines, evidence=evidence, refused=refused)


def _rows(boxes: Sequence[Device | Manager]) -> tuple[tuple[str, ...], tuple[Evidence, ...], tuple[Refused, ...]]:
    lines: list[str] = []
    evidence: list[Evidence] = []
    refused: list[Refused] = []
    for box in boxes:
        name = argument(ArgumentKind.NAME, box.name, _("the name of {box}").format(box=box.label))
        address = argument(ArgumentKind.ADDRESS, box.address, _("the address of {box}").format(box=box.label))
        if isinstance(name, Refused) or isinstance(address, Refused):
            refused += [one for one in (name, address) if isinstance(one, Refused)]
            continue
        lines.append(f"{name.value},{address.value},,")
        evidence += [*name.evidence[:1], *address.evidence[:1]]
    return tuple(lines), tuple(dict.fromkeys(evidence)), tuple(refused)
