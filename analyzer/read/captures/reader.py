"""A capture in, its connections to the sftunnel port out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from analyzer.model.capture import CapturedConnection, CaptureRead, ConnectionOutcome
from analyzer.model.location import Evidence, Location
from analyzer.model.member import Damage, DamageKind
from analyzer.read.captures.asked import Asked
from analyzer.read.captures.dissection import Dissection, embedded_reader
from analyzer.read.captures.flows import Flow, FlowTable
from analyzer.read.captures.interpret import Reading, interpret
from analyzer.read.captures.records import walk
from analyzer.read.captures.sieve import CaptureDamage
from analyzer.read.captures.software import settled
from analyzer.read.captures.stream import ByteStream
from analyzer.read.captures.survey import Needed, Survey
from analyzer.read.context import ReadContext
from analyzer.texts import _


def read(chunks: Iterable[bytes], location: Location, context: ReadContext) -> Iterator[CapturedConnection | CaptureRead | Damage]:
    """Every connection to ``context.port``, in the order of their first packets; how the capture was read; what could not be."""
    survey = Survey(context.port, context.limits)
    if context.tshark is None:
        damage = _survey(chunks, survey)
        dissection = embedded_reader(survey, _("tshark was not found or not wanted"))
    else:
        with Asked(context.tshark, survey, context) as asked:
            damage = _survey(chunks, survey, asked.add)
            dissection = asked.dissection()
    reading = Reading(location, context.limits)
    crowded = beyond = 0
    connections: list[CapturedConnection] = []
    for flow, events in sorted(dissection.conversations, key=lambda conversation: conversation[0].first):
        flow.watched = survey.sieve.last_time - flow.started
        connection = interpret(flow, events, reading)
        crowded += any(half.crowded for half in flow.halves.values())
        beyond += connection.outcome is ConnectionOutcome.INCOMPLETE and _goes_on(flow)
        connections.append(connection)
    yield from settled(connections)
    text = f"{survey.sieve.packets} packets, {survey.kept} of TCP port {context.port}"
    yield CaptureRead(dissection.dissector, dissection.note, survey.sieve.packets, survey.kept, Evidence(location, text))
    yield from _damages(damage, dissection, survey, location)
    yield from _cut(reading, crowded, beyond, survey.given_up)


def _survey(
    chunks: Iterable[bytes], survey: Survey, needed_by_tshark: Callable[[Needed], None] = lambda needed: None
) -> CaptureDamage | None:
    """Walk the capture once. Gives what is wrong with it."""
    try:
        for record in walk(ByteStream(chunks), survey.sieve):
            for needed in survey.add(record):
                needed_by_tshark(needed)
    except CaptureDamage as error:
        return error
    return None


def _damages(damage: CaptureDamage | None, dissection: Dissection, survey: Survey, location: Location) -> Iterator[Damage]:
    if damage is not None:
        kept = " " + _("The data before that was read.") if damage.kind is DamageKind.DAMAGED else ""
        yield Damage(location, damage.kind, str(damage) + kept)
    yield from _full(survey, (survey.table, *([dissection.found] if dissection.found is not None else [])), location)
    if dissection.unclear and dissection.failure:
        told = _("Not read: {n} packets that only tshark may understand and that may be of TCP port {port}, because {why}.")
        kind = DamageKind.LIMIT if dissection.limited else DamageKind.UNSUPPORTED
        yield Damage(location, kind, told.format(n=dissection.unclear, port=survey.port, why=dissection.failure))
    elif dissection.unclear:
        reason = _(
            "{n} packets are wrapped in a way that only tshark may understand and may be of TCP port {port}: install "
            "tshark (Wireshark) and run again"
        ).format(n=dissection.unclear, port=survey.port)
        yield Damage(location, DamageKind.UNSUPPORTED, reason)


def _full(survey: Survey, tables: Sequence[FlowTable], location: Location) -> Iterator[Damage]:
    """What was left out of the connections because of a cap."""
    if any(table.too_many for table in tables):
        told = _("The capture holds more than {n:,} connections to the port (limit connections): those that came later were not read.")
        yield Damage(location, DamageKind.LIMIT, told.format(n=survey.limits.connections))
    if any(table.too_long for table in tables):
        told = _("The connections of this capture say more than {size:,} bytes (limit buffered_bytes): what came later was not read.")
        yield Damage(location, DamageKind.LIMIT, told.format(size=survey.limits.buffered_bytes))
    if any(table.too_small for table in tables):
        told = _("The connections of this capture hold more than {n:,} TLS records (limit records): what came later was not read.")
        yield Damage(location, DamageKind.LIMIT, told.format(n=survey.limits.records))


def _cut(reading: Reading, crowded: int, beyond: int, given_up: int) -> Iterator[Damage]:
    """What single connections say beyond a cap, and how many."""
    limits, cut = reading.limits, reading.cut
    handshake = _("The handshake of {n} connections is not within the first {cap:,} bytes (limit head_bytes): what follows was not read.")
    waiting = _(
        "In {n} connections more than {cap:,} segments wait for a lost one (limit waiting_segments): the data of later ones was not read."
    )
    chain = _("In {n} connections one side shows more than {cap:,} certificates (limit chain): the further ones were not read.")
    alerts = _("In {n} connections there are more than {cap:,} alerts (limit alerts): the later ones were not read.")
    fragments = _("More than {cap:,} IP packets wait for fragments (limit fragmented_packets): {n} of them were not read to their end.")
    for told, count, cap in (
        (handshake, beyond, limits.head_bytes),
        (waiting, crowded, limits.waiting_segments),
        (chain, cut["chain"], limits.chain),
        (alerts, cut["alerts"], limits.alerts),
        (fragments, given_up, limits.fragmented_packets),
    ):
        if count:
            yield Damage(reading.location, DamageKind.LIMIT, told.format(n=count, cap=cap))


def _goes_on(flow: Flow) -> bool:
    """It was captured from its start and without a hole, and said more than its head has room for."""
    halves = flow.halves.values()
    return any(half.more for half in halves) and not any(half.holes or half.snapped for half in halves) and flow.opened
