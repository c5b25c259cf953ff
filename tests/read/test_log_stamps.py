"""Times before a log line in every form that loggers, relays and exports write, with any host and any moment."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.location import Location
from analyzer.model.log import LogEvent
from analyzer.read import logs
from analyzer.read.context import ReadContext
from analyzer.read.logs.header import host_of
from analyzer.read.logs.stamps import last_stamp
from analyzer.read.text import read_text

BODY = "SF-IMS[1]: [2] sftunnel:sf_ssl [WARN] ShutDownPeer 192.0.2.77"
CEST = timezone(timedelta(hours=2))

FORMS: dict[str, Callable[[datetime, str], str]] = {
    "classic": lambda t, h: f"{t:%b} {t.day:>2} {t:%H:%M:%S} {h} {BODY}",
    "upper case": lambda t, h: f"{t:%b} {t.day:>2} {t:%H:%M:%S} ".upper() + f"{h} {BODY}",
    "a year behind the day": lambda t, h: f"{t:%b %d %Y %H:%M:%S} {h} {BODY}",
    "a year before the month": lambda t, h: f"{t:%Y %b %d %H:%M:%S} {h} {BODY}",
    "ctime": lambda t, h: f"{t:%a %b} {t.day:>2} {t:%H:%M:%S %Y} {h} {BODY}",
    "date's order": lambda t, h: f"{t:%a %b} {t.day:>2} {t:%H:%M:%S} UTC {t:%Y} {h} {BODY}",
    "a named zone": lambda t, h: f"{t.astimezone(CEST):%b %d %Y %H:%M:%S} CEST {h} {BODY}",
    "a colon behind the zone": lambda t, h: f"{t:%b %d %Y %H:%M:%S} UTC: {h} {BODY}",
    "twelve hours": lambda t, h: f"{t:%b %d %Y %I:%M:%S %p} {h} {BODY}",
    "ISO": lambda t, h: f"{t:%Y-%m-%dT%H:%M:%S}Z {h} {BODY}",
    "ISO with an offset": lambda t, h: f"{t.astimezone(CEST):%Y-%m-%dT%H:%M:%S.123456%z} {h} {BODY}",
    "ISO with hours of offset": lambda t, h: f"{t.astimezone(CEST):%Y-%m-%d %H:%M:%S}+02 {h} {BODY}",
    "ISO with a blank": lambda t, h: f"{t:%Y-%m-%d %H:%M:%S,123} {h} {BODY}",
    "slashes": lambda t, h: f"{t:%Y/%m/%d %H:%M:%S} {h} {BODY}",
    "dots": lambda t, h: f"{t:%Y.%m.%d %H:%M:%S} {h} {BODY}",
    "day first": lambda t, h: f"{t:%d %b %Y %H:%M:%S} {h} {BODY}",
    "day first, dashes": lambda t, h: f"{t:%d-%b-%Y %H:%M:%S.123} {h} {BODY}",
    "a web server's": lambda t, h: f"[{t.astimezone(CEST):%d/%b/%Y:%H:%M:%S %z}] {h} {BODY}",
    "German": lambda t, h: f"{t:%d.%m.%Y %H:%M:%S} {h} {BODY}",
    "epoch": lambda t, h: f"{int(t.timestamp())} {h} {BODY}",
    "epoch with a fraction": lambda t, h: f"{int(t.timestamp())}.123456 {h} {BODY}",
    "compact": lambda t, h: f"{t:%Y%m%dT%H%M%S}Z {h} {BODY}",
    "pigtail": lambda t, h: f"MSGS: {t:%m-%d %H:%M:%S} {h} {BODY}",
    "RFC 5424": lambda t, h: f"<134>1 {t:%Y-%m-%dT%H:%M:%S}Z {h} SF-IMS 1 - - [2] sftunnel:sf_ssl [WARN] ShutDownPeer 192.0.2.77",
    "RFC 5424 with data": lambda t, h: (
        f'<134>1 {t:%Y-%m-%dT%H:%M:%S}Z {h} SF-IMS 1 - [a b="c"] [2] sftunnel:sf_ssl [WARN] ShutDownPeer 192.0.2.77'
    ),
    "a priority": lambda t, h: f"<134>{t:%b %d %Y %H:%M:%S} {h} {BODY}",
    "a relay's header": lambda t, h: f"{t + timedelta(hours=2):%b %d %H:%M:%S} 192.0.2.250 {t:%b %d %Y %H:%M:%S} {h} {BODY}",
    "a relay's ISO header": lambda t, h: f"{t + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}+02:00 relay-1 {t:%b %d %Y %H:%M:%S} {h} {BODY}",
    "an address before the host": lambda t, h: f"{t:%b %d %Y %H:%M:%S} 192.0.2.250 {h} {BODY}",
    "a facility": lambda t, h: f"{t:%b %d %Y %H:%M:%S} {h} local7.info {BODY}",
    "a host with a colon": lambda t, h: f"{t:%b %d %Y %H:%M:%S} {h}: {BODY}",
    "a host and a colon": lambda t, h: f"{t:%b %d %Y %H:%M:%S} {h} : {BODY}",
    "a file before it": lambda t, h: f"/ngfw/var/log/messages.1:17:{t:%b %d %Y %H:%M:%S} {h} {BODY}",
    "its own name": lambda t, h: f"{t:%b %d %Y %H:%M:%S} {h} sftunneld[1]: [2] sf_ssl [WARN] ShutDownPeer 192.0.2.77",
    "an export": lambda t, h: f'"{t:%Y-%m-%dT%H:%M:%S}.000+0000","{h}","{t:%b %d %Y %H:%M:%S} {h} {BODY}"',
    "tabs": lambda t, h: f"{t:%b %d %Y %H:%M:%S}\t{h}\t{BODY}",
    "JSON": lambda t, h: json.dumps({"@timestamp": f"{t:%Y-%m-%dT%H:%M:%S}Z", "host": {"name": h}, "message": BODY}),
    "JSON, the message first": lambda t, h: json.dumps({"message": BODY, "host": h, "time": t.timestamp()}),
    "JSON of the journal": lambda t, h: json.dumps(
        {
            "__REALTIME_TIMESTAMP": str(int(t.timestamp()) * 1_000_000),
            "_HOSTNAME": h,
            "SYSLOG_IDENTIFIER": "SF-IMS",
            "SYSLOG_PID": "1",
            "MESSAGE": "[2] sftunnel:sf_ssl [WARN] ShutDownPeer 192.0.2.77",
        }
    ),
    "JSON around the whole line": lambda t, h: json.dumps({"host": "collector", "_raw": f"{t:%b %d %Y %H:%M:%S} {h} {BODY}"}),
}

HOSTS = st.from_regex(r"[A-Z]?[a-z]{2,6}(-[a-z0-9]{1,6})?(\.[a-z]{2,8}){0,2}", fullmatch=True)
MOMENTS = st.integers(1_500_000_000, 1_790_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def read(*lines: str, modified: datetime | None = None) -> list[LogEvent]:
    text = read_text(["\n".join(lines).encode()], Location("x.log"), "x.log", modified)
    return list(logs.read(text, ReadContext(as_of=datetime(2026, 11, 23, tzinfo=UTC))))


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=5, deadline=None)
@given(moment=MOMENTS, host=HOSTS)
def test_moment_and_host_come_back(form: str, moment: datetime, host: str) -> None:
    [event] = read(FORMS[form](moment, host), modified=moment)

    assert (event.time and event.time.replace(microsecond=0), event.host) == (moment, host)
    assert (event.pid, event.tid, event.message) == (1, 2, "ShutDownPeer 192.0.2.77")
    assert "no time zone" not in event.time_assumed


@pytest.mark.parametrize(
    "prefix",
    [
        "yesterday at noon ftd-1",
        "Sep05 04h10 ftd-1",
        "24-249T04:10:47 ftd-1",
        "04:10:47 ftd-1",
        "@400000005f5 ftd-1",
        "12/11/09 04:10:47 ftd-1",
    ],
)
def test_nobody_is_named_where_no_time_is_understood(prefix: str) -> None:
    [event] = read(f"{prefix} {BODY}")

    assert (event.time, event.host) == (None, "")


@pytest.mark.parametrize("zone", ["CST", "IST"])
def test_a_zone_of_several_offsets_is_said(zone: str) -> None:
    [event] = read(f"Sep 20 2026 04:10:47 {zone} ftd-1 {BODY}")

    assert (event.host, event.time) == ("ftd-1", datetime(2026, 9, 20, 4, 10, 47, tzinfo=UTC))
    assert zone in event.time_assumed


def test_day_and_month_that_cannot_be_told_apart_are_no_time() -> None:
    [event, other] = read(f"05/09/2026 04:10:47 ftd-1 {BODY}", f"25/09/2026 04:10:47 ftd-1 {BODY}")

    assert (event.time, event.host) == (None, "ftd-1")
    assert "are ambiguous" in event.time_assumed
    assert other.time == datetime(2026, 9, 25, 4, 10, 47, tzinfo=UTC)


def test_another_zone_is_said_and_utc_is_not() -> None:
    [utc, other] = read(f"2026-09-20T04:10:47Z a-1 {BODY}", f"2026-09-20T04:10:47+09:00 a-1 {BODY}")

    assert (utc.time_assumed, other.time_assumed) == ("", "written in another time zone: 2026-09-20T04:10:47+09:00")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120))
def test_a_host_looks_like_one(text: str) -> None:
    host = host_of(text)

    assert len(host) <= 253
    assert host == "" or all(sign.isalnum() or sign in " ._:-" for sign in host)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="0123456789:-/. TZJanSep", max_size=200))
def test_any_prefix_is_looked_at(prefix: str) -> None:
    found = last_stamp(prefix)

    assert found is None or 0 < found[1] <= len(prefix)
