"""Rows of name, address, user and password in clear text, as in ``devices.csv`` of copy_sftunnel_certs.py (field notes 3.3).

Found by content too, because such rows get pasted anywhere. What is found here is blanked for every recogniser (`page`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from ipaddress import ip_address

from msgspec import Struct

from analyzer.read.patterns import later
from analyzer.read.search import find
from analyzer.read.text import Line

_ADDRESS = r"(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[0-9a-fA-F]{1,4}:[0-9a-fA-F:.]{2,40})"
_ADDRESS_FORM = re.compile(r"[0-9a-fA-F:.]{2,45}(?:%[\w.-]{1,20})?")
_SEPARATORS = ",;\t|"
LOOKS_LIKE = later(rf"[,;\t|\n][ \"'(\[]{{0,4}}{_ADDRESS}[ \"')\]]{{0,4}}(?:[,;\t|]|$)", re.MULTILINE)
"""An address in a column of its own: the cheap sign that a text may hold such rows. It is searched in lines with the line feed before."""

# fmt: off
LIST_COLUMNS = frozenset((
    "name", "device", "host", "hostname", "ip", "address", "model", "version", "connection", "connected", "connectivity",
    "state", "status", "type", "group", "chassis", "uuid", "role", "serial", "licenses", "domain", "health", "policy",
))
# fmt: on
"""Words that head the columns of a list of devices, of which none holds a password."""

_SECRET_COLUMN = re.compile(r"pass|pwd|secret|user|login|cred|key", re.IGNORECASE)
_HEADER = re.compile(
    r"passw(?:or)?d|\A(?:pwd|pass)\Z|kennwort|passwort|mot de passe|contrase|비밀\s?번호|암호|パスワード|密码", re.IGNORECASE
)
_STRONG = re.compile(r"[!@#$%^&*?+=~<>|\\]")
_HEADERS = ("passw", "kennwort", "mot de passe", "contrase", "비밀", "암호", "パスワード", "密码")
_SHORT_HEADERS = ("pwd", "pass")
_SHORT_HEADER = later(r"p(?=wd|ass)(?:(?<=^p)|(?<=[,;|\t]p)|(?<=[,;|\t] p)|(?<=[,;|\t]  p))(?:wd|ass) {0,2}(?:[,;|\t]|$)", re.MULTILINE)
"""Short ones stand in many texts: they count in a column of their own. It begins with its only letter that is always the same, which is
found at the speed of memory."""


_ALIKE = bytes.maketrans(b"0123456789abcdef,;\t|", b"0" * 16 + b"\n" * 4)
_PASSED_OVER = b" \"'(["
_BEGINNINGS = (b"0.", b"00.", b"000.", b"0:", b"00:", b"000:", b"0000:")
"""How an address begins a column where all digits are one, and the signs that part columns a line feed."""


def may_have_rows(has: Callable[..., bool], lowered: Callable[[], str], data: bytes) -> bool:
    """Whether a text may have such rows, without a look at its lines. ``has``: one of these literals stands in the text in lower case;
    ``lowered`` is that text, ``data`` its bytes."""
    if has(*_HEADERS) or (has(*_SHORT_HEADERS) and _SHORT_HEADER.search(lowered()) is not None):
        return True
    return _may_look_like(data) and LOOKS_LIKE.search("\n" + lowered()) is not None


def _may_look_like(lowered: bytes) -> bool:
    """Whether `LOOKS_LIKE` may find something. Seven literals are found a dozen times faster in a text whose digits are all one, and
    whose blanks and quotes are gone."""
    if not lowered.isascii():
        return True  # other scripts have digits too
    alike = lowered.translate(_ALIKE, _PASSED_OVER)
    return alike.startswith(_BEGINNINGS) or any(find(alike, b"\n" + one, 0, len(alike)) >= 0 for one in _BEGINNINGS)


_NO_HEADING = re.compile(r"[!@$%^&*?+=~<>\\{}:]")
_STARS = re.compile(r"[*.\u2022xX#?-]+|\(.{0,40}\)|<.{0,40}>|(?:none|null|hidden|removed|redacted|withheld|masked)", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
_LOGIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.@\\-]{0,63}")
_ADMINISTRATOR = re.compile(r"admin|(?:\A|[\\_.-])(?:root|svc|service|operator|expert|cisco)(?:\Z|[@_.-])|user\Z|\Asvc", re.IGNORECASE)
_NAME_COLUMN = re.compile(r"\A(?:device|host|appliance|ftd|fmc|sensor)|\Aname\Z", re.IGNORECASE)
_RULE = frozenset(":-=+ ")
_FEWEST, _USUAL = 3, 4
"""Columns: of a row without a name, and of the usual one (name, address, user, password)."""


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
    """Every line that may hold a password. In a file of that name each line of four columns is one.

    Columns are parted by commas, semicolons, tabs or bars. Below a header that names a password its column counts, wherever it stands.
    """
    by_name = is_devices_csv(name)
    header: list[str] = []
    in_list = False
    for index, line in enumerate(lines):
        if not (by_name or header or in_list or _may_count(line.text)):
            continue
        separator = _separator(line.text)
        if not separator:
            header, in_list = [], False
            continue
        fields = _fields(line.text, separator)
        in_list = in_list or (len(fields) >= _USUAL and is_list_header(fields))
        if in_list or not any(fields[2:]):
            continue  # a list of devices, or one that waits to be filled in
        if any(map(_HEADER.search, fields)) and not any(is_address(field) or _NO_HEADING.search(field) for field in fields):
            header = fields
        elif all(set(field) <= _RULE for field in fields):
            continue  # the line below a header
        elif header:
            secrets = [field for head, field in zip(header, fields, strict=False) if _HEADER.search(head)]
            if any(secret and not _STARS.fullmatch(secret) for secret in secrets):
                named = (field for head, field in zip(header, fields, strict=False) if _NAME_COLUMN.search(head))
                yield CredentialRow(index, next(named, ""), _address(fields), certain=True)
        elif len(fields) >= _USUAL and (by_name or _is_usual(fields)):
            certain = by_name or (len(fields) == _USUAL and _looks_like_login(fields[2], fields[3])) or _has_login(fields)
            if certain or separator == ",":
                known = is_address(fields[1]) or fields[0] == fields[1]
                yield CredentialRow(index, fields[0] if known else "", _address(fields), certain=certain)
        elif _ADMINISTRATOR.search(line.text) and _has_login(fields):
            yield CredentialRow(index, "", _address(fields), certain=True)


def _may_count(text: str) -> bool:
    """A row with an address in a column of its own, or a header: of passwords, or of a list, which has no digits."""
    return LOOKS_LIKE.search("\n" + text) is not None or _HEADER.search(text) is not None or _DIGIT.search(text) is None


def _is_usual(fields: Sequence[str]) -> bool:
    """The order of devices.csv: name, address, user, password."""
    return is_address(fields[1]) and not is_address(fields[2]) and bool(fields[3])


def _address(fields: Sequence[str]) -> str:
    return next((field for field in fields if is_address(field)), "")


def is_hidden(secret: str) -> bool:
    """It stands for a secret that somebody took out, or for one that is not there."""
    return _STARS.fullmatch(secret) is not None


def _separator(text: str) -> str:
    """What parts the columns of the line, "" where nothing makes three of it."""
    best = max(_SEPARATORS, key=text.count)
    return best if text.count(best) >= _FEWEST - 1 else ""


def _has_login(fields: Sequence[str]) -> bool:
    """An address, an administrator's user name, and something that looks like a password, in any order."""
    rest = [field for field in fields if field and not is_address(field)]
    if len(rest) == len([field for field in fields if field]) or len(fields) > _USUAL + 2:
        return False
    for at, field in enumerate(rest):
        if not (_LOGIN.fullmatch(field) and _ADMINISTRATOR.search(field)):
            continue
        behind = rest[at + 1] if at + 1 < len(rest) else ""
        if " " not in behind and (_is_mixed(behind) or (behind and _STRONG.search(behind) and not _STARS.fullmatch(behind))):
            return True
        before = rest[at - 1] if at else ""
        if " " not in before and "/" not in before and _STRONG.search(before) and not _STARS.fullmatch(before):
            return True
    return False


def is_list_header(fields: Sequence[str]) -> bool:
    """The header of a list of devices: three of its columns are known ones, and none is for a user or password."""
    known = sum(bool(LIST_COLUMNS.intersection(re.findall("[a-z]+", field.lower()))) and not is_address(field) for field in fields)
    return known >= 3 and not any(_SECRET_COLUMN.search(field) or is_address(field) or any(c.isdigit() for c in field) for field in fields)


def _fields(text: str, separator: str) -> list[str]:
    if separator == "|":
        text = text.strip().strip("|")
    parts = text.split(separator)
    if '"' in text:
        with suppress(csv.Error):
            parts = next(csv.reader([text.replace("\0", "")], delimiter=separator, skipinitialspace=True), [])
    return [part.strip(" \t\"'()[]") for part in parts]


def is_address(text: str) -> bool:
    if _ADDRESS_FORM.fullmatch(text) is None:
        return False
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _looks_like_login(user: str, password: str) -> bool:
    """A user name of an administrator, or a password by its look: an inventory of four columns is not accused."""
    if not _LOGIN.fullmatch(user) or " " in password or _STARS.fullmatch(password):
        return False
    return "admin" in user.lower() or user.lower() == "root" or _is_mixed(password) or _STRONG.search(password) is not None


def _is_mixed(text: str) -> bool:
    return any(c.islower() for c in text) and any(c.isupper() for c in text) and any(c.isdigit() for c in text)
