"""Firewalls in the path that deny a connection to the sftunnel port (`wordings/firewalls.yaml`), in the words of their syslog.

Connection events of a firewall, and logs of key and value (``action=deny dstport=8305``), are read by their keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.observed import DeniedConnection
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.times import ctime, iso
from analyzer.read.outputs.wordings import wordings

_ID = re.compile(r"%(?:ASA|FTD|FWSM|NGIPS)-(?:[\w.-]{1,20}-)?\d-(\d{6})")
_HOST = re.compile(
    r"(?:^|\s)(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} +\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,32})"
    r"[ \t]{1,4}([\w.-]{1,253})(?:[ \t]{1,4}:|:|[ \t])"
)
_RULE = re.compile(r"(?:access-group|access-list|policyname=|AccessControlRuleName:)[ \t]{0,4}\"?([^\s\",\]]{1,128})")
_ACTION = re.compile(
    r"(?:action=\"?|AccessControlRuleAction: |\[)(deny|denied|block(?:ed)?(?: with reset)?|drop(?:ped)?|reject(?:ed)?|reset)\b",
    re.IGNORECASE,
)
_KEYED = (
    (re.compile(r"(?:srcip|src|SrcIP)[=:][ \t]?\"?([\w.:-]{3,64})"), re.compile(r"(?:dstip|dst|DstIP)[=:][ \t]?\"?([\w.:-]{3,64})")),
    (re.compile(r"SRC=([\w.:]{3,64})"), re.compile(r"DST=([\w.:]{3,64})")),
)
_DROPPED = re.compile(r"(?:^|\s)([\w.:-]{3,64})\.\d{1,5} > ([\w.:-]{3,64})\.(\d{1,5}): .{0,200}Drop-reason: \(([\w-]{1,40})\)")
_PORT_KEYS = ("dstport=", "dstport: ", "dpt=", "destinationport=", "dst_port=")
_DROPS = ("drop", "reject", "deny", "block", "denied")


def wanted(page: Page) -> bool:
    """The port, and a word of a firewall."""
    return page.has(str(page.port)) and page.has(*_DROPS, "discarded")


def recognise(page: Page) -> Iterator[DeniedConnection]:
    """One fact per line that denies a connection to the port."""
    port = str(page.port)
    for index, line in enumerate(page.lines):
        text = line.text[:1_500]
        if port not in text or not any(word in text.lower() for word in (*_DROPS, "discarded")):
            continue
        fact = _cisco(page, index, text) or _keyed(page, index, text) or _dropped(page, index, text)
        if fact is not None:
            yield fact


def _cisco(page: Page, index: int, text: str) -> DeniedConnection | None:
    number = _ID.search(text)
    for row in wordings("firewalls"):
        found = row.pattern.search(text)
        if found is None or int(found["port"]) != page.port or (row.means == "logged" and not any(word in text.lower() for word in _DROPS)):
            continue
        return _fact(page, index, text, found["source"], found["destination"], number[1] if number is not None else row.id)
    return None


def _keyed(page: Page, index: int, text: str) -> DeniedConnection | None:
    lowered = text.lower()
    if _ACTION.search(text) is None or not any(f"{key}{quote}{page.port}" in lowered for key in _PORT_KEYS for quote in ("", '"')):
        return None
    for source, destination in _KEYED:
        one, other = source.search(text), destination.search(text)
        if one is not None and other is not None:
            number = _ID.search(text)
            return _fact(page, index, text, one[1], other[1], number[1] if number is not None else "")
    return None


def _dropped(page: Page, index: int, text: str) -> DeniedConnection | None:
    """A packet of ``show capture`` that the data plane dropped."""
    found = _DROPPED.search(text)
    if found is None or int(found[3]) != page.port:
        return None
    return DeniedConnection(found[1], found[2], page.port, page.host(index), "", found[4], None, page.evidence(index))


def _fact(page: Page, index: int, text: str, source: str, destination: str, message: str) -> DeniedConnection:
    host = _HOST.search(text[:200])
    rule = _RULE.search(text)
    time = ctime(text[:80]) or iso(text[:32].lstrip("<0123456789>"))
    named = host[1] if host is not None and not host[1].startswith("%") else ""
    return DeniedConnection(source, destination, page.port, named, message, rule[1] if rule is not None else "", time, page.evidence(index))
