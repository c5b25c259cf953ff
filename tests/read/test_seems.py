"""What a file seems to be in which nothing is evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.read.seems import seems


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (b"", "an empty file"),
        (b"\0" * 100, "zeros"),
        (b"<!DOCTYPE html>\n<html><body>x", "web page"),
        (b'<?xml version="1.0"?><a/>', "XML"),
        (b'{"a": 1}', "JSON"),
        (b"[1, 2, 3]", "JSON"),
        (b"#!/bin/sh\nls\n", "a script"),
        (b"From: a@example.com\nTo: b@example.com\nSubject: c\n\nhello\n", "a mail"),
        (b"Nov 22 10:00:00 ap1 hostapd: wlan0: x\n" * 4 + b"Nov 22 10:00:00 gw charon[12]: y\n", "a log of hostapd, charon"),
        (b"2026-11-22T10:00:00Z h nginx[7]: x\n", "a log of nginx"),
        (b"Nov 22 2026 10:00:00 asa1 : %ASA-3-717009: Certificate validation failed\n", "a firewall"),
        (b"2026-11-22 10:00:00 INFO a\n2026-11-22 10:00:01 INFO b\n2026-11-22 10:00:02 INFO c\n", "a log of another program"),
        (b"a,b,c\n1,2,3\n4,5,6\n", "between commas"),
        (b"Dear all, nothing happens here.\n", "text that names no"),
        (bytes(range(256)) * 20, "binary data"),
        (b"\xd4\xc3\xb2\xa1\x02\0\x04\0" + b"\0" * 16, "a capture"),
        (b"PK\x03\x04" + b"\0" * 30, "an archive"),
    ],
)
def test_it_is_named(head: bytes, says: str) -> None:
    assert says in seems(head)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_anything_is_named(head: bytes) -> None:
    assert seems(head)
