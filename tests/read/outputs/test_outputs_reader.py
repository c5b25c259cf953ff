"""The package as a whole: mixtures, negatives, hostile text, cost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.facts import Fact
from analyzer.model.outputs import PeerStatus, PushFailure
from analyzer.read.outputs import read
from analyzer.read.text import Text
from tests.read.outputs_builders import CONTEXT, DEVICE, MANAGER, as_text, facts, push_record

FRAGMENTS = [
    "PEER:10.1.1.1",
    "PEER INFO:",
    "**RUN STATUS****x****",
    "**RPC STATUS****10.1.1.1***",
    "RPC status :Failed",
    "Peer channel Channel-A is valid type (CONTROL), using 'e', connected to '10.1.1.1' via ''",
    "ChannelB Connected: No",
    "Registration: Completed.",
    "Connection to peer '' Attempted at Mon Jun 15 09:21:57 2020 UTC",
    "Heartbeat Send Time: Mon Jun 99 09:21:57 2020 UTC",
    "eth0 (control events) 10.0.0.1,",
    "Type : Manager",
    "Host : 10.1.1.1",
    "Registration : Completed",
    "sftunnel (normal) - Running 99",
    "Failed to push to x = /var",
    "Do you want to continue? [yes/no]:",
    "Some files were failed to be pushed",
    "/var/tmp/certs/1728915794/FAILED_PUSH",
    "root@fmc:/etc# cat /var/tmp/certs/1/FAILED_PUSH",
    "> sftunnel-status",
    push_record(),
    DEVICE + " ",
    "2024-11-12 14:07:36 - Attempting connection to x",
    "===== certificates",
    "notAfter=Oct  5 12:16:56 2034 GMT",
    "It is valid for 3 more days",
    f"APPLIANCE_UUID={MANAGER}",
    "proxy_cacert x;",
    "-rw-r--r-- 1 root root 0 Oct 14 12:42 cacert.pem",
    "a,10.0.0.1,admin,password",
    "tcp 0 0 1.1.1.1:8305 *:* LISTEN",
    "-----BEGIN PRIVATE KEY-----",
    "",
]
NAMES = [
    "notes.txt",
    "1728915794/FAILED_PUSH",
    "ims.conf",
    "sf-version",
    "etc/hostname",
    "PEERS_MAP.JSON",
    "index.txt",
    "devices.csv",
    "sftunnel.conf",
]


def test_one_pasted_text_may_hold_everything() -> None:
    pasted = [
        "Sep 20 04:10:47 ftd SF-IMS[50792]: [51982] sftunnel:sf_ssl [ERROR] err 10:certificate has expired",
        "root@fmc:/# cat /var/tmp/certs/1728915794/FAILED_PUSH",
        push_record(),
        "-----BEGIN CERTIFICATE-----",
        "MIID",
        "-----END CERTIFICATE-----",
        "> sftunnel-status-brief",
        "PEER:10.1.1.1",
        "Connection to peer '10.1.1.1' Attempted at Mon Jun 15 09:21:57 2020 UTC",
    ]

    assert {type(fact) for fact in facts(pasted)} == {PushFailure, PeerStatus}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"peer": "10.1.1.1", "registration": "Completed", "host": "manager", "state": "-rw-r--r--"}, indent=1),
        "2024-10-14T12:00:00Z nginx[1]: connect() to 10.0.0.1:443 failed (111: Connection refused)\n" * 20,
        "Cisco Firepower 1120 Threat Defense Version 7.2.5 (Build 208)\nUUID : " + DEVICE + "\nVDB version : 399\n",
        "Sep 20 04:10:47 FTD SF-IMS[1]: [2] sftunnel:sf_ssl [INFO] Connected to 10.10.200.31 from resolved_ips_list (port 8305)\n",
        "import os\nfor name in os.listdir('/var/sf/peers/'):\n    print(name)\n",
        "",
        "\n\n\n",
    ],
)
def test_texts_of_other_things_give_no_fact(content: str) -> None:
    assert facts(content) == []


def test_a_text_that_was_not_kept_whole_is_left_alone() -> None:
    whole = as_text(push_record(), "1728915794/FAILED_PUSH")
    part = Text(whole.location, whole.name, None, whole.lines, whole=False)

    assert list(read(part, CONTEXT)) == []


def _evidence(fact: Fact) -> Iterator[tuple[int, int]]:
    evidence = getattr(fact, "evidence", None)
    if evidence is not None:
        yield evidence.location.line, evidence.location.last_line or evidence.location.line


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=60), max_size=25), st.sampled_from(NAMES))
@settings(max_examples=150, deadline=None)
def test_any_mixture_is_read_without_an_error_and_points_into_the_text(lines: list[str], name: str) -> None:
    content = "\n".join(lines)
    count = len(as_text(content, name).lines)

    for fact in facts(content, name):
        assert all(1 <= first <= last <= count for first, last in _evidence(fact))


@given(st.sampled_from(FRAGMENTS), st.integers(min_value=0, max_value=200))
@settings(max_examples=100, deadline=None)
def test_any_cut_of_a_line_is_read_without_an_error(line: str, at: int) -> None:
    assert isinstance(facts(line[:at]), list)


@pytest.mark.parametrize(
    "line",
    [
        "**RUN STATUS****" + " *" * 8_000,
        "PEER:" + " " * 16_000,
        "> a" + " " * 16_000 + "|",
        "Failed to push to " + "x = " * 4_000,
        "-rw-r--r-- " * 1_400,
    ],
)
def test_a_hostile_line_costs_no_more_than_its_length(line: str) -> None:
    text = as_text("\n".join([line] * 40))
    started = time.process_time()
    list(read(text, CONTEXT))

    assert time.process_time() - started < 2.0
