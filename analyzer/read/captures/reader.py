"""A capture in, its connections to the sftunnel port out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.model.capture import CapturedConnection, CaptureRead
from analyzer.model.location import Evidence, Location
from analyzer.model.member import Damage, DamageKind
from analyzer.read.captures import embedded
from analyzer.read.captures.flows import MAX_CONNECTIONS
from analyzer.read.captures.interpret import interpret
from analyzer.read.captures.records import CaptureDamage, walk
from analyzer.read.captures.stream import ByteStream
from analyzer.read.captures.survey import Survey
from analyzer.read.context import ReadContext

EMBEDDED = "embedded reader"


def read(chunks: Iterable[bytes], location: Location, context: ReadContext) -> Iterator[CapturedConnection | CaptureRead | Damage]:
    """Every connection to ``context.port``, in the order of their first packets; how the capture was read; what could not be."""
    survey = Survey(context.port)
    damage = ""
    try:
        for record in walk(ByteStream(chunks)):
            survey.add(record)
    except CaptureDamage as error:
        damage = str(error)
    for flow in survey.table:
        yield interpret(flow, embedded.dissect(flow), location)
    text = f"{survey.packets} packets, {survey.kept} of TCP port {context.port}"
    yield CaptureRead(EMBEDDED, "", survey.packets, survey.kept, Evidence(location, text))
    if damage:
        yield Damage(location, DamageKind.DAMAGED, f"{damage} What stands before was read.")
    if survey.table.full:
        reason = f"the capture holds more than {MAX_CONNECTIONS} connections or more data than is kept: the later ones were not read"
        yield Damage(location, DamageKind.LIMIT, reason)
