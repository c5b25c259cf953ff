"""Why a tunnel failed: verify codes, alerts and TCP outcomes of either side, brought to one vocabulary (field notes 2.3, 2.4, 5.3)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import Struct

from analyzer.model.capture import CapturedConnection, ConnectionOutcome, Sender, Software
from analyzer.model.case import Failure, FailureReason
from analyzer.model.location import Evidence
from analyzer.model.log import AttemptOutcome, ConnectionAttempt, LogKind, Side
from analyzer.texts import N_, _

R = FailureReason

BY_VERIFY_CODE: dict[int, FailureReason] = {
    7: R.SIGNATURE,
    9: R.NOT_YET_VALID,
    10: R.EXPIRED,
    18: R.UNTRUSTED,
    19: R.UNTRUSTED,
    20: R.UNTRUSTED,
    21: R.UNTRUSTED,
    23: R.REVOKED,
    26: R.PURPOSE,
    79: R.PURPOSE,
    66: R.WEAK,
    67: R.WEAK,
    68: R.WEAK,
}
"""OpenSSL X509 verify codes, by number (texts differ by version)."""

BY_ALERT: dict[int, FailureReason] = {
    40: R.PROTOCOL,
    42: R.BAD_CERTIFICATE,
    43: R.BAD_CERTIFICATE,
    44: R.REVOKED,
    45: R.EXPIRED,
    46: R.BAD_CERTIFICATE,
    48: R.UNTRUSTED,
    51: R.SIGNATURE,
    70: R.PROTOCOL,
    109: R.PROTOCOL,
    116: R.NO_CERTIFICATE,
}
"""TLS alert numbers (RFC 8446, section 6)."""

BY_OPENSSL_REASON: dict[int, FailureReason] = {199: R.NO_CERTIFICATE, 279: R.PROTOCOL}
"""Local OpenSSL reason codes that name no alert and no verify code."""

ALERT_NAMES: dict[int, str] = {
    40: "handshake failure",
    42: "bad certificate",
    43: "unsupported certificate",
    44: "certificate revoked",
    45: "certificate expired",
    46: "certificate unknown",
    48: "unknown CA",
    51: "decrypt error",
    70: "protocol version",
    109: "missing extension",
    116: "certificate required",
}

VERIFY_NAMES: dict[int, str] = {
    7: "certificate signature failure",
    9: "certificate is not yet valid",
    10: "certificate has expired",
    18: "self-signed certificate",
    19: "self-signed certificate in certificate chain",
    20: "unable to get local issuer certificate",
    21: "unable to verify the first certificate",
    23: "certificate revoked",
    26: "unsuitable certificate purpose",
    66: "EE certificate key too weak",
    67: "CA certificate key too weak",
    68: "CA signature digest algorithm too weak",
    79: "invalid CA certificate",
}

FAILED = (AttemptOutcome.HANDSHAKE_FAILED, AttemptOutcome.TCP_FAILED, AttemptOutcome.LOST)
"""Outcomes of an attempt in a log that are a failure."""

_SAME_INCIDENT = timedelta(hours=1)
_OTHER_END = {"manager": "device", "device": "manager", "": ""}
_WORD = {"manager": N_("the FMC"), "device": N_("the device"), "": N_("one end")}


class Seen(Struct, frozen=True):
    """One failure and the evidence for it."""

    failure: Failure
    evidence: tuple[Evidence, ...]

    @property
    def detail(self) -> tuple[bool, bool, bool]:
        """How much it tells: a verdict, a name, an alert."""
        failure = self.failure
        return (failure.verify_code is not None, bool(failure.failing_subject), failure.alert is not None)


def of_attempt(attempt: ConnectionAttempt) -> Seen | None:
    """The failure of a logged attempt, None when it did not fail."""
    if attempt.outcome not in FAILED:
        return None
    writer = "" if attempt.side is Side.UNKNOWN else attempt.side.value
    seen_by = writer
    reason = next((e.reason for e in attempt.events if e.reason in BY_OPENSSL_REASON), None)
    if attempt.outcome is AttemptOutcome.TCP_FAILED:
        kind, text = _of_tcp(attempt)
    elif attempt.outcome is AttemptOutcome.LOST:
        kind, text = R.OTHER, _("the log says: {words}").format(words=_words(attempt))
    elif attempt.verify_code is not None:
        kind = BY_VERIFY_CODE.get(attempt.verify_code, R.OTHER)
        words = VERIFY_NAMES.get(attempt.verify_code) or attempt.verify_text
        text = _("{end} rejected the other end's certificate: verify code {code}, {words}").format(
            end=_(_WORD[writer]), code=attempt.verify_code, words=words
        )
    elif attempt.alert is not None:
        seen_by = _OTHER_END[writer]
        kind = BY_ALERT.get(attempt.alert, R.OTHER)
        text = _refused(seen_by, attempt.alert)
    elif reason is not None:
        kind, text = BY_OPENSSL_REASON[reason], _("the handshake failed with OpenSSL reason {reason}").format(reason=reason)
    else:
        kind, text = R.OTHER, _("the handshake failed; the lines with the reason are cut off or missing")
    if attempt.failing_subject and attempt.verify_code is not None:
        about = _("{failure} (about {subject}, a root)") if attempt.blames_root else _("{failure} (about {subject})")
        text = about.format(failure=text, subject=attempt.failing_subject)
    failure = Failure(
        reason=kind,
        source="log",
        seen_by=seen_by,
        verify_code=attempt.verify_code,
        alert=attempt.alert,
        failing_subject=attempt.failing_subject,
        blames_root=attempt.blames_root,
        time=attempt.ended or attempt.started,
        text=text,
        openssl_reason=reason if attempt.verify_code is None and attempt.alert is None else None,
    )
    telling = (LogKind.VERIFY_ERROR, LogKind.ISSUER, LogKind.SUBJECT, LogKind.SSL_ERROR, LogKind.HANDSHAKE_FAILED)
    others = tuple(e.evidence for e in attempt.events if e.kind in telling and e.evidence != attempt.decisive)
    return Seen(failure, (attempt.decisive, *others[:6]))


def _of_tcp(attempt: ConnectionAttempt) -> tuple[FailureReason, str]:
    kinds = {event.kind for event in attempt.events}
    if LogKind.CONNECTION_REFUSED in kinds:
        return R.REFUSED, _("the TCP connection was refused")
    if LogKind.CONNECTION_TIMED_OUT in kinds:
        return R.NOT_REACHED, _("nothing answered on TCP")
    return R.NOT_REACHED, _("the TCP connection was never established")


def _words(attempt: ConnectionAttempt) -> str:
    """What the log itself says, from the line that decides."""
    return next((event.message for event in attempt.events if event.evidence == attempt.decisive), attempt.events[0].message)[:200]


def _refused(by: str, alert: int) -> str:
    name = ALERT_NAMES.get(alert) or _("an alert with an unknown name")
    return _("{end} rejected the handshake with alert {alert}, {name}").format(end=_(_WORD[by]), alert=alert, name=name)


def of_connection(connection: CapturedConnection, *, manager_serves: bool) -> Seen | None:
    """The failure of a captured connection, None when it did not fail or the capture does not show it."""
    ends = {Sender.SERVER: "manager" if manager_serves else "device", Sender.CLIENT: "device" if manager_serves else "manager"}
    seen_by, alert = "", None
    evidence: tuple[Evidence, ...] = (connection.summary,)
    if connection.outcome is ConnectionOutcome.NO_ANSWER:
        kind, text = (
            R.NOT_REACHED,
            _("{client} sent SYN to {server}:{server_port}, nothing answered").format(
                client=connection.client, server=connection.server, server_port=connection.server_port
            ),
        )
    elif connection.outcome is ConnectionOutcome.REFUSED:
        seen_by = ends[Sender.SERVER]
        kind, text = (
            R.REFUSED,
            _("{server}:{server_port} answered the SYN of {client} with RST").format(
                server=connection.server, server_port=connection.server_port, client=connection.client
            ),
        )
    elif connection.outcome is ConnectionOutcome.HANDSHAKE_REFUSED:
        seen_by = ends[connection.refused_by] if connection.refused_by else ""
        plain = next((a for a in connection.alerts if a.number is not None and a.sender == connection.refused_by), None)
        if plain is not None:
            alert = plain.number
            kind = BY_ALERT.get(alert or 0, R.OTHER)
            text = _refused(seen_by, alert or 0)
            evidence = (plain.evidence, connection.summary)
        else:
            kind = R.CLIENT_REFUSED_HIDDEN
            text = _("{end} rejected the other end's certificate; TLS 1.3 encrypts the alert").format(end=_(_WORD[seen_by]))
    elif connection.outcome in (ConnectionOutcome.NOT_TLS, ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE):
        kind, text = (
            R.OTHER,
            _("the connection to {server}:{server_port} ended before a TLS handshake").format(
                server=connection.server, server_port=connection.server_port
            ),
        )
    else:
        return None
    if connection.software is not Software.SFTUNNEL and kind is R.EXPIRED:
        kind = R.OTHER  # the alert is quoted; whether an InternalCA or its leaf ended cannot be told
        text = _("{failure} (TCP {port}, presumably sftunnel: neither the capture nor other evidence proves it)").format(
            failure=text, port=connection.server_port
        )
    failure = Failure(
        reason=kind,
        source="capture",
        seen_by=seen_by,
        verify_code=None,
        alert=alert,
        failing_subject="",
        blames_root=False,
        time=connection.started,
        text=text,
    )
    return Seen(failure, evidence)


def newest(failures: Iterable[Seen], success: datetime | None, skew: timedelta = timedelta()) -> Seen | None:
    """The failure to speak of: the newest that no later success undid; within one hour of it the one that tells most.

    ``skew`` is how far the manager's clock is ahead of the device's: what the device logged is compared by the manager's clock, or a device
    whose clock is behind would never have the last word.
    """
    timed = [(seen, _by_managers_clock(seen.failure, skew)) for seen in failures]
    living = [(seen, time) for seen, time in timed if success is None or time is None or time > success]
    if not living:
        return None
    last = max((time for _, time in living if time is not None), default=None)
    near = [seen for seen, time in living if last is None or time is None or last - time <= _SAME_INCIDENT]
    best = max(seen.detail for seen in near)
    return [seen for seen in near if seen.detail == best][-1]


def _by_managers_clock(failure: Failure, skew: timedelta) -> datetime | None:
    writer = failure.seen_by if failure.verify_code is not None else _OTHER_END[failure.seen_by]
    ahead = skew if failure.source == "log" and writer == "device" else timedelta()
    if failure.time is None:
        return None
    with suppress(OverflowError):  # a log of the year 9999
        return failure.time + ahead
    return failure.time
