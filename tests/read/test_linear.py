"""Whatever a member holds: no reader raises, and eight times the input takes about eight times the work, not sixty-four times."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.location import Location
from analyzer.model.member import Damage, DamageKind, Member
from analyzer.read.context import ReadContext
from analyzer.read.members import read_member
from tests.read import builders_certificates as build

CONTEXT = ReadContext(datetime(2026, 11, 23, tzinfo=UTC))
LINE = b"Nov 20 10:00:00 ftd-1 SF-IMS[4242]: [4243] sftunnel:sf_ssl [INFO] Initiating IPv4 connection to 192.0.2.10:8305/tcp\n"
UUID = b"c8d5d5c6-87c9-11ef-a993-b9831565bc4e"
SMALL = 40_000
"""Bytes of the smaller input; the larger has eight times as many."""

PATTERNS: dict[str, tuple[bytes, str]] = {
    "a line without end": (b"a", "messages"),
    "log lines": (LINE, "messages"),
    "one line of sftunnel": (b"sftunnel ", "messages"),
    "headers without end": (b"Nov 20 10:00:00 ", "messages"),
    "blank lines": (b"\n", "cacert.pem"),
    "blocks that begin": (b"-----BEGIN CERTIFICATE-----\n", "cacert.pem"),
    "blocks on one line": (b"-----BEGIN CERTIFICATE-----", "cacert.pem"),
    "a block without end": (b"MIIB" * 16 + b"\n", "cacert.pem"),
    "blocks that are all there is": (b"-----BEGIN X-----\n" + (b"M" * 64 + b"\n") * 20 + b"-----END X-----\n", "cacert.pem"),
    "short lines of one block": (b"M\n", "cacert.pem"),
    "keys": (build.pem(build.key_der(build.ec_key()), "PRIVATE KEY").encode(), "key.pem"),
    "prompts": (b"root@fmc-1:~# sftunnel_status.pl\n", "session.txt"),
    "prompts on one line": (b"root@fmc-1:~# ", "session.txt"),
    "status": (b"PEER INFO:\n\tsw_version 7.2.5\n**RPC STATUS****192.0.2.10*************\n", "sftunnel_status.txt"),
    "pushes": (UUID + b" ftd-1 192.0.2.10 /etc/sf/ca_root/cacert.pem /var/sf/peers/" + UUID + b"/cacert.pem\n", "FAILED_PUSH"),
    "pushes on one line": (UUID + b" ", "FAILED_PUSH"),
    "a list": (b"ftd-1,192.0.2.10,admin,password\n", "devices.csv"),
    "a list of other columns": (b"admin;Passw0rd!;192.0.2.10;ftd-1\n", "notes.txt"),
    "columns of addresses": (b"|192.0.2.10|", "notes.txt"),
    "records with passwords": (b'{"host": "192.0.2.10", "user": "admin", "password": "Passw0rd"}\n', "list.json"),
    "records with passwords on one line": (b'"host": "192.0.2.10", "user": "admin", "password": "x", ', "list.json"),
    "words of passwords": (b"password ", "notes.txt"),
    "commas": (b",192.0.2.10,", "notes.txt"),
    "quotes": (b'"', "devices.csv"),
    "open braces": (b"{", "PEERS_MAP.JSON"),
    "keys of an object": (b'"' + UUID + b'": {}, ', "PEERS_MAP.JSON"),
    "a listing": (b"-rw-r--r-- 1 root root 1.3K Nov 20 10:00 cacert.pem\n", "ls.txt"),
    "rows of a database": (b"V\t260101000000Z\t\t01\tunknown\t/title=InternalCA\n", "index.txt"),
    "dates": (b"notBefore=Nov 20 10:00:00 2016 GMT\nnotAfter=Nov 18 10:00:00 2026 GMT\n", "dates.txt"),
    "dates of the long form": (
        b"            Not Before: Nov 20 10:00:00 2016 GMT\n            Not After : Nov 18 10:00:00 2026 GMT\n",
        "dates.txt",
    ),
    "what generate_certs printed": (b"Generating new certificate for " + UUID + b" at ip 192.0.2.10\n", "session.txt"),
    "hex": (b"ab:", "session.txt"),
    "strings of a list": (b'"root@fmc-1:~# sftunnel_status.pl",\n', "list.txt"),
    "a list in one line": (b"[" + b"'sftunnel', ", "list.txt"),
    "quotes that do not end": (b'"sftunnel\\', "list.txt"),
    "escaped pages": (b"&lt;br&gt;sftunnel", "page.html"),
    "bold commands": (b"**openssl x509 -in a**\n", "note.md"),
    "quoted lines": (b"> root@fmc-1:~# sftunnel_status.pl\n> PEER:192.0.2.10\n", "mail.txt"),
    "numbered lines": (b"   12\troot@fmc-1:~# sftunnel_status.pl\n   13\tPEER:192.0.2.10\n", "mail.txt"),
    "quote marks": (b">", "mail.txt"),
    "lines of eighty": (b"Nov 20 10:00:00 ftd-1 SF-IMS[4242]: [4243] sftunnel:sf_ssl [INFO] Initiating IPv\n4 connection\n", "mail.txt"),
    "rows of a page": (b"| 1 | notAfter=Nov 18 10:00:00 2026 GMT |\n", "mail.md"),
    "bars": (b"|", "mail.md"),
    "tags": (b"<br>notAfter=Nov 18 10:00:00 2026 GMT", "page.html"),
    "tags that do not end": (b"<p sftunnel ", "page.html"),
    "scripts": (b"<script>sftunnel", "page.html"),
    "entities": (b"&lt;sftunnel&amp;", "page.html"),
    "escaped line ends": (b"sftunnel\\nPEER:192.0.2.10\\n", "ticket.txt"),
    "backslashes": (b"\\", "ticket.txt"),
    "backspaces": (b"sftunnel\x08", "putty.log"),
    "escape codes": (b"\x1b[1mx\x1b[9@\x1b[K", "putty.log"),
    "carriage returns": (b"sftunnel\r", "putty.log"),
    "zero width": ("sftunnel\u200b".encode(), "page.txt"),
    "words of commands": (b"openssl x509 'a \"b ", "session.txt"),
    "JSON lines": (b'{"message": "SF-IMS[1]: [2] sftunneld:sf_ssl [ERROR] x", "host": "ftd-1"}\n', "log.json"),
    "times": (b"2026-11-20 10:00:00 Nov 20 10:00:00 1789000000 ", "messages"),
    "lines that nobody understands": (b"sftunnel is odd today\n", "note.txt"),
    "wordings that nobody knows": (b"Nov 20 10:00:00 ftd-1 SF-IMS[1]: [2] sftunneld:sf_x [WARN] odd\n", "messages"),
    "passwords": (b"password ", "session.txt"),
    "certificates as text": (
        b"subject=title = InternalCA, CN = a\nissuer=title = InternalCA\nnotAfter=Nov 18 10:00:00 2026 GMT\n",
        "x509.txt",
    ),
    "a name without end": (b"subject=" + b"CN = a, " * 40, "x509.txt"),
    "links of a chain": (b" 0 s:title = InternalCA, CN = a\n   i:title = InternalCA, CN = a\n", "s_client.txt"),
    "verdicts of a chain": (b"error 10 at 1 depth lookup: certificate has expired\n", "verify.txt"),
    "loops over files": (b"root@fmc-1:~# for f in " + b"a.pem " * 30 + b"; do openssl x509 -noout -in $f; done\n", "session.txt"),
    "quotes of a command": (b"root@fmc-1:~# openssl x509 'a\n", "session.txt"),
    "packets": (b"10:43:00.366139 IP 203.0.113.5.39606 > 198.51.100.5.8305: Flags [S], length 0\n", "tcpdump.txt"),
    "packets on one line": (b"203.0.113.5.39606 > 198.51.100.5.8305: ", "tcpdump.txt"),
    "a packet list": (b"1 0.000000 203.0.113.5 198.51.100.5 TCP 74 39606 -> 8305 [SYN] Len=0\n", "list.txt"),
    "tests of the port": (b"nc: connect to 203.0.113.5 port 8305 (tcp) failed: Connection refused\n", "tests.txt"),
    "commands that test": (b"root@ftd-1:~# telnet 203.0.113.5 8305\n", "tests.txt"),
    "names where a test may be": (b"8305 telnet a." + b"a." * 40 + b"\n", "tests.txt"),
    "denials": (b"fw : %ASA-4-106023: Deny tcp src a:203.0.113.5/1 dst b:198.51.100.5/8305 by\n", "asa.log"),
    "names where a denial may be": (b"8305 denied tcp " + b"a/" * 60 + b"\n", "asa.log"),
    "alerts": (b"Appliance ftd-1 is not sending heartbeats\n", "mail.txt"),
    "names where an alert may be": (b"a" * 90 + b" heartbeats\n", "mail.txt"),
    "records": (b'{"name": "ftd-1", "hostName": "203.0.113.5", "isConnected": false}\n', "devices.json"),
    "records that are never closed": (b'{"name": "ftd-1", "isConnected": false, "x": ', "devices.json"),
    "strings without end": (b'{"isConnected": "' + b"\\\\" * 20, "devices.json"),
    "a table": (b"+--+--+\n| uuid | name |\n+--+--+\n| " + UUID + b" | a |\n", "table.txt"),
    "rows of a table": (b"*************************** 1. row ***************************\nname: a\n", "table.txt"),
    "cells between tabs": (b"name\tip\tuuid\n", "table.txt"),
    "processes": (b"root 7119 3105 0 Nov20 ? 00:14:02 /ngfw/usr/local/sf/bin/sftunnel -d\n", "ps.txt"),
    "files that are not there": (b"ls: cannot access '/etc/sf/a': No such file or directory\n", "ls.txt"),
    "frames of a version": (b"----[ a ]----\nModel : FMC Version 7.2.5 (Build 208)\n", "version.txt"),
    "settings of a network": (b"===[ System Information ]===\nHostname : a\n", "network.txt"),
    "comments": (b"# \n", "plan.txt"),
    "blanks in a comment": (b"# " + b" " * 60, "plan.txt"),
}


def member(data: bytes, name: str) -> Member:
    def chunks() -> Iterator[bytes]:
        for at in range(0, len(data), 1 << 20):
            yield data[at : at + (1 << 20)]

    return Member(Location("case.tar", name), name, len(data), None, chunks)


def work(data: bytes, name: str) -> float:
    """Seconds of the processor, the better of two. What the garbage collector looks through is the whole suite's, so it waits."""
    taken = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(2):
            start = time.process_time()
            for fact in read_member(member(data, name), CONTEXT):
                assert not (isinstance(fact, Damage) and fact.kind is DamageKind.ERROR), fact
            taken.append(time.process_time() - start)
    finally:
        gc.enable()
    return min(taken)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_work_grows_as_the_input_does(pattern: str) -> None:
    unit, name = PATTERNS[pattern]
    small, large = ((unit * (size // len(unit) + 1))[:size] for size in (SMALL, 8 * SMALL))

    # A machine that was busy for a moment is asked again; work that grows as the square is too much each time.
    assert any(work(large, name) < 8 * 3 * max(work(small, name), 0.005) for _ in range(3))


def memory(data: bytes, name: str) -> int:
    """Bytes that a reader held at most beside its input, its facts not kept."""
    tracemalloc.start()
    for _ in read_member(member(data, name), CONTEXT):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("pattern", PATTERNS)
def test_memory_grows_as_the_input_does(pattern: str) -> None:
    unit, name = PATTERNS[pattern]
    small, large = (memory((unit * (size // len(unit) + 1))[:size], name) for size in (SMALL // 4, 2 * SMALL))

    assert large < 8 * 2 * max(small, 200_000)


HEADS = st.sampled_from(
    [b"", b"\x30\x82", b"\xd4\xc3\xb2\xa1", b"\x0a\x0d\x0d\x0a", b"\xff\xfe", LINE, b"-----BEGIN PRIVATE KEY-----\n", b"root@fmc-1:~# "]
)
NAMES = st.sampled_from(["messages", "cacert.pem", "key.pem", "FAILED_PUSH", "PEERS_MAP.JSON", "devices.csv", "index.txt", "x"])


@settings(max_examples=150, deadline=None)
@given(HEADS, st.binary(max_size=400), NAMES)
def test_no_member_breaks_a_reader(head: bytes, rest: bytes, name: str) -> None:
    """Below the boundary that would hide it: an exception of any kind would be an entry of the kind error."""
    for fact in read_member(member(head + rest, name), CONTEXT):
        assert not (isinstance(fact, Damage) and fact.kind is DamageKind.ERROR), fact
