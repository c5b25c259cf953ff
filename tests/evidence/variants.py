"""The same evidence in another shape: what changes nothing of what it says must change nothing of what is concluded.

Each variant rewrites the input of a case (and, for other values, its expectations) or says that it does not apply by returning None.
"""

from __future__ import annotations

import ipaddress
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Expect = dict[str, Any]
Variant = Callable[[Path, Expect], Expect | None]
"""Changes the files below a folder in place. Gives the expectations of the changed case, None where the variant does not apply."""

_IPV4 = re.compile(r"(?<![\d.\\])(192|198|203)(\\{0,2}\.)(0|51|18|19)(\\{0,2}\.)(\d{1,3})(\\{0,2}\.)(\d{1,3})(?![\d])")
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_HEX = str.maketrans("0123456789", "5803961742")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{4,40}")
_BIRDS = ("kestrel", "heron", "dunlin", "avocet", "plover", "whimbrel")
_OF_NAMES = {"is", "about", "on", "untouched", "protected", "listed", "listed_not", "conflict", "with", "managers_not", "devices_not"}
_FACTORY = {"firepower", "ciscoasa", "localhost", "sftunnel"}


def texts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file that is plain text in UTF-8, with its text as it stands."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            try:
                text = path.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                yield path, text


def only_texts(folder: Path) -> bool:
    """Whether all files are such texts."""
    return len(list(texts(folder))) == sum(path.is_file() for path in folder.rglob("*"))


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def line_ends(folder: Path, expect: Expect) -> Expect | None:
    """As a program of Windows saves it."""
    changed = False
    for path, text in texts(folder):
        if "\r" not in text and "-----BEGIN" not in text:
            _write(path, text.replace("\n", "\r\n"))
            changed = True
    return expect if changed else None


def twice(folder: Path, expect: Expect) -> Expect | None:
    """Somebody attached everything twice."""
    if expect.get("compare"):
        return None
    copy = folder / "attached again"
    entries = list(folder.iterdir())
    copy.mkdir()
    for entry in entries:
        target = copy / entry.name
        shutil.copytree(entry, target) if entry.is_dir() else shutil.copy2(entry, target)
    return expect


DECOYS = {
    "readme of the case.txt": "Customer called at 03:10. Please look at the attached files and call back.\n",
    "access.log": '203.0.113.77 - - [20/Nov/2026:10:11:12 +0000] "GET /index.html HTTP/1.1" 200 512 "-" "curl/8.5.0"\n' * 3,
    "nginx-error.log": "2026/11/20 10:11:12 [crit] 811#811: *7 SSL_do_handshake() failed (SSL: error:0A000415:SSL routines::sslv3 alert"
    " certificate expired:SSL alert number 45) while SSL handshaking, client: 203.0.113.77, server: 0.0.0.0:443\n",
    "mail.log": "Nov 20 10:11:12 relay postfix/smtp[991]: certificate verification failed for mx.example.net[203.0.113.9]:25: "
    "certificate has expired\n",
}


def decoys(folder: Path, expect: Expect) -> Expect | None:
    """Files of other products lie beside it."""
    if expect.get("compare"):
        return None
    for name, text in DECOYS.items():
        _write(folder / name, text)
    return expect


def reversed_names(folder: Path, expect: Expect) -> Expect | None:
    """The files come in the reverse order. Only where no file name says anything."""
    entries = sorted(path for path in folder.iterdir() if path.is_file())
    if expect.get("compare") or len(entries) < 2 or any(path.is_dir() for path in folder.iterdir()) or "times" in expect:
        return None
    for number, path in enumerate(reversed(entries)):
        path.rename(folder / f"{number:02d}-{path.name}")
    return expect


def mail_quoted(folder: Path, expect: Expect) -> Expect | None:
    """Each text is the quoted part of a mail's text."""
    files = list(texts(folder))
    if expect.get("compare") or not only_texts(folder) or any(text.lstrip().startswith(("{", "[", "<", "From:", ">")) for _, text in files):
        return None
    if any("/" in str(path.relative_to(folder)) or "-----BEGIN" in text or "\r" in text for path, text in files):
        return None
    for path, text in files:
        _write(path, "Hi,\n\nhere it is.\n\n" + "".join(f"> {line}\n" for line in text.splitlines()) + "\nRegards\n")
    return expect


def numbered(folder: Path, expect: Expect) -> Expect | None:
    """Each text as ``cat -n`` prints it."""
    files = list(texts(folder))
    if expect.get("compare") or not only_texts(folder) or any(text.lstrip().startswith(("{", "[", "<", "From:", ">")) for _, text in files):
        return None
    if any("/" in str(path.relative_to(folder)) or "-----BEGIN" in text or "\r" in text for path, text in files):
        return None
    for path, text in files:
        _write(path, "".join(f"{number:6d}\t{line}\n" for number, line in enumerate(text.splitlines(), 1)))
    return expect


def other_values(folder: Path, expect: Expect) -> Expect | None:
    """Other appliances: names, addresses and UUIDs are replaced, each by one of its own, in the input and in what is expected of it."""
    if not only_texts(folder) or any("-----BEGIN" in text for _, text in texts(folder)):
        return None
    told = json.dumps(expect)
    names = {name for name in _names(expect) if name.lower() not in _FACTORY}
    clash = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)")
    mapping = {name: f"{name[:2]}{_BIRDS[at % len(_BIRDS)]}{at}" for at, name in enumerate(sorted(names))}

    def moved(found: re.Match[str]) -> str:
        last = found[7] if int(found[7]) in (0, 254, 255) else str((int(found[7]) * 7 + 3) % 254)
        return f"203{found[2]}0{found[4]}{113 if found[1] == '192' else 114 if found[1] == '198' else 115}{found[6]}{last}"

    def rewritten(text: str) -> str:
        text = _UUID.sub(lambda found: found[0].translate(_HEX) if "00005e00" not in found[0] else _uuid(found[0]), text)
        text = _IPV4.sub(moved, text)
        return clash.sub(lambda found: mapping[found[0]], text)

    for path in sorted(folder.rglob("*"), reverse=True):
        changed = rewritten(path.name)
        if changed != path.name:
            path.rename(path.with_name(changed))
    for path, text in texts(folder):
        _write(path, rewritten(text))
    replaced: Expect = json.loads(rewritten(told))
    return replaced


def _uuid(text: str) -> str:
    """Another UUID: the first two groups change, so that the node stays what it is."""
    return text[:13].translate(_HEX) + text[13:]


def _names(thing: Any) -> Iterator[str]:
    """The plain names in the expectations: no address, no UUID, no expression."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            if key in _OF_NAMES:
                yield from _plain(value)
            elif key != "why":
                yield from _names(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _names(value)


def _plain(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _plain(one)
    elif isinstance(value, str) and _NAME.fullmatch(value) and not _UUID.fullmatch(value):
        try:
            ipaddress.ip_address(value)
        except ValueError:
            yield value


VARIANTS: dict[str, Variant] = {
    "line ends": line_ends,
    "twice": twice,
    "decoys": decoys,
    "reversed names": reversed_names,
    "mail quoted": mail_quoted,
    "numbered": numbered,
    "other values": other_values,
}
