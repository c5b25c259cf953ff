"""Rows of name, address, user and password in clear text, as in ``devices.csv`` of copy_sftunnel_certs.py (field notes 3.3).

Found by content too, because such rows get pasted anywhere. What is found here is blanked for every recogniser (`page`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from msgspec import Struct

from analyzer.read.text import Line

_ADDRESS = r"(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[0-9a-fA-F]{1,4}:[0-9a-fA-F:.]{2,40})"
LOOKS_LIKE = re.compile(r",[ \t\"']{0,4}" + _ADDRESS + r"[ \t\"']{0,4},")
"""The second column: the cheap sign that a text may hold such rows."""

# fmt: off
LIST_COLUMNS = frozenset((
    "name", "device", "host", "hostname", "ip", "address", "model", "version", "connection", "connected", "connectivity",
    "state", "status", "type", "group", "chassis", "uuid", "role", "serial", "licenses", "domain", "health", "policy",
))
# fmt: on
"""Words that head the columns of a list of devices, of which none holds a password."""

_SECRET_COLUMN = re.compile(r"pass|pwd|secret|user|login|cred|key", re.IGNORECASE)
_HEADER = re.compile(r"passw(?:or)?d", re.IGNORECASE)
_STRONG = re.compile(r"[!@#$%^&*?+=~<>|\\]")


class CredentialRow(Struct, frozen=True):
    """A row that may hold a password. ``certain`` tells those that surely are a devices.csv row from those only kept out of sight."""

    index: int
    name: str
    address: str
    certain: bool


def is_devices_csv(name: str) -> bool:
    """The file name says so (``devices.csv``, ``devices-1.csv``)."""
    return name.lower().endswith(".csv") and "device" in name.lower()


def credential_rows(lines: Sequence[Line], name: str) -> Iterator[CredentialRow]:
    """Every line that may hold a password. In a file of that name each line of four columns is one."""
    by_name = is_devices_csv(name)
    under_header = in_list = False
    for index, line in enumerate(lines):
        text = line.text
        if text.count(",") < 3:
            under_header = in_list = False
            continue
        fields = _fields(text)
        if len(fields) < 4:
            continue
        in_list = in_list or is_list_header(fields)
        if in_list:
            continue
        if _HEADER.search(fields[3]) and not is_address(fields[1]):
            under_header = True
            continue
        if not any(fields[2:]):
            continue  # a list that waits to be filled in
        if by_name or under_header:
            yield CredentialRow(index, fields[0], fields[1], certain=True)
        elif is_address(fields[1]) and not is_address(fields[2]) and fields[3]:
            yield CredentialRow(index, fields[0], fields[1], certain=len(fields) == 4 and _looks_like_login(fields[2], fields[3]))


def is_list_header(fields: Sequence[str]) -> bool:
    """The header of a list of devices: three of its columns are known ones, and none is for a user or password."""
    known = sum(bool(LIST_COLUMNS.intersection(re.findall("[a-z]+", field.lower()))) and not is_address(field) for field in fields)
    return known >= 3 and not any(_SECRET_COLUMN.search(field) or is_address(field) or any(c.isdigit() for c in field) for field in fields)


def _fields(text: str) -> list[str]:
    if '"' not in text:
        return [field.strip().strip("'") for field in text.split(",")]
    try:
        return [field.strip().strip("\"'") for field in next(csv.reader([text.replace("\0", "")], skipinitialspace=True), [])]
    except csv.Error:
        return [field.strip().strip("\"'") for field in text.split(",")]


def is_address(text: str) -> bool:
    if "." not in text and ":" not in text:
        return False
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _looks_like_login(user: str, password: str) -> bool:
    """A user name of an administrator, or a password by its look: an inventory of four columns is not accused."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.@\\-]{0,63}", user) or " " in password:
        return False
    mixed = any(c.islower() for c in password) and any(c.isupper() for c in password) and any(c.isdigit() for c in password)
    return "admin" in user.lower() or user.lower() == "root" or mixed or _STRONG.search(password) is not None
