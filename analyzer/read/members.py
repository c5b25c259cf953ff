"""One member in, its facts out: the format is decided by content first, by name second."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Generator, Iterator

from analyzer.model.facts import NO_EVIDENCE, Fact
from analyzer.model.limits import Limits
from analyzer.model.location import Evidence, Location
from analyzer.model.member import Damage, DamageKind, Member
from analyzer.model.outputs import OwnOutput
from analyzer.model.passage import FileSeen, Passage
from analyzer.read import captures, certificates, odd_names
from analyzer.read.context import ReadContext
from analyzer.read.own_output import holds_other_lines, looks_like_our_own
from analyzer.read.text import Text, looks_binary, read_text
from analyzer.read.text.columns import BARS, in_columns
from analyzer.texts import _

HEAD_BYTES = 4096

_CAPTURES = (".pcap", ".pcapng", ".cap")
_PACKAGE = __name__.partition(".")[0]


def read_member(member: Member, context: ReadContext) -> Generator[Fact, None, None]:
    """The facts of one member. Never raises for what the member holds: a reader that fails becomes a `Damage` with its name and place.

    Raises MemoryError: it is the run that has not enough, wherever it happens to be noticed.
    """
    gave = False
    try:
        for fact in _read(member, context):
            gave = gave or not isinstance(fact, (Damage, *NO_EVIDENCE))
            if gave or not isinstance(fact, Passage):  # passages come last: who speaks in a file without evidence is of no interest
                yield fact
        if gave:
            yield FileSeen(Evidence(member.location, ""), member.modified)
    except MemoryError:
        raise
    except Exception as error:  # the one boundary: a member that breaks a reader must not stop the others
        reason = _("the reader failed on this file ({error} in {place}); what it read before that is kept. Please report it.")
        reason = reason.format(error=type(error).__name__, place=_place(error))
        yield Damage(member.location, DamageKind.ERROR, reason)


def _place(error: Exception) -> str:
    """The innermost line of this program that the error passed: "analyzer.read.logs.lines line 40".

    A module is known by its own name. The path of its file holds the names of any folders: of the user, and of a checkout that bears
    the name of this package, with every library below it.
    """
    frames = traceback.walk_tb(error.__traceback__)
    places = [(str(frame.f_globals.get("__name__", "")), line) for frame, line in frames]
    return next(f"{module} line {line}" for module, line in reversed(places) if module.partition(".")[0] == _PACKAGE)


def _read(member: Member, context: ReadContext) -> Iterator[Fact]:
    limits = context.limits
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
        data = _at_most(whole, limits.der_bytes)
        if data is not None:
            yield from certificates.read_der(data, member.location, limits)
        else:
            reason = _(
                "This file begins as a certificate or key does, and is larger than {size:,} bytes: it was not read (limit der_bytes)."
            )
            yield Damage(member.location, DamageKind.LIMIT, reason.format(size=limits.der_bytes))
    elif looks_like_our_own(head):
        yield OwnOutput(Evidence(member.location, ""))
        if holds_other_lines(head, whole):
            reason = _(
                "It begins as an output of this program and contains other lines, which were not read. Provide those in a separate file."
            )
            yield Damage(member.location, DamageKind.ERROR, reason)
    elif not looks_binary(head):
        text = read_text(whole, member.location, member.name, member.modified, limits)
        found: list[Fact] = []
        for fact in _printed(text, context, certificates.read_pem(text, context)):
            found.append(fact)
            yield fact
        if not certificates.holds_nothing_else(text):
            yield from _read_text(text, context, found)
    elif member.name.lower().endswith(_CAPTURES):
        reason = _("It is named as a capture and does not begin as one: it was not read. Copy it again, in binary mode.")
        yield Damage(member.location, DamageKind.ERROR, reason)


def _printed(text: Text, context: ReadContext, found: Iterator[Fact]) -> Iterator[Fact]:
    """Certificates in a terminal's text know the file that was printed."""
    if not (text.whole and text.has(b"-----begin certificate") and text.has(b"cat ", b"openssl ", b"more ", b"less ", b"head ", b"tail ")):
        yield from found
        return
    from analyzer.read import outputs

    yield from outputs.with_paths(text, context, list(found))


def _read_text(text: Text, context: ReadContext, found: list[Fact]) -> Iterator[Fact]:
    """What else than certificates (``found``) a text holds, what of it was not understood, and who speaks where in it.

    The readers are imported when the first such text is met: a folder of certificates has none.
    """
    from analyzer.read import logs, outputs
    from analyzer.read.unread import Used

    used = Used()
    for fact in found:
        used.take(fact)
    for fact in logs.read(text, context):
        used.take(fact)
        yield fact
    page = outputs.page_of(text, context)
    for fact in outputs.read(text, context, page):
        used.take(fact)
        yield fact
    for line in used.not_understood(page):
        used.take(line)
        yield line
    yield from used.named(page)
    if page is not None and used.any and not page.is_kept_log:
        yield from page.spoken()
    yield from _left_out(text, context.limits)


def _left_out(text: Text, limits: Limits) -> Iterator[Damage]:
    """What of a text was not read because of a cap."""
    if text.overflow:
        reason = _("Only the first {count:,} lines that name sftunnel were read (limit lines). Provide the relevant part of the log.")
        yield Damage(text.location, DamageKind.LIMIT, reason.format(count=limits.lines))
    if text.cut is not None:
        reason = _("Of this line, which names sftunnel or holds a certificate, only the first {size:,} bytes were read (limit line_bytes).")
        place = Location(text.location.artifact, text.location.member, line=text.cut)
        yield Damage(place, DamageKind.LIMIT, reason.format(size=limits.line_bytes))
    if isinstance(text.kept, bytes) and not text.kept.isascii() and any(bar.encode() in text.kept for bar in BARS):
        lines = text.kept.decode("utf-8", "replace").split("\n")
        beginning = in_columns(lines)
        if beginning is not None:
            reason = _(
                "This text shows two panes side by side, and lines of two appliances are mixed. Give each pane as a file of its own."
            )
            yield Damage(Location(text.location.artifact, text.location.member, line=beginning + 1), DamageKind.UNSUPPORTED, reason)
    if not text.whole:
        from analyzer.read.outputs import find_prompt

        typed = next((line for line in text.lines if find_prompt(line.text) is not None), None)
        if typed is not None:
            reason = _(
                "This text is larger than {size:,} bytes (limit text_bytes). Its log lines and certificates were read, but "
                "not the outputs of commands in it. Provide those as a smaller file."
            )
            yield Damage(text.evidence(typed).location, DamageKind.LIMIT, reason.format(size=limits.text_bytes))


def _at_most(chunks: Iterator[bytes], limit: int) -> bytes | None:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > limit:
            return None
    return bytes(data)
