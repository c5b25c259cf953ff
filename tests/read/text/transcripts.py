"""A transcript with any names, addresses and dates, and what mails, chats, terminals, pages and programs make of it."""

from __future__ import annotations

import html
import json
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

_NAMES = st.from_regex(r"[a-z]{2,8}-[a-z]{2,9}[0-9]{0,2}", fullmatch=True)
_ADDRESSES = st.tuples(st.sampled_from(["192.0.2", "198.51.100", "203.0.113"]), st.integers(1, 254)).map(
    lambda pair: f"{pair[0]}.{pair[1]}"
)
_MOMENTS = st.integers(1_546_300_800, 1_790_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
_DN = "/title=InternalCA/OU=Intrusion Management System/CN=c8d5d5c6-87c9-11ef-a993-b9831565bc4e/O=Cisco Systems, Inc"


def transcript(manager: str, device: str, address: str, moment: datetime) -> list[str]:
    """Dates of an InternalCA on a manager, and a device's log of a failed attempt."""
    head = f"{moment:%b} {moment.day:>2} {moment:%H:%M:%S} {device} SF-IMS[50792]: [51982] sftunneld:sf_ssl"
    ended = moment - timedelta(days=40)
    return [
        f"root@{manager}:/Volume/home/admin# openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem",
        f"notBefore={ended - timedelta(days=3650):%b %d %H:%M:%S %Y} GMT",
        f"notAfter={ended:%b %d %H:%M:%S %Y} GMT",
        f"root@{manager}:/Volume/home/admin#",
        "",
        f"root@{device}:/ngfw/var/log# grep sftunnel messages | tail",
        f"{head} [INFO] Initiating IPv4 connection to {address}:8305/tcp",
        f"{head} [INFO] Connected to {address} from resolved_ips_list (port 8305) (IPv4)",
        f"{head} [ERROR] -Error with certificate at depth: 1",
        f"{head} [ERROR] issuer = {_DN}",
        f"{head} [ERROR] err 10:certificate has expired",
        f"{head} [ERROR] Connect:SSL handshake failed",
        f"{head} [WARN] SSL Verification status: certificate has expired",
    ]


TRANSCRIPTS = st.builds(transcript, _NAMES, _NAMES, _ADDRESSES, _MOMENTS)


def prefixed(make: Callable[[int], str]) -> Callable[[list[str]], str]:
    return lambda lines: "\n".join((make(at) + line).rstrip() for at, line in enumerate(lines, start=1)) + "\n"


def _wrapped(width: int) -> Callable[[list[str]], str]:
    return lambda lines: "\n".join(line[at : at + width] for line in lines for at in range(0, max(1, len(line)), width)) + "\n"


def _mail_lines(line: str) -> list[str]:
    return textwrap.wrap(line, 76, break_on_hyphens=False) or [""]


def _table(lines: list[str]) -> str:
    rows = [f"| {at} | {line.replace('|', chr(92) + '|')} |" for at, line in enumerate(lines, start=1)]
    return "\n".join(["| no | line |", "| --- | --- |", *rows]) + "\n"


def _terminal(lines: list[str]) -> str:
    return "".join(f"\x1b]0;a title\x07\x1b[01;32m{line[:6]}\x1b[0m{line[6:20]}x\x08 \x08{line[20:]}\x1b[K\r\n" for line in lines)


SHAPES: dict[str, Callable[[list[str]], str]] = {
    "as it is": lambda lines: "\n".join(lines) + "\n",
    "CRLF": lambda lines: "\r\n".join(lines) + "\r\n",
    "CR alone": lambda lines: "\r".join(lines) + "\r",
    "quoted": prefixed(lambda _at: "> "),
    "quoted twice": prefixed(lambda _at: "> > "),
    "quoted thrice, tight": prefixed(lambda _at: ">>> "),
    "a mail around a quotation": lambda lines: "Hi,\nsee below.\n\nOn Sunday somebody wrote:\n" + prefixed(lambda _at: "> ")(lines),
    "cat -n": prefixed(lambda at: f"{at:>6}\t"),
    "grep -n": prefixed(lambda at: f"{at}:"),
    "a file and a number": prefixed(lambda at: f"case/paste.txt:{at}:"),
    "numbers with dots": prefixed(lambda at: f"{at:>3}. "),
    "numbers of less": prefixed(lambda at: f"{at:>7} "),
    "stamps in brackets": prefixed(lambda at: f"[2026-11-23 00:12:{at:02}.123] "),
    "hours in brackets": prefixed(lambda at: f"[09:12:{at:02}] "),
    "stamps and bars": prefixed(lambda at: f"2026-11-23 00:12:{at:02} | "),
    "stamps of a runner": prefixed(lambda at: f"2026-11-23T00:12:{at:02}.1234567Z "),
    "a chat": prefixed(lambda at: f"[11:{at:02} AM] Kim, Example: "),
    "a chat of one name": prefixed(lambda _at: "noc-bot: "),
    "bars": prefixed(lambda _at: "| "),
    "indented": prefixed(lambda _at: "    "),
    "a table": _table,
    "numbered and quoted": prefixed(lambda at: f"> {at:>4}: "),
    "fenced": lambda lines: "```\n" + "\n".join(lines) + "\n```\n",
    "a terminal's log": _terminal,
    "80 columns": _wrapped(80),
    "132 columns": _wrapped(132),
    "a mail's 76 columns": lambda lines: "\n".join(part for line in lines for part in _mail_lines(line)) + "\n",
    "hard blanks": lambda lines: "\n".join(lines).replace(" ", "\xa0") + "\n",
    "dashes of a word processor": lambda lines: "\n".join(lines).replace(" -", " \u2013") + "\n",
    "a page with br": lambda lines: "<html><body><p>" + "<br>\n".join(html.escape(line) for line in lines) + "</p></body></html>",
    "a page in one line": lambda lines: "<div>" + "<br />".join(html.escape(line) for line in lines) + "</div>",
    "a page with pre": lambda lines: "<html><pre>" + html.escape("\n".join(lines)) + "</pre></html>",
    "a JSON string": lambda lines: json.dumps({"key": "NET-1", "body": "\n".join(lines)}),
    "a JSON string, indented": lambda lines: json.dumps({"key": "NET-1", "body": "\n".join(lines)}, indent=1),
    "a JSON object per line": lambda lines: "".join(
        json.dumps({"ts": f"2026-11-23T00:12:{at % 60:02}Z", "user": "kim", "text": line}) + "\n" for at, line in enumerate(lines)
    ),
    "a JSON object per line, text first": lambda lines: "".join(
        json.dumps({"line": line, "n": at}) + "\n" for at, line in enumerate(lines)
    ),
    "a string of Python": lambda lines: repr("\n".join(lines)),
    "XML with CDATA": lambda lines: '<?xml version="1.0"?><note><![CDATA[' + "\n".join(lines) + "]]></note>",
    "XML with escaped line ends": lambda lines: (
        '<?xml version="1.0"?><note a="b">' + "&#10;".join(html.escape(line) for line in lines) + "</note>"
    ),
}
"""Each makes a text of lines in which every line can be read again."""
