"""From a TCP connection and its TLS events to the fact: one way, whichever dissector gave the events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from msgspec import Struct, field
from msgspec.structs import replace

from analyzer.model.capture import ALERT_NAMES, CapturedConnection, ConnectionOutcome, Opening, OpeningStep, Sender, TlsAlert
from analyzer.model.certificate import Certificate, UnreadableCertificate
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.location import Evidence, Location
from analyzer.read.captures.flows import End, Flow
from analyzer.read.captures.framing import lone_alerts
from analyzer.read.captures.software import whose
from analyzer.read.captures.tls_events import ALERT, VERSIONS, CertificateMessage, ClientHello, Encrypted, PlainAlert, TlsEvent
from analyzer.read.captures.verdict import Verdict, judge
from analyzer.read.captures.visibility import SENDERS, Chain, why_hidden
from analyzer.read.decoding import certificate_from_der
from analyzer.read.text import QUOTE_CHARACTERS
from analyzer.texts import _

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND = 253_402_300_799  # 9999-12-31 23:59:59 UTC


def moment(nanoseconds: int) -> datetime:
    """An aware UTC time. A capture's clock can say anything: what no calendar holds becomes 1970."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return EPOCH + timedelta(seconds=seconds, microseconds=rest // 1000) if 0 <= seconds < _LAST_SECOND else EPOCH


class Reading(Struct):
    """What holds for all connections of one capture. ``location`` is the capture's; every piece of evidence adds its frame number.

    ``decoded`` are certificates by their DER: every attempt of a device shows the same leaf again. ``cut`` counts the connections that say
    more than a limit lets in, by the limit's name.
    """

    location: Location
    limits: Limits = DEFAULT_LIMITS
    decoded: dict[bytes, Certificate | UnreadableCertificate] = field(default_factory=dict)
    cut: Counter[str] = field(default_factory=Counter)


def interpret(flow: Flow, events: Sequence[TlsEvent], reading: Reading) -> CapturedConnection:
    """The connection as a fact."""
    behind_holes = [PlainAlert(sender, *alert) for sender, half in flow.halves.items() for alert in lone_alerts(half)]
    events = sorted([*events, *behind_holes], key=lambda event: event.frame)
    verdict = judge(flow, events)
    server, client = _chain(events, Sender.SERVER, reading), _chain(events, Sender.CLIENT, reading)
    refusal = verdict.refusal
    connection = CapturedConnection(
        client=address(flow.client),
        client_port=flow.client[1],
        server=address(flow.server),
        server_port=flow.server[1],
        started=moment(flow.started),
        outcome=verdict.outcome,
        tls_version=_version_name(verdict.version),
        resumed=verdict.resumed,
        server_chain=server.certificates,
        client_chain=client.certificates,
        certificates_hidden=why_hidden(flow, events, verdict, server, client),
        alerts=tuple(_alerts(events, verdict, reading)),
        refused_by=refusal.sender if refusal else None,
        refusal_inferred=isinstance(refusal, Encrypted),
        reset_by=flow.reset_by,
        summary=Evidence(_at(reading.location, flow.first), ""),
        opening=tuple(_opening(flow, events, reading)),
        under_way=not flow.opened and flow.closed_by is None and all(half.payload_seen for half in flow.halves.values()),
    )
    software, why = whose(flow, (*server.read, *client.read))
    summary = Evidence(connection.summary.location, _summary(connection, flow, verdict)[:QUOTE_CHARACTERS])
    return replace(connection, summary=summary, software=software, software_why=why)


def _opening(flow: Flow, events: Sequence[TlsEvent], reading: Reading) -> Iterator[OpeningStep]:
    """What of the opening stands in the capture."""
    for message, seen, text in ((Opening.SYN, flow.syn, "SYN of the client"), (Opening.SYN_ACK, flow.syn_ack, "SYN, ACK of the server")):
        if seen is not None:
            yield OpeningStep(message, moment(seen[1]), Evidence(_at(reading.location, seen[0]), text))
    hello = next((event for event in events if isinstance(event, ClientHello)), None)
    if hello is not None:
        time = dict(flow.halves[hello.sender].times).get(hello.frame)
        place = Evidence(_at(reading.location, hello.frame), "ClientHello of the client")
        yield OpeningStep(Opening.CLIENT_HELLO, moment(time) if time is not None else None, place)


def address(end: End) -> str:
    """An address as people write it."""
    return str(ip_address(end[0]))


def alert_name(number: int) -> str:
    """``45 certificate_expired``."""
    return f"{number} {ALERT_NAMES[number]}" if number in ALERT_NAMES else str(number)


def _at(location: Location, frame: int) -> Location:
    return replace(location, packet=frame)


def _version_name(version: int) -> str:
    if version >> 8 == 0x7F:  # a draft of TLS 1.3
        return "TLSv1.3"
    return VERSIONS.get(version, f"0x{version:04x}" if version else "")


def _chain(events: Sequence[TlsEvent], sender: Sender, reading: Reading) -> Chain:
    """The first Certificate message of a sender (those of a renegotiation are encrypted)."""
    message = next((event for event in events if isinstance(event, CertificateMessage) and event.sender is sender), None)
    if message is None:
        return Chain()
    certificates: list[Certificate] = []
    unreadable: list[str] = []
    reading.cut["chain"] += len(message.chain) > reading.limits.chain
    for position, der in enumerate(message.chain[: reading.limits.chain], start=1):
        text = f"TLS Certificate message of the {sender}, certificate {position} of {len(message.chain)}"
        where = _at(reading.location, message.frame)
        certificate = reading.decoded.get(der)
        if certificate is None:
            certificate = reading.decoded[der] = certificate_from_der(der, Evidence(where, text))
        if isinstance(certificate, UnreadableCertificate):
            unreadable.append(_unreadable(position, sender, certificate))
        else:
            certificates.append(replace(certificate, evidence=Evidence(where, certificate.evidence.text)))
    read = tuple(certificates)
    leaf_first = not unreadable or bool(read and read[0].der == message.chain[0])
    return Chain(read if leaf_first else (), read=read, sent=True, unreadable="; ".join(unreadable))


def _unreadable(position: int, sender: Sender, certificate: UnreadableCertificate) -> str:
    told = _("certificate {n} of the {sender}: {reason}")
    return told.format(n=position, sender=_(SENDERS[sender]), reason=certificate.reason)


def _alerts(events: Sequence[TlsEvent], verdict: Verdict, reading: Reading) -> Iterator[TlsAlert]:
    shown = [event for event in events if isinstance(event, PlainAlert) or event is verdict.refusal or _is_encrypted_alert(event)]
    reading.cut["alerts"] += len(shown) > reading.limits.alerts
    for event in shown[: reading.limits.alerts]:
        where = _at(reading.location, event.frame)
        if isinstance(event, PlainAlert):
            level = {1: "warning", 2: "fatal"}.get(event.level, f"level {event.level}")
            text = f"TLS alert from the {event.sender}: {level}, {alert_name(event.number)}"
            yield TlsAlert(event.sender, event.level == 2 or event is verdict.refusal, event.number, Evidence(where, text))
        elif isinstance(event, Encrypted) and event is verdict.refusal:
            text = f"one encrypted record of {event.length + 5} bytes from the {event.sender}, then the end: the shape of a TLS 1.3 alert"
            yield TlsAlert(event.sender, None, None, Evidence(where, text))
        else:
            yield TlsAlert(event.sender, None, None, Evidence(where, f"encrypted TLS alert from the {event.sender}"))


def _is_encrypted_alert(event: TlsEvent) -> bool:
    return isinstance(event, Encrypted) and event.kind == ALERT


def _summary(connection: CapturedConnection, flow: Flow, verdict: Verdict) -> str:
    ends = f"{_endpoint(connection.client, connection.client_port)} to {_endpoint(connection.server, connection.server_port)}"
    frames = f"packet {flow.first}" if flow.first == flow.last else f"packets {flow.first} to {flow.last}"
    tls = f"{connection.tls_version}, " if connection.tls_version else ""
    return f"{ends}, {frames}: {tls}{_sentence(connection, flow, verdict)}"


def _endpoint(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _sentence(connection: CapturedConnection, flow: Flow, verdict: Verdict) -> str:
    match connection.outcome:
        case ConnectionOutcome.NO_ANSWER:
            return f"{flow.syns} SYN, no answer"
        case ConnectionOutcome.REFUSED:
            return "the SYN was answered by RST"
        case ConnectionOutcome.NOT_TLS:
            return "the data is not TLS"
        case ConnectionOutcome.COMPLETED:
            return "handshake completed" + (" (resumed session)" if connection.resumed else "")
        case ConnectionOutcome.HANDSHAKE_REFUSED:
            alert = (
                f"alert {alert_name(verdict.refusal.number)}"
                if isinstance(verdict.refusal, PlainAlert)
                else "an encrypted alert, told by its shape"
            )
            return f"handshake refused by the {connection.refused_by} with {alert}"
        case ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE:
            how = f"reset by the {flow.reset_by}" if flow.reset_by else f"closed by the {flow.closed_by}"
            return f"{how} before the handshake was done"
        case ConnectionOutcome.INCOMPLETE:
            return "the capture does not show how the handshake ended"
