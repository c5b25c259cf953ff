"""Writes ``messages`` in the documented grammar (field notes 2.1), with what really happened in a handshake.

The order of the lines is that of document 222464. Texts that are cut in the document come from ``assumed.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.lab.assumed import assumed
from tests.lab.tls import Seen

ATTEMPT_EVERY = timedelta(seconds=44)
"""A public registration log shows attempts about every 44 seconds."""


@dataclass
class Log:
    """The log of one box. ``process`` is ``sftunnel`` (document 222464) or ``sftunneld`` (older public posts): both occur.

    ``dated``: lines begin as in ``comms.log`` (a public triage script reads ``YYYY-MM-DD HH:MM:SS`` there), else as in ``messages``.
    """

    host: str
    pid: int = 50792
    process: str = "sftunnel"
    dated: bool = False
    lines: list[tuple[datetime, str]] = field(default_factory=list)

    def raw(self, when: datetime, text: str) -> None:
        """A line of any process: time, host, text."""
        if self.dated:
            self.lines.append((when, assumed("log.comms-line", when=f"{when:%Y-%m-%d %H:%M:%S}", host=self.host, text=text)))
        else:
            self.lines.append((when, f"{when:%b} {when.day:2d} {when:%H:%M:%S} {self.host} {text}"))

    def say(self, when: datetime, tid: int, level: str, message: str, module: str = "sf_ssl") -> None:
        """A line of sftunnel."""
        self.raw(when, f"SF-IMS[{self.pid}]: [{tid}] {self.process}:{module} [{level}] {message}")

    def text(self, start: datetime | None = None, end: datetime | None = None) -> bytes:
        """The lines from ``start`` up to ``end``, in order of time."""
        chosen = (
            line
            for when, line in sorted(self.lines, key=lambda x: x[0])
            if (start is None or when >= start) and (end is None or when < end)
        )
        return "".join(line + "\n" for line in chosen).encode()

    def last(self, end: datetime | None = None) -> datetime:
        """The time of the last line before ``end``: the time of change of the file."""
        return max(when for when, _ in self.lines if end is None or when < end)

    def dialing(self, when: datetime, tid: int, peer: str) -> None:
        """The TCP part of an attempt that this box starts."""
        self.say(when, tid, "INFO", assumed("log.initiating", address=peer))
        self.say(when, tid, "INFO", assumed("log.waiting", address=peer))

    def tcp_failed(self, when: datetime, tid: int, peer: str, error: str) -> None:
        """An attempt without TCP; ``error`` is the system's text for it."""
        self.dialing(when, tid, peer)
        self.say(when + timedelta(seconds=10), tid, "ERROR", assumed("log.tcp-failed", address=peer, error=error))

    def failed_as_client(self, when: datetime, tid: int, peer: str, seen: Seen) -> None:
        """An attempt that this box started, as the FTD of document 222464 logs it: verify error if it objected, then the failure."""
        self.dialing(when, tid, peer)
        self.say(when, tid, "INFO", assumed("log.tcp-connected", address=peer))
        self._objection(when, tid, seen)
        self.say(when, tid, "ERROR", assumed("log.ssl-error", error=seen.error))
        self.say(when, tid, "ERROR", assumed("log.handshake-failed"))
        self.say(when, tid, "WARN", assumed("log.verification-status", text=seen.verify_text))

    def failed_as_server(self, when: datetime, tid: int, peer: str, seen: Seen) -> None:
        """An attempt of the other box, as the FMC of document 222464 logs it."""
        if seen.verify_code == 0:
            self.say(when, tid, "INFO", assumed("log.verify-callback"))
        self._objection(when, tid, seen)
        self.say(when, tid, "ERROR", assumed("log.ssl-error", error=seen.error))
        self.say(when, tid, "WARN", assumed("log.util-handshake"))
        self.say(when, tid, "WARN", assumed("log.util-status", text=seen.verify_text))
        self.say(when, tid, "WARN", assumed("log.util-peer", address=peer))
        self.say(when, tid, "INFO", assumed("log.util-failed", address=peer))
        self.say(when, tid, "ERROR", assumed("log.unable"))
        self.say(when, tid, "ERROR", assumed("log.ret-accept", text=seen.verify_text))
        self.say(when, tid, "ERROR", assumed("log.iret-connect", text="not started"))
        self.say(when, tid, "ERROR", assumed("log.establish-failed", address=peer))

    def established(self, when: datetime, tid: int, peer: str) -> None:
        """An attempt that this box started and that succeeded, with both channels (control and event)."""
        self.dialing(when, tid, peer)
        self.say(when, tid, "INFO", assumed("log.tcp-connected", address=peer))
        self.say(when, tid, "INFO", assumed("log.verify-callback"))
        self.say(when + timedelta(seconds=1), tid, "INFO", assumed("log.established", address=peer))

    def went_down(self, when: datetime, tid: int, peer: str) -> None:
        """The moment that both channels went."""
        self.say(when, tid, "INFO", assumed("log.shutdown-peer", address=peer), module="sf_connections")

    def transfer(self, when: datetime, tid: int, uuid: str, task: int) -> None:
        """Healthy traffic through the tunnel: a file pushed to a device (public post, field notes 2.2)."""
        path = "/var/sf/cloud_download/full_bcdb_rep_5.40.bin"
        self.say(when, tid, "INFO", f"stream_src={path}", module="stream_file")
        self.say(when, tid, "INFO", f"Opened file '{path}'", module="stream_file")
        self.say(when, tid, "INFO", f"Initiated fstream task pushing {path} to {uuid}, task_id {task}", module="stream_file")

    def _objection(self, when: datetime, tid: int, seen: Seen) -> None:
        if seen.verify_code == 0:
            return
        self.say(when, tid, "ERROR", assumed("log.certificate-error", depth=seen.depth))
        self.say(when, tid, "ERROR", assumed("log.issuer", name=seen.failing_issuer))
        self.say(when, tid, "ERROR", assumed("log.subject", name=seen.failing_subject))
        self.say(when, tid, "ERROR", f"err {seen.verify_code}:{seen.verify_text}")


def attempts(start: datetime, end: datetime, every: timedelta = ATTEMPT_EVERY) -> Iterator[tuple[datetime, int]]:
    """Times and thread numbers of attempts from ``start`` to ``end``; a new thread now and then, a second's jitter."""
    when, number = start, 0
    while when < end:
        yield when, 51982 + number // 3
        number += 1
        when = start + every * number + timedelta(seconds=number * 7 % 3)
