"""``copy_sftunnel_certs.py`` and its jump-server form: what became of each device (field notes 3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.outputs import CertificateCopy, CopyOutcome
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.times import iso

_LINE = re.compile(r"\s{0,8}(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:[.,]\d{1,6})? - (\S.{0,400})")
_ATTEMPT = re.compile(r"Attempting connection to (.{1,200})")
_SAID = (
    (re.compile(r"Successfully copied certificates to "), CopyOutcome.COPIED),
    (re.compile(r"Could not connect to "), CopyOutcome.NOT_CONNECTED),
    (re.compile(r".{1,200} is not an HA-peer\b"), CopyOutcome.NOT_HA_PEER),
)


def wanted(page: Page) -> bool:
    """Its first sentence, in a text that has its rulers or speaks of certificates."""
    return page.has(" - attempting connection to ") and page.has("=====", "sftunnel", "certificates")


def recognise(page: Page) -> Iterator[CertificateCopy]:
    """One fact per device, on the line that decides. A device without such a line is incomplete."""
    first: int | None = None
    device, outcome, restarted, stamp, decisive = "", CopyOutcome.INCOMPLETE, False, "", 0
    for index, line in enumerate(page.lines):
        found = _LINE.match(line.text)
        if found is None:
            continue
        message = found[2].rstrip()
        attempt = _ATTEMPT.match(message)
        if attempt is not None:
            if first is not None:
                yield CertificateCopy(device, outcome, restarted, iso(stamp), page.evidence(decisive))
            first = decisive = index
            device, outcome, restarted = attempt[1].strip(), CopyOutcome.INCOMPLETE, False
        elif first is None:
            continue
        stamp = found[1]
        for sentence, means in _SAID:
            if sentence.match(message) and device in message:
                outcome, decisive = means, index
        restarted = restarted or message.startswith("Restarting sftunnel for")
    if first is not None:
        yield CertificateCopy(device, outcome, restarted, iso(stamp), page.evidence(decisive))
