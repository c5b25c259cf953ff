"""A capture in, its connections to the sftunnel port out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from analyzer.model.capture import CapturedConnection, CaptureRead
from analyzer.model.location import Evidence, Location
from analyzer.model.member import Damage, DamageKind
from analyzer.read.captures.asked import Asked
from analyzer.read.captures.dissection import Dissection, embedded_reader
from analyzer.read.captures.flows import MAX_CONNECTIONS
from analyzer.read.captures.interpret import Decoded, interpret
from analyzer.read.captures.records import walk
from analyzer.read.captures.sieve import CaptureDamage
from analyzer.read.captures.stream import ByteStream
from analyzer.read.captures.survey import Needed, Survey
from analyzer.read.context import ReadContext
from analyzer.texts import _


def read(chunks: Iterable[bytes], location: Location, context: ReadContext) -> Iterator[CapturedConnection | CaptureRead | Damage]:
    """Every connection to ``context.port``, in the order of their first packets; how the capture was read; what could not be."""
    survey = Survey(context.port)
    if context.tshark is None:
        damage = _survey(chunks, survey)
        dissection = embedded_reader(survey, _("tshark was not found or not wanted"))
    else:
        with Asked(context.tshark, survey, context) as asked:
            damage = _survey(chunks, survey, asked.add)
            dissection = asked.dissection()
    decoded: Decoded = {}
    for flow, events in sorted(dissection.conversations, key=lambda conversation: conversation[0].first):
        flow.watched = survey.sieve.last_time - flow.started
        yield interpret(flow, events, location, decoded)
    text = f"{survey.sieve.packets} packets, {survey.kept} of TCP port {context.port}"
    yield CaptureRead(dissection.dissector, dissection.note, survey.sieve.packets, survey.kept, Evidence(location, text))
    yield from _damages(damage, dissection, survey, location)


def _survey(
    chunks: Iterable[bytes], survey: Survey, needed_by_tshark: Callable[[Needed], None] = lambda needed: None
) -> CaptureDamage | None:
    """Walk the capture once. Gives what is wrong with it."""
    try:
        for record in walk(ByteStream(chunks), survey.sieve):
            needed = survey.add(record)
            if needed is not None:
                needed_by_tshark(needed)
    except CaptureDamage as error:
        return error
    return None


def _damages(damage: CaptureDamage | None, dissection: Dissection, survey: Survey, location: Location) -> Iterator[Damage]:
    if damage is not None:
        kept = " " + _("What stands before was read.") if damage.kind is DamageKind.DAMAGED else ""
        yield Damage(location, damage.kind, f"{damage}{kept}")
    if survey.table.full:
        reason = _("the capture holds more than {n} connections or more data than is kept: the rest of it was not read").format(
            n=MAX_CONNECTIONS
        )
        yield Damage(location, DamageKind.LIMIT, reason)
    if dissection.unclear:
        reason = _(
            "{n} packets are wrapped in a way that only tshark may understand and may be of TCP port {port}: install "
            "tshark (Wireshark) and run again"
        ).format(n=dissection.unclear, port=survey.port)
        yield Damage(location, DamageKind.UNSUPPORTED, reason)
