"""What a line of evidence begins with: by this a wrapped line is told from a new one, and a foreign prefix from the line behind it."""

from __future__ import annotations

from analyzer.read.patterns import later
from analyzer.read.text.prompts import bare_command, find_prompt

_USER_AT = r"[A-Za-z_][A-Za-z0-9_.-]{0,31}@[A-Za-z0-9][A-Za-z0-9_.-]{0,62}"
PROMPT = rf"(?:{_USER_AT}:[/~][^\s#$>]{{0,300}} ?[#$](?=\s|$)|\[{_USER_AT}[ :][^\]\s]{{1,200}}\][#$](?=\s|$))"
_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
CLASSIC = rf"{_MONTHS}\s{{1,2}}\d{{1,2}}(?:,?\s\d{{4}})?\s{{1,2}}\d{{1,2}}:\d\d:\d\d"
_LABELS = (
    r"PEER: ?\S|Registration {0,18}: |Peer channel Channel-|(?:IPv[46] )?Connection to peer '|Last disconnect (?:time|reason) ?:"
    r"|Heartbeat (?:Send|Received) Time:|SFTUNNEL Start Time:|\*{1,20}(?:RUN|RPC) STATUS\*|Channel-?[AB] Connected ?:|PEER INFO:"
    r"|sftunneld? \([a-z]{1,20}\) - "
)
_DATES = rf"not(?:Before|After)={_MONTHS}\s{{1,2}}\d"

ANCHOR = later(rf"(?<![\w@./'\"-])(?:{PROMPT}|{_DATES}|{_LABELS})|(?<=[\"'])(?:{PROMPT}|{_DATES}|(?:\*{{1,20}}RUN STATUS\*|PEER:))")
"""What so surely begins a line of evidence that something before it on the line is not of it."""

FLAT = later(rf"(?<![\w@./-])(?:{PROMPT}|{_DATES}|{CLASSIC}\s\S{{1,64}}\sSF-IMS\[)")
"""Where a text that lost its line ends is parted: `ANCHOR` and heads of log lines."""

_CHEAP = (
    "@",
    "otAfter=",
    "otBefore=",
    "PEER:",
    "egistration",
    "eer channel",
    "onnection to peer",
    "disconnect",
    "Heartbeat",
    "STATUS*",
    " Connected",
    "PEER INFO",
    "sftunnel",
    "SFTUNNEL",
)

_STAMPED = (
    rf"{CLASSIC}|(?i:{_MONTHS})\s{{1,2}}\d{{1,2}}\s"
    r"|\d{4}[-/]\d\d[-/]\d\d[T ]\d|\d{1,2}[-/ .](?:\d{1,2}|[A-Z][a-z]{2})[-/ .]\d{4}\b"
    r"|\[?\(?\d{1,2}:\d\d(?::\d\d)?\b|\d{9,13}(?:\.\d+)?\s|<\d{1,3}>"
    r"|(?:MSGS|HTTP|ACTQ|DCSM|VMSS|MOJO|NGFW|NGUI|DEPL|TCAT|VMSB|USMS): "
)
_BEGINS_SURELY = later(rf"\s*(?:{_DATES}|{_LABELS}|{_STAMPED}|-----)")
_BEGINS = later(
    rf"\s*(?:{_DATES}|{_LABELS}|{_STAMPED}"
    r"|SF-IMS\[|sftunneld?:\w|-Error with certificate|issuer\s*=|subject\s*=|err \d{1,3}\s?:"
    r"|SSL_renegotiate|Connect:SSL|SSL Verification|VERIFY ssl_"
    r"|establish(?:SSL)?Connection|Established connection"
    r"|[-dlbcps][-rwxsStT]{9}|total \d|tcp[46]?\s|udp[46]?\s|-----|\+--|\||\*{3}|={3}|#{1,6} |[*+-] |\d{1,3}[.)] "
    r"|not(?:Before|After)\b|[A-Z][A-Za-z ]{2,30}\s*: |[A-Za-z_]{3,40}\s?= ?\S|[\[{}<]|password\b|Password:|Certificate:|V\t|R\t|E\t"
    r"|(?:LISTEN|ESTAB|SYN-SENT|TIME-WAIT|State)\s|Proto |\$|#|>"
    r"|Certificate will |error \d{1,3} at |depth=\d|verify (?:error|return)|CONNECTED\(|Trying |Connected to |PING "
    r"|[a-z]{2,10}: (?:cannot|connect|unable)|\d{1,9}\s+\d{1,10}\.\d{3,9}\s|\d{1,9}: \d\d:\d\d:\d\d\.|\"\d{1,9}\",\")"
)


def anchor(text: str) -> int:
    """Where the first record of a line begins when something stands before it, 0 when it begins the line, -1 when there is none."""
    if not any(sign in text for sign in _CHEAP):
        return -1
    found = ANCHOR.search(text)
    return -1 if found is None else found.start()


def is_anchored(text: str) -> bool:
    """The text begins with a record that is sure."""
    return ANCHOR.match(text) is not None or FLAT.match(text) is not None


def is_said(text: str) -> bool:
    """A command or a record stands alone in the text."""
    return is_anchored(text) or find_prompt(text) is not None or bare_command(text) is not None or _BEGINS.match(text) is not None


def begins_surely(text: str) -> bool:
    """The line begins something of its own whatever stands above it: below a log line, of which any words may be the rest."""
    return not text.strip() or _BEGINS_SURELY.match(text) is not None or find_prompt(text) is not None


def begins_record(text: str) -> bool:
    """The line begins something of its own: a wrapped line does not go on here."""
    return not text.strip() or _BEGINS.match(text) is not None or find_prompt(text) is not None or bare_command(text) is not None
