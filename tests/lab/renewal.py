"""What a renewal leaves behind: the terminal of generate_certs.pl, FAILED_PUSH, copy_sftunnel_certs.py (document 222464)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.lab.assumed import assumed
from tests.lab.cast import Appliance
from tests.lab.outputs import openssl_time
from tests.lab.site import FILES, Renewal, Site

LOG_FILE = "/var/log/sf/sfca_generation.log"


def generate_certs(site: Site, renewal: Renewal) -> str:
    """What generate_certs.pl prints, answers included."""
    days = (renewal.replaced.not_after - renewal.started).days
    expires = f"Current ca_root expires in {days} days - at {openssl_time(renewal.replaced.not_after)}"
    if days < 0:
        expires = assumed("generate-certs.expired", days=days, not_after=openssl_time(renewal.replaced.not_after))
    text = (
        f"setting log file to {LOG_FILE}\n\n"
        "You are about to generate new certificates for FMC and devices.\n"
        "After successful cert generation, device specific certs will be pushed automatically\n"
        "If the connection between FMC and a device is down, user needs to copy the certificates onto the device manually\n"
        "For more details on disconnected devices, use sftunnel_status.pl\n"
        "Do you want to continue? [yes/no]:yes\n\n"
        f"{expires}\n"
        "Do you want to continue? [yes/no]:yes\n\n"
    )
    if renewal.failed:
        text += "".join(f"Failed to push to {device.name} = {_destination(site, name)}\n" for device in renewal.failed for name in FILES)
        text += (
            f"\nSome files were failed to be pushed to remote peers. For more details check /var/tmp/certs/{renewal.epoch}/FAILED_PUSH\n\n"
        )
    return text + "Scalars leaked: 1\n"


def generation_log(site: Site, renewal: Renewal) -> str:
    """``sfca_generation.log`` as the lab imagines it: the same lines, each with its time."""
    lines = [line for line in generate_certs(site, renewal).splitlines() if line and not line.startswith(("Do you", "Scalars", "setting"))]
    times = [renewal.started + timedelta(seconds=min(3 * i, 14)) for i in range(len(lines))]
    return "".join(
        assumed("sfca-generation-log.line", when=f"{when:%Y-%m-%d %H:%M:%S}", text=line) + "\n"
        for when, line in zip(times, lines, strict=True)
    )


def failed_push(site: Site, renewal: Renewal) -> str:
    """FAILED_PUSH: UUID, name, address, source on the FMC (with its double slash), destination on the FTD."""
    return "".join(
        f"{d.uuid} {d.name} {d.address} {_source(d, name)} {_destination(site, name)}\n" for d in renewal.failed for name in FILES
    )


def _source(device: Appliance, name: str) -> str:
    return "/etc/sf/ca_root/cacert.pem" if name == "cacert.pem" else f"/var/sf/peers/{device.uuid}/certs_pushed//{name}"


def _destination(site: Site, name: str) -> str:
    return f"/var/sf/peers/{site.fmc.uuid}/{name}"


def copy_certs(started: datetime, rows: Iterable[tuple[str, str]]) -> str:
    """What copy_sftunnel_certs.py prints. Each row is a name and ``copied``, ``unreachable`` or ``no-ha-peer``."""
    text, when = "", started
    for name, result in rows:
        text += "=====\n\n"
        for wait, words in _copy_lines(name, result):
            when += timedelta(seconds=wait)
            text += f"{when:%Y-%m-%d %H:%M:%S} - {words}\n"
        text += "\n"
    return text + "=====\n"


def _copy_lines(name: str, result: str) -> list[tuple[int, str]]:
    if result == "unreachable":
        return [(0, f"Attempting connection to {name}"), (20, f"Could not connect to {name}")]
    lines = [(0, f"Attempting connection to {name}"), (2, f"Connected to {name}")]
    if result == "no-ha-peer":
        lines.append((1, f"{name} is not an HA-peer. Certificates will not be copied"))
    else:
        lines += [
            (1, "Copying certificates to peer"),
            (0, f"Successfully copied certificates to {name}"),
            (0, f"Restarting sftunnel for {name}"),
        ]
    return [*lines, (0, f"Closing connection with {name}")]


def wrapped(text: str, width: int = 112) -> str:
    """Text as a terminal of that many columns shows it, and as people paste it: long lines break in the middle of a word."""
    out = []
    for line in text.splitlines():
        out += [line[i : i + width] for i in range(0, len(line), width)] or [""]
    return "\n".join(out) + "\n"
