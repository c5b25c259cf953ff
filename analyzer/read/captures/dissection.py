"""What was said in the connections of a capture, and who read it."""

from __future__ import annotations

from msgspec import Struct

from analyzer.read.captures import embedded
from analyzer.read.captures.answer import TsharkFailed
from analyzer.read.captures.flows import Flow, FlowTable
from analyzer.read.captures.survey import Survey
from analyzer.read.captures.tls_events import TlsEvent
from analyzer.texts import N_, _

EMBEDDED = N_("embedded reader")

Conversation = tuple[Flow, list[TlsEvent]]


class Dissection(Struct, frozen=True):
    """Connections with their events, and who read them. ``unclear`` counts frames that nobody understood; ``failure`` is the clause that
    says why tshark did not, "" when nobody asked it; ``limited``: it names a cap. ``found`` holds the connections that only tshark
    understood."""

    dissector: str
    note: str
    conversations: list[Conversation]
    unclear: int = 0
    failure: str = ""
    limited: bool = False
    found: FlowTable | None = None


def embedded_reader(survey: Survey, why: str, failure: TsharkFailed | None = None) -> Dissection:
    """What the embedded reader makes of all connections. ``why`` it was asked is a clause; ``failure`` is that of tshark."""
    conversations = [(flow, embedded.dissect(flow)) for flow in survey.table]
    note = _("{why}: the embedded reader took its place").format(why=why)
    failed, limited = ("", False) if failure is None else (str(failure), failure.limited)
    return Dissection(_(EMBEDDED), note, conversations, survey.unclear, failed, limited)
