"""What was said in the connections of a capture, and who read it."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.read.captures import embedded
from analyzer.read.captures.flows import Flow, FlowTable
from analyzer.read.captures.survey import Survey
from analyzer.read.captures.tls_events import TlsEvent
from analyzer.texts import N_, _

EMBEDDED = N_("embedded reader")

Conversation = tuple[Flow, list[TlsEvent]]


@dataclass(frozen=True, slots=True)
class Dissection:
    """Connections with their events, and who read them. ``unclear`` counts frames that nobody understood, ``limited`` is the clause that
    names the cap which is why. ``found`` holds the connections that only tshark understood."""

    dissector: str
    note: str
    conversations: list[Conversation]
    unclear: int = 0
    limited: str = ""
    found: FlowTable | None = None


def embedded_reader(survey: Survey, why: str, *, limited: bool = False) -> Dissection:
    """What the embedded reader makes of all connections. ``why`` it was asked is a clause; ``limited``: it names a cap."""
    conversations = [(flow, embedded.dissect(flow)) for flow in survey.table]
    note = _("{why}: the embedded reader took its place").format(why=why)
    return Dissection(_(EMBEDDED), note, conversations, survey.unclear, why if limited else "")
