"""Real mutual TLS between two parties, by the openssl program, and what each side made of it.

Nothing of an outcome is typed in: codes, texts, depths, alerts and error strings are read from what ``openssl s_server`` and
``openssl s_client`` print. To repeat a case by hand, run the two commands of `_server` and `_client`.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.lab.certificates import Credential, slash

_NAME_FORMAT = "sep_comma_plus_space,space_eq,sname"
_DEPTH = re.compile(r"^depth=(\d+) (.*)$", re.M)
_VERIFY_ERROR = re.compile(r"^depth=(?P<depth>\d+) (?P<subject>.*)\nverify error:num=(?P<code>\d+):(?P<text>.*)$", re.M)
_OF_THE_PROGRAM = ("shutdown while in init",)
"""What the command itself does wrong after the handshake failed, from OpenSSL 3.6 on: no word of the connection."""
_ERROR = re.compile(r"^[0-9A-F]+:error:(?P<code>[0-9A-F]+):(?P<library>SSL routines):[^:]*:(?P<reason>[^:]*):.*$", re.M)
_ALERT = re.compile(r"^(?P<way>[<>])\S* \S+ \S+ Alert \[length 0002\], fatal .*\n +02 (?P<number>[0-9a-f]{2})$", re.M)
_TIMEOUT = 15.0


@dataclass(frozen=True)
class Party:
    """One end: the certificate it shows and the CA it trusts. ``prefix`` runs its program elsewhere (``ip netns exec ...``).

    ``old``: a release that takes SHA-1 signatures still; every other end refuses them, as OpenSSL does by default at security level 2.
    """

    leaf: Credential
    trust: Credential
    prefix: tuple[str, ...] = ()
    old: bool = False


@dataclass(frozen=True)
class Seen:
    """What one side saw. ``verify_code`` 0 means that it found nothing wrong (or got nothing to verify).

    ``failing_subject`` and ``failing_issuer`` are slash-form DNs of the certificate that OpenSSL named, "" when it named none. Alerts are
    numbers of fatal alerts, None for none. ``error`` is in the form of OpenSSL 3's ``ERR_error_string``, "" when nothing failed.
    """

    verify_code: int
    verify_text: str
    depth: int | None
    failing_subject: str
    failing_issuer: str
    alert_sent: int | None
    alert_received: int | None
    error: str


@dataclass(frozen=True)
class Outcome:
    """A handshake as both sides saw it. ``version`` is ``TLSv1.2`` or ``TLSv1.3``."""

    version: str
    client: Seen
    server: Seen

    @property
    def established(self) -> bool:
        """Neither side objected."""
        return not self.client.error and not self.server.error


def handshake(
    client: Party,
    server: Party,
    version: str = "TLSv1.2",
    *,
    address: str = "127.0.0.1",
    port: int = 0,
    source: str = "127.0.0.1",
    at: datetime | None = None,
) -> Outcome:
    """Let ``client`` connect from ``source`` to ``server`` at ``address``, once. Port 0 takes a free one.

    Both verify as of ``at`` (aware), or as of this machine's clock.
    """
    with connection(client, server, version, address=address, port=port, source=source, at=at) as outcome:
        return outcome


@contextmanager
def connection(
    client: Party,
    server: Party,
    version: str = "TLSv1.2",
    *,
    address: str = "127.0.0.1",
    port: int = 0,
    source: str = "127.0.0.1",
    at: datetime | None = None,
) -> Iterator[Outcome]:
    """As `handshake`, but a connection that came about stays open while the block runs."""
    with tempfile.TemporaryDirectory(prefix="lab-tls-") as folder:
        room = Path(folder)
        options = ["-" + version.lower().replace(".", "_").replace("v", "")]
        if at is not None:
            options += ["-attime", str(int(at.timestamp()))]
        listening = _start(room, "server", server, ["s_server", "-accept", f"{address}:{port}", "-naccept", "1", "-Verify", "5", *options])
        try:
            where = _wait(lambda: re.search(r"^ACCEPT ?(\S*)$", _read(room / "server.out"), re.M), listening)
            target = where.group(1) or f"{address}:{port}"  # it names the port only if it chose it
            dialing = _start(room, "client", client, ["s_client", "-bind", f"{source}:0", "-connect", target, "-verify", "5", *options])
            try:
                _settle(room, dialing, listening)
                yield Outcome(version, _seen(room, "client", client, server), _seen(room, "server", server, client))
                _quit(dialing, listening)
            finally:
                _end(dialing)
        finally:
            _end(listening)


def _start(room: Path, role: str, party: Party, arguments: list[str]) -> subprocess.Popen[bytes]:
    """One side's openssl, in its place, with its files; its words go to ``<role>.out`` and ``<role>.err``."""
    (room / f"{role}.pem").write_bytes(party.leaf.pem)
    (room / f"{role}.key").write_bytes(party.leaf.key_pem)
    (room / f"{role}-ca.pem").write_bytes(party.trust.pem)
    files = ["-cert", f"{role}.pem", "-key", f"{role}.key", "-CAfile", f"{role}-ca.pem"]
    common = ["-verify_return_error", "-msg", "-nameopt", _NAME_FORMAT]
    with (room / f"{role}.out").open("wb") as out, (room / f"{role}.err").open("wb") as err:
        level = ["-cipher", f"DEFAULT@SECLEVEL={0 if party.old else 2}"]
        command = [*party.prefix, "openssl", *arguments, *files, *common, *level]
        return subprocess.Popen(command, cwd=room, stdin=subprocess.PIPE, stdout=out, stderr=err)


def _settle(room: Path, dialing: subprocess.Popen[bytes], listening: subprocess.Popen[bytes]) -> None:
    """Until both sides have said how it ended. Success takes a moment more: a TLS 1.3 client hears of its refusal only afterwards."""
    done = re.compile(r"^CIPHER is ", re.M)
    _wait(lambda: done.search(_read(room / "server.out")) or dialing.poll() is not None or listening.poll() is not None, None)
    if done.search(_read(room / "server.out")):
        time.sleep(0.15)
    else:
        _wait(lambda: dialing.poll() is not None and listening.poll() is not None, None)


def _quit(dialing: subprocess.Popen[bytes], listening: subprocess.Popen[bytes]) -> None:
    """Let the client say goodbye (``Q``), if it is still there."""
    if dialing.poll() is None and dialing.stdin is not None:
        dialing.stdin.write(b"Q\n")
        dialing.stdin.flush()
    _wait(lambda: dialing.poll() is not None and listening.poll() is not None, None)


def _wait(ready: Callable[[], object], alive: subprocess.Popen[bytes] | None) -> re.Match[str]:
    """What ``ready`` gives as soon as it gives something true."""
    end = time.monotonic() + _TIMEOUT
    while time.monotonic() < end:
        found = ready()
        if found:
            return found  # type: ignore[return-value]  # callers that use it pass a search
        if alive is not None and alive.poll() is not None:
            raise RuntimeError(f"openssl ended early: {alive.args!r}")
        time.sleep(0.01)
    raise TimeoutError(f"the handshake did not end within {_TIMEOUT:.0f} s")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _seen(room: Path, role: str, own: Party, peer: Party) -> Seen:
    """Read one side's words."""
    said = _read(room / f"{role}.err")
    traffic = _read(room / f"{role}.out")
    verdict = _VERIFY_ERROR.search(said)
    subject = issuer = ""
    if verdict:
        named = _named(verdict["subject"], (peer.leaf, peer.trust, own.trust))
        subject, issuer = slash(named.subject), slash(named.issuer)
    errors = [one for one in _ERROR.finditer(said) if one["reason"] not in _OF_THE_PROGRAM]
    alerts = {m["way"]: int(m["number"], 16) for m in _ALERT.finditer(traffic)}
    return Seen(
        verify_code=int(verdict["code"]) if verdict else 0,
        verify_text=verdict["text"] if verdict else "ok",
        depth=int(verdict["depth"]) if verdict else None,
        failing_subject=subject,
        failing_issuer=issuer,
        alert_sent=alerts.get(">"),
        alert_received=alerts.get("<"),
        error=f"error:{errors[-1]['code']}:{errors[-1]['library']}::{errors[-1]['reason']}" if errors else "",
    )


def _named(printed: str, in_play: tuple[Credential, ...]) -> Credential:
    """The certificate whose subject OpenSSL printed; it can only be one of those that took part."""
    for credential in in_play:
        if slash(credential.subject) == "/" + re.sub(r", (\w+) = ", r"/\1=", printed.replace(" = ", "=", 1)):
            return credential
    raise LookupError(f"OpenSSL names a certificate that took no part: {printed}")
