"""What else stands in ``messages``: other processes, and the tunnel at work. Negative samples for every reader."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.lab.logs import Log

_FTD = (
    "SF-IMS[{pid}]: [{tid}] SFDataCorrelator:EventStreamHandler [INFO] Reset: Closing estreamer connection to:, role=Client",
    "SF-IMS[{pid}]: [{tid}] sfmbservice:sfmb_service [INFO] Received message on channel 3",
    "SF-IMS[{pid}]: [{tid}] ndclientd:ndclientd [INFO] Time since last write 60 seconds",
    "CROND[{pid}]: (root) CMD (/usr/local/sf/bin/check_disk_usage.sh > /dev/null)",
    "systemd[1]: Started Session {tid} of user root.",
    "sshd[{pid}]: Accepted publickey for admin from 203.0.113.5 port {tid} ssh2",
    "kernel: [{tid}.312442] nicstat: link state up",
)
_FMC = (
    "SF-IMS[3911]: [3962] CloudAgent:IPReputation [INFO] Response code: 200",
    "SF-IMS[{pid}]: [{tid}] sftunnel_status:audit [INFO] poll finished",
    "SF-IMS[{pid}]: [{tid}] ActionQueueScrape.pl:Task [INFO] Queue is empty",
    "SF-IMS[{pid}]: [{tid}] mojo_server.pl:httpd [INFO] certificate of client not requested on port 443",
    "CROND[{pid}]: (root) CMD (/usr/local/sf/bin/rotate_logs.pl > /dev/null)",
    "sshd[{pid}]: Connection closed by 203.0.113.5 port {tid} [preauth]",
    "systemd-logind[611]: New session {tid} of user admin.",
)


def everyday(log: Log, start: datetime, end: datetime, *, fmc: bool, every: timedelta = timedelta(minutes=13)) -> None:
    """Lines of other processes from ``start`` to ``end``."""
    texts = _FMC if fmc else _FTD
    when, number = start + timedelta(seconds=17), 0
    while when < end:
        log.raw(when, texts[number % len(texts)].format(pid=3000 + number * 37 % 5000, tid=20000 + number * 131 % 40000))
        number += 1
        when = start + every * number + timedelta(seconds=number * 53 % 240)


def transfers(log: Log, start: datetime, end: datetime, uuid: str, every: timedelta = timedelta(hours=2)) -> None:
    """Files that the manager pushes through a living tunnel, from ``start`` to ``end``."""
    when, task = start + timedelta(minutes=9), 449
    while when < end:
        log.transfer(when, 4171, uuid, task)
        task += 3
        when += every
