"""The lines around a quoted one: those next to it, and never a secret."""

from __future__ import annotations

import pytest

from analyzer.model.location import Location
from analyzer.read.neighbours import CHARACTERS, UNKNOWN, WITHHELD, around
from analyzer.read.text import Line, Text, read_text

SAID = "Nov 19 04:10:47 ftd sftunnel[50792]: what happened"


def said(what: str) -> str:
    """A line of a kind that is shown."""
    return f"Nov 19 04:10:46 ftd SF-IMS[1]: [2] sftunnel:sf_ssl [INFO] {what}"


def lines(*texts: str, first: int = 1) -> tuple[Line, ...]:
    return tuple(Line(number, 0, text) for number, text in enumerate(texts, start=first))


def text_of(*rows: str) -> Text:
    return read_text(["\n".join(rows).encode()], Location("messages"), "messages", None)


def test_two_lines_on_each_side_in_their_order() -> None:
    assert around(lines(said("one"), said("two"), said("three"), said("four"), said("five"), said("six"), said("seven")), 3, 3) == (
        (said("two"), said("three")),
        (said("five"), said("six")),
    )


def test_a_quote_of_several_lines_has_its_neighbours_outside() -> None:
    assert around(lines(said("one"), said("two"), said("three"), said("four"), said("five")), 1, 3) == ((said("one"),), (said("five"),))


def test_the_first_and_the_last_line_have_neighbours_on_one_side() -> None:
    assert around(lines(said("one"), said("two")), 0, 0) == ((), (said("two"),))
    assert around(lines(said("one"), said("two")), 1, 1) == ((said("one"),), ())
    assert around(lines(said("only")), 0, 0) == ((), ())


def test_of_a_large_log_only_lines_that_are_next_to_it_are_neighbours() -> None:
    kept = (*lines(said("far"), first=3), *lines(said("before"), said("quoted"), first=900), *lines(said("gap"), first=903))

    assert around(kept, 2, 2) == ((said("before"),), ())


def test_a_long_neighbour_is_cut() -> None:
    assert around(lines(said("quoted"), said("x " * 1000)), 0, 0)[1] == (said("x " * 1000)[:CHARACTERS],)


@pytest.mark.parametrize(
    "secret",
    [
        "Password: hunter2",
        "the passwd is hunter2",
        "enable secret 5 $1$abcd$hunter2",
        "snmp-server community hunter2 ro",
        "root:$6$rounds=5000$hunter2:19000::::::",
        "api_key = hunter2",
        "key: hunter2",
        "ftd-1,192.0.2.11,admin,hunter2",
        "ftd-1;192.0.2.11;admin;hunter2",
        "ftd-1, ftd-1.example, admin, hunter2",
        'sshpass -p "hunter2" ssh admin@192.0.2.11  # passwordless',
    ],
)
def test_a_line_that_looks_like_a_secret_is_a_sentence(secret: str) -> None:
    before, after = around(lines(said("calm"), secret, SAID, secret, said("calm")), 2, 2)

    assert before[0] == after[1] == said("calm")
    assert before[1] in (WITHHELD, UNKNOWN)
    assert after[0] == before[1]


@pytest.mark.parametrize("tail", ["Zm9v", "Zg==", "x"])
def test_nothing_next_to_a_private_key_is_shown(tail: str) -> None:
    key = ["-----BEGIN PRIVATE KEY-----", "M" * 64, "N" * 64, tail, "-----END PRIVATE KEY-----"]
    block = lines(SAID, *key, SAID)

    assert around(block, 0, 0)[1] == (WITHHELD, WITHHELD)
    assert around(block, 6, 6)[0] == (WITHHELD, WITHHELD)


@pytest.mark.parametrize(
    "calm",
    [
        SAID,
        "ChannelA Connected: No",
        "",
        "subject= /title=InternalCA/OU=x/CN=y/O=Cisco Systems, Inc",
        "}",
        "root@fmc-1:/Volume/home/admin# openssl x509 -noout -dates -in /etc/sf/ca_root/cacert.pem",
        "SWVERSION=7.2.5",
        "> show managers",
        "**RUN STATUS****ftd-1*************",
        "-rw-r--r-- 1 root root 1.7K Nov 22 12:41 sftunnel-key.pem",
    ],
)
def test_ordinary_lines_are_shown(calm: str) -> None:
    assert around(lines(said("quoted"), calm), 0, 0)[1] == (calm,)


def test_a_text_keeps_them_only_where_it_is_asked_to() -> None:
    text = text_of(said("one"), said("two"), said("three"))

    assert text.evidence(text.lines[1], near=(1, 1)).before == (said("one"),)
    assert text.evidence(text.lines[1], near=(1, 1)).after == (said("three"),)
    assert text.evidence(text.lines[1]).before == ()


def test_neighbours_are_no_part_of_what_evidence_is() -> None:
    text = text_of(said("one"), said("two"), said("three"))
    plain, rich = text.evidence(text.lines[1]), text.evidence(text.lines[1], near=(1, 1))

    assert plain == rich
    assert hash(plain) == hash(rich)


@pytest.mark.parametrize(
    "line",
    [
        "a sentence of somebody",
        "Nov 19 04:10:47 ftd sshd[1]: Accepted publickey for admin",
        "root@fmc-1:~# vi x",
        "interface GigabitEthernet0/0",
        "ftd-1\t192.0.2.11\tadmin\thunter2",
        "hunter2",
    ],
)
def test_a_line_of_another_kind_is_not_shown(line: str) -> None:
    assert around(lines(said("quoted"), line), 0, 0)[1] == (UNKNOWN,)
