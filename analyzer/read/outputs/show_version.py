"""``show version``, ``show version system`` and the banner at login: model, release, UUID, VDB (field notes 12). ``show network``: the name
and the addresses of the appliance that printed it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.outputs import ApplianceIdentity
from analyzer.read.outputs.page import Page
from analyzer.read.patterns import UUID

_FRAME = re.compile(r"[ \t]{0,8}-{3,60}\[ {0,4}([A-Za-z0-9][A-Za-z0-9_.-]{0,252}) {0,4}\]-{3,60}[ \t]{0,8}")
_VERSION = r"(\d{1,2}(?:\.\d{1,5}){1,4})"
_MODEL = re.compile(
    rf"[ \t]{{0,8}}Model[ \t]{{0,40}}:[ \t]{{0,8}}(\S.{{0,160}}?)[ \t]{{1,4}}Version[ \t]{{1,4}}{_VERSION}"
    r"(?:[ \t]{0,4}\(Build (\d{1,6})\))?.{0,40}",
    re.IGNORECASE,
)
_ROW = re.compile(r"[ \t]{0,8}(UUID|VDB version)[ \t]{0,40}:[ \t]{0,8}(\S{1,60})[ \t]{0,40}", re.IGNORECASE)
_BANNER = re.compile(
    r"[ \t]{0,8}Cisco (?:Secure )?(?:Firewall|Firepower) ((?:Threat Defense|Management Center)[^/]{0,60}?)"
    rf" v{_VERSION} \(build (\d{{1,6}})\)[^/]{{0,40}}",
    re.IGNORECASE,
)
_SECTION = re.compile(r"[ \t]{0,8}={3,60}\[ {0,4}([^\]]{1,60}?) {0,4}\]={3,60}[ \t]{0,8}")
_NETWORK = re.compile(r"[ \t]{0,8}(Hostname|Management port|Address)[ \t]{0,40}:[ \t]{0,8}(\S{1,253})[ \t]{0,40}", re.IGNORECASE)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{0,4}:[0-9a-fA-F:.]{2,40}")
_GOES_ELSEWHERE = re.compile(r"(?:sudo[ \t]{1,4})?(?:ssh|telnet)[ \t]|connect (?:ftd|module|fxos|local-mgmt)")
_SHOW_HOSTNAME = re.compile(r"sh(?:ow)? hostname[ \t]*")
_NAME_ALONE = re.compile(r"[ \t]{0,8}([A-Za-z0-9][A-Za-z0-9_.-]{0,252})[ \t]{0,8}")
_FRAME_ABOVE = 3
_ROWS_BELOW = 10


def wanted(page: Page) -> bool:
    """The frame around a name, a row of it, the banner, or the frame of the network's settings."""
    return page.has("]---", "(build ", "===[", "[ system information ]", "hostname")


def recognise(page: Page) -> Iterator[ApplianceIdentity]:
    """The values, in order of their lines."""
    if page.has("version", "threat defense v", "management center"):
        yield from _versions(page)
    if page.has("]==="):
        yield from _network(page)
    if page.has("hostname"):
        yield from _host_name(page)


def _versions(page: Page) -> Iterator[ApplianceIdentity]:
    said: set[str] = set()
    for index, line in enumerate(page.lines):
        text = line.text[:400]
        if (model := _MODEL.fullmatch(text)) is not None:
            frame = _frame_above(page, index)
            if frame is not None:
                yield ApplianceIdentity("HOSTNAME", frame[1], page.evidence(frame[0]))
            yield ApplianceIdentity("MODEL", model[1], page.evidence(index))
            yield ApplianceIdentity("SWVERSION", model[2], page.evidence(index))
            if model[3]:
                yield ApplianceIdentity("SWBUILD", model[3], page.evidence(index))
            yield from _rows_below(page, index)
        elif (banner := _BANNER.fullmatch(text)) is not None and banner[0] not in said and not _is_of_another(page, index):
            said.add(banner[0])
            yield ApplianceIdentity("MODEL", f"Cisco Firepower {banner[1]}", page.evidence(index))
            yield ApplianceIdentity("SWVERSION", banner[2], page.evidence(index))
            yield ApplianceIdentity("SWBUILD", banner[3], page.evidence(index))


def _is_of_another(page: Page, index: int) -> bool:
    """The line is what another appliance prints at login: the command above goes there, and no prompt of it stands between."""
    prompt = page.prompt(index)
    return prompt is not None and _GOES_ELSEWHERE.match(prompt.command) is not None


def _host_name(page: Page) -> Iterator[ApplianceIdentity]:
    """What ``show hostname`` of a device's CLI printed."""
    for at, prompt in page.prompts.items():
        if _SHOW_HOSTNAME.fullmatch(prompt.command) is None:
            continue
        named = _NAME_ALONE.fullmatch(page.lines[at + 1].text[:300]) if at + 1 < len(page.lines) and at + 1 not in page.prompts else None
        if named is not None:
            yield ApplianceIdentity("HOSTNAME", named[1], page.evidence(at + 1))


def _frame_above(page: Page, index: int) -> tuple[int, str] | None:
    for above in range(index - 1, max(-1, index - 1 - _FRAME_ABOVE), -1):
        found = _FRAME.fullmatch(page.lines[above].text[:400])
        if found is not None:
            return above, found[1]
        if above in page.prompts:
            return None
    return None


def _rows_below(page: Page, index: int) -> Iterator[ApplianceIdentity]:
    for below in range(index + 1, min(len(page.lines), index + 1 + _ROWS_BELOW)):
        text = page.lines[below].text[:400]
        if below in page.prompts or _MODEL.fullmatch(text) is not None or _FRAME.fullmatch(text) is not None:
            return
        row = _ROW.fullmatch(text)
        if row is None:
            continue
        if row[1].upper() == "UUID" and re.fullmatch(UUID, row[2]):
            yield ApplianceIdentity("APPLIANCE_UUID", row[2].lower(), page.evidence(below))
        elif row[1].upper() != "UUID" and row[2].isdigit():
            yield ApplianceIdentity("VDB_VERSION", row[2], page.evidence(below))


def _network(page: Page) -> Iterator[ApplianceIdentity]:
    """From the frame of the system's information to the next prompt."""
    section = ""
    for index, line in enumerate(page.lines):
        text = line.text[:400]
        if index in page.prompts:
            section = ""
        elif (found := _SECTION.fullmatch(text)) is not None:
            name = found[1].lower()
            section = name if name == "system information" or section else ""
        elif section and (row := _NETWORK.fullmatch(text)) is not None:
            key = row[1].lower()
            if key == "hostname" and section == "system information":
                yield ApplianceIdentity("HOSTNAME", row[2], page.evidence(index))
            elif key == "management port" and row[2].isdigit() and section == "system information":
                yield ApplianceIdentity("MANAGEMENT_PORT", row[2], page.evidence(index))
            elif key == "address" and "proxy" not in section and _ADDRESS.fullmatch(row[2]):
                yield ApplianceIdentity("ADDRESS", row[2], page.evidence(index))
