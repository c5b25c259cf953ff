"""Lines that speak of trouble in the tunnel and that no reader used: they are never dropped in silence.

Of any log the lines of sftunnel at [WARN] or [ERROR] whose wording the catalogue does not know. Of a small text that somebody pasted also
lines without a log header that name sftunnel, its port, an InternalCA or the end of a certificate, lines that say of a device that it is
not connected (`trouble`), and lines of any process by which a peer did not answer. A file of an appliance's own tree is not pasted.
What is harmless is listed in ``wordings.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.facts import Fact
from analyzer.model.location import Evidence
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.member import Damage
from analyzer.model.passage import NamedInText, NotUnderstood
from analyzer.read.logs.catalogue import catalogue
from analyzer.read.outputs.page import Page
from analyzer.read.trouble import literals, says_not_connected

_LARGEST = 1 << 18
"""Bytes of a text that somebody may have pasted."""
_RECORDS = (".yml", ".yaml")
"""Ends of names of files that are mostly settings, and at times records of devices."""
_MOST_WORDINGS = 200
_LINE_CHARACTERS = 1_000
_TROUBLE = frozenset(("WARN", "WARNING", "ERROR", "FATAL", "CRITICAL"))
_VARIES = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{20,30}|\d+|'[^']{0,100}'")
_NO_TEXT = re.compile(
    r"^(?:readme|changelog|license|contributing)\b|\.(?:conf|cfg|pl|pm|py|sh|service|js|css|sql|xsd|map|ya?ml|lock|po|java|go|rs|c|h)$",
    re.IGNORECASE,
)

_CANDIDATES = (b"sftunnel", b"8305", b"internalca", b"certificate", b"heartbeat", b"rpc", b"did not re")
_SPEAKS = re.compile(
    r"\bsftunneld?\b|(?<![\d.:-])8305(?![\d-])|[:.]8305\b|\bInternal ?CA\b"
    r"|certificate.{0,60}?(?:expir|not (?:yet )?valid|valid (?:un)?til|ends? on|ended)|(?:expired|expiry|end).{0,30}?certificate"
    r"|not sending heartbeats?",
    re.IGNORECASE,
)
_SILENT_PEER = re.compile(
    r"\bpeer\b.{0,120}?(?:did not (?:respond|reply)|not responding|timed? ?out)|\bRPC\b.{0,40}?(?:timed? ?out|fail)", re.IGNORECASE
)
"""Whatever process writes it: a call over the tunnel got no answer."""
_NAMES_ONLY = re.compile(r"\S*/\S*|\bsftunnel[-_.][\w.-]+|\bsftunneld?(?= (?:-d|\(system\)))", re.IGNORECASE)
"""Paths, names of files and of commands: that something is named so is no trouble."""
_NAMED = re.compile(
    r"(?<![\w.@/:-])(?:\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)|(?=[A-Za-z0-9_.-]{0,40}\d)[A-Za-z][A-Za-z0-9_-]{2,40}(?:\.[A-Za-z0-9-]{1,40}){0,4})"
)
"""An IPv4 address, or a word of letters and a digit."""
_MOST_NAMED = 300
_DOTS = 3
_MAY_NAME = re.compile(rb"\d\.\d{1,3}\.\d{1,3}\.\d|[a-z]{2}[a-z._-]{0,30}\d")
_WORD = re.compile(r"[^\W\d_]{3,}")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_MIXED = re.compile(r"[A-Za-z]{2,}(?:[-_.][A-Za-z0-9]{1,40}|\d{1,4}[A-Za-z]{0,2}$)")
"""A name as people give to appliances. What else mixes letters and digits may be a piece of a secret."""
_HEADER = re.compile(
    r"\s{0,8}(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* {1,2}\d{1,2} "
    r"|\d{4}[-/]\d\d[-/]\d\d"
    r"|\d{1,2}[-/ ]\w{2,3}[-/ ]\d{4} |\d{10}|\[?\d\d:\d\d:\d\d|[\w./-]{1,60}(?:\[\d+\])?: (?:\(\d+\)|error:)|# |\{|%[A-Z]{2,8}-\d)"
)
"""How a line of a log begins, and a heading or remark: lines of other programs, and what is written about such lines."""


class Used:
    """What the readers of one text gave, and which of its lines that took."""

    def __init__(self) -> None:
        self.any = False
        self._lines: set[int] = set()
        self._events: dict[tuple[str, str, str], list[LogEvent]] = {}
        self._answered: dict[int, bool] = {}

    def take(self, fact: Fact) -> None:
        """Note one fact."""
        if isinstance(fact, Damage):
            return
        self.any = True
        if isinstance(fact, LogEvent):
            self._log(fact)
        evidence = getattr(fact, "evidence", None) or getattr(fact, "summary", None)
        if isinstance(evidence, Evidence) and evidence.location.line is not None:
            first = evidence.location.line
            last = evidence.location.last_line
            if last is None:
                self._lines.add(first)
            else:
                self._lines.update(range(first, min(last, first + 5_000) + 1))

    def _log(self, event: LogEvent) -> None:
        if event.kind is LogKind.OTHER and event.level in _TROUBLE and not catalogue().is_harmless(event.message):
            words = (event.host, event.level, _VARIES.sub("#", event.message)[:200])
            if words in self._events or len(self._events) < _MOST_WORDINGS:
                self._events.setdefault(words, []).append(event)

    def is_used(self, line: int) -> bool:
        """A reader took something from this line of the file."""
        return line in self._lines

    def not_understood(self, page: Page | None) -> Iterator[NotUnderstood]:
        """Each wording once, with how often, since when and until when."""
        for (host, _level, _words), events in self._events.items():
            times = [event.time for event in events if event.time is not None]
            yield NotUnderstood(
                events[0].evidence,
                events[0].message[:300],
                len(events),
                host,
                min(times, default=None),
                max(times, default=None),
            )
        if page is None or not _may_be_pasted(page):
            return
        speaks = page.text.has(*_CANDIDATES) and _NO_TEXT.search(page.name) is None
        devices = page.text.has(*literals()) and (_NO_TEXT.search(page.name) is None or page.name.endswith(_RECORDS))
        if speaks or devices:
            yield from self._pasted(page, speaks, devices)

    def _pasted(self, page: Page, speaks: bool, devices: bool) -> Iterator[NotUnderstood]:
        found: dict[str, list[int]] = {}
        last_used = max(self._lines, default=0)
        for index, line in enumerate(page.lines):
            text = line.text[:_LINE_CHARACTERS]
            if len(text) < 4 or index in page.prompts or self.is_used(line.number):
                continue
            of_tunnel = speaks and _speaks(text)
            of_device = devices and says_not_connected(text) and _HEADER.match(text) is None
            if not (of_tunnel or of_device):
                continue
            if self._has_answer(page, index) and not (of_device and line.number > last_used):
                continue
            words = _VARIES.sub("#", text.strip())[:200]
            if words in found or len(found) < _MOST_WORDINGS:
                found.setdefault(words, []).append(index)
        for indexes in found.values():
            host = page.host(indexes[0])
            yield NotUnderstood(page.evidence(indexes[0]), page.lines[indexes[0]].text.strip()[:300], len(indexes), host, None, None)

    def named(self, page: Page | None) -> Iterator[NamedInText]:
        """Names and addresses in what a person wrote between the outputs, each once: whatever language says what of them."""
        if page is None or not page.is_pasted or not isinstance(page.text.kept, bytes) or len(page.text.kept) > _LARGEST:
            return
        if _NO_TEXT.search(page.name) is not None and not page.name.lower().endswith((".yaml", ".yml")):
            return
        if _MAY_NAME.search(page.text.lowered) is None:
            return
        met: set[str] = set()
        for index, line in enumerate(page.lines):
            text = line.text[:_LINE_CHARACTERS]
            if index in page.prompts or self.is_used(line.number) or _is_printed(text):
                continue
            passage = page.passage(index)
            if passage is not None and passage.command:
                continue
            for found in _NAMED.finditer(text):
                value = found[0]
                if value.lower() in met or len(met) >= _MOST_NAMED or not _beside_words(text, found):
                    continue
                met.add(value.lower())
                yield NamedInText(value, page.evidence(index, text=value))

    def _has_answer(self, page: Page, index: int) -> bool:
        """The line stands in the output of a command of which something was understood."""
        passage = page.passage(index)
        if passage is None or not passage.command:
            return False
        place = passage.evidence.location
        first = place.line or 0
        if first not in self._answered:
            last = min(place.last_line or first, first + 2_000)
            self._answered[first] = any(self.is_used(line) for line in range(first, last + 1))
        return self._answered[first]


def _beside_words(text: str, found: re.Match[str]) -> bool:
    """It is an address, or looks like a name, in a line that says something in words: a line of a key or of a dump does not."""
    if _MIXED.match(found[0]) is None and found[0].count(".") != _DOTS:
        return False
    beside = f"{text[: found.start()]} {text[found.end() :]}"
    return any(_HEX.fullmatch(word) is None for word in _WORD.findall(beside)) or beside.count(".") >= _DOTS


def _is_printed(text: str) -> bool:
    """A line of a log, or a field of an output that stands in a text without its prompt."""
    of_a_log = _HEADER.match(text) is not None and not text.lstrip().startswith("{")
    return of_a_log or text.startswith(("*", "'")) or " = " in text or "' => '" in text


def _speaks(text: str) -> bool:
    if _SILENT_PEER.search(text) is not None:
        return not catalogue().is_harmless_text(text)
    if _SPEAKS.search(text) is None or _HEADER.match(text) is not None:
        return False
    return _SPEAKS.search(_NAMES_ONLY.sub(" ", text)) is not None and not catalogue().is_harmless_text(text)


def _may_be_pasted(page: Page) -> bool:
    kept = page.text.kept
    return isinstance(kept, bytes) and len(kept) <= _LARGEST and page.is_pasted
