"""Texts as people paste them: prompts, dates of an InternalCA, blocks of a status output."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.stated.case_file import read_case_file

TODAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
VALID = "notBefore=Aug  3 09:10:00 2022 GMT\nnotAfter=Jul 31 09:10:00 2032 GMT\n"
ENDED = "notBefore=Nov 18 10:00:00 2016 GMT\nnotAfter=Nov 16 10:00:00 2026 GMT\n"
RENEWED = "notBefore=Nov 21 09:00:14 2026 GMT\nnotAfter=Nov 18 09:00:14 2036 GMT\n"
SOON = "notBefore=Dec 20 10:00:00 2016 GMT\nnotAfter=Dec 18 10:00:00 2026 GMT\n"
CA = "/etc/sf/ca_root/cacert.pem"
FOLDER = "/var/sf/peers/5c0ce9c4-5a5f-11ec-9d5c-8f0b4d3a2c11"


def at_fmc(host: str) -> str:
    return f"root@{host}:/Volume/home/admin# "


def at_ftd(host: str) -> str:
    return f"root@{host}:/home/admin# "


def dates(prompt: str, said: str, path: str = CA) -> str:
    """The dates of a certificate file, asked at a prompt."""
    return f"{prompt}openssl x509 -noout -dates -in {path}\n{said}"


def up(name: str, address: str, start: str = "Wed Nov 11 08:00:12 2026", heartbeat: str = "Sun Nov 22 21:30:08 2026") -> str:
    return (
        f"**RUN STATUS****{name}*************\n\tChannelA Connected: Yes, Interface eth0\n\tChannelB Connected: Yes, Interface eth0\n"
        f"\tRegistration: Completed.\n\tIPv4 Connection to peer '{address}' Start Time: {start} UTC\n\n"
        f"\tHeartbeat Send Time: {heartbeat} UTC\n\tHeartbeat Received Time: {heartbeat} UTC\n\n"
    )


def down(name: str, address: str, attempted: str = "Sun Nov 22 21:29:57 2026") -> str:
    return (
        f"**RUN STATUS****{name}*************\n\tChannelA Connected: No\n\tChannelB Connected: No\n\tRegistration: Completed.\n"
        f"\tConnection to peer '{address}' Attempted at {attempted} UTC\n\tLast disconnect time : Sat Nov 21 03:12:44 2026 UTC\n\n"
    )


def status(prompt: str, *blocks: str, own: str = "192.0.2.10") -> str:
    """A status output with its head, which names the own address."""
    head = (
        "SFTUNNEL Start Time: Wed Nov 11 07:59:01 2026\n\n\tBoth IPv4 and IPv6 connectivity is supported\n\tManagement Interfaces: 1\n"
        f"\teth0 (control events) {own},\n\n***********************\n\n"
    )
    return f"{prompt}sftunnel_status.pl\n{head}{''.join(blocks)}{prompt}\n"


def judged(texts: Mapping[str, str] | str, facts: str = "", taken: datetime = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) -> Result:
    """The result for these files, by name. ``facts`` is what a person states (YAML), ``taken`` the time of the files."""
    files = {"case.txt": texts} if isinstance(texts, str) else texts
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "given"
        root.mkdir()
        for file, text in files.items():
            path = root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            os.utime(path, (taken.timestamp(), taken.timestamp()))
        stated = Path(name) / "case.yaml"
        stated.write_text(facts, encoding="utf-8")
        statements = read_case_file(stated) if facts else ()
        return analyze([root], Options(as_of=TODAY, as_of_source="--as-of", statements=statements))
