"""One read-only script per appliance that prints all that is missing of it, for a person to paste.

It prints each command as at a prompt, and its output below: what this program reads anyway. It reads files and asks tools, nothing else;
runs at low priority; cuts each output; and prints certificates and digests of keys, never a key. Names that it finds on the appliance
stand in a command only when they are hexadecimal or a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec.structs import replace

from analyzer.model.plan import Place, Step
from analyzer.prescribe.filling import Values, fill
from analyzer.prescribe.remedies import Remedies
from analyzer.texts import _

STEPS = {Place.FMC_EXPERT: "collect-all-of-manager", Place.FTD_EXPERT: "collect-all-of-device"}
"""The step that pastes a collector, by where it is pasted."""

FEWEST = 2
"""Things missing on one appliance from which on it is worth a paste."""


class Part(StrEnum):
    """Something that a collector can bring."""

    CA = "ca"
    TUNNELS = "tunnels"
    IDENTITY = "identity"
    VDB = "vdb"
    SCRIPT = "script"
    FAILED_PUSH = "failed-push"
    PROCESS = "process"
    SOCKETS = "sockets"
    LOG = "log"
    MANAGERS = "managers"
    SETS = "sets"


_HEAD = (
    "# Reads only. Prints what is missing of this appliance, and no key.",
    "LC_ALL=C; export LC_ALL",
    "h=$(hostname)",
    "r() {",
    """  printf '\\n%s\\n' "root@$h:/# $1" """.rstrip(),
    '  nice -n 10 sh -c "$1" < /dev/null 2>&1 | head -n 400 | head -c 40000',
    "}",
    "r 'date -u'",
)
_TAIL = ("""printf '\\n%s\\n' "root@$h:/# exit" """.rstrip(),)
_X509 = "openssl x509 -noout -subject -issuer -serial -dates -fingerprint -sha256 -in"
_IDENTITY = """r "grep -E 'SWVERSION|SWBUILD|APPLIANCE_UUID|MODEL' /etc/sf/ims.conf" """.rstrip()
_PROCESS = "r 'pmtool status | grep -A 3 sftunnel'"

_OF_MANAGER: Mapping[Part, tuple[str, ...]] = {
    Part.CA: (f"r '{_X509} /etc/sf/ca_root/cacert.pem'", "r 'openssl x509 -in /etc/sf/ca_root/cacert.pem'"),
    Part.TUNNELS: ("r 'sftunnel_status.pl'",),
    Part.IDENTITY: (_IDENTITY,),
    Part.VDB: ("r 'cat /etc/sf/.versiondb/vdb.conf'",),
    Part.SCRIPT: ("r 'ls -l /usr/local/sf/bin/generate_cert*'",),  # who reads quickly must not find the script's name among commands
    Part.FAILED_PUSH: (
        "p=$(ls -t /var/tmp/certs/*/FAILED_PUSH 2> /dev/null | head -n 1)",
        "e=${p%/FAILED_PUSH}; e=${e##*/}",
        'case $e in ""|*[!0-9]*) ;; *) r "cat /var/tmp/certs/$e/FAILED_PUSH" ;; esac',
    ),
    Part.PROCESS: (_PROCESS,),
    Part.SOCKETS: ("r 'netstat -ant | grep 8305'",),
    Part.LOG: ("r 'grep sftunnel /var/log/messages | tail -n 120'",),
}
_OF_DEVICE: Mapping[Part, tuple[str, ...]] = {
    Part.TUNNELS: ("r '/ngfw/usr/local/sf/bin/sftunnel_status.pl'",),
    Part.MANAGERS: ("r '/ngfw/usr/local/sf/bin/sfcli.pl show managers'",),
    Part.IDENTITY: (_IDENTITY,),
    Part.SETS: (
        "n=0",
        "for d in /var/sf/peers/*-*-*-*-*; do",
        "  case ${d##*/} in *[!0-9a-f-]*) continue ;; esac",
        '  n=$((n + 1)); [ "$n" -le 4 ] || break',
        '  r "ls -hal $d"',
        "  for f in cacert sftunnel-cert; do",
        f'    r "{_X509} $d/$f.pem"',
        '    r "openssl x509 -in $d/$f.pem"',
        "  done",
        '  r "openssl verify -CAfile $d/cacert.pem $d/sftunnel-cert.pem"',
        '  r "openssl x509 -noout -modulus -in $d/sftunnel-cert.pem | openssl sha256"',
        '  r "openssl rsa -noout -modulus -in $d/sftunnel-key.pem | openssl sha256"',
        "done",
    ),
    Part.PROCESS: (_PROCESS,),
    Part.LOG: ("r 'grep SF-IMS /ngfw/var/log/messages | grep sftunnel | tail -n 120'",),
}

_PARTS_OF_STEPS: Mapping[str, tuple[Part, ...]] = {
    "collect-ca-date": (Part.CA,),
    "collect-ca": (Part.CA,),
    "collect-tunnels": (Part.TUNNELS,),
    "collect-identity": (Part.IDENTITY, Part.SCRIPT),
    "collect-failed-push": (Part.FAILED_PUSH,),
    "collect-device-state": (Part.TUNNELS,),
    "collect-device-managers": (Part.MANAGERS,),
    "collect-device-identity": (Part.IDENTITY,),
    "collect-device-certificates": (Part.SETS,),
    "collect-files": (Part.SETS,),
    "collect-device-log": (Part.LOG,),
}
"""What a collector brings instead of a step."""

_OF_DEVICES = frozenset(step for step in _PARTS_OF_STEPS if "device" in step or step == "collect-files")


def script(place: Place, parts: Iterable[Part]) -> tuple[str, ...]:
    """The lines of the collector for an FMC or an FTD that brings these parts. A part that the appliance does not have is left out."""
    known = _OF_DEVICE if place is Place.FTD_EXPERT else _OF_MANAGER
    wanted = set(parts)
    return (*_HEAD, *(line for part, lines in known.items() if part in wanted for line in lines), *_TAIL)


def with_collectors(steps: Sequence[Step], remedies: Remedies, values_for: Mapping[str, Values]) -> tuple[Step, ...]:
    """The steps, and before those of an appliance of which several things are missing the one that pastes its collector. Those that it
    brings all of become the other way to the same.

    ``values_for`` has the values of an appliance by its key.
    """
    by_box: dict[str, list[Step]] = {}
    for step in steps:
        if step.id in _PARTS_OF_STEPS and step.box in values_for:
            by_box.setdefault(step.box, []).append(step)
    out: list[Step] = []
    done: set[str] = set()
    for step in steps:
        mine = by_box.get(step.box, [])
        if step not in mine or len(mine) < FEWEST:
            out.append(step)
            continue
        if step.box not in done:
            done.add(step.box)
            out.append(_collecting(mine, remedies, values_for[step.box]))
        out.append(replace(step, alternative=True))
    return tuple(out)


def _collecting(steps: Sequence[Step], remedies: Remedies, values: Values) -> Step:
    """The step that pastes the collector in place of these."""
    place = Place.FTD_EXPERT if steps[0].id in _OF_DEVICES else Place.FMC_EXPERT
    lines = script(place, (part for step in steps for part in _PARTS_OF_STEPS[step.id]))
    why = _("{n} items are missing from it. These commands collect them with one paste.").format(n=len(steps))
    step = fill(remedies, STEPS[place], values.saying(why=why))
    return replace(step, commands=tuple(replace(command, here_document=lines) for command in step.commands))
