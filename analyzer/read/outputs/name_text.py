"""Distinguished names as OpenSSL prints them, in each of its forms, brought to the one that sftunnel logs: ``/title=InternalCA/OU=...``.

Forms: ``/title=A/CN=B`` (1.0), ``title = A, CN = B`` (1.1, 3), ``title=A, O=Cisco Systems, Inc`` (``-text`` of 1.0, nothing quoted),
``O=Cisco Systems\\, Inc,CN=B,title=A`` (RFC 2253, the last first).
"""

from __future__ import annotations

import re

MAX_NAME_CHARACTERS = 1_000

_LONG_NAMES = {
    "commonname": "CN",
    "organizationname": "O",
    "organizationalunitname": "OU",
    "countryname": "C",
    "localityname": "L",
    "stateorprovincename": "ST",
    "2.5.4.12": "title",
    "2.5.4.3": "CN",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
}
_ATTRIBUTE = r"[A-Za-z][A-Za-z]{0,29}|\d(?:\.\d{1,9}){2,12}"
_PART = re.compile(rf"(?:^|[,/+]) ?({_ATTRIBUTE}) ?= ?")
_ESCAPED = re.compile(r"\\([,+\"\\<>;=#/ ])")


def slash_form(text: str) -> str:
    """The name in the form of the logs, "" when the text is none."""
    text = text.strip()[:MAX_NAME_CHARACTERS]
    separator = "/" if text.startswith("/") else ","
    text = text.removeprefix("/")
    parts: list[tuple[str, str]] = []
    begins = [found for found in _PART.finditer(text) if not found.start() or text[found.start()] in (separator, "+")]
    begins = [found for found in begins if not found.start() or text[found.start() - 1] != "\\"]
    if not begins or begins[0].start():
        return ""
    for at, found in enumerate(begins):
        end = begins[at + 1].start() if at + 1 < len(begins) else len(text)
        value = text[found.end() : end].strip()
        if len(value) > 1 and value.startswith('"') and value.endswith('"'):
            value = value[1:-1]
        parts.append((_LONG_NAMES.get(found[1].lower(), found[1]), _ESCAPED.sub(r"\1", value)))
    if separator == "," and len(parts) > 1 and _is_reversed([key for key, _ in parts]):
        parts.reverse()
    return "".join(f"/{key}={value}" for key, value in parts)


def _is_reversed(keys: list[str]) -> bool:
    """The names of this appliance begin with the title and end with the organisation; RFC 2253 prints them the other way round."""
    return keys[-1] == "title" and keys[0] == "O"
