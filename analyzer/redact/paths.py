"""Substitutes for the names of inputs: the folder of a customer, the number of a service request. What the appliance names itself stays."""

from __future__ import annotations

import re
from collections.abc import Callable

from analyzer.redact.keyed import code
from analyzer.redact.sensitive import COMMON, Identifier

_WORD = re.compile(r"[^\W_]+")

_WORDS = """
    a an and by name names copy copied for from in log of on pasted the to with browser text day days week
    etc sf var log logs ngfw volume home opt cisco csp config ca root peers keys certs pushed private dir archives file contents
    command outputs tmp usr local bin messages comms ims conf cacert cakey cert key index failed push patch history sfca generation
    versiondb vdb old new backup cacerts crl map run sfdatacorrelator boot syslog asa lina generate case cases evidence input inputs in
    bundle bundles results result troubleshoot ts data files before after first second terminal session status brief show version
    managers network output cli clish expert shell mail chat notes note ticket report capture captures packets trace primary secondary
    active standby ha pair fmc ftd fxos firewall lab test part sample samples openssl dates x509 verify pmtool netstat certificates
    certificate chain leaf devices facts statements txt text gz tgz tar zip xz bz2 zst lzma 7z pem der crt cer csv json yaml yml pcap
    pcapng cap eml msg html htm xml rtf docx xlsx odt md pl py sh p12 pfx out
"""
KEPT = COMMON | frozenset(_WORDS.split())
"""Words that the names of evidence have everywhere: they identify nobody."""

_SUBSTITUTE = frozenset(kind.value for kind in Identifier)
_HARMLESS_DIGITS = 4
"""A year, a month, a number in a row. A number of a case has more."""


class InputNames:
    """Rewrites the path of an input: the same word gets the same substitute, in paths only. A word of a folder may be one of every log."""

    def __init__(self, rewrite: Callable[[str], str], is_own: Callable[[str], bool] = lambda _word: False, secret: bytes = b"") -> None:
        """``rewrite`` replaces what is identified anywhere, ``is_own`` knows a part of its substitutes. ``secret`` as for `Substitutes`."""
        self._rewrite = rewrite
        self._is_own = is_own
        self._secret = secret
        self._words: dict[str, str] = {}
        self._found: dict[str, str] = {}

    def entries(self) -> tuple[tuple[str, str, str], ...]:
        """Kind, original, substitute."""
        return tuple((Identifier.INPUT.value, original, put) for original, put in self._found.items())

    def rewrite(self, path: str) -> str:
        """The path: first what is identified anywhere, then every word that the names of evidence do not have."""
        if not path or path == "-":
            return path
        return "/".join(_WORD.sub(self._word, self._rewrite(part)) for part in path.split("/"))

    def _word(self, match: re.Match[str]) -> str:
        word = match[0]
        low = word.lower()
        if (
            low in KEPT
            or low in _SUBSTITUTE
            or self._is_own(low)
            or (low.isdigit() and len(low) <= _HARMLESS_DIGITS)
            or (set(low) <= set("0123456789") and "0000" in low)
        ):
            return word
        if low not in self._words:
            which = code(self._secret, low) if self._secret else str(len(self._words) + 1)
            self._words[low] = self._found[word] = f"{Identifier.INPUT.value}-{which}"
        return self._words[low]
