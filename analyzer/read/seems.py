"""What a file seems to be in which nothing is evidence: so that a person sees at once whether it is the file that was meant."""

from __future__ import annotations

import re
from collections import Counter

from analyzer.read.captures import looks_like_capture
from analyzer.read.certificates import looks_like_der
from analyzer.read.text import decode, looks_binary
from analyzer.texts import N_, _

HEAD_BYTES = 64 << 10
"""Bytes of a file that are looked at."""

_LOG_LINE = re.compile(
    r"(?:<\d{1,3}>\d? ?)?(?:[A-Za-z]{3} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,20}) \S{1,253} "
    r"(?P<process>[A-Za-z][\w./-]{0,40})(?:\[\d{1,10}\])?: "
)
_STAMPED = re.compile(r"\[?(?:[A-Z][a-z]{2} )?(?:\d{4}[-/]\d\d[-/]\d\d|[A-Z][a-z]{2} {1,2}\d{1,2})[T ]\d\d:\d\d:\d\d")
_FIREWALL = re.compile(r"%(?:ASA|FTD|PIX)-\d-\d{6}")
_PROGRAMS = 3
_FEW = 3

_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf")

_BEGINNINGS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\s{0,200}<(?:!doctype html|html)", re.IGNORECASE), N_("a web page")),
    (re.compile(rb"\s{0,200}<\?xml"), N_("XML")),
    (re.compile(rb"\s{0,200}[\[{]\s{0,200}(?:[\"{\[\]}]|-?\d)"), N_("JSON")),
    (re.compile(rb"#!"), N_("a script")),
    (re.compile(rb"(?:[A-Za-z-]{2,40}: [^\n]{0,400}\n(?:[ \t][^\n]{0,400}\n){0,20}){2,60}\r?\n"), N_("a mail")),
    (re.compile(rb"-----BEGIN "), N_("PEM blocks without a certificate or key of an sftunnel")),
)


def seems(head: bytes) -> str:
    """What a file with this beginning (`HEAD_BYTES` are enough) seems to be, as a noun with its article, in the language that is spoken."""
    if not head.strip(b"\0 \t\r\n"):
        return _("an empty file") if not head else _("a file of blanks or zeros")
    if looks_like_capture(head):
        return _("a capture without a connection to the sftunnel port")
    if any(head.startswith(magic) for magic in _PACKED):
        return _("an archive or compressed file without any evidence")
    if looks_like_der(head) or looks_binary(head[:4096]):
        return _("binary data of an unknown kind")
    lines = decode(head).splitlines()
    if sum(_FIREWALL.search(line) is not None for line in lines[:200]) >= 1:
        return _("syslog of the data plane of a firewall, without a line about the sftunnel port")
    programs = Counter(found["process"].rpartition("/")[2] for line in lines if (found := _LOG_LINE.match(line)) is not None)
    if sum(programs.values()) >= _FEW or (programs and len(lines) <= _FEW):
        names = ", ".join(name for name, _count in programs.most_common(_PROGRAMS))
        return _("a log of {programs}").format(programs=names)
    for pattern, what in _BEGINNINGS:
        if pattern.match(head):
            return _(what)
    if sum(_STAMPED.match(line) is not None for line in lines) >= _FEW:
        return _("a log of another program")
    commas = [line.count(",") for line in lines[:20] if line.strip()]
    if len(commas) >= _FEW and min(commas) >= 2 and min(commas) == max(commas):
        return _("a table of values between commas")
    return _("text that names no sftunnel, port 8305 or InternalCA")
