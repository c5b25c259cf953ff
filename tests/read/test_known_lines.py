"""What is remembered of lines that come again at other times: never that one with a secret has none."""

from __future__ import annotations

import re

import pytest

from analyzer.read.neighbours import WITHHELD as NEIGHBOUR_WITHHELD
from analyzer.read.neighbours import around
from analyzer.read.patterns import later
from analyzer.read.secrets import Withheld, is_calm, masked, timeless
from analyzer.read.text import Line

TIMES = ("Nov 18 16:30:00", "Dec  1 00:00:59", "Feb 28 12:34:56", "Jan 10 00:00:00")
HEAD = "fmc-1 SF-IMS[1504]: [4171] sftunneld:sf_ssl [INFO]"
SECRETS = (
    "registration key: Sommer2026",
    "password is hunter22",
    "snmp-server community geheim99",
    "Authorization: Bearer abcdefgh12345",
    "uses https://admin:s3cret@192.0.2.1/",
    "blob q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C2v3B4",
    "bytes 0a 1b 2c 3d 4e 5f 60 71 82 93 a4 b5 c6 d7",
    "short aB3dE5gH7jK9mN1pQ3",
    "암호: 비밀값1234",
)
CALM = (
    "VERIFY ssl_verify_callback_initial ok!",
    "establishConnectionUtil: Failed to connect to peer 192.0.2.11",
    "establishSSLConnection: iret_connect status: not started",
)


def _all_around(text: str) -> str:
    lines = [Line(1, 0, text), Line(2, 0, "x"), Line(3, 0, text)]
    return " ".join([*around(lines, 1, 1)[0], *around(lines, 1, 1)[1]])


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("time", TIMES)
def test_a_secret_is_withheld_at_whatever_time(secret: str, time: str) -> None:
    for calm in CALM:  # what is remembered of these says nothing of the next line
        assert Withheld(log=True).line(Line(1, 0, f"{time} {HEAD} {calm}")).text == f"{time} {HEAD} {calm}"
    text = f"{time} {HEAD} {secret}"
    assert not is_calm(text)
    value = secret.split()[-1]
    assert value not in Withheld(log=True).line(Line(1, 0, text)).text
    assert value not in _all_around(text)
    assert NEIGHBOUR_WITHHELD in _all_around(text)


@pytest.mark.parametrize("calm", CALM)
@pytest.mark.parametrize("time", TIMES)
def test_a_line_without_a_secret_keeps_its_own_time(calm: str, time: str) -> None:
    text = f"{time} {HEAD} {calm}"
    assert is_calm(text)
    assert masked(text) == text
    assert _all_around(text) == f"{text} {text}"


@pytest.mark.parametrize("text", [f"{HEAD} {CALM[0]}", f"Nov 18 16:30:00{HEAD}", "Nov 18 16:30:00 " + "ok " * 200, ""])
def test_only_short_lines_with_a_time_of_syslog_are_remembered(text: str) -> None:
    assert not is_calm(text)


def test_the_time_alone_is_replaced() -> None:
    assert len({timeless(f"{time} {HEAD}") for time in TIMES}) == 1
    assert timeless(f"{TIMES[0]} {HEAD}").endswith(f" {HEAD}")
    assert timeless("password Nov 18 16:30:00 x") == "password Nov 18 16:30:00 x"


def test_the_rest_of_a_key_is_withheld_behind_its_long_line() -> None:
    lines = Withheld(log=True)
    lines.line(Line(1, 0, f"{TIMES[0]} {HEAD} q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C2v3B4"))
    assert "Zz9Yy8Xx7Ww6Vv5Uu4" not in lines.line(Line(2, 0, f"{TIMES[1]} {HEAD} Zz9Yy8Xx7Ww6Vv5Uu4")).text


def test_a_pattern_is_compiled_at_its_first_use() -> None:
    pattern = later("(A)b", re.IGNORECASE)
    assert pattern.sub("x", "ab") == "x"
    assert pattern.groups == 1
    wrong = later("(")
    with pytest.raises(re.error):
        wrong.search("")
