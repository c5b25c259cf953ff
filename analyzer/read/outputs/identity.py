"""What an appliance says about itself in small files: ims.conf, sf-version, vdb.conf, hostname and others (field notes 4).

A file of a bundle and the output of ``cat``, ``head`` or ``grep`` over that file at a prompt are read alike. A fact keeps the path: what a
peer folder's own ims.conf says is about the peer.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from analyzer.model.outputs import ApplianceIdentity
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.typed import Output, outputs
from analyzer.read.patterns import UUID

_VERSION = r"\d{1,3}(?:\.\d{1,5}){1,4}(?:-\d{1,6})?"
_PAIR = re.compile(r"\s{0,8}([A-Za-z_][A-Za-z0-9_]{0,60})\s{0,4}=\s{0,4}[\"']?([^\"'\r\n]{0,200}?)[\"']?\s{0,40}")
_CELLS = re.compile(r"\s{0,8}\|\s{0,40}([A-Z_]{5,20})\s{0,60}\|\s{0,40}[\"']?([^|\"']{0,200}?)[\"']?\s{0,80}\|?\s{0,8}")
_IMS_VALUES = {
    "APPLIANCE_UUID": re.compile(UUID),
    "SWVERSION": re.compile(_VERSION),
    "SWBUILD": re.compile(r"\d{1,6}"),
    "MODEL": re.compile(r"[\x20-\x7e]{1,120}"),
}
_VDB_KEYS = {"CURRENT_VERSION": "VDB_VERSION", "CURRENT_BUILD": "VDB_BUILD"}
_RELEASE = re.compile(rf"\bv?({_VERSION})(?: \(build (\d{{1,6}})\))?", re.IGNORECASE)
_LIKE_A_RELEASE = re.compile(r"\bv?\d{1,3}\.", re.IGNORECASE)
_HOSTNAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252})")
_TUNNEL_CONF = re.compile(r"\s{0,40}(proxy_cert|proxy_cacert|proxy_tls_version)\s{1,20}([^;]{1,300});")
_PRINTERS = ("cat", "head", "tail", "more", "less", "grep", "egrep", "zcat", "awk", "sed")

_Reader = Callable[[Page, range], Iterator[ApplianceIdentity]]


def wanted(page: Page) -> bool:
    """One of the files by name, or the lines of it that get pasted."""
    return page.name.endswith(tuple(_READERS)) or page.has(
        *("appliance_uuid", "swversion", "proxy_cacert ", "current_version=", "sf-version", "patch_history"),
        *("etc/hostname", "# hostname", "$ hostname", "uname -n", "/sw_version"),
    )


def recognise(page: Page) -> Iterator[ApplianceIdentity]:
    """The values, each with its line. A file of the right name whose content cannot be that says nothing."""
    if (reader := _of_file(page)) is not None and not page.prompts:
        yield from reader(page, range(len(page.lines)))
        return
    for output in outputs(page):
        yield from _of_output(page, output)


def _of_file(page: Page) -> _Reader | None:
    """The reader of a member that is one of the files, by its name."""
    for name, reader in _READERS.items():
        if name == "hostname":
            if page.name.endswith("hostname") and page.path.replace("-", "/").endswith("/etc/hostname"):
                return reader
        elif page.name == name or page.name.endswith(f"-{name}"):
            return reader
    return None


def _of_output(page: Page, output: Output) -> Iterator[ApplianceIdentity]:
    lines = range(output.first, output.end)
    printed = [command for command in output.ran(*_PRINTERS) if command.arguments]
    files = {written for command in printed for written in command.arguments if written.endswith(tuple(_READERS))}
    of_peers = any("/peers/" in written or "/peers/" in f"{output.commands[0].folder}/" for written in files)
    if of_peers and (len(files) > 1 or any("*" in written for written in files)):
        return  # files of several peers, and nothing tells which line is of which
    path = printed[-1].path(printed[-1].arguments[-1]) if printed else ""
    reader = _READERS.get(posixpath.basename(path))
    if reader is not None and "CERT" not in path:
        yield from (replace(fact, path=path) for fact in reader(page, lines))
        return
    if any(command.program == "hostname" and not command.arguments for command in output.commands) or any(
        command.program == "uname" and command.arguments == ("-n",) for command in output.commands
    ):
        yield from _hostname(page, lines)
    yield from _pasted_ims_conf(page, lines)
    yield from _pasted_vdb_conf(page, lines)
    if page.has("proxy_cacert "):
        yield from _tunnel_conf(page, lines)


def _pair(text: str) -> tuple[str, str] | None:
    """Key and value of a line ``KEY=VALUE``, or of a row of a table that some scripts print."""
    found = _PAIR.fullmatch(text) if "=" in text else _CELLS.fullmatch(text) if "|" in text else None
    return (found[1], found[2].strip()) if found is not None else None


def _ims_conf(page: Page, lines: range) -> Iterator[ApplianceIdentity]:
    for index in lines:
        pair = _pair(page.lines[index].text[:400])
        shape = _IMS_VALUES.get(pair[0]) if pair is not None else None
        if pair is not None and shape is not None and shape.fullmatch(pair[1]):
            value = pair[1].lower() if pair[0] == "APPLIANCE_UUID" else pair[1]
            yield ApplianceIdentity(pair[0], value, page.evidence(index))


def _runs(page: Page, lines: range, keys: tuple[str, ...]) -> Iterator[range]:
    """Runs of ``KEY=VALUE`` lines that hold one of these keys."""
    first = None
    for index in (*lines, lines.stop):
        pair = _pair(page.lines[index].text[:400]) if index < lines.stop else None
        if pair is not None:
            first = index if first is None else first
            continue
        if first is not None:
            if any((pair := _pair(page.lines[at].text[:400])) is not None and pair[0] in keys for at in range(first, index)):
                yield range(first, index)
            first = None


def _pasted_ims_conf(page: Page, lines: range) -> Iterator[ApplianceIdentity]:
    """Lines without their command that hold one of the keys no other product writes."""
    for run in _runs(page, lines, ("APPLIANCE_UUID", "SWVERSION")):
        yield from _ims_conf(page, run)


def _pasted_vdb_conf(page: Page, lines: range) -> Iterator[ApplianceIdentity]:
    for run in _runs(page, lines, ("CURRENT_VERSION",)):
        if any(_pair(page.lines[at].text[:400])[0] != "CURRENT_VERSION" for at in run):  # type: ignore[index]
            yield from _vdb_conf(page, run)


def _sf_version(page: Page, lines: range) -> Iterator[ApplianceIdentity]:
    """Parts between ``/``, each a version with a build: of the operating system and of the product. Sources differ about the order.

    The part that names the product counts, else the first that does not name an operating system. Where the number of that part cannot be
    read, the platform's beside it is not taken for it.
    """
    for index in lines[:20]:
        parts = [part for part in page.lines[index].text[:500].split("/") if _LIKE_A_RELEASE.search(part)]
        if any(_RELEASE.search(part) for part in parts):
            product = next((part for part in parts if re.search(r"management|defense|sensor|firesight", part, re.IGNORECASE)), None)
            chosen = product or next((part for part in parts if not re.search(r"\bos\b|linux", part, re.IGNORECASE)), parts[0])
            release = _RELEASE.search(chosen)
            if release is not None:
                yield ApplianceIdentity("SF_VERSION", release[1], page.evidence(index))
                if release[2]:
                    yield ApplianceIdentity("SWBUILD", release[2], page.evidence(index))
            return


def _vdb_conf(page: Page, lines: range) -> Iterator[ApplianceIdentity]:
    for index in lines:
        pair = _pair(page.lines[index].text[:400])
        if pair is not None and pair[0] in _VDB_KEYS and re.fullmatch(r"\d{1,6}", pair[1]):
            yield ApplianceIdentity(_VDB_KEYS[pair[0]], pair[1], page.evidence(index))


def _hostname(page: Page, lines: range) -> Iterator[ApplianceIdentity]:
    said = [index for index in lines if page.lines[index].text.strip() and not page.lines[index].text.startswith("#")]
    if len(said) == 1 and _HOSTNAME.fullmatch(page.lines[said[0]].text.strip()):
        yield ApplianceIdentity("HOSTNAME", page.lines[said[0]].text.strip(), page.evidence(said[0]))


def _sw_version(page: Page, lines: range) -> Iterator[ApplianceIdentity]:
    if lines and re.fullmatch(_VERSION, page.lines[lines[0]].text.strip()):
        yield ApplianceIdentity("PEER_SW_VERSION", page.lines[lines[0]].text.strip(), page.evidence(lines[0]))


def _patch_history(page: Page, lines: range) -> Iterator[ApplianceIdentity]:
    for index in lines:
        patch = page.lines[index].text.strip()
        missing = patch.startswith(("cat:", "ls:", "head:", "tail:", "grep:", "more:"))
        if patch and not missing and patch.isprintable() and any(c.isalnum() for c in patch) and not patch.startswith("#"):
            yield ApplianceIdentity("PATCH", patch[:300], page.evidence(index))


def _tunnel_conf(page: Page, lines: range) -> Iterator[ApplianceIdentity]:
    for index in lines:
        text = page.lines[index].text[:600]
        found = _TUNNEL_CONF.match(text) if "proxy_" in text else None
        if found is not None:
            yield ApplianceIdentity(found[1], found[2].strip(), page.evidence(index))


_READERS: dict[str, _Reader] = {
    "ims.conf": _ims_conf,
    "sf-version": _sf_version,
    "vdb.conf": _vdb_conf,
    "hostname": _hostname,
    "sw_version": _sw_version,
    "patch_history": _patch_history,
    "sftunnel.conf": _tunnel_conf,
}
