"""Every cap on hostile input, in one place. `sftunnel-analyzer limits` prints it, ``--limit name=value`` changes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Self

from analyzer.texts import N_, _

_KIB, _MIB, _GIB = 1 << 10, 1 << 20, 1 << 30
_DIGITS = 18


def _cap(default: int, meaning: str) -> int:
    """A field with its default and its one-line meaning (`Limits.described` gives both)."""
    value: int = field(default=default, metadata={"meaning": meaning})
    return value


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps of one run, all whole numbers above 0.

    Hitting one is reported as a `Damage` of kind LIMIT whose reason names the cap and what was not read; the rest goes on.
    An "input" is one artifact: a file as given, a file below a given folder, or standard input.
    """

    # What is unpacked.
    artifacts: int = _cap(200_000, N_("input files of one run"))
    input_bytes: int = _cap(256 * _GIB, N_("bytes read and unpacked from one input, all layers of compression counted"))
    member_bytes: int = _cap(64 * _GIB, N_("bytes of one member, unpacked"))
    ratio: int = _cap(500, N_("bytes unpacked per packed byte, of one compressed layer and of an input as a whole"))
    ratio_from_bytes: int = _cap(_GIB, N_("unpacked bytes from which a layer's ratio counts (an input's: from four times as many)"))
    members: int = _cap(500_000, N_("members of one input, folders and links counted"))
    depth: int = _cap(10, N_("archives and compressions inside one another"))
    name_length: int = _cap(4096, N_("characters of a member's path; a longer one is cut, its content is read"))
    header_bytes: int = _cap(_MIB, N_("bytes of a tar header extension (long names, PAX records)"))
    sparse_bytes: int = _cap(4 * _GIB, N_("bytes of holes filled with zeros in one sparse tar member"))
    zip_directory_bytes: int = _cap(6 * _MIB, N_("bytes of a zip archive's central directory"))  # takes ten times as much memory
    spool_bytes: int = _cap(64 * _MIB, N_("bytes of memory for zip archives inside other archives; a larger one is read forward"))
    decoder_bytes: int = _cap(256 * _MIB, N_("bytes of memory that an xz or zstd stream may demand"))
    seconds: int = _cap(3600, N_("seconds of wall time for one input, the time of its readers included"))
    # What is read of it.
    text_bytes: int = _cap(4 * _MIB, N_("bytes up to which all of a text is read; of a larger one log lines and certificates"))
    line_bytes: int = _cap(16 * _KIB, N_("bytes of one line that are kept"))
    lines: int = _cap(500_000, N_("lines that name sftunnel kept of one text larger than text_bytes"))
    certificates: int = _cap(20_000, N_("certificates and keys of one file"))
    certificate_bytes: int = _cap(256 * _KIB, N_("bytes of one certificate"))
    key_bytes: int = _cap(32 * _KIB, N_("bytes of one private key"))
    der_bytes: int = _cap(4 * _MIB, N_("bytes of a binary file, or of one PEM block, that may hold certificates"))
    # What is read of a capture, and what tshark may take for it.
    packets: int = _cap(1_000_000_000, N_("packets of one capture"))
    packet_bytes: int = _cap(256 * _KIB, N_("bytes of one captured packet"))
    connections: int = _cap(20_000, N_("connections of one capture"))
    buffered_bytes: int = _cap(256 * _MIB, N_("bytes of all connections of one capture held in memory"))
    head_bytes: int = _cap(128 * _KIB, N_("bytes of each direction of a connection that are read"))
    waiting_segments: int = _cap(512, N_("segments of each direction of a connection that wait for a lost one"))
    records: int = _cap(2_000_000, N_("TLS records of all connections of one capture"))
    chain: int = _cap(32, N_("certificates of one Certificate message of a capture"))
    alerts: int = _cap(16, N_("alerts of one connection"))
    fragmented_packets: int = _cap(256, N_("IP packets in fragments of one capture that wait for the rest of them at one time"))
    held_bytes: int = _cap(16 * _MIB, N_("bytes of frames held back from tshark until the lost segments before them are there"))
    reduced_bytes: int = _cap(256 * _MIB, N_("bytes of the small capture handed to tshark"))
    tshark_starts: int = _cap(8, N_("captures of one run that tshark is started for though the embedded reader finds the same"))
    tshark_needed_starts: int = _cap(200, N_("captures of one run that tshark is started for because only it understands some packets"))
    tshark_seconds: int = _cap(180, N_("seconds of wall time of one tshark"))
    tshark_memory: int = _cap(4 * _GIB, N_("bytes of address space of one tshark"))
    tshark_answer_bytes: int = _cap(256 * _MIB, N_("bytes of the answer of one tshark"))
    # What is kept.
    input_facts: int = _cap(1_000_000, N_("facts kept of one input; what follows in it is not read"))
    facts: int = _cap(2_000_000, N_("facts kept of one run; what follows is not read"))

    @classmethod
    def described(cls) -> tuple[tuple[str, int, str], ...]:
        """Name, default and meaning of every cap, in order."""
        return tuple((f.name, int(f.default), str(f.metadata["meaning"])) for f in fields(cls) if isinstance(f.default, int))

    def changed(self, given: Iterable[str]) -> Self:
        """These limits with ``name=value`` put in their place. Raises `ValueError` with a sentence for the user."""
        values: dict[str, int] = {}
        names = {described[0] for described in self.described()}
        for text in given:
            name, equals, value = text.partition("=")
            if not equals or name not in names:
                told = _("{text} is no limit: write name=value with a name of `sftunnel-analyzer limits`, such as depth=12")
                raise ValueError(told.format(text=repr(text)))
            digits = value.replace("_", "")
            if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS and int(digits) > 0):
                raise ValueError(_("{text}: the value must be a whole number above 0").format(text=repr(text)))
            values[name] = int(digits)
        return replace(self, **values)


DEFAULT_LIMITS = Limits()
"""The caps of a run in which nobody changed one."""
