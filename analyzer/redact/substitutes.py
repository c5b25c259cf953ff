"""The map of one run: each identifying value and its substitute, and a text with the one put in place of the other."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, ip_address

from analyzer.model.cloud import CLOUD_DOMAINS
from analyzer.redact.addresses import Addresses
from analyzer.redact.keyed import code, digest
from analyzer.redact.sensitive import COMMON, CUT_UUID, IPV4, IPV6, MAC, SYSTEM_ACCOUNTS, UUID, Identifier

_TOKEN = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?")
"""A word as names are written: what may be a name of its own, or hold one between dots and hyphens."""

_OTHER_UUID = re.compile(
    r"(?<![0-9A-Za-z_])(?:[0-9a-fA-F]{8}(?:_[0-9a-fA-F]{4}){3}_[0-9a-fA-F]{12}|[0-9a-fA-F]{12}[1-5][0-9a-fA-F]{3}[89abAB][0-9a-fA-F]{15})(?![0-9A-Za-z_])"
)
"""With underscores, or bare with the version and the variant of a UUID: a digest that looks so is replaced too, the same each time."""

_MAPPED = re.compile(r"(?i)(?<![0-9a-z:.])(::(?:ffff:)?(?:0:)?)((?:\d{1,3}\.){3}\d{1,3})(?![0-9a-z]|\.\d)")
_DASHED = re.compile(r"(?<![0-9.])(?<![0-9]-)(?:\d{1,3}-){3}\d{1,3}(?![0-9-]|\.\d)")
_WITH_PORT = re.compile(r"(?<![0-9A-Za-z.])((?:\d{1,3}\.){3}\d{1,3})(\.\d{1,5})(?![0-9A-Za-z]|\.\d)")
"""An address with the port behind a dot, as tcpdump prints it: beside an arrow or colon, or where the address is known. A release or an
identifier of five numbers looks like it, and stays."""

_HEX_ADDRESS = re.compile(r"(?<![0-9A-Za-z])0x([0-9A-Fa-f]{8})(?![0-9A-Za-z])")

_PLAIN = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?\Z")
_PIECES = re.compile(r"[^\W_]+|[\W_]+")
_SHORTEST_NUMBER = 5
"""Digits of a part of a certificate's name (a postal code) that are replaced elsewhere too."""

_SHORTEST_CUT = 4
"""Letters of a name at the end of a cut line that are taken for the name."""


class Substitutes:
    """Grows while facts are looked through (`learn`), then rewrites texts. The order of learning decides the numbers, so the same evidence
    gives the same substitutes. With a secret they follow from it and the value alone (`analyzer.redact.keyed`)."""

    def __init__(self, versions: frozenset[str], secret: bytes = b"") -> None:
        self._versions = versions
        self._secret = secret
        self._addresses = Addresses(secret)
        self._codes: set[str] = set()
        self._plain: dict[str, str] = {}  # lower-case names that are one word, and their substitutes
        self._odd: dict[str, str] = {}  # names with blanks or stranger characters, as they are
        self._counts: dict[Identifier, int] = {}
        self._macs: dict[str, str] = {}
        self._done: dict[str, str] = {}
        self._found: dict[str, tuple[Identifier, str]] = {}
        self._heads: dict[str, str] = {}
        self._odd_pattern: re.Pattern[str] | None = None

    def entries(self) -> tuple[tuple[str, str, str], ...]:
        """What was replaced: kind, original, substitute, in the order of kind and substitute."""
        return tuple(sorted((kind.value, original, put) for original, (kind, put) in self._found.items()))

    def learn(self, kind: Identifier, value: str) -> None:
        """A value that identifies. Addresses and UUIDs may come as hosts: they are told by their look."""
        value = value.strip()
        if len(value) < 2 or value.lower() in COMMON or (kind is Identifier.ACCOUNT and value.lower() in SYSTEM_ACCOUNTS):
            return
        if UUID.fullmatch(value) or _is_address(value):
            self._exact(value)
        elif MAC.fullmatch(value):
            digits = _hex_of(value)
            self._macs.setdefault(digits, f"02{self._number(digits, len(self._macs) + 1, 5):010x}")
            self._found[value] = (kind, _like(value, self._macs[_hex_of(value)]))
        elif _PLAIN.match(value):
            self._learn_word(kind, value)
        elif value not in self._odd:
            # Characters that no name should have stay behind the substitute: what was refused for them is refused still.
            strange = "".join(sorted({one for one in value if not (one.isalnum() or one in " ._-")}))
            self._odd[value] = self._new(kind, value) + strange
            self._found[value] = (kind, self._odd[value])

    def _learn_word(self, kind: Identifier, value: str) -> None:
        key = value.lower()
        if key in self._plain or (value.isdigit() and (kind is not Identifier.ORGANISATION or len(value) < _SHORTEST_NUMBER)):
            return
        head, _, domain = value.partition(".")
        cloud = next((one for one in CLOUD_DOMAINS if key.endswith(one)), "")
        if kind is Identifier.HOST and cloud and head:
            # Cisco's own domain identifies nobody, and it alone tells the cloud-delivered FMC.
            self._plain[key] = self._word(kind, head) + cloud
            self._found[value] = (kind, self._plain[key])
            return
        if kind is Identifier.HOST and domain and head.lower() not in COMMON:
            put = f"{self._word(Identifier.HOST, head)}.{self._word(Identifier.DOMAIN, domain)}"
            self._plain[key] = put
            self._found[value] = (kind, put)
            return
        self._word(kind, value)

    def _word(self, kind: Identifier, value: str) -> str:
        key = value.lower()
        if key not in self._plain:
            self._plain[key] = self._new(kind, key)
            self._found[value] = (kind, self._plain[key])
        return self._plain[key]

    def _new(self, kind: Identifier, value: str) -> str:
        if self._secret:
            put = code(self._secret, value)
            self._codes.add(put)
            return f"{kind.value}-{put}"
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind.value}-{self._counts[kind]}"

    def _number(self, value: str, number: int, size: int) -> int:
        """A number for the value: the one given, with a secret one of ``size`` bytes."""
        return int.from_bytes(digest(self._secret, value, size), "big") if self._secret else number

    def is_own(self, word: str) -> bool:
        """The word is a part of a substitute of this map."""
        return word in self._codes

    def _exact(self, value: str) -> str:
        """The substitute of an address or UUID."""
        if UUID.fullmatch(value):
            key = value.lower()
            if key not in self._plain:
                self._counts[Identifier.UUID] = number = self._counts.get(Identifier.UUID, 0) + 1
                last = f"{self._number(key, number, 6):012x}"
                self._plain[key] = f"00000000-0000-0000-0000-{last}"
                self._codes.add(last)
                self._found[value] = (Identifier.UUID, self._plain[key])
            return self._plain[key]
        put = self._addresses.substitute(value)
        if put != value:
            self._found[value] = (Identifier.ADDRESS, put)
        return put

    def settle(self) -> None:
        """Nothing more is learnt: prepares the search for odd names and for names that a margin cut."""
        longest_first = sorted(self._odd, key=lambda name: (-len(name), name))
        self._odd_pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        for name, put in sorted(self._plain.items(), key=lambda item: (len(item[0]), item[0])):
            for length in range(_SHORTEST_CUT, min(len(name), 80)):
                self._heads.setdefault(name[:length], put)

    def rewrite(self, text: str) -> str:
        """The text with every identifying value replaced."""
        done = self._done.get(text)
        if done is None:
            self._done[text] = done = self._rewrite(text)
        return done

    def _rewrite(self, text: str) -> str:
        if not text or text.isspace():
            return text
        if self._odd_pattern is not None:
            text = self._odd_pattern.sub(lambda match: self._odd[match[0]], text)
        text = UUID.sub(lambda match: self._exact(match[0]), text)
        text = _OTHER_UUID.sub(self._other_uuid, text)
        text = MAC.sub(lambda match: _like(match[0], self._macs[_hex_of(match[0])]) if _hex_of(match[0]) in self._macs else match[0], text)
        text = _MAPPED.sub(lambda match: match[1] + self._v4(match[2]), text)
        text = _DASHED.sub(lambda match: self._v4(match[0].replace("-", ".")).replace(".", "-"), text)
        text = _HEX_ADDRESS.sub(lambda match: "0x" + IPv4Address(self._v4(str(IPv4Address(int(match[1], 16))))).packed.hex(), text)
        text = CUT_UUID.sub("00000000-", text)
        text = IPV6.sub(self._address, text)
        text = IPV4.sub(self._address, text)
        text = _WITH_PORT.sub(self._with_port, text)
        return self._cut_name(_TOKEN.sub(lambda match: self._token(match[0]), text))

    def _other_uuid(self, match: re.Match[str]) -> str:
        """A UUID without hyphens, or with underscores, in the same form."""
        digits = _hex_of(match[0])
        put = self._exact(f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}")
        return put.replace("-", "_" if "_" in match[0] else "")

    def _with_port(self, match: re.Match[str]) -> str:
        address, line = match[1], match.string
        beside = line[max(0, match.start() - 2) : match.start()] + line[match.end() : match.end() + 2]
        if address not in self._found and not any(mark in beside for mark in "<>:"):
            return match[0]
        return self._v4(address) + match[2]

    def _v4(self, value: str) -> str:
        return self._exact(value) if _is_address(value) and value not in self._versions else value

    def _address(self, match: re.Match[str]) -> str:
        value = match[0]
        return self._exact(value) if _is_address(value) and value not in self._versions else value

    def _token(self, token: str) -> str:
        """A word, or the longest names within it between its dots, hyphens and underscores, from the left."""
        whole = self._plain.get(token.lower())
        if whole is not None:
            return whole
        pieces = _PIECES.findall(token)
        if len(pieces) == 1:
            return token
        put: list[str] = []
        at = 0
        while at < len(pieces):
            for end in range(len(pieces), at, -1):
                found = self._plain.get("".join(pieces[at:end]).lower())
                if found is not None:
                    put.append(found)
                    at = end
                    break
            else:
                put.append(pieces[at])
                at += 1
        return "".join(put)

    def _cut_name(self, text: str) -> str:
        """The text with a name that the margin cut replaced too: a long beginning of a known name at the very end."""
        match = re.search(r"(?<![\w./-])[^\W_][\w.-]{3,79}\Z", text)
        if match is None:  # the last part of a path is a file's name, not a cut one
            return text
        head = match[0].lower()
        put = self._heads.get(head)
        return text[: match.start()] + put if put is not None and head not in COMMON else text


def _hex_of(value: str) -> str:
    return re.sub(r"[^0-9A-Fa-f]", "", value).lower()


def _like(original: str, digits: str) -> str:
    """The hex digits with the separators of the original."""
    rest = iter(digits)
    return "".join(next(rest) if one in "0123456789abcdefABCDEF" else one for one in original)


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True
