"""Texts of the appliances' outputs, built in the test that needs them, and the reader over them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from analyzer.model.facts import Fact
from analyzer.model.location import Location
from analyzer.read.context import ReadContext
from analyzer.read.outputs import read
from analyzer.read.text import Text, read_text

MANAGER = "cdb123c8-4347-11ef-aca1-f3aa241412a1"
DEVICE = "c8d5d5c6-87c9-11ef-a993-b9831565bc4e"
OTHER_DEVICE = "6bf1143a-8a2e-11ef-92d8-fd927e807d77"
CONTEXT = ReadContext(as_of=datetime(2026, 11, 23, tzinfo=UTC))


def as_text(content: str, path: str = "notes.txt") -> Text:
    """A text member; the name is the last part of the path."""
    return read_text([content.encode()], Location("case.tar", path), path.rsplit("/", 1)[-1], None)


def facts(content: str | Iterable[str], path: str = "notes.txt") -> list[Fact]:
    """Every fact of a text (lines, or one string)."""
    return list(read(as_text(content if isinstance(content, str) else "\n".join(content) + "\n", path), CONTEXT))


def utc(text: str) -> datetime:
    """``2024-10-14 14:23:14`` as an aware time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wrapped(content: str, width: int) -> str:
    """What a terminal of that width shows: every line broken after so many characters."""
    lines = []
    for line in content.splitlines():
        lines += [line[at : at + width] for at in range(0, len(line), width)] or [""]
    return "\n".join(lines) + "\n"


def push_record(name: str = "BSNS-1120-1", address: str = "10.48.67.54", file: str = "cacert.pem", device: str = DEVICE) -> str:
    """A line of FAILED_PUSH."""
    source = "/etc/sf/ca_root/cacert.pem" if file == "cacert.pem" else f"/var/sf/peers/{device}/certs_pushed//{file}"
    return f"{device} {name} {address} {source} /var/sf/peers/{MANAGER}/{file}"
