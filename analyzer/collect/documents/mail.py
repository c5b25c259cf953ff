"""A mail and its parts: the text as it was written, attachments as the files they are.

The library does the decoding. What is done here keeps it within bounds: it looks at every line once for each multipart around it, and at
long parameters of a header again and again.
"""

from __future__ import annotations

import email
import html
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import parsedate_to_datetime

from analyzer.collect.documents.part import Part, Refused
from analyzer.collect.documents.recognise import without_length
from analyzer.model.member import DamageKind
from analyzer.texts import N_, _

MAX_PARTS = 2_000
"""Parts of one mail that are given."""

_LINES_TIMES_PARTS = 40_000_000
_MARKS = 20_000
"""Lines that may begin a part."""

_HEADER_BYTES = 16 << 10
_ENOUGH = 0.9
"""Of the two forms of one text the plain one is taken when it has this share of the other's signs: it may be a mere "see the HTML"."""

_BOUNDARY = re.compile(rb"(?i)boundary\s{0,9}=")
_LONG_HEADER = re.compile(rb"(?im)^content-(?:type|disposition)[ \t]?:(?:[^\r\n]|\r?\n[ \t]){%d}" % _HEADER_BYTES)
_MAILBOX_LINE = re.compile(rb"(?m)^From [^\r\n]{1,300} \d{4}\r?\n(?=[A-Za-z][A-Za-z0-9-]{0,70}:)")
_TAG = re.compile(r"<[^<>]*>")
_PREFORMATTED = re.compile(r"(<(?:pre|textarea|xmp|listing)\b[^<>]*>.*?(?:</(?:pre|textarea|xmp|listing)\b|\Z))", re.DOTALL | re.IGNORECASE)
_PRE_STYLE = re.compile(r"white-space:\s{0,9}(?:pre|break-spaces)", re.IGNORECASE)

_NESTED = N_(
    "The mail is nested too deeply or has too many parts: it was not read. Save its attachments and its text as files and provide those."
)


def mails_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The mails of a mailbox, each with the path that it goes by."""
    starts = [found.start() for found in _MAILBOX_LINE.finditer(data)]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), start=1):
        yield f"mail-{number}", data[data.index(b"\n", start) + 1 : end]


def parts_of(data: bytes) -> Iterator[Part]:
    """The parts of a mail in their order: its subject, its texts in UTF-8, its attachments. Raises `Refused`."""
    data = without_length(data)
    boundaries = len(_BOUNDARY.findall(data))
    too_many = (boundaries + 1) * data.count(b"\n") > _LINES_TIMES_PARTS or data.count(b"\n--") > _MARKS
    if too_many or _LONG_HEADER.search(data) is not None:
        raise Refused(DamageKind.LIMIT, _(_NESTED))
    try:
        yield from _parts(email.message_from_bytes(data, policy=compat32))
    except RecursionError as error:
        raise Refused(DamageKind.LIMIT, _(_NESTED)) from error
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, IndexError) as error:  # the library on what is no mail
        told = _("The mail cannot be decoded ({error}): save its attachments and its text as files and provide those.")
        raise Refused(DamageKind.DAMAGED, told.format(error=type(error).__name__)) from error


def _parts(mail: Message) -> Iterator[Part]:
    waiting: list[tuple[Message, datetime | None]] = [(mail, _date(mail))]
    number = 0
    while waiting and number < MAX_PARTS:
        part, modified = waiting.pop()
        if part is mail or part.get("subject"):
            number += 1
            subject = _words(part, "subject")
            if subject:
                yield Part(f"part-{number}-subject", f"{subject}\n".encode(), modified)
        inner = part.get_payload()
        if part.is_multipart() and isinstance(inner, list):
            inside = [one for one in inner if isinstance(one, Message)]
            chosen = _chosen(inside) if part.get_content_type() == "multipart/alternative" else inside
            forwarded = part.get_content_maintype() == "message"
            waiting += [(one, (_date(one) or modified) if forwarded else modified) for one in reversed(chosen)]
            continue
        number += 1
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload.strip():
            continue
        name = _file_name(part)
        if not name and part.get_content_maintype() == "text":
            payload = _text(part, payload).encode("utf-8", "replace")
        yield Part(f"part-{number}/{name}" if name else f"part-{number}", payload, modified, bool(name))


def _chosen(forms: list[Message]) -> list[Message]:
    """Of several forms of one text the one that says most, and what is no form of it."""
    plain = next((one for one in forms if one.get_content_type() == "text/plain" and not one.is_multipart()), None)
    rich = next((one for one in forms if _page(one) is not None), None)
    if plain is None or rich is None:
        return forms
    page = _page(rich)
    shown, said = _signs(_visible(_decoded(page))) if page is not None else 0, _signs(_decoded(plain))
    left_out = rich if said >= _ENOUGH * shown else plain
    return [one for one in forms if one is not left_out]


def _page(part: Message) -> Message | None:
    """The HTML of a part: itself, or the one that its pictures stand beside."""
    if part.get_content_type() == "text/html" and not part.is_multipart():
        return part
    inner = part.get_payload()
    if part.get_content_type() == "multipart/related" and isinstance(inner, list):
        return next((one for one in inner if isinstance(one, Message) and one.get_content_type() == "text/html"), None)
    return None


def _visible(page: str) -> str:
    """What a browser shows of a page, roughly: styles are left out, which Outlook writes by the kilobyte."""
    kept: list[str] = []
    at = 0
    lower = page.lower()
    while (start := lower.find("<style", at)) >= 0 and (end := lower.find("</style", start)) >= 0:
        kept.append(page[at:start])
        at = end
    return html.unescape(_TAG.sub("", "".join((*kept, page[at:]))))


def _signs(text: str) -> int:
    return sum(map(len, text.split()))


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return _in_charset(part, payload) if isinstance(payload, bytes) else ""


def _text(part: Message, payload: bytes) -> str:
    text = _in_charset(part, payload)
    return unfolded(text) if part.get_content_type() == "text/html" else text


def _in_charset(part: Message, payload: bytes) -> str:
    return decoded(payload, part.get_content_charset() or "")


def decoded(payload: bytes, charset: str) -> str:
    """Text in the character set that it says, where it is that; else UTF-8; else Latin-1, which fits everything."""
    for name in (charset, "utf-8"):
        try:
            return payload.decode(name) if name else payload.decode("utf-8")
        except (UnicodeError, LookupError, ValueError):
            continue
    return payload.decode("latin-1")


def unfolded(page: str) -> str:
    """An HTML page with a blank for each line end that a browser shows as one: mail programs break lines of the source anywhere."""
    if _PRE_STYLE.search(page) is not None:
        return page
    pieces = _PREFORMATTED.split(page)
    return "".join(piece if at % 2 else re.sub(r"[ \t]*\r?\n[ \t]*", " ", piece) for at, piece in enumerate(pieces))


def _words(part: Message, field: str) -> str:
    """A field of the header on one line, as a person reads it."""
    value = str(part.get(field) or "")[:_HEADER_BYTES]
    with suppress(ValueError, LookupError, MessageError):  # an encoding that is none: as it stands
        value = str(make_header(decode_header(value)))
    return " ".join(value.split())


def _file_name(part: Message) -> str:
    """The last part of the name that an attachment states, "" without one."""
    name = part.get_filename() or ""
    with suppress(ValueError, LookupError, MessageError):  # an encoding that is none: as it stands
        name = str(make_header(decode_header(name[:_HEADER_BYTES])))
    name = " ".join(name.replace("\\", "/").rpartition("/")[2].split())
    return "" if name in (".", "..") else name


def _date(mail: Message) -> datetime | None:
    try:
        stated = parsedate_to_datetime(str(mail.get("date") or "")[:200])
        return stated.astimezone(UTC) if stated.tzinfo is not None else stated.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
