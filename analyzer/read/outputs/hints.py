"""Alerts, tasks and mails of an FMC: sentences that hint at a tunnel or the InternalCA (`wordings/hints.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from analyzer.model.observed import HealthHint, HintKind
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.times import ctime, note_stamp
from analyzer.read.outputs.wordings import literals, may_hold, wordings

_NOTIFIED = re.compile(
    r"(?:([\w.-]{1,253})[ \t]{0,2}:?[ \t]{1,2}(?:SF-IMS\[\d{1,9}\]:.{0,60})?)?"
    r"HMNOTIFY: .{0,80}?\((?:Sensor|Device|Appliance) ([\w.-]{1,253})\)"
)
_MAIL = re.compile(r"Health Monitor Alert from ([\w.-]{1,253})|From: {0,4}(?:\"?[^<\"]{0,80}\"? ?<)?([\w.-]{1,64})@", re.IGNORECASE)
_WORDS = frozenset(
    (
        "appliance",
        "device",
        "sensor",
        "the",
        "a",
        "this",
        "managed",
        "that",
        "it",
        "which",
        "and",
        "status",
        "state",
        "connection",
        "tunnel",
    )
)
"""What may stand before the sentence instead of a name."""

_PART = re.compile(r"channel-?[ab]?|(?:eth|bond|tap|br|lo|management|ethernet|port-channel)[-_.:/\d]*(?:nlp)?", re.IGNORECASE)
"""A part of an appliance, whose name is not the appliance's."""

_NEAR = 12


def wanted(page: Page) -> bool:
    """All words of one of the sentences, in what an FMC's pages and mails say: no appliance packs those into a bundle."""
    return page.is_pasted and may_hold("hints", page.has)


def recognise(page: Page) -> Iterator[HealthHint]:
    """One hint per line; the same of the same appliance only once."""
    rows = wordings("hints")
    said: set[tuple[HintKind, str, int | None]] = set()
    for index, line in enumerate(page.lines):
        text = line.text[:1_500]
        lowered = text.lower()
        if not any(literal in lowered for literal in literals("hints")):
            continue
        for row in rows:
            found = row.pattern.search(text)
            if found is None:
                continue
            values = found.groupdict()
            notified = _NOTIFIED.search(text)
            appliance = notified[2] if notified is not None else values.get("appliance") or ""
            if appliance.lower() in _WORDS or _PART.fullmatch(appliance):
                appliance = ""
            days = int(values["days"]) if values.get("days") else None
            kind = HintKind(row.means)
            if (kind, appliance.lower(), days) not in said:
                said.add((kind, appliance.lower(), days))
                reporter = notified[1] if notified is not None and notified[1] else _reporter(page, index)
                yield HealthHint(kind, appliance, reporter, days, _moment(page, index), page.evidence(index))
            break


def _reporter(page: Page, index: int) -> str:
    """Who sent the mail that the sentence stands in."""
    for above in range(index, max(-1, index - _NEAR), -1):
        if (mail := _MAIL.search(page.lines[above].text[:300])) is not None:
            return mail[1] or mail[2]
    return ""


def _moment(page: Page, index: int) -> datetime | None:
    """When the alert was raised: on the line itself, or in the row ``Time:`` near it."""
    line = page.lines[index].text[:1_500]
    here = ctime(line) or note_stamp(line)
    if here is not None:
        return here
    for near in range(max(0, index - _NEAR), min(len(page.lines), index + 4)):
        text = page.lines[near].text[:200]
        if text.lstrip().lower().startswith(("time:", "date:", "time ")) and (stated := ctime(text) or note_stamp(text)) is not None:
            return stated
    return None
