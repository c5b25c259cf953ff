"""``ca_root/index.txt``: OpenSSL's CA database, as a file or pasted with its tabs turned into blanks (field notes 4.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.outputs import IssuedSerial
from analyzer.read.outputs.page import LINE_CHARACTERS, Page
from analyzer.read.outputs.times import asn1

_DATE = r"\d{12}Z|\d{14}Z"
_ROW = re.compile(
    rf"([VRE])[ \t]{{1,20}}({_DATE})[ \t]{{1,40}}(?:(?:{_DATE})(?:,\S{{1,200}})?[ \t]{{1,20}})?"
    r"([0-9A-Fa-f]{1,40})[ \t]{1,20}\S{1,200}[ \t]{1,20}(/.*)"
)


def wanted(page: Page) -> bool:
    """The file by name, its name in a command, or the column that OpenSSL always fills with ``unknown``."""
    return page.name.endswith("index.txt") or page.has("index.txt", "\tunknown\t/")


def recognise(page: Page) -> Iterator[IssuedSerial]:
    """One fact per row."""
    for index, line in enumerate(page.lines):
        row = _ROW.fullmatch(line.text[:LINE_CHARACTERS].strip()) if line.text.lstrip()[:1] in ("V", "R", "E") else None
        if row is not None:
            yield IssuedSerial(row[1], int(row[3], 16), row[4][:500], asn1(row[2]), page.evidence(index))
