"""A document and its parts, whichever kind it is."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from analyzer.collect.documents.mail import mails_of, parts_of
from analyzer.collect.documents.part import Part
from analyzer.collect.documents.recognise import Document
from analyzer.collect.documents.rtf import text_of


def items_of(document: Document, data: bytes) -> Iterator[Part]:
    """The parts of a document in their order. Raises `Refused` with a sentence for one that is not taken apart."""
    match document:
        case Document.MAIL:
            yield from parts_of(data)
        case Document.MAILBOX:
            for path, mail in mails_of(data):
                yield from (replace(part, path=f"{path}/{part.path}") for part in parts_of(mail))
        case Document.RTF:
            yield Part("text", text_of(data).encode("utf-8", "replace"), None)
        case Document.COMPOUND:
            from analyzer.collect.documents.compound import parts_of_compound

            yield from parts_of_compound(data)
