"""The caps of a run, as the command line names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from analyzer.collect.limits import Limits
from analyzer.texts import N_, _


def overridden(given: Iterable[str]) -> Limits:
    """The limits with ``name=value`` put in their place. Raises `ValueError` with a sentence for the user."""
    limits = Limits()
    names = [name for name, _, _ in Limits.described()]
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name not in names:
            told = _("{text} is no limit: write name=value with a name of `sftunnel-analyzer limits`, such as depth=12")
            raise ValueError(told.format(text=repr(text)))
        digits = value.replace("_", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18 and int(digits) > 0):
            raise ValueError(_("{text}: the value must be a whole number above 0").format(text=repr(text)))
        limits = replace(limits, **{name: int(digits)})
    return limits


def described() -> Iterator[tuple[str, int, str, bool]]:
    """Name, value, meaning of every cap, and whether ``--limit`` can change it."""
    from analyzer.read import certificates, private_keys, text
    from analyzer.read.captures import flows, halves, records, reduced, tshark
    from analyzer.read.context import TSHARK_STARTS
    from analyzer.read.members import MAX_DER_BYTES

    for name, value, meaning in Limits.described():
        yield name, value, _(meaning), True
    fixed = (
        ("text_bytes", text.WHOLE_TEXT_BYTES, N_("bytes up to which a text is kept whole; of a larger one the lines that name sftunnel")),
        ("line_bytes", text.LINE_BYTES, N_("bytes of one line that are kept")),
        ("lines", text.MAX_KEPT_LINES, N_("lines that name sftunnel kept of one large text")),
        ("certificates", certificates.MAX_CERTIFICATES, N_("certificates and keys of one file")),
        ("certificate_bytes", certificates.MAX_CERTIFICATE_BYTES, N_("bytes of one certificate")),
        ("key_bytes", private_keys.MAX_KEY_BYTES, N_("bytes of a private key that are looked at")),
        ("der_bytes", MAX_DER_BYTES, N_("bytes of a binary file that may be a certificate or PKCS#7")),
        ("packet_bytes", records.MAX_PACKET_BYTES, N_("bytes of one captured packet")),
        ("packets", records.MAX_PACKETS, N_("packets of one capture")),
        ("connections", flows.MAX_CONNECTIONS, N_("connections of one capture")),
        ("buffered_bytes", flows.MAX_BUFFERED_BYTES, N_("bytes of all connections of one capture held in memory")),
        ("head_bytes", halves.HEAD_BYTES, N_("bytes of each direction of a connection that are read")),
        ("reduced_bytes", reduced.MAX_BYTES, N_("bytes of the small capture written for tshark")),
        ("tshark_starts", TSHARK_STARTS, N_("captures of one run that tshark is started for")),
        ("tshark_seconds", int(tshark.TIME_LIMIT_SECONDS), N_("seconds of wall time of one tshark")),
        ("tshark_memory", tshark.MEMORY_BYTES, N_("bytes of address space of one tshark")),
    )
    for name, value, meaning in fixed:
        yield name, value, _(meaning), False
