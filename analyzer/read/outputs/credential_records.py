"""Records of a host, a user and a password in clear text: JSON, YAML, INI files, inventories, dictionaries of programs, XML.

Found in what somebody wrote or pasted, not in the files of an appliance's own tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyzer.read.outputs.credential_rows import CredentialRow, is_address, is_hidden
from analyzer.read.patterns import later
from analyzer.read.text import Line

_REACH = 8
"""Lines between the parts of one record."""

_CHARACTERS = 4_000
_ANNOUNCING = (
    r"passw(?:or)?d|passphrase|passwd|pwd|pass|kennwort|passwort|mot_de_passe|contrase(?:\u00f1|n)a|senha|wachtwoord"
    r"|\ube44\ubc00\s?\ubc88\ud638|\uc554\ud638|\u30d1\u30b9\u30ef\u30fc\u30c9|\u5bc6\u7801"
)
_HOST = r"host(?:name)?|ip|ip[_-]?addr(?:ess)?|addr(?:ess)?|mgmt[_-]?ip|management[_-]?(?:ip|address)|device|server|target|fqdn"
_USER = r"user(?:[_-]?name)?|login|account|benutzer|usuario|\uc0ac\uc6a9\uc790|\uacc4\uc815"
_VALUE = (
    r"[\"']?\s{0,3}(?:=>|[:=>\uff1a])\s{0,3}(?:"
    r"\"(?P<double>[^\"]{0,200})\"|'(?P<single>[^']{0,200})'|(?P<bare>[^\s,;\"'<>{}\[\]]{1,200}))"
)
_SECRETS = later(rf"(?i)(?<![a-z])(?:{_ANNOUNCING}){_VALUE}")
_HOSTS = later(rf"(?i)(?<![a-z])(?:{_HOST}){_VALUE}")
_USERS = later(rf"(?i)(?<![a-z])(?:{_USER}){_VALUE}")
WORDS = ("pass", "pwd", "kennw", "mot_de", "contrase", "senha", "wachtw", "\ube44\ubc00", "\uc554\ud638", "\u30d1\u30b9", "\u5bc6\u7801")
"""Words of which one stands in every text that has such records, in lower case."""


def credential_records(lines: Sequence[Line]) -> Iterator[CredentialRow]:
    """The lines that hold a password of a record which names a host and a user too."""
    last_host, last_user, open_secret = -_REACH - 1, -_REACH - 1, -1
    address = ""
    for index, line in enumerate(lines):
        text = line.text[:_CHARACTERS]
        if not text.strip():
            continue
        hosts = [value for value in _values(_HOSTS, text) if value]
        if hosts:
            last_host, address = index, next(filter(is_address, hosts), address if index - last_host <= _REACH else "")
        if any(_values(_USERS, text)):
            last_user = index
        if any(value and not is_hidden(value) for value in _values(_SECRETS, text)):
            open_secret = index
        if open_secret < 0 or index - open_secret > _REACH:
            open_secret = -1
            continue
        if abs(open_secret - last_host) <= _REACH and abs(open_secret - last_user) <= _REACH:
            yield CredentialRow(open_secret, "", address, certain=True)
            open_secret = -1


def _values(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for found in pattern.finditer(text):
        yield found["double"] or found["single"] or found["bare"] or ""
