"""A capture in, its connections to the sftunnel port out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from analyzer.model.capture import CapturedConnection, CaptureRead
from analyzer.model.location import Evidence, Location
from analyzer.model.member import Damage, DamageKind
from analyzer.read.captures import embedded, tshark
from analyzer.read.captures.flows import MAX_CONNECTIONS, Flow, FlowTable
from analyzer.read.captures.interpret import interpret
from analyzer.read.captures.records import CaptureDamage, walk
from analyzer.read.captures.reduced import ReducedCapture
from analyzer.read.captures.stream import ByteStream
from analyzer.read.captures.survey import Survey
from analyzer.read.captures.tls_events import TlsEvent
from analyzer.read.captures.translate import Translation, place_unclear
from analyzer.read.captures.tshark import TsharkFailed
from analyzer.read.context import TSHARK_STARTS, ReadContext
from analyzer.texts import N_, _

EMBEDDED = N_("embedded reader")

Conversation = tuple[Flow, list[TlsEvent]]


@dataclass(frozen=True, slots=True)
class _Dissection:
    """Connections with their events, and who read them. ``unclear`` counts frames that nobody understood."""

    dissector: str
    note: str
    conversations: list[Conversation]
    unclear: int = 0


def read(chunks: Iterable[bytes], location: Location, context: ReadContext) -> Iterator[CapturedConnection | CaptureRead | Damage]:
    """Every connection to ``context.port``, in the order of their first packets; how the capture was read; what could not be."""
    survey = Survey(context.port)
    if context.tshark is None:
        damage = _survey(chunks, survey, None)
        dissection = _embedded(survey, _("tshark was not found or not wanted"))
    else:
        damage, dissection = _with_tshark(chunks, survey, context)
    for flow, events in sorted(dissection.conversations, key=lambda conversation: conversation[0].first):
        flow.watched = survey.sieve.last_time - flow.started
        yield interpret(flow, events, location)
    text = f"{survey.sieve.packets} packets, {survey.kept} of TCP port {context.port}"
    yield CaptureRead(dissection.dissector, dissection.note, survey.sieve.packets, survey.kept, Evidence(location, text))
    yield from _damages(damage, dissection, survey, location)


def _survey(chunks: Iterable[bytes], survey: Survey, reduced: ReducedCapture | None) -> str:
    """Walk the capture once. Gives what is wrong with it, "" when nothing is."""
    try:
        for record in walk(ByteStream(chunks), survey.sieve):
            needed = survey.add(record)
            if needed is not None and reduced is not None:
                reduced.add(needed)
    except CaptureDamage as error:
        return str(error)
    return ""


def _embedded(survey: Survey, why: str) -> _Dissection:
    conversations = [(flow, embedded.dissect(flow)) for flow in survey.table]
    return _Dissection(_(EMBEDDED), _("{why}: the embedded reader took its place").format(why=why), conversations, survey.unclear)


def _with_tshark(chunks: Iterable[bytes], survey: Survey, context: ReadContext) -> tuple[str, _Dissection]:
    try:
        folder = tempfile.TemporaryDirectory(prefix="sftunnel-capture-", dir=context.temp_dir)
    except OSError as error:
        return _survey(chunks, survey, None), _embedded(survey, _("no folder for temporary files ({error})").format(error=error.strerror))
    with folder as name, ReducedCapture(Path(name).resolve() / "reduced.pcapng") as reduced:
        damage = _survey(chunks, survey, reduced)
        reduced.close()
        return damage, _dissection(survey, context, reduced)


def _dissection(survey: Survey, context: ReadContext, reduced: ReducedCapture) -> _Dissection:
    """What tshark says, or the embedded reader when it cannot be asked."""
    if not survey.unclear and not any(flow.has_payload for flow in survey.table):
        why = _("no connection carries data") if survey.table.flows else _("no packet concerns the port")
        conversations: list[Conversation] = [(flow, []) for flow in survey.table]
        return _Dissection(_("none needed"), why, conversations)
    if context.tshark is None or (not context.starts.take() and not survey.unclear):
        return _embedded(
            survey, _("tshark is started for {n} captures of a run, and for those with packets that only it knows").format(n=TSHARK_STARTS)
        )
    try:
        if reduced.failure:
            raise TsharkFailed(reduced.failure)
        return _dissect(survey, context.tshark, reduced)
    except TsharkFailed as error:
        return _embedded(survey, str(error))
    except OSError as error:
        return _embedded(survey, _("tshark could not be started ({error})").format(error=error.strerror))


def _dissect(survey: Survey, program: Path, reduced: ReducedCapture) -> _Dissection:
    dissector = tshark.describe(program)
    unclear = [number for number, frame in enumerate(reduced.frames, start=1) if frame.flow is None]
    said = list(tshark.run(program, reduced.path, survey.port, unclear))
    found = FlowTable(survey.port)
    places = place_unclear(said, reduced.frames, found)
    known, new = Translation(survey.table), Translation(found)
    for frame in said:
        if not 0 < frame.frame <= len(reduced.frames):
            continue
        original = reduced.frames[frame.frame - 1]
        if original.flow is not None and original.sender is not None:
            known.add(frame.records, original.flow, original.sender, original.number)
        elif frame.frame in places:
            new.add(frame.records, places[frame.frame].flow, places[frame.frame].sender, original.number)
    left_out = len(known.missing()) + len(new.missing())
    if left_out and left_out == known.speaking() + new.speaking():
        raise TsharkFailed(_("tshark showed no connection's TLS records in full"))
    conversations: list[Conversation] = []
    for table, translation in ((survey.table, known), (found, new)):
        missing = translation.missing()
        for index, flow in enumerate(table):
            conversations.append((flow, embedded.dissect(flow) if index in missing else translation.events(index)))
    survey.kept += len(places)
    note = _("tshark did not show every record of {n} connections: the embedded reader read those").format(n=left_out) if left_out else ""
    return _Dissection(dissector, note, conversations)


def _damages(damage: str, dissection: _Dissection, survey: Survey, location: Location) -> Iterator[Damage]:
    if damage:
        yield Damage(location, DamageKind.DAMAGED, damage + " " + _("What stands before was read."))
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
