"""What a box says about itself in small files: ims.conf, sf-version, vdb.conf, hostname and others (field notes 4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from analyzer.model.outputs import ApplianceIdentity
from analyzer.read.outputs.page import Page
from analyzer.read.patterns import UUID

_VERSION = r"\d{1,3}(?:\.\d{1,5}){1,4}(?:-\d{1,6})?"
_PAIR = re.compile(r"\s{0,8}([A-Za-z_][A-Za-z0-9_]{0,60})\s{0,4}=\s{0,4}[\"']?([^\"'\r\n]{0,200}?)[\"']?\s{0,40}")
_IMS_VALUES = {
    "APPLIANCE_UUID": re.compile(UUID),
    "SWVERSION": re.compile(_VERSION),
    "SWBUILD": re.compile(r"\d{1,6}"),
    "MODEL": re.compile(r"[\x20-\x7e]{1,120}"),
}
_VDB_KEYS = {"CURRENT_VERSION": "VDB_VERSION", "CURRENT_BUILD": "VDB_BUILD"}
_RELEASE = re.compile(rf"\bv?({_VERSION})(?: \(build (\d{{1,6}})\))?", re.IGNORECASE)
_HOSTNAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252})")
_TUNNEL_CONF = re.compile(r"\s{0,40}(proxy_cert|proxy_cacert|proxy_tls_version)\s{1,20}([^;]{1,300});")


def _file(name: str) -> Callable[[Page], bool]:
    return lambda page: page.name == name or page.name.endswith(f"-{name}")


def _is_hostname(page: Page) -> bool:
    return page.name.endswith("hostname") and page.path.replace("-", "/").endswith("/etc/hostname")


def wanted(page: Page) -> bool:
    """One of the files by name, or the lines of it that get pasted."""
    return page.name.endswith(
        ("ims.conf", "sf-version", "vdb.conf", "hostname", "sw_version", "patch_history", "sftunnel.conf")
    ) or page.has("appliance_uuid=", "swversion=", "proxy_cacert ")


def recognise(page: Page) -> Iterator[ApplianceIdentity]:
    """The values, each with its line. A file of the right name whose content cannot be that says nothing."""
    for is_it, read in _FILES:
        if is_it(page):
            yield from read(page)
            return
    yield from _pasted_ims_conf(page)
    if page.has("proxy_cacert "):
        yield from _tunnel_conf(page)


def _ims_conf(page: Page) -> Iterator[ApplianceIdentity]:
    yield from _ims_lines(page, range(len(page.lines)))


def _ims_lines(page: Page, indexes: range) -> Iterator[ApplianceIdentity]:
    for index in indexes:
        pair = _PAIR.fullmatch(page.lines[index].text[:400])
        if pair is None:
            continue
        shape = _IMS_VALUES.get(pair[1])
        if shape is not None and shape.fullmatch(pair[2]):
            value = pair[2].lower() if pair[1] == "APPLIANCE_UUID" else pair[2]
            yield ApplianceIdentity(pair[1], value, page.evidence(index))


def _pasted_ims_conf(page: Page) -> Iterator[ApplianceIdentity]:
    """Runs of ``KEY=VALUE`` lines that hold one of the two keys no other product writes."""
    first = None
    for index in range(len(page.lines) + 1):
        if index < len(page.lines) and "=" in page.lines[index].text and _PAIR.fullmatch(page.lines[index].text[:400]):
            first = index if first is None else first
            continue
        if first is not None:
            if any(page.lines[at].text.lstrip().startswith(("APPLIANCE_UUID", "SWVERSION")) for at in range(first, index)):
                yield from _ims_lines(page, range(first, index))
            first = None


def _sf_version(page: Page) -> Iterator[ApplianceIdentity]:
    """Parts between ``/``, each a version with a build: of the operating system and of the product. Sources differ about the order.

    The part that names the product counts, else the first that does not name an operating system.
    """
    for index, line in enumerate(page.lines[:20]):
        parts = [part for part in line.text[:500].split("/") if _RELEASE.search(part)]
        if parts:
            product = next((part for part in parts if re.search(r"management|defense|sensor|firesight", part, re.IGNORECASE)), None)
            chosen = product or next((part for part in parts if not re.search(r"\bos\b|linux", part, re.IGNORECASE)), parts[0])
            release = _RELEASE.search(chosen)
            if release is not None:
                yield ApplianceIdentity("SF_VERSION", release[1], page.evidence(index))
                if release[2]:
                    yield ApplianceIdentity("SWBUILD", release[2], page.evidence(index))
            return


def _vdb_conf(page: Page) -> Iterator[ApplianceIdentity]:
    for index, line in enumerate(page.lines):
        pair = _PAIR.fullmatch(line.text[:400])
        if pair is not None and pair[1] in _VDB_KEYS and re.fullmatch(r"\d{1,6}", pair[2]):
            yield ApplianceIdentity(_VDB_KEYS[pair[1]], pair[2], page.evidence(index))


def _hostname(page: Page) -> Iterator[ApplianceIdentity]:
    said = [index for index, line in enumerate(page.lines) if line.text.strip() and not line.text.startswith("#")]
    if len(said) == 1 and _HOSTNAME.fullmatch(page.lines[said[0]].text.strip()):
        yield ApplianceIdentity("HOSTNAME", page.lines[said[0]].text.strip(), page.evidence(said[0]))


def _sw_version(page: Page) -> Iterator[ApplianceIdentity]:
    if page.lines and re.fullmatch(_VERSION, page.lines[0].text.strip()):
        yield ApplianceIdentity("PEER_SW_VERSION", page.lines[0].text.strip(), page.evidence(0))


def _patch_history(page: Page) -> Iterator[ApplianceIdentity]:
    for index, line in enumerate(page.lines):
        patch = line.text.strip()
        if patch and patch.isprintable() and any(c.isalnum() for c in patch) and not patch.startswith("#"):
            yield ApplianceIdentity("PATCH", patch[:300], page.evidence(index))


def _tunnel_conf(page: Page) -> Iterator[ApplianceIdentity]:
    for index, line in enumerate(page.lines):
        found = _TUNNEL_CONF.match(line.text) if "proxy_" in line.text else None
        if found is not None:
            yield ApplianceIdentity(found[1], found[2].strip(), page.evidence(index))


_FILES: tuple[tuple[Callable[[Page], bool], Callable[[Page], Iterator[ApplianceIdentity]]], ...] = (
    (_file("ims.conf"), _ims_conf),
    (_file("sf-version"), _sf_version),
    (_file("vdb.conf"), _vdb_conf),
    (_is_hostname, _hostname),
    (_file("sw_version"), _sw_version),
    (_file("patch_history"), _patch_history),
    (_file("sftunnel.conf"), _tunnel_conf),
)
