"""FAILED_PUSH of generate_certs.pl: ``FTD_UUID FTD_NAME FTD_IP SOURCE_PATH DESTINATION_PATH`` per line (field notes 3.2).

People paste it from a terminal that wrapped it anywhere, even inside a UUID, and cut it at the end. So the lines of a stretch are joined
into one string, and a record begins where a UUID followed by a blank stands at the start of a line. It ends when both paths are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from itertools import pairwise

from msgspec import Struct

from analyzer.model.member import Damage, DamageKind
from analyzer.model.outputs import PushFailure
from analyzer.read.outputs.page import LINE_CHARACTERS, Page
from analyzer.read.patterns import UUID
from analyzer.read.text import Line
from analyzer.texts import ngettext

_START = re.compile(rf"\s*({UUID})\s")
_CAT = re.compile(r"/var/tmp/certs/(\d{1,19})/FAILED_PUSH")
_FOLDER = re.compile(r"[/-](\d{9,11})[/-]failed_push$")
_PEER_FOLDER = re.compile(rf"/var/sf/peers/({UUID})/")
_TUNNEL_PATHS = ("/etc/sf/ca_root/", "/var/sf/peers/")
_RECORD_CHARACTERS = 4_096
_RECORD_LINES = 1_024
_TRIED_BREAKS = 12
_MARGIN = 3
"""Characters that a full line may be short of the widest: a lost blank, a wide character, a terminal's whim."""


class _Stretch(Struct, frozen=True):
    """Lines ``first`` to ``end`` (not included) that may hold records. ``sure``: the file itself or below its ``cat``."""

    first: int
    end: int
    epoch: int | None
    sure: bool


def wanted(page: Page) -> bool:
    """The file, its name, or a path that only such records pair with a UUID."""
    return page.has("failed_push", "/var/sf/peers/", "/etc/sf/ca_root/") or _is_file(page)


def recognise(page: Page) -> Iterator[PushFailure | Damage]:
    """The records of every stretch, in order. Of the file itself, also that it has lines which are no record: they must not vanish."""
    for stretch in _stretches(page):
        records = list(_records(page, stretch))
        yield from records
        if stretch.first == 0 and _is_file(page):
            yield from _left_over(page, stretch, records)


def _left_over(page: Page, stretch: _Stretch, records: Sequence[PushFailure]) -> Iterator[Damage]:
    """Lines in which no device, or no manager, is named by a UUID: one `Damage` at the first, with their number."""
    read = {
        number
        for record in records
        if record.cut or record.manager_uuid
        for number in range(
            record.evidence.location.line or 0, (record.evidence.location.last_line or record.evidence.location.line or 0) + 1
        )
    }
    lines = page.lines[: stretch.end]
    odd = [index for index, line in enumerate(lines) if line.text.strip() and page.evidence(index).location.line not in read]
    if odd:
        reason = ngettext(
            ("{n} line of FAILED_PUSH was not understood: it has no UUID of a device or an FMC where one belongs. The others were read."),
            (
                "{n} lines of FAILED_PUSH, starting with this one, were not understood: they have no UUID of a device or an "
                "FMC where one belongs. The others were read."
            ),
            len(odd),
        ).format(n=len(odd))
        yield Damage(page.evidence(odd[0]).location, DamageKind.DAMAGED, reason)


def _is_file(page: Page) -> bool:
    return page.name == "failed_push" or page.name.endswith(("-failed_push", "/failed_push"))


def _stretches(page: Page) -> Iterator[_Stretch]:
    """The parts between prompts. Text above the first prompt is one too."""
    bounds = [-1, *page.prompts, len(page.lines)]
    for at, end in pairwise(bounds):
        if at < 0:
            folder = _FOLDER.search(page.path)
            yield _Stretch(0, end, int(folder[1]) if folder else None, _is_file(page))
            continue
        typed = page.typed(at, end)
        cat = _CAT.search(typed)
        yield _Stretch(at + 1, end, int(cat[1]) if cat else None, cat is not None or typed.rstrip().endswith("FAILED_PUSH"))


def _records(page: Page, stretch: _Stretch) -> Iterator[PushFailure]:
    lines = page.lines[stretch.first : stretch.end]
    starts = _starts(lines, stretch.sure)
    if not starts:
        return
    width = max(len(line.text) for line in lines[starts[0] : starts[-1] + 2])
    for start, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        joined, last = _joined(lines[start:following], width)
        record = _parsed(joined, stretch.epoch, page, stretch.first + start, stretch.first + start + last)
        if record is not None and (stretch.sure or record.source_path.startswith(_TUNNEL_PATHS)):
            yield record


def _starts(lines: Sequence[Line], sure: bool) -> list[int]:
    """The lines that a record begins on. Below a ``cat`` even a UUID that is itself wrapped is found."""
    if not sure:
        return [index for index, line in enumerate(lines) if _START.match(line.text)]
    stream = "".join(line.text[:LINE_CHARACTERS] for line in lines)
    starts, offset = [], 0
    for index, line in enumerate(lines):
        if line.text.strip() and _START.match(stream[offset : offset + 64] + " " * (offset + 36 == len(stream))):
            starts.append(index)
        offset += len(line.text[:LINE_CHARACTERS])
    return starts


def _joined(lines: Sequence[Line], width: int) -> tuple[str, int]:
    """A record's lines as one, and the index of the last one taken.

    A copy may have lost the blank at the margin. It is put back at one break, or at every line that is short of the width,
    when the record makes no sense without it.
    """
    plain = _chained(lines, width, frozenset())
    if _good(plain[0]) or plain[1] == 0:
        return plain
    short = frozenset(index for index in range(min(len(lines), _RECORD_LINES)) if len(lines[index].text) < width)
    for blanks in (short, *(frozenset((index,)) for index in range(min(plain[1], _TRIED_BREAKS)))):
        spaced = _chained(lines, width, blanks)
        if _good(spaced[0]):
            return spaced
    return plain


def _chained(lines: Sequence[Line], width: int, blanks: frozenset[int]) -> tuple[str, int]:
    """The lines up to the end of the record, a blank put behind those of ``blanks``."""
    joined, last = lines[0].text[:LINE_CHARACTERS], 0
    for index in range(1, min(len(lines), _RECORD_LINES)):
        before, text = lines[index - 1].text, lines[index].text
        if _complete(joined) or not text or len(before) < width - _MARGIN or len(joined) > _RECORD_CHARACTERS:
            break
        joined += (" " if index - 1 in blanks else "") + text
        last = index
    return joined, last


def _good(joined: str) -> bool:
    """Complete, with an address where one belongs."""
    return _complete(joined) and _is_address(joined.rsplit(None, 3)[-3])


def _complete(joined: str) -> bool:
    parts = joined.rsplit(None, 2)
    if len(parts) < 3 or not parts[1].startswith("/") or not parts[2].startswith("/"):
        return False
    return parts[1].rsplit("/", 1)[1] == parts[2].rsplit("/", 1)[1] and joined[-1:] not in "/ "


def _parsed(joined: str, epoch: int | None, page: Page, first: int, last: int) -> PushFailure | None:
    start = _START.match(joined)
    if start is None:
        return None
    rest = joined[start.end() :].strip()
    cut = not _complete(joined)
    if cut:
        name, address, source, destination = _of_cut(rest)
    else:
        *before, source, destination = rest.rsplit(None, 2)
        name, _, address = before[0].rpartition(" ") if before else ("", "", "")
        cut = not before
    folder = _PEER_FOLDER.match(destination)
    return PushFailure(
        device_uuid=start[1].lower(),
        device_name=name.strip(),
        device_address=address,
        source_path=source,
        destination_path=destination,
        manager_uuid=folder[1].lower() if folder else "",
        epoch=epoch,
        cut=cut,
        evidence=page.evidence(first, last, joined),
    )


def _of_cut(rest: str) -> tuple[str, str, str, str]:
    """Name, address and paths of a record that ends early: a value that may itself be cut is kept only as the last path."""
    tokens = rest.split()
    at = next((index for index, token in enumerate(tokens) if token.startswith("/") and index and _is_address(tokens[index - 1])), None)
    if at is None:
        return "", "", "", ""
    paths = tokens[at:]
    destination = paths[1] if len(paths) > 1 and paths[1].startswith("/") else ""
    return " ".join(tokens[: at - 1]), tokens[at - 1], paths[0], destination


def _is_address(token: str) -> bool:
    try:
        ip_address(token)
    except ValueError:
        return False
    return True
