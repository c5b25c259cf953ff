"""One member in, its facts out: the format is decided by content first, by name second."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Iterator

from analyzer.model.facts import Fact
from analyzer.model.member import Damage, DamageKind, Member
from analyzer.read import captures, certificates, logs, odd_names, outputs
from analyzer.read.context import ReadContext
from analyzer.read.text import looks_binary, read_text
from analyzer.texts import _

HEAD_BYTES = 4096
MAX_DER_BYTES = 4 << 20
"""Bytes up to which a binary member may be a DER certificate or PKCS#7 bag."""


def read_member(member: Member, context: ReadContext) -> Iterator[Fact]:
    """The facts of one member. Never raises for what the member holds: a reader that fails becomes a `Damage` with its name and place."""
    try:
        yield from _read(member, context)
    except Exception as error:  # the one boundary: a member that breaks a reader must not stop the others
        frames = traceback.extract_tb(error.__traceback__)
        where = next((f"{f.filename.rsplit('/', 1)[-1]} line {f.lineno}" for f in reversed(frames) if "analyzer" in f.filename), "")
        reason = _("the reader failed on this file ({error} in {place}); what it read before that is kept. Please report it.")
        reason = reason.format(error=type(error).__name__, place=where)
        yield Damage(member.location, DamageKind.ERROR, reason)


def _read(member: Member, context: ReadContext) -> Iterator[Fact]:
    yield from odd_names.recognise(member)
    stream = member.chunks()
    taken: list[bytes] = []
    size = 0
    for chunk in stream:
        taken.append(chunk)
        size += len(chunk)
        if size >= HEAD_BYTES:
            break
    head = b"".join(taken)[:HEAD_BYTES]
    whole = itertools.chain(taken, stream)
    if captures.looks_like_capture(head):
        yield from captures.read(whole, member.location, context)
    elif certificates.looks_like_der(head):
        data = _at_most(whole, MAX_DER_BYTES)
        if data is not None:
            yield from certificates.read_der(data, member.location)
    elif not looks_binary(head):
        text = read_text(whole, member.location, member.name, member.modified)
        yield from certificates.read_pem(text, context)
        yield from logs.read(text, context)
        yield from outputs.read(text, context)
        if text.overflow:
            reason = _(
                "more sftunnel lines than are kept of one file: the later ones were not read. Give the part of the log that matters."
            )
            yield Damage(member.location, DamageKind.LIMIT, reason)


def _at_most(chunks: Iterator[bytes], limit: int) -> bytes | None:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > limit:
            return None
    return bytes(data)
