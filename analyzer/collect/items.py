"""What an archive walk says of one member, before it is known what the member's bytes are."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from msgspec import Struct

from analyzer.collect.stream import Stream
from analyzer.model.member import DamageKind
from analyzer.texts import _, ngettext


class Packed(Struct, frozen=True):
    """A member with bytes. ``stream`` must be left before the next item is asked for. ``name`` is the one it goes by where that is not the
    last part of its path."""

    path: str
    size: int | None
    modified: datetime | None
    stream: Stream
    name: str = ""


class Named(Struct, frozen=True):
    """A member without bytes."""

    path: str
    kind: str
    target: str = ""


class Trouble(Struct, frozen=True):
    """What could not be read: of the member ``path``, or of the archive itself (``""``). ``reason`` is a sentence."""

    path: str
    kind: DamageKind
    reason: str


Item = Packed | Named | Trouble

DIRECTORY, SYMLINK, HARD_LINK, DEVICE, FIFO, SOCKET = "directory", "symlink", "hardlink", "device", "fifo", "socket"


def so_far(members: int, last: str) -> str:
    """How much of an archive was read before some point, in words. ``last`` is the path of the last of the ``members``."""
    if not members:
        return _("no member")
    return ngettext("{n:,} member, the last one {path}", "{n:,} members, the last one {path}", members).format(n=members, path=last)


def utc(seconds: float) -> datetime | None:
    """A Unix time as an aware datetime, None for 0 (no time stated) and for what no calendar holds."""
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


_WITHHELD = "(withheld)"
_SECRET = re.compile(
    r"-----BEGIN[^-]{0,40}PRIVATE KEY-----.{0,100000}"
    r"|(?P<said>(?i:passw(?:or)?d|passphrase|passwd|pwd|secret)[=:])[^/]{1,4096}"
    r"|(?<![A-Za-z0-9+])(?=[^/]{0,200}[A-Z])(?=[^/]{0,200}[a-z])[A-Za-z0-9+]{40,}={0,2}",
    re.DOTALL,
)
"""What a name must not tell: a key block to its end, what a password is said to be, and 40 characters of base64 in upper and lower case (a
digest in hex has one case). The rest of the path stays, so that the file can be found."""


def _without_secret(found: re.Match[str]) -> str:
    return (found["said"] or "") + _WITHHELD


def printable(name: str) -> str:
    """A name as it may be shown: without secrets (`_SECRET`), and without lone surrogates (bytes that are not UTF-8), which no report
    could be encoded with: ``\\xff`` instead."""
    if _SECRET.search(name):
        name = _SECRET.sub(_without_secret, name)
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape" if _escaped(name) else "replace").decode("utf-8", "backslashreplace")
    return name


def _escaped(name: str) -> bool:
    return all(not 0xD800 <= ord(c) <= 0xDFFF or 0xDC80 <= ord(c) <= 0xDCFF for c in name)
