"""Certificates that stand as text: ``openssl x509`` with any options, in any order and in part, and the chain that ``s_client`` shows.

A run of lines that speak of one certificate becomes one fact. Whose certificate it is, its subject and issuer tell first, then the path
of the command, then the path on the line above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct, field

from analyzer.model.certificate import CertificateDates
from analyzer.read.outputs.commands import Command, commands
from analyzer.read.outputs.name_text import slash_form
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.times import ctime, zulu
from analyzer.read.outputs.typed import Output, outputs, typed_above

_LITERALS = ("notafter", "notbefore", "not before", "not after", "fingerprint=", "internalca", "intrusion management system")
_DATE = re.compile(r"(?<![A-Za-z])(notBefore|notAfter|Not Before|Not After)[ \t]{0,3}[=:][ \t]{0,3}", re.IGNORECASE)
_NAME = re.compile(r"(subject|issuer)[ \t]{0,8}[=:][ \t]{0,8}(\S.{0,1000})?", re.IGNORECASE)
_CHAIN_SUBJECT = re.compile(r"(\d{1,2})[ \t]{1,3}s:[ \t]{0,3}(\S.{0,1000})")
_CHAIN_ISSUER = re.compile(r"i:[ \t]{0,3}(\S.{0,1000})")
_DEPTH = re.compile(r"depth=(\d{1,2})[ \t]{1,3}(\S.{0,1000})")
_SERIAL = re.compile(
    r"(?:serial[ \t]{0,3}=[ \t]{0,3}(?:0x)?([0-9A-F]{1,40})"
    r"|Serial Number[ \t]{0,3}:[ \t]{0,3}(\d{1,40})(?: \(0x[0-9a-f]{1,40}\))?)[ \t]{0,8}",
    re.IGNORECASE,
)
_SERIAL_BELOW = re.compile(r"Serial Number[ \t]{0,3}:[ \t]{0,8}", re.IGNORECASE)
_HEX_PAIRS = re.compile(r"((?:[0-9a-f]{2}:){1,40}[0-9a-f]{2})[ \t]{0,8}", re.IGNORECASE)
_FINGERPRINT = re.compile(r"sha-?256 fingerprint[ \t]{0,3}=[ \t]{0,3}((?:[0-9A-F]{2}:?){32})", re.IGNORECASE)
_OF_A_LIST = re.compile(r"Certificate Revocation List|Revoked Certificates|lastUpdate=|nextUpdate=", re.IGNORECASE)
_MULTILINE = re.compile(r"[ \t]{2,12}([A-Za-z]{2,30})[ \t]{0,30}=[ \t]{1,3}(\S.{0,200})")
_FILE_ABOVE = re.compile(
    r"(?:=+>|[-=#*]{2,20}|File:)?[ \t]{0,4}[\"']?((?:[\w.@+-]{0,100}/){0,20}[\w.@+-]{1,100}\.(?:pem|crt|cer))[\"']?[ \t]{0,4}"
    r"(?:expires|dates|ends)?[ \t]{0,4}[:=>-]{0,3}[ \t]{0,4}(?:<=+|[-=#*]{2,20})?",
    re.IGNORECASE,
)
_NAMED_LAST = re.compile(r"(?<![\w.~@+-])((?:/[\w.@+-]{1,100}){1,20}\.(?:pem|crt|cer))(?![\w/-])(?:(?!/)[^.;!?\u3002]){0,120}$", re.ASCII)
"""A path, and behind it neither another nor the end of the sentence."""
_LONGEST_SENTENCE = 400
_SAME_LINE = re.compile(r"openssl[ \t]{1,4}x509\b.{0,300}")
_NOT_READ = re.compile(r"can't open|cannot open|could not (?:open|read|find)|no such file|permission denied|error opening", re.IGNORECASE)
_APART = 8
"""Lines between two things said of one certificate; in the long form (`_LONG_APART`) a key or extensions stand between them."""

_LONG_APART = 60


class _Spoken(Struct):
    """What was read of one certificate so far."""

    first: int
    last: int
    seen: dict[str, str] = field(default_factory=dict)
    quotes: list[str] = field(default_factory=list)
    long: bool = False
    path: str = ""
    multiline: str = ""
    chain: bool = False

    def date(self, key: str) -> datetime | None:
        text = self.seen.get(key, "")
        return ctime(text) or zulu(text)


def wanted(page: Page) -> bool:
    """A label of OpenSSL, or a name that only these certificates have."""
    return page.has(*_LITERALS)


def recognise(page: Page) -> Iterator[CertificateDates]:
    """One fact per certificate that a text speaks of."""
    for output in outputs(page):
        yield from _of_output(page, output)


def _of_output(page: Page, output: Output) -> Iterator[CertificateDates]:
    asked = _that_opened(page, output, [command for command in output.commands if _is_x509(command)])
    shown_by = next((end_of(command, page.port) for command in output.ran("openssl") if command.arguments[:1] == ("s_client",)), "")
    number = 0
    found = list(_spoken(page, output))
    printed = sum(not spoken.chain for spoken in found)
    unsure = 1 <= printed < len(asked)  # which of the commands printed nothing is not told
    below = bool(found) and not _path_above(page, found[0].first, []) and bool(_path_below(page, found[0].last))
    for spoken in found:
        told = asked
        if output.at is None or (not asked and not shown_by):
            told = [c for c in typed_above(page, spoken.first, output.first) if _is_x509(c)]
            index = 0
        else:
            index = len(asked) if unsure else number
        number += not spoken.chain
        fact = _fact(page, spoken, told, index, shown_by, in_sight=bool(asked or told or shown_by), below=below)
        if fact is not None:
            yield fact


def _is_x509(command: Command) -> bool:
    return command.program == "openssl" and command.arguments[:1] == ("x509",) and "-checkend" not in command.arguments


def end_of(command: Command, port: int) -> str:
    """The address or name that ``s_client`` connected to, with its port where that is not sftunnel's."""
    target = command.option("-connect") or next((word for word in command.arguments[1:] if ":" in word and not word.startswith("-")), "")
    host, _, asked = target.rpartition(":") if ":" in target else (target, "", str(port))
    host = host.strip("[]")
    return host if asked == str(port) or not host else f"{host}:{asked}"


def _that_opened(page: Page, output: Output, asked: list[Command]) -> list[Command]:
    """The commands without those of which the output says that their file could not be read: they printed no certificate."""
    failed = [text for at in range(output.first, output.end) if _NOT_READ.search(text := page.lines[at].text[:1_000])] if asked else []
    return [one for one in asked if not any(name in text for text in failed for name in _names_of(one))]


def _names_of(command: Command) -> set[str]:
    return {name for name in (command.option("-in") or command.reads,) if name}


def _fact(
    page: Page, spoken: _Spoken, told: list[Command], index: int, shown_by: str, *, in_sight: bool, below: bool
) -> CertificateDates | None:
    before, after = spoken.date("notbefore"), spoken.date("notafter")
    subject, issuer = slash_form(spoken.seen.get("subject", "")), slash_form(spoken.seen.get("issuer", ""))
    digest = spoken.seen.get("sha256", "")
    if before is None and after is None and not digest and (spoken.chain or not (in_sight and (subject or issuer))):
        return None
    path = spoken.path or _asked_of(told, index)
    if not path and below:
        path = _path_below(page, spoken.last)
    elif not path and spoken.first:
        path = _path_above(page, spoken.first, told)
    serial = spoken.seen.get("serial")
    return CertificateDates(
        before,
        after,
        None,
        path,
        page.evidence(spoken.first, spoken.last, "\n".join(spoken.quotes)),
        host=page.host(spoken.first),
        subject=subject,
        issuer=issuer,
        serial=int(serial, 16) if serial is not None else None,
        sha256=digest,
        presented_by=shown_by,
    )


def _asked_of(told: list[Command], index: int) -> str:
    """The file of the command whose certificate this is: the first of the output is the first command's."""
    if index >= len(told):
        return ""
    command = told[index]
    return command.path(command.option("-in") or command.reads)


def _path_above(page: Page, first: int, told: list[Command]) -> str:
    """A file that the line above names (``cacert.pem:``, ``==> /etc/sf/ca_root/cacert.pem <==``)."""
    above = next((page.lines[at].text.strip() for at in range(first - 1, max(-1, first - 4), -1) if page.lines[at].text.strip()), "")
    named = _FILE_ABOVE.fullmatch(above[:400])
    if named is None:
        return "" if told else _quoted_command(page.lines[first - 1].text[:400])
    return told[0].path(named[1]) if told else named[1]


def _path_below(page: Page, last: int) -> str:
    """A file that the next line names, and nothing else (``find -exec openssl x509 ... -print``)."""
    text = page.lines[last + 1].text.strip() if last + 1 < len(page.lines) and last + 1 not in page.prompts else ""
    named = _FILE_ABOVE.fullmatch(text[:400])
    return named[1] if named is not None and named[1] == text and "/" in text else ""


def _spoken(page: Page, output: Output) -> Iterator[_Spoken]:
    current: _Spoken | None = None
    in_list = False
    for index in range(output.first, output.end):
        text = page.lines[index].text[:1_500].strip()
        if not text:
            continue
        if text.startswith(("Certificate:", "-----BEGIN")) or text == "Server certificate":
            if current is not None:
                yield current
            current, in_list = None, False
            continue
        if _OF_A_LIST.search(text):
            in_list = True
        said = _said(page, index, text) if not in_list else []
        if not said:
            if current is not None and current.multiline and (part := _MULTILINE.fullmatch(page.lines[index].text[:300])):
                current.seen[current.multiline] += (
                    f", {part[1]} = {part[2]}" if current.seen[current.multiline] else f"{part[1]} = {part[2]}"
                )
                current.last = index
            continue
        for key, value, path in said:
            begins = key == "begins"
            apart = current is not None and index - current.last > (_LONG_APART if current.long else _APART)
            again = current is not None and key in current.seen and not (current.chain and key == "serial")
            if current is not None and (begins or apart or again):
                yield current
                current = None
            if current is None:
                current = _Spoken(index, index)
            current.last = index
            current.path = current.path or path
            if begins:
                current.chain = True
                current.seen["subject"] = value
            else:
                current.seen[key] = value
            current.long = current.long or text.lower().startswith(("not before", "not after", "serial number"))
            current.multiline = key if key in ("subject", "issuer") and not value else ""
        if current is not None and len(current.quotes) < 12:
            current.quotes.append(text[:300])
    if current is not None:
        yield current


def _said(page: Page, index: int, text: str) -> list[tuple[str, str, str]]:
    """What a line says of a certificate: key, value, and the path of a command on the same line."""
    if (depth := _DEPTH.match(text)) is not None:
        return [("begins", depth[2], "")]
    if (link := _CHAIN_SUBJECT.match(text)) is not None:
        return [("begins", link[2], "")]
    if (link := _CHAIN_ISSUER.match(text)) is not None and slash_form(link[1]):
        return [("issuer", link[1], "")]
    if (name := _NAME.match(text)) is not None and (slash_form(name[2] or "") or not name[2]):
        return [(name[1].lower(), name[2] or "", "")]
    if (serial := _SERIAL.fullmatch(text)) is not None:
        return [("serial", serial[1] or format(int(serial[2]), "x"), "")]
    if _SERIAL_BELOW.fullmatch(text) and index + 1 < len(page.lines):
        pairs = _HEX_PAIRS.fullmatch(page.lines[index + 1].text[:200].strip())
        return [("serial", pairs[1].replace(":", ""), "")] if pairs is not None else []
    if (digest := _FINGERPRINT.search(text)) is not None:
        return [("sha256", digest[1].replace(":", "").lower(), "")]
    dates = list(_DATE.finditer(text))[:4]
    path = _on_the_same_line(_before(page, index) + text[: dates[0].start()]) if dates else ""
    found = []
    for at, date in enumerate(dates):
        value = text[date.end() : dates[at + 1].start() if at + 1 < len(dates) else len(text)][:60]
        if ctime(value) is not None or zulu(value) is not None:
            found.append((date[1].replace(" ", "").lower(), value, path))
    return found


def _before(page: Page, index: int) -> str:
    """What stood before this on the same line of the file, which was parted where the date begins."""
    line = page.lines[index]
    above = page.lines[index - 1] if index else None
    return f"{above.text[:1_000]} " if above is not None and above.number == line.number else line.taken[-1_000:]


def _on_the_same_line(text: str) -> str:
    """The file of a command that a sentence quotes before the date, or else the file that the sentence names last."""
    quoted = _quoted_command(text)
    if quoted:
        return quoted
    named = _NAMED_LAST.search(text[-_LONGEST_SENTENCE:])
    return named[1] if named is not None else ""


def _quoted_command(text: str) -> str:
    """The file of a command that a sentence quotes."""
    quoted = _SAME_LINE.search(text)
    for command in commands(quoted[0].replace("`", " ")) if quoted is not None else ():
        if _is_x509(command):
            return command.path(command.option("-in").rstrip(",.:;"))
    return ""
