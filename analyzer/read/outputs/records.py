"""Appliances as the FMC's own records list them: REST API, exported device list, ``EM_peers``; the table ``ssl_peer``; the JSON files of a
peer folder (``sftunnel.json``, ``peer_flags.json``, whose contents have not been seen: read by their keys)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping

from analyzer.model.observed import ApplianceRecord, PeerSerial, RecordSource
from analyzer.read.outputs.credential_rows import is_address, is_list_header
from analyzer.read.outputs.loose_json import Loose, objects
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.tables import Row, rows
from analyzer.read.outputs.typed import outputs
from analyzer.read.patterns import UUID

_IS_UUID = re.compile(UUID)
_VERSION = re.compile(r"v?(\d{1,2}(?:\.\d{1,5}){1,4})(?:[- ]\(?(?:build )?(\d{1,6})\)?)?", re.IGNORECASE)
_PEER_FOLDER = re.compile(rf"/var/sf/peers/({UUID})/(?:sftunnel|peer_flags)\.json", re.IGNORECASE)
_NAMES = ("name", "display_name", "displayname", "device_name", "devicename", "device")
_ADDRESSES = (
    "hostname",
    "host",
    "ip",
    "ip_address",
    "ipaddress",
    "ip address",
    "address",
    "ipv4",
    "management ip",
    "mgmt ip",
    "host name",
    "ipv4address",
)
_UUIDS = ("uuid", "id", "device uuid", "peer_uuid")
_VERSIONS = ("sw_version", "swversion", "version", "software version", "ftdversion")
_STATES = (
    "isconnected",
    "connected",
    "connection",
    "connection status",
    "connectivity",
    "connectionstatus",
    "connection state",
    "state",
    "status",
    "device status",
)
_UP = frozenset(("connected", "online", "up", "true", "yes", "normal", "reachable"))
_DOWN = frozenset(
    ("disconnected", "not connected", "offline", "down", "false", "no", "disabled", "unreachable", "lost", "not reachable", "not_connected")
)
_MOST = 2_000


def wanted(page: Page) -> bool:
    """A key or column of such a record."""
    return page.has("isconnected", "em_peers", "reg_state", "cert_serial_number", "sw_version", "sftunnel.json", "peer_flags") or (
        page.has("hostname", "host", "address") and page.has("connected", "offline", "disabled") and page.has(",", "\t", "|")
    )


def recognise(page: Page) -> Iterator[ApplianceRecord | PeerSerial]:
    """Every record, in order of its kind."""
    if page.has('"', "'") and page.has("{"):
        yield from _json(page)
    for row in rows(page):
        if (serial := row.values.get("cert_serial_number", "")) and _is_serial(serial):
            peer = next((row.values[key] for key in ("uuid", "peer_uuid", "name", "ip") if row.values.get(key)), "")
            yield PeerSerial(_number(serial), row.values.get("service", ""), peer, page.evidence(row.first, row.last, _quote(page, row)))
        elif _IS_UUID.fullmatch(row.values.get("uuid", "")) and ("name" in row.values or "ip" in row.values):
            yield _record(RecordSource.PEERS_TABLE, row.values, page, row.first, row.last, None)
        elif _states(row.values) is not None and _named(row.values):
            yield _record(RecordSource.DEVICE_LIST, row.values, page, row.first, row.last, False)
    if page.has(","):
        yield from _csv(page)


def _json(page: Page) -> Iterator[ApplianceRecord]:
    of_peer_folder = {
        index: found[1].lower()
        for output in outputs(page)
        if (found := _PEER_FOLDER.search(_asked(page, output.at))) is not None
        for index in range(output.first, output.end)
    }
    by_path = _PEER_FOLDER.search(page.path)
    tunnel_file = page.name in ("sftunnel.json", "peer_flags.json")
    count = 0
    for one in objects(page):
        if count >= _MOST:
            return
        peer = of_peer_folder.get(one.first, by_path[1].lower() if by_path is not None else "")
        if peer or tunnel_file:
            if _looks_like_peer(one) or peer:
                count += 1
                values = {**({"uuid": peer} if peer else {}), **one.values}
                yield _record(RecordSource.TUNNEL_JSON, values, page, one.first, one.last, None)
        elif _is_device(one):
            count += 1
            yield _record(RecordSource.API, one.values, page, one.first, one.last, False)


def _asked(page: Page, at: int | None) -> str:
    if at is None:
        return ""
    prompt = page.prompts[at]
    return prompt.path(prompt.command.split()[-1]) if prompt.command else ""


def _looks_like_peer(found: Loose) -> bool:
    return any(
        _IS_UUID.fullmatch(found.values.get(key, "")) or is_address(found.values.get(key, "")) for key in (*_UUIDS, *_ADDRESSES, "peer")
    )


def _is_device(found: Loose) -> bool:
    values = found.values
    kind = values.get("type", "").lower()
    return bool(_named(values)) and ("isconnected" in values or "sw_version" in values or (kind == "device" and "hostname" in values))


def _csv(page: Page) -> Iterator[ApplianceRecord]:
    header: list[str] = []
    for index, line in enumerate(page.lines):
        text = line.text[:2_000]
        if text.count(",") < 2 or index in page.prompts:
            header = []
            continue
        cells = _cells(text)
        if is_list_header(cells):
            header = [cell.lower() for cell in cells]
        elif header and len(cells) == len(header):
            values = dict(zip(header, cells, strict=True))
            if _named(values) and _states(values) is not None:
                yield _record(RecordSource.DEVICE_LIST, values, page, index, index, False)


def _cells(text: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([text.replace("\0", "")], skipinitialspace=True), [])]
    except csv.Error:
        return [cell.strip() for cell in text.split(",")]


def _named(values: Mapping[str, str]) -> str:
    return next((values[key] for key in (*_NAMES, *_ADDRESSES) if values.get(key)), "")


def _states(values: Mapping[str, str]) -> bool | None:
    """Whether the record says that the appliance is connected; None when no column says so."""
    for key in _STATES:
        said = values.get(key, "").strip().lower()
        if said in _UP:
            return True
        if said in _DOWN:
            return False
    return None


def _record(source: RecordSource, values: Mapping[str, str], page: Page, first: int, last: int, manager: bool | None) -> ApplianceRecord:
    uuid = next((values[key].lower() for key in _UUIDS if _IS_UUID.fullmatch(values.get(key, ""))), "")
    address = next((values[key] for key in _ADDRESSES if values.get(key)), "")
    name = next((values[key] for key in _NAMES if values.get(key)), "")
    version = _VERSION.match(next((values[key] for key in _VERSIONS if values.get(key)), ""))
    return ApplianceRecord(
        source,
        name[:253],
        address[:253],
        uuid,
        version[1] if version is not None else "",
        (version[2] or "") if version is not None else "",
        values.get("model", "")[:120],
        _states(values),
        values.get("reg_state", values.get("registration", ""))[:60],
        values.get("role", "")[:60],
        manager,
        page.evidence(first, last, _quoted(page, first, last)),
    )


def _quote(page: Page, row: Row) -> str:
    return _quoted(page, row.first, row.last)


def _quoted(page: Page, first: int, last: int) -> str:
    return "\n".join(page.lines[at].text.strip()[:300] for at in range(first, min(last + 1, first + 12)))


def _is_serial(text: str) -> bool:
    return re.fullmatch(r"(?:0x)?[0-9A-Fa-f]{1,40}", text) is not None


def _number(text: str) -> int:
    """The table writes serial numbers in decimal; one with a letter or 0x is hexadecimal."""
    return int(text, 16) if text.lower().startswith("0x") or not text.isdigit() else int(text)
