"""``openssl x509 -dates`` text, the same dates in its long form (``-text -noout``), and what the "days left" one-liner of Cisco document
222464 prints (field notes 3.4)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from analyzer.model.certificate import CertificateDates
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.prompts import Prompt
from analyzer.read.outputs.times import ctime

_IN = re.compile(r"\s-in\s{1,8}[\"']?([^\s\"';|]{1,400})")
_CERT_PATH = re.compile(r"CERT_PATH=[\"']?([^\s\"';]{1,400})")
_CD = re.compile(r"\s{0,8}cd\s{1,8}[\"']?(/[^\s\"';]{0,400})")
_BARE = re.compile(r"\s{0,8}(?:CERT_PATH=|openssl\s{1,8}x509\s)")
# A terminal may wrap inside any word, and the copy may have lost the blank at the margin: hence no blank is asked for.
_VALID_FOR = re.compile(r"It\s*is\s*(?:ONLY\s*)?valid\s*for\s*(\d{1,6})\s*more\s*days")
_EXPIRED = re.compile(r"The\s*certificate\s*has\s*expired\s*(\d{1,6})\s*days\s*ago")
_LABEL = re.compile(r"(?:(notBefore|notAfter)=|(Not Before|Not After) ?: )")
_COMMAND_ABOVE = 40
_LONG_FORM_ABOVE = 20
_COMMAND_WRAPS = 30
_SENTENCE_WRAPS = 12


def wanted(page: Page) -> bool:
    """The labels of OpenSSL, or a beginning of the one-liner's sentences."""
    return page.has("notafter=", "notbefore=", "not before: ", "the certificate ", "it is valid", "it is only")


def recognise(page: Page) -> Iterator[CertificateDates]:
    """A fact per pair of dates (or a lone one), and one per run of the one-liner. The dates of ``-text`` count where the command tells
    whose they are, and no certificate stands beside them: that one says more."""
    taken = -1
    alone = not page.has("-----begin certificate")
    for index, line in enumerate(page.lines):
        text = line.text[:300].strip()
        label = _label(text)
        if index > taken and label:
            taken = index
            pair = [index]
            if index + 1 < len(page.lines) and _label(page.lines[index + 1].text.strip()) not in ("", label):
                pair.append(taken := index + 1)
            if text.startswith("not"):
                yield from _dates(page, pair, _path(page, index))
            elif alone and (path := _path(page, _beginning(page, index))):
                yield from _dates(page, pair, path)
        elif text.startswith(("The ", "It ")):
            left = _days_left(_sentence(page, index))
            if left is not None:
                days, quote = left
                yield CertificateDates(None, None, days, _path(page, index), page.evidence(index, text=quote), host=page.host(index))


def _label(text: str) -> str:
    """``notBefore`` or ``notAfter`` where a line begins as one of the two dates does, else ""."""
    found = _LABEL.match(text)
    return "" if found is None else found[1] or {"Not Before": "notBefore", "Not After": "notAfter"}[found[2]]


def _dates(page: Page, pair: list[int], path: str) -> Iterator[CertificateDates]:
    texts = [page.lines[at].text.strip() for at in pair]
    said = {_label(text): ctime(text) for text in texts}
    if any(time is not None for time in said.values()):
        yield CertificateDates(
            said.get("notBefore"),
            said.get("notAfter"),
            None,
            path,
            page.evidence(pair[0], pair[-1], "\n".join(texts)),
            host=page.host(pair[0]),
        )


def _beginning(page: Page, index: int) -> int:
    """Where the long form begins that holds this date: at ``Certificate:``."""
    above = range(index - 1, max(-1, index - 1 - _LONG_FORM_ABOVE), -1)
    return next((at for at in above if page.lines[at].text.strip() == "Certificate:"), index)


def _sentence(page: Page, index: int) -> str:
    joined = ""
    for at in range(index, min(len(page.lines), index + _SENTENCE_WRAPS)):
        text = page.lines[at].text[:300]
        if not text.strip() or at in page.prompts or len(joined) > 300:
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


def _path(page: Page, index: int) -> str:
    """The file that the command above was asked about, "" when no command is in sight."""
    at = page.prompt_index(index)
    if at is not None and index - at <= _COMMAND_ABOVE:
        return _named(page.typed(at, index, _COMMAND_WRAPS), page.prompts[at])
    for above in range(index - 1, max(-1, index - 1 - _COMMAND_ABOVE), -1):
        if _BARE.match(page.lines[above].text):
            named = _named(" " + page.lines[above].text[:1_000], Prompt("", "", "", ""))
            folder = next((cd[1] for line in reversed(page.lines[max(0, above - 10) : above]) if (cd := _CD.match(line.text))), "")
            return posixpath.normpath(posixpath.join(folder, named)) if named and folder else named
    return ""


def _named(command: str, prompt: Prompt) -> str:
    """The certificate file that a command names; ``-in "$CERT_PATH"`` stands for the assignment before it."""
    found = _CERT_PATH.search(command) or _IN.search(command)
    return prompt.path(found[1]) if found is not None and "$" not in found[1] else ""
