"""What document a file is, by its first bytes."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum

HEAD_BYTES = 4096


class Document(StrEnum):
    """What can be taken apart."""

    MAIL = "mail"
    MAILBOX = "mailbox"
    RTF = "rich text"
    COMPOUND = "compound"  # OLE: Outlook's .msg is opened, what old Office wrote is named


COMPOUND_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

LITERAL = re.compile(rb"[bru]{0,2}(['\"])(?=[^\r\n])")
OPENS_MARKUP = re.compile(rb"<[A-Za-z!?]")

_FIELD = rb"[A-Za-z][A-Za-z0-9-]{0,70}:[ \t]?[^\r\n]{0,2000}"
_HEADER = re.compile(rb"(?:(?:" + _FIELD + rb"|[ \t][^\r\n]{0,2000})\r?\n){2,}", re.ASCII)
_MIME = re.compile(rb"(?im)^(?:mime-version[ \t]?:|content-(?:type|transfer-encoding)[ \t]?:[ \t]?[a-z0-9])")
_OF_MAIL = re.compile(rb"(?im)^(?:from|to|date|subject|received|message-id|return-path|delivered-to|snapshot-content-location)[ \t]?:")
_LENGTH = re.compile(rb"\d{1,12}[ \t]{0,20}\r?\n")
_MAILBOX = re.compile(rb"From [^\r\n]{1,300} \d{4}\r?\n(?=" + _FIELD + rb"\r?\n)", re.ASCII)


def recognise(head: bytes) -> Document | None:
    """The document that these first `HEAD_BYTES` begin, or None. A mail is one with MIME headers: another is text as it stands."""
    if head.startswith(COMPOUND_MAGIC):
        return Document.COMPOUND
    first = head[:1]
    if first == b"{":
        return Document.RTF if head.startswith(b"{\\rtf") else None
    head = head.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
    if first.isdigit():  # Apple Mail writes the length of the mail in front of it
        head = without_length(head)
    if head.startswith(b"From ") and _MAILBOX.match(head) is not None:
        return Document.MAILBOX
    return Document.MAIL if is_mail(head) else None


def without_length(data: bytes) -> bytes:
    """The mail of an ``.emlx`` file; any other bytes as they are."""
    length = _LENGTH.match(data)
    return data[length.end() :] if length is not None else data


def is_mail(head: bytes) -> bool:
    """Whether the bytes begin with the header of a mail (RFC 5322) that is told to be MIME (RFC 2045)."""
    if b":" not in head[:80].partition(b"\n")[0]:  # hardly any file begins so: nothing else is looked at
        return False
    header = _HEADER.match(head)
    return header is not None and _MIME.search(header[0]) is not None and _OF_MAIL.search(header[0]) is not None


def may_hold_lines(head: bytes) -> bool:
    """Whether a file with this beginning may be one of these; told from a few bytes."""
    begin = head[:200].removeprefix(codecs.BOM_UTF8).lstrip()
    return OPENS_MARKUP.match(begin) is not None or begin[:1] in (b"{", b"[", b"'", b'"') or LITERAL.match(begin) is not None
