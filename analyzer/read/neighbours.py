"""The lines around a quoted line, as read, so that a reader of the report sees what it stands in. Secrets stay behind.

A neighbour is shown only where it is a line of a kind that is known (`_KNOWN`): of any other line nobody can say that it holds no
secret. What is shown passes the masker of `analyzer.read.secrets`; a line that holds a secret is not shown at all. One that is near encoded
data (a private key above all) is not shown either, because the last line of a key may be short enough to look like a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Protocol

from analyzer.read.patterns import later
from analyzer.read.secrets import holds_key, masked, timeless, without_short_keys
from analyzer.texts import N_, _

LINES = 2
"""Neighbours on each side."""

CHARACTERS = 300
"""Characters of a neighbour that are kept."""

WITHHELD = N_("(not shown: it looks like a secret)")
UNKNOWN = N_("(not shown: a line of another kind)")

_LOOKED_AT = LINES + 1
_ENCODED = later(r"\s*(?:[A-Za-z0-9+/]{16,}={0,2}|[A-Za-z0-9+/]{1,64}={1,2})\s*")

_HARMLESS_COMMANDS = (
    r"openssl (?:x509|verify|crl|s_client)|ls|cat|cd|date|hostname|exit|expert|show|pmtool|manage_procs\.pl|sftunnel[_-]status\S*"
    r"|generate_certs\.pl|netstat|ss|tail|head|less|zcat|z?grep|md5sum|sha256sum"
)
_ROW_MARKS, _ROW_BLANKS = 3, 8
"""A row of a table of names and passwords has this many separators at least, and no more blanks: a sentence has more."""

_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_KINDS = (
    r"(?s:[\W_]{0,300})",  # nothing, a ruler, brackets
    # a log line of the appliance's own processes, whatever stands before it
    r".{0,200}?SF-IMS\[\d{1,10}\].*",
    r".{0,200}?(?<![\w/.-])sftunneld?(?::\w{0,40}\s{0,3}\[[A-Z]{1,10}\]|\[\d{1,10}\]:).*",
    r"\s*(?:err \d{1,5}\s?:|-Error with certificate|(?:issuer|subject)\s{0,8}=\s{0,8}/).*",
    r"\s*(?:establish\w{3,40}:|Connect:SSL|SSL_renegotiate|VERIFY ssl).*",
    # openssl
    r"\s*(?:subject|issuer|serial|notBefore|notAfter|sha\d{1,3} Fingerprint)\s?=.*",
    r"(?:depth=\d|verify (?:return|error)|error \d{1,5} at \d).*",
    r"\s*(?:Certificate:|Data:|Version: \d.{0,20}|Serial Number:.{0,80}|Validity|Not (?:Before|After)\s?: .{0,40})\s*",
    r"\s*(?:Signature Algorithm: \S{1,40}|Subject Public Key Info:|Public Key Algorithm: \S{1,40}|(?:Subject|Issuer): .*)\s*",
    r"(?:Certificate will (?:not )?expire|\S{1,200}: OK)\s*",
    # sftunnel_status.pl and its brief form
    r"\s*(?:SFTUNNEL Start Time|Both IPv4|IPv[46] |Broadcast count|Reserved SSL|Management Interfaces|\w{1,16} \((?:control|event)).*",
    r"\s*(?:\*\*(?:RUN|RPC)|(?:Key|Cert) File = /|CA Cert = /|Cipher used =|Channel ?[AB] |Registration\s{0,30}:|Connection to peer).*",
    r"\s*(?:PEER INFO|sw_(?:version|build) |Peer channel|TOTAL TRANSMITTED|RECEIVED MESSAGES|Heartbeat |RPC status|Last disconnect).*",
    r"\s*(?:Last changed|Check routes|Retry rpc|peer " + _UUID + r").*",
    r"\s*[\"'](?:ip|ipv6|uuid|uuid_gw|name|role|active|last_changed|reg_state)[\"']\s*(?:=>|:).*",
    # CLISH
    r"\s*(?:Hostname|UUID|Model|Type|Host|Display name|Version|Identifier|Management type)\s{0,40}:.*",
    r"\s*(?:Rules update version|LSP version|VDB version)\s{0,40}:.*",
    r"[-=]{3,40}\[? ?.{0,80} ?\]?[-=]{3,40}",
    # files: ims.conf, sftunnel.conf, index.txt, FAILED_PUSH, and their lists
    r"(?:SW(?:VERSION|BUILD)|MODEL\w{0,10}|APPLIANCE_UUID|CURRENT_(?:VERSION|BUILD)|VDB_\w{1,10})=.*",
    r"\s*(?:proxyssl \{|proxy_(?:key|cert|cacert|crl) /\S+;|proxy_cipher \S+;)\s*",
    r"[VRE]\t\d{12,15}Z?\t.*",
    _UUID + r" .{1,200} /\S+ /\S+\s*",
    r"[-dl](?:[r-][w-][xsStT-]){3}[.+]? .*",
    # generate_certs.pl, pmtool
    r"(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d )?(?:Failed to push to|Some files were failed|For more details|Current ca_root).*",
    r"Do you want to continue.{0,40}",
    r"(?:PID File|Command|Enable File): /.*|sftunnel \(\w+\) - .*",
    # a prompt, with nothing or with a command that takes no secret
    r"(?:[\w.-]{1,64}@[^\s#$]{1,200}[#$]|[\w.:/~-]{0,200}[#$]|>)\s*(?:(?:sudo )?(?:" + _HARMLESS_COMMANDS + r")(?!\S).*)?",
)
_KNOWN = later("|".join(_KINDS))
"""Kinds of lines whose words are the appliance's own."""


class Numbered(Protocol):
    """A line with its number from 1."""

    @property
    def number(self) -> int: ...
    @property
    def text(self) -> str: ...


Shown = dict[int, str | None]
"""By index of a line of one text, what is shown of it as a neighbour: None for encoded data, beside which nothing is shown."""


def around(
    lines: Sequence[Numbered], first: int, last: int, *, gaps: bool = True, shown: Shown | None = None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The neighbours before the line at index ``first`` and after the one at index ``last``, in their order, harmless.

    ``lines`` ascend by number. With ``gaps`` not all were kept (of a large log only those of sftunnel): what is not next to it is no
    neighbour. ``shown`` is kept for the whole text: a line stands near up to six quoted ones.
    """
    shown = {} if shown is None else shown
    above = range(first - 1, max(0, first - _LOOKED_AT) - 1, -1)
    below = range(last + 1, min(len(lines), last + 1 + _LOOKED_AT))
    if gaps:
        top, end = lines[first].number - first, lines[last].number - last
        if above and lines[above[-1]].number - above[-1] != top:
            above = range(first - 1, max(at for at in above if lines[at].number - at != top), -1)
        if below and lines[below[-1]].number - below[-1] != end:
            below = range(last + 1, min(at for at in below if lines[at].number - at != end))
    return _harmless(lines, above, shown)[::-1], _harmless(lines, below, shown)


def _harmless(lines: Sequence[Numbered], indexes: range, shown: Shown) -> tuple[str, ...]:
    """The nearest few of the lines on one side, the nearest first."""
    found = []
    for index in indexes:
        if index not in shown:
            shown[index] = _shown(lines[index].text)
        found.append(shown[index])
    if None in found:
        return (_(WITHHELD),) * len(found[:LINES])
    return tuple(found[:LINES])  # type: ignore[arg-type]


def _shown(text: str) -> str | None:
    look = _look(timeless(text)) if len(text) <= CHARACTERS else _looked_at(text)
    if look is _Look.ENCODED:
        return None
    return text[:CHARACTERS] if look is _Look.CALM else _(_SAID[look])


class _Look(Enum):
    CALM = 0
    SECRET = 1
    ENCODED = 2
    UNKNOWN = 3


_SAID = {_Look.SECRET: WITHHELD, _Look.UNKNOWN: UNKNOWN}


def _looked_at(text: str) -> _Look:
    shown = text[:CHARACTERS]
    if ("-----" in text and "KEY" in text.upper()) or holds_key(shown) or (" " not in shown.strip() and _ENCODED.fullmatch(shown)):
        return _Look.ENCODED
    if masked(shown) != shown or without_short_keys(shown) != shown:
        return _Look.SECRET
    if any(shown.count(mark) >= _ROW_MARKS for mark in ",;|") and shown.count(" ") <= _ROW_BLANKS:
        return _Look.SECRET
    return _Look.CALM if _KNOWN.fullmatch(shown) else _Look.UNKNOWN


_look = lru_cache(maxsize=8192)(_looked_at)
"""A line comes again at other times. Short lines only: so the cache stays small."""
