"""How long a certificate lasts, said without its dates: the "days left" one-liner of Cisco document 222464 (field notes 3.4), and
``openssl x509 -checkend``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.certificate import CertificateDates, EndCheck
from analyzer.read.outputs.commands import Command
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.typed import Output, outputs, typed_above

# A terminal may wrap inside any word, and the copy may have lost the blank at the margin: hence no blank is asked for.
_VALID_FOR = re.compile(r"It\s*is\s*(?:ONLY\s*)?valid\s*for\s*(\d{1,6})\s*more\s*days")
_EXPIRED = re.compile(r"The\s*certificate\s*has\s*expired\s*(\d{1,6})\s*days\s*ago")
_CHECKED = re.compile(r"Certificate will (not )?expire\s*")
_SENTENCE_WRAPS = 12


def wanted(page: Page) -> bool:
    """A beginning of the one-liner's sentences, or the two sentences of ``-checkend``."""
    return page.has("the certificate ", "it is valid", "it is only", "certificate will ")


def recognise(page: Page) -> Iterator[CertificateDates | EndCheck]:
    """One fact per sentence."""
    for output in outputs(page):
        for index in range(output.first, output.end):
            text = page.lines[index].text[:300].strip()
            if text.startswith(("The ", "It ")):
                left = _days_left(_sentence(page, index, output.end))
                if left is not None:
                    days, quote = left
                    path = _path(_asked(page, output, index))
                    yield CertificateDates(None, None, days, path, page.evidence(index, text=quote), host=page.host(index))
            elif (checked := _CHECKED.fullmatch(text)) is not None:
                asked = [command for command in _asked(page, output, index) if "-checkend" in command.arguments]
                seconds = asked[0].option("-checkend") if asked else ""
                yield EndCheck(_path(asked), int(seconds) if seconds.isdigit() else None, not checked[1], page.evidence(index))


def _asked(page: Page, output: Output, index: int) -> list[Command]:
    """The ``openssl x509`` commands that the output is of."""
    typed = list(output.commands) if output.at is not None else typed_above(page, index, output.first)
    return [command for command in typed if command.program == "openssl" and command.arguments[:1] == ("x509",)]


def _path(asked: list[Command]) -> str:
    """The file that was asked about, "" when no command is in sight."""
    return asked[0].path(asked[0].option("-in") or asked[0].reads) if asked else ""


def _sentence(page: Page, index: int, end: int) -> str:
    joined = ""
    for at in range(index, min(end, index + _SENTENCE_WRAPS)):
        text = page.lines[at].text[:300]
        if not text.strip() or len(joined) > 300:
            break
        joined += text
    return joined.lstrip()


def _days_left(sentence: str) -> tuple[int, str] | None:
    """Days and the words that say so. Expired 0 days ago is less than a day ago: -1, since the sign tells expired from valid."""
    expired = _EXPIRED.match(sentence)
    if expired is not None:
        return -max(1, int(expired[1])), expired[0]
    valid = _VALID_FOR.match(sentence)
    return (int(valid[1]), valid[0]) if valid is not None else None
