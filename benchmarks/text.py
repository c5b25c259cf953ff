"""The text of an appliance: log lines of everything else, and now and then an attempt of sftunnel."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from tests.lab.cast import COLLECTED
from tests.lab.logs import Log
from tests.lab.tls import Seen

PIECE_BYTES = 1 << 20

_LINES = (
    "{host} SF-IMS[{pid}]: [{tid}] SFDataCorrelator:EventStore [INFO] Processed {n} events for {hex} in {small} ms, queue {small}",
    "{host} snort[{pid}]: [1:{n}:{small}] session {ip}:{port} -> {ip}:{port} closed, {n} bytes, flow {hex}",
    "{host} mysqld[{pid}]: [Note] table sfsnort.connection_log_{n}: {n} rows checked, key {hex}, {small} repaired",
    "{host} sudo: www : TTY=unknown ; PWD=/var/tmp ; USER=root ; COMMAND=/usr/local/sf/bin/sf-task --id {n} --uuid {hex}",
    "{host} SF-IMS[{pid}]: [{tid}] Pruner:Prune [DEBUG] /var/sf/detection_engines/{hex}/unified.{n} kept, {small} % of quota",
    "{host} kernel: [{n}.{small}] br1: port {small}(eth{small}) received packet on {hex} with own address",
    "{host} httpsd[{pid}]: {ip} - admin GET /ui/health/{hex}?page={small} 200 {n}",
    "{host} java[{pid}]: com.cisco.nm.vms.api.dc.DCEvent thread-{small} took {n} us for object {hex}",
)


def pieces(count: int, seed: int, size: int = PIECE_BYTES, host: str = "fmc-1") -> list[bytes]:
    """``count`` different pieces of about ``size`` bytes of whole lines in which sftunnel does not occur."""
    draw = random.Random(seed)  # noqa: S311 - text, not a key
    return [_piece(draw, size, host) for _ in range(count)]


def _piece(draw: random.Random, size: int, host: str) -> bytes:
    out: list[str] = []
    when, length = COLLECTED - timedelta(days=2), 0
    while length < size:
        when += timedelta(seconds=draw.random() < 0.1)
        number = draw.getrandbits(64)
        line = f"{when:%b} {when.day:2d} {when:%H:%M:%S} " + _LINES[number & 7].format(
            host=host,
            pid=1000 + (number >> 3 & 0xFF),
            tid=2000 + (number >> 11 & 0x3FF),
            n=number >> 21 & 0xFFFFF,
            small=number >> 41 & 0x3F,
            hex=f"{number >> 16 & 0xFFFFFFFF:08x}",
            ip=f"10.{number >> 47 & 7}.{number >> 50 & 63}.{number >> 56}",
            port=1024 + (number >> 40 & 0xFFFF),
        )
        out.append(line)
        length += len(line) + 1
    return ("\n".join(out) + "\n").encode()


EXPIRED = Seen(
    verify_code=10,
    verify_text="certificate has expired",
    depth=1,
    failing_subject="/title=InternalCA/OU=Intrusion Management System/CN=8a1a4f0e-a1a7-11e6-8001-00005e005301/O=Cisco Systems, Inc",
    failing_issuer="/title=InternalCA/OU=Intrusion Management System/CN=8a1a4f0e-a1a7-11e6-8001-00005e005301/O=Cisco Systems, Inc",
    alert_sent=45,
    alert_received=None,
    error="error:0A000086:SSL routines::certificate verify failed",
)
REFUSED = Seen(
    verify_code=0,
    verify_text="ok",
    depth=None,
    failing_subject="",
    failing_issuer="",
    alert_sent=None,
    alert_received=45,
    error="error:0A000415:SSL routines::sslv3 alert certificate expired",
)
"""What OpenSSL says on both sides when the CA has expired; `tests.lab.tls` obtains the same from real handshakes."""


def attempts(start: datetime, count: int, address: str, host: str = "fmc-1") -> bytes:
    """``count`` failed attempts of the device at ``address``, 44 seconds apart, as the manager logs them."""
    log = Log(host, pid=1504, process="sftunneld")
    for number in range(count):
        log.failed_as_server(start + timedelta(seconds=44 * number), 4171 + number % 7, address, REFUSED)
    return log.text()
