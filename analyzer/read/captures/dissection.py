"""What was said in the connections of a capture, and who read it."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.read.captures import embedded
from analyzer.read.captures.flows import Flow
from analyzer.read.captures.survey import Survey
from analyzer.read.captures.tls_events import TlsEvent
from analyzer.texts import N_, _

EMBEDDED = N_("embedded reader")

Conversation = tuple[Flow, list[TlsEvent]]


@dataclass(frozen=True, slots=True)
class Dissection:
    """Connections with their events, and who read them. ``unclear`` counts frames that nobody understood."""

    dissector: str
    note: str
    conversations: list[Conversation]
    unclear: int = 0


def embedded_reader(survey: Survey, why: str) -> Dissection:
    """What the embedded reader makes of all connections. ``why`` it was asked is a clause."""
    conversations = [(flow, embedded.dissect(flow)) for flow in survey.table]
    return Dissection(_(EMBEDDED), _("{why}: the embedded reader took its place").format(why=why), conversations, survey.unclear)
