"""The index for other programs and calendars: text, JSON, CSV, Parquet, iCalendar."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import msgspec

from analyzer.texts import _, ngettext
from analyzer.triage.index import Action, Index, days_until
from analyzer.triage.record import SCHEMA_VERSION, CaseRecord
from analyzer.triage.schema import index_document

_COLUMNS = (
    *("case", "sr", "customer", "owner", "state", "severity", "new", "accepted", "fmc", "release", "ca_ends", "days"),
    *("up", "down", "unknown", "headline", "first_step"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def text_of(index: Index) -> str:
    """What counts, for a terminal: act today first, then what could not be read."""
    lines = [action_line(action) for action in index.actions]
    lines += [f"? {record.label}: {state_line(record)}" for record in index.not_read]
    return "".join(f"{line}\n" for line in (*lines, *counts(index)))


def action_line(action: Action) -> str:
    """One line of "act today"."""
    manager = action.manager
    head = f"{action.case.label}: {action.case.headline}"
    if manager is None:
        return f"! {head}"
    tunnels = _("{up} up, {down} down, {unknown} unknown").format(up=manager.up, down=manager.down, unknown=manager.unknown)
    return f"! {head} [{manager.label}, {tunnels}]"


def state_line(record: CaseRecord) -> str:
    """The state of a case and why."""
    return f"{record.state.value}: {record.reason}" if record.reason else record.state.value


def counts(index: Index) -> Iterator[str]:
    """The last lines: how many of what."""
    yield ", ".join(f"{count} {state.value}" for state, count in index.states) or _("no case")
    if index.undecided:
        told = ngettext("{n} case leaves a question open.", "{n} cases leave a question open.", len(index.undecided))
        yield told.format(n=len(index.undecided))
    if index.fresh:
        yield ngettext("{n} case is new since the last run.", "{n} cases are new since the last run.", len(index.fresh)).format(
            n=len(index.fresh)
        )
    holding = sum(one.line.holds and one.line.found for one in index.accepted)
    if holding:
        yield ngettext("{n} finding is accepted and not counted.", "{n} findings are accepted and not counted.", holding).format(n=holding)
    days, found, devices = index.horizons[1]
    yield _("InternalCAs: {expired} expired; {n} expire within {days} days, with {devices} devices that depend on them.").format(
        expired=index.expired[0], n=found, days=days, devices=devices
    )


def json_of(index: Index) -> str:
    """Everything that the page shows, as JSON (``index.schema.json``). Each case stands in ``records`` once."""
    return msgspec.json.format(msgspec.json.encode(index_document(index)), indent=1).decode() + "\n"


def _rows(index: Index) -> Iterator[tuple[str | int | date | None, ...]]:
    """A row per case and FMC, its columns those of `_COLUMNS`."""
    fresh = set(index.fresh)
    for record in index.records:
        for manager in record.managers or (None,):
            ends = manager.ca_ends if manager is not None else None
            yield (
                *(record.label, record.about.sr, record.about.customer, record.about.owner, record.state.value, record.severity),
                *("new" if record.folder in fresh else "", "accepted" if manager is not None and manager.accepted else ""),
                *((manager.label, manager.release) if manager is not None else ("", "")),
                *((ends.date(), days_until(ends, index.as_of)) if ends is not None else (None, None)),
                *((manager.up, manager.down, manager.unknown) if manager is not None else (None, None, None)),
                *(record.headline, record.first_step),
            )


def csv_of(index: Index) -> str:
    """A line per case and FMC, for a spreadsheet: with a byte order mark, and no cell that a spreadsheet would calculate."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(_COLUMNS)
    rows.writerows([_defused("" if cell is None else cell) for cell in row] for row in _rows(index))
    return "\ufeff" + out.getvalue()


class NoParquet(Exception):
    """The library that writes Parquet is not installed."""


def parquet_of(index: Index) -> bytes:
    """The rows of `csv_of` as a Parquet file, with dates and numbers as such. Raises `NoParquet`."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise NoParquet(_("--format parquet needs the extra parquet: pip install 'sftunnel-analyzer[parquet]'")) from None
    kinds = {name: pyarrow.string() for name in _COLUMNS}
    kinds |= {name: pyarrow.int32() for name in ("days", "up", "down", "unknown")} | {"ca_ends": pyarrow.date32()}
    schema = pyarrow.schema(list(kinds.items()), metadata={"schema_version": str(SCHEMA_VERSION), "as_of": index.as_of.isoformat()})
    columns = list(zip(*_rows(index), strict=True)) or [()] * len(_COLUMNS)
    out = io.BytesIO()
    parquet.write_table(pyarrow.table([list(one) for one in columns], schema=schema), out, compression="zstd")
    return out.getvalue()


def _defused(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def calendar_of(index: Index) -> str:
    """An all-day event per InternalCA that has not ended yet, with an alarm 90 days before (RFC 5545)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sftunnel-analyzer//triage//EN", "CALSCALE:GREGORIAN"]
    for ending in index.endings:
        if ending.days < 0:
            continue
        cases = ", ".join(record.label for record in ending.cases)
        title = _("InternalCA of {label} expires").format(label=ending.label)
        about = _("{n} devices. Cases: {cases}").format(n=ending.devices, cases=cases)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{ending.uuid or ending.cases[0].folder}-{ending.ends:%Y%m%d}@sftunnel-analyzer",
            f"DTSTAMP:{index.as_of:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{ending.ends:%Y%m%d}",
            f"SUMMARY:{_escaped(title)}",
            f"DESCRIPTION:{_escaped(about)}",
            *("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(title)}", "TRIGGER:-P90D", "END:VALARM"),
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r", " ").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 bytes, as RFC 5545 has them: the rest goes on after a blank."""
    data = line.encode()
    first = True
    while data:
        size = 75 if first else 74
        while len(data) > size and data[size] & 0xC0 == 0x80:
            size -= 1
        yield ("" if first else " ") + data[:size].decode()
        data, first = data[size:], False
