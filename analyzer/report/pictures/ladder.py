"""The handshake of a failing connection as a ladder: who sent what, in order, and who turned it down.

Only what the capture's facts hold is drawn. A rung says how it is known: SEEN in the clear, HIDDEN (it was there, and encrypted), INFERRED
(TLS cannot have come this far without it, or the shape of encrypted records tells it).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from analyzer.model.answer import Known
from analyzer.model.capture import ALERT_NAMES, CapturedConnection, ConnectionOutcome, Opening, OpeningStep, Sender, TlsAlert
from analyzer.model.case import Device, Manager, Tunnel
from analyzer.model.certificate import Certificate
from analyzer.model.location import Evidence
from analyzer.report.pictures.lettering import fit
from analyzer.texts import _

WIDTH, LEFT, RIGHT = 760, 120, 640
"""Units of the drawing, and where the two life lines stand."""
TOP, RUNG, FOOT = 78, 46, 18


class Basis(StrEnum):
    """How a rung is known."""

    SEEN = "seen"
    HIDDEN = "hidden"
    INFERRED = "inferred"


class Rung(Struct, frozen=True):
    """A message. ``refusal`` marks the one that turned the connection down; ``arrived`` is False for one that nothing answered."""

    sender: Sender
    text: str
    basis: Basis
    y: int
    refusal: bool = False
    arrived: bool = True
    evidence: Evidence | None = None
    time: datetime | None = None

    @property
    def short(self) -> str:
        """The text as it fits between the life lines, and its packet."""
        packet = self.evidence.location.packet if self.evidence is not None else None
        if packet is None:
            return fit(self.text, 66)
        number = " " + _("(packet {n})").format(n=packet)
        return fit(self.text, 66 - len(number)) + number


class End(Struct, frozen=True):
    """One end of the connection: the name of the box where it is known, else its address; ``place`` is what else is known of it."""

    name: str
    place: str

    @property
    def short(self) -> str:
        """The name as it fits above its life line."""
        return fit(self.name, 28)


class Ladder(Struct, frozen=True):
    """The picture. ``verdict`` says in a sentence who turned it down, or how it ended."""

    width: int
    height: int
    left: int
    right: int
    client: End
    server: End
    started: datetime | None
    rungs: tuple[Rung, ...]
    verdict: str
    evidence: Evidence
    like_it: int


_WORTH = (
    ConnectionOutcome.HANDSHAKE_REFUSED,
    ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE,
    ConnectionOutcome.NOT_TLS,
    ConnectionOutcome.REFUSED,
    ConnectionOutcome.NO_ANSWER,
)
"""Outcomes that are failures, the most telling first."""


def ladder_of(tunnel: Tunnel, boxes: Iterable[Manager | Device] = ()) -> Ladder | None:
    """The ladder of the representative failing connection, or None when no captured connection failed.

    That is the newest of the most telling outcome; ``like_it`` counts the other failing ones that ended the same way.
    """
    failing = [one for one in tunnel.connections if one.outcome in _WORTH]
    if not failing:
        return None
    chosen = min(failing, key=_telling)
    names = {box.address.value: box.label for box in boxes if isinstance(box.address, Known)}
    rungs = tuple(_numbered(_rungs(chosen)))
    return Ladder(
        width=WIDTH,
        height=TOP + RUNG * len(rungs) + FOOT,
        left=LEFT,
        right=RIGHT,
        client=_end(chosen.client, chosen.client_port, names),
        server=_end(chosen.server, chosen.server_port, names),
        started=chosen.started,
        rungs=rungs,
        verdict=_verdict(chosen),
        evidence=chosen.summary,
        like_it=sum(_way(one) == _way(chosen) for one in failing) - 1,
    )


def _telling(one: CapturedConnection) -> tuple[int, float, str, int]:
    return (_WORTH.index(one.outcome), -one.started.timestamp() if one.started is not None else 0.0, one.client, one.client_port)


def _way(one: CapturedConnection) -> tuple[object, ...]:
    return (one.client, one.server, one.outcome, one.refused_by, one.tls_version, tuple((a.sender, a.number) for a in one.alerts))


def _end(address: str, port: int, names: dict[str, str]) -> End:
    """A box that is known by its name, or an address."""
    if address in names and names[address] != address:
        return End(names[address], _("{address} port {port}").format(address=address, port=port))
    return End(address, _("port {port}").format(port=port))


def _numbered(rungs: Iterable[Rung]) -> Iterator[Rung]:
    for number, one in enumerate(rungs):
        yield Rung(one.sender, one.text, one.basis, TOP + RUNG * number + 30, one.refusal, one.arrived, one.evidence, one.time)


def _rungs(one: CapturedConnection) -> Iterator[Rung]:
    """The messages in their order in TLS (RFC 5246, section 7.3; RFC 8446, section 2)."""
    client, server = Sender.CLIENT, Sender.SERVER
    opening = {step.message: step for step in one.opening}
    if one.outcome is ConnectionOutcome.NO_ANSWER:
        text = _("SYN: asks for a TCP connection, gets no answer")
        yield _opening(client, text, opening.get(Opening.SYN), one.summary, refusal=True, arrived=False)
        return
    refused = one.outcome is ConnectionOutcome.REFUSED
    yield _opening(client, _("SYN: asks for a TCP connection"), opening.get(Opening.SYN), one.summary if refused else None)
    if refused:
        yield Rung(server, _("RST: nothing listens there, or a filter blocks it"), Basis.SEEN, 0, True, True, one.summary)
        return
    yield _opening(server, _("SYN, ACK: the TCP connection is open"), opening.get(Opening.SYN_ACK))
    if one.tls_version or Opening.CLIENT_HELLO in opening:
        yield _opening(client, "ClientHello", opening.get(Opening.CLIENT_HELLO))
    if one.tls_version:
        hello = "ServerHello, {version}, {resumed}" if one.resumed else "ServerHello, {version}"
        yield Rung(server, hello.format(version=one.tls_version, resumed=_("the session is resumed")), Basis.SEEN, 0)
        yield from _certificates(one)
    for alert in one.alerts:
        yield Rung(
            alert.sender,
            _alert_text(alert),
            Basis.HIDDEN if alert.number is None else Basis.SEEN,
            0,
            _refuses(one, alert),
            True,
            alert.evidence,
        )
    if one.refused_by is not None and not any(_refuses(one, alert) for alert in one.alerts):
        basis = Basis.INFERRED if one.refusal_inferred else Basis.SEEN
        yield Rung(one.refused_by, _("rejects the handshake; the alert itself is encrypted"), basis, 0, True, True, one.summary)
    if one.outcome is ConnectionOutcome.NOT_TLS:
        yield Rung(server, _("what follows is not TLS"), Basis.SEEN, 0, True, True, one.summary)
    if one.reset_by is not None:
        yield Rung(one.reset_by, _("RST: drops the connection"), Basis.SEEN, 0, one.refused_by is None)
    elif one.outcome is ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE:
        yield Rung(server, _("the connection is closed before the handshake"), Basis.SEEN, 0, True, True, one.summary)


def _opening(
    sender: Sender, text: str, step: OpeningStep | None, known: Evidence | None = None, *, refusal: bool = False, arrived: bool = True
) -> Rung:
    """A message that opens the connection: seen where the capture holds it, or where ``known`` shows that it was there."""
    if step is None:
        return Rung(sender, text, Basis.INFERRED if known is None else Basis.SEEN, 0, refusal, arrived, known)
    return Rung(sender, text, Basis.SEEN, 0, refusal, arrived, step.evidence, step.time)


def _certificates(one: CapturedConnection) -> Iterator[Rung]:
    """The certificates of both ends: in the clear up to TLS 1.2, encrypted from TLS 1.3 on, none in a resumed session.

    A client whose certificate is not visible may not have come to send it: then nothing is drawn for it, unless the server refused it.
    """
    if one.resumed:
        return
    hidden = one.tls_version == "TLSv1.3"
    if one.server_chain:
        yield Rung(Sender.SERVER, _certificate_text(one.server_chain[0]), Basis.SEEN, 0, evidence=one.server_chain[0].evidence)
    elif hidden:
        yield Rung(Sender.SERVER, _("Certificate, encrypted: TLS 1.3 hides it"), Basis.HIDDEN, 0)
    elif one.certificates_hidden:
        yield Rung(Sender.SERVER, _("Certificate, not visible: {why}").format(why=one.certificates_hidden), Basis.INFERRED, 0)
    if one.client_chain:
        yield Rung(Sender.CLIENT, _certificate_text(one.client_chain[0]), Basis.SEEN, 0, evidence=one.client_chain[0].evidence)
    elif hidden and one.refused_by is Sender.SERVER:
        yield Rung(Sender.CLIENT, _("Certificate, encrypted: TLS 1.3 hides it"), Basis.INFERRED, 0)


def _certificate_text(leaf: Certificate) -> str:
    return _("Certificate of {name}, valid until {date}").format(
        name=leaf.subject.common_name or leaf.subject.text, date=f"{leaf.not_after:%Y-%m-%d}"
    )


def _refuses(one: CapturedConnection, alert: TlsAlert) -> bool:
    return one.refused_by is alert.sender and alert.fatal is not False


def _alert_text(alert: TlsAlert) -> str:
    if alert.number is None:
        return _("Alert, encrypted: its number cannot be seen")
    name = ALERT_NAMES.get(alert.number, "")
    return _("Alert {number} {name}").format(number=alert.number, name=name).rstrip()


def _verdict(one: CapturedConnection) -> str:
    match one.outcome:
        case ConnectionOutcome.NO_ANSWER:
            return _("Nothing answered.")
        case ConnectionOutcome.REFUSED:
            return _("The TCP connection was refused.")
        case ConnectionOutcome.NOT_TLS:
            return _("The data is not TLS.")
    if one.refused_by is None:
        return _("The connection ended before its handshake was complete.")
    who = (
        _("The client rejected what the server sent.")
        if one.refused_by is Sender.CLIENT
        else _("The server rejected what the client sent.")
    )
    return who + (" " + _("This is inferred from the sizes of encrypted records.") if one.refusal_inferred else "")
