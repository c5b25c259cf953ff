"""``PEERS_MAP.JSON`` of a device: an object keyed by manager UUID (field notes 5.1). What its values look like has not been seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from analyzer.model.location import Location
from analyzer.model.member import Damage, DamageKind
from analyzer.model.outputs import PeersMapEntry
from analyzer.read.outputs.page import Page
from analyzer.read.patterns import UUID
from analyzer.texts import _

_KEY = re.compile(rf'"({UUID})"\s{{0,20}}:')
_LABELS = ("name", "display_name", "displayname", "peer_name", "host", "hostname", "ip", "address", "ipaddress", "ip_address")


def wanted(page: Page) -> bool:
    """The file by name, in any case."""
    return page.name.endswith("peers_map.json")


def recognise(page: Page) -> Iterator[PeersMapEntry | Damage]:
    """An entry per manager UUID. Of a damaged file the keys are still found line by line."""
    if not page.text.lowered.strip():
        return
    found: object = None
    reason, line, column = "", 1, 1
    try:
        found = json.loads("\n".join(line.text for line in page.lines))
    except json.JSONDecodeError as error:
        reason, line, column = (
            _("PEERS_MAP.JSON is not valid JSON ({error}) at line {line}, column {column}.").format(
                error=error.msg, line=error.lineno, column=error.colno
            ),
            error.lineno,
            error.colno,
        )
    except RecursionError:
        reason = _("PEERS_MAP.JSON is nested too deeply at line {line}, column {column}.").format(line=line, column=column)
    except ValueError:
        reason = _("PEERS_MAP.JSON holds a number with too many digits at line {line}, column {column}.").format(line=line, column=column)
    else:
        if not isinstance(found, dict):
            reason = _("PEERS_MAP.JSON holds no object keyed by FMC UUID at line {line}, column {column}.")
            reason = reason.format(line=line, column=column)
    keys = _keys_by_line(page)
    if not isinstance(found, dict):
        yield _damage(page, reason, line, column)
        for uuid, (index, quote) in keys.items():
            yield PeersMapEntry(uuid, "", page.evidence(index, text=quote))
        return
    for uuid, value in _managers(found):
        index, quote = keys.get(uuid, (0, uuid))
        yield PeersMapEntry(uuid, _label(value), page.evidence(index, text=quote))


def _damage(page: Page, reason: str, line: int, column: int) -> Damage:
    place = page.text.location
    advice = _("FMC UUIDs were still looked for line by line; collect the file again to be sure.")
    at = page.lines[min(line, len(page.lines)) - 1]
    return Damage(
        Location(place.artifact, place.member, line=line, offset=at.offset + column - 1),
        DamageKind.DAMAGED,
        reason + " " + advice,
    )


def _keys_by_line(page: Page) -> dict[str, tuple[int, str]]:
    """Every UUID that stands as a key: its first line, and what to quote of a line that may be very long."""
    keys: dict[str, tuple[int, str]] = {}
    for index, line in enumerate(page.lines):
        for key in _KEY.finditer(line.text):
            quote = line.text if key.end() < 400 else line.text[key.start() : key.start() + 200]
            keys.setdefault(key[1].lower(), (index, quote))
    return keys


def _managers(found: dict[str, object]) -> Iterator[tuple[str, object]]:
    """The top-level keys that are UUIDs; one level deeper when there is none at the top."""
    top = [(key.lower(), value) for key, value in found.items() if re.fullmatch(UUID, key)]
    if not top:
        inner = [value for value in found.values() if isinstance(value, dict)]
        top = [(key.lower(), value) for group in inner for key, value in group.items() if re.fullmatch(UUID, key)]
    yield from top


def _label(value: object) -> str:
    """A name or address beside the UUID, "" when there is none."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, str):
        return value.strip()[:200] if value.isprintable() else ""
    if not isinstance(value, dict):
        return ""
    by_key = {str(key).lower(): said for key, said in value.items() if isinstance(said, str) and said.strip() and said.isprintable()}
    return next((by_key[key].strip()[:200] for key in _LABELS if key in by_key), "")
