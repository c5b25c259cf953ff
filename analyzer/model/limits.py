"""Every cap on hostile input, in one place. `sftunnel-analyzer limits` prints it, ``--limit name=value`` changes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Self, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from analyzer.texts import N_, _

_KIB, _MIB, _GIB = 1 << 10, 1 << 20, 1 << 30
_DIGITS = 18


class Limits(Struct, frozen=True):
    """The caps of one run, all whole numbers above 0, each with its one-line meaning (`described` gives both).

    Hitting one is reported as a `Damage` of kind LIMIT whose reason names the cap and what was not read; the rest goes on.
    An "input" is one artifact: a file as given, a file below a given folder, or standard input.
    """

    # What is unpacked.
    artifacts: Annotated[int, N_("input files of one run")] = 200_000
    input_bytes: Annotated[int, N_("bytes read and unpacked from one input, including all layers of compression")] = 256 * _GIB
    member_bytes: Annotated[int, N_("bytes of one member, unpacked")] = 64 * _GIB
    ratio: Annotated[int, N_("bytes unpacked per packed byte, of one compressed layer and of an input as a whole")] = 500
    ratio_from_bytes: Annotated[int, N_("unpacked bytes from which a layer's ratio counts (an input's: from four times as many)")] = _GIB
    members: Annotated[int, N_("members of one input, including folders and links")] = 500_000
    depth: Annotated[int, N_("nested archives and compressions")] = 10
    name_length: Annotated[int, N_("characters of a member's path; a longer path is cut off, its content is read")] = 4096
    header_bytes: Annotated[int, N_("bytes of a tar header extension (long names, PAX records)")] = _MIB
    sparse_bytes: Annotated[int, N_("bytes of holes filled with zeros in one sparse tar member")] = 4 * _GIB
    zip_directory_bytes: Annotated[int, N_("bytes of a zip archive's central directory")] = 6 * _MIB  # takes ten times as much memory
    spool_bytes: Annotated[int, N_("bytes of memory for zip archives inside other archives; a larger one is read forward")] = 64 * _MIB
    document_bytes: Annotated[int, N_("bytes of a mail, a rich text, or one part of an office document")] = 32 * _MIB
    decoder_bytes: Annotated[int, N_("bytes of memory that an xz or zstd stream may demand")] = 256 * _MIB
    seconds: Annotated[int, N_("seconds of wall time for reading one input; for all conclusions; for the report")] = 3600
    # What is read of it.
    text_bytes: Annotated[
        int, N_("bytes up to which a text is read completely; from a larger text, only the log lines and certificates")
    ] = 4 * _MIB
    line_bytes: Annotated[int, N_("bytes of one line that are kept")] = 16 * _KIB
    lines: Annotated[int, N_("lines that name sftunnel kept of one text larger than text_bytes")] = 500_000
    certificates: Annotated[int, N_("certificates and keys of one file")] = 20_000
    certificate_bytes: Annotated[int, N_("bytes of one certificate")] = 256 * _KIB
    key_bytes: Annotated[int, N_("bytes of one private key")] = 32 * _KIB
    der_bytes: Annotated[int, N_("bytes of a binary file, or of one PEM block, that may hold certificates")] = 4 * _MIB
    # What is read of a capture, and what tshark may take for it.
    packets: Annotated[int, N_("packets of one capture")] = 1_000_000_000
    packet_bytes: Annotated[int, N_("bytes of one captured packet")] = 256 * _KIB
    connections: Annotated[int, N_("connections of one capture")] = 20_000
    buffered_bytes: Annotated[int, N_("bytes of all connections of one capture held in memory")] = 256 * _MIB
    head_bytes: Annotated[int, N_("bytes read from each direction of a connection")] = 128 * _KIB
    waiting_segments: Annotated[int, N_("segments of each direction of a connection that wait for a lost one")] = 512
    records: Annotated[int, N_("TLS records of all connections of one capture")] = 2_000_000
    chain: Annotated[int, N_("certificates of one Certificate message of a capture")] = 32
    alerts: Annotated[int, N_("alerts of one connection")] = 16
    fragmented_packets: Annotated[int, N_("IP packets in fragments of one capture that wait for the rest at one time")] = 256
    held_bytes: Annotated[int, N_("bytes of frames held back from tshark until the lost segments before them are there")] = 16 * _MIB
    reduced_bytes: Annotated[int, N_("bytes of the small capture passed to tshark")] = 256 * _MIB
    tshark_starts: Annotated[int, N_("captures of one run that start tshark although the embedded reader finds the same")] = 8
    tshark_needed_starts: Annotated[int, N_("captures of one run that start tshark because only it understands some packets")] = 200
    tshark_seconds: Annotated[int, N_("seconds of wall time of one tshark")] = 180
    tshark_run_seconds: Annotated[int, N_("seconds of wall time that one run waits for all of its tsharks")] = 900
    tshark_memory: Annotated[int, N_("bytes of address space of one tshark")] = 4 * _GIB
    tshark_answer_bytes: Annotated[int, N_("bytes of the answer of one tshark")] = 256 * _MIB
    # What is kept.
    input_facts: Annotated[int, N_("facts kept from one input; the rest of the input is not read")] = 1_000_000
    facts: Annotated[int, N_("facts kept from one run; the rest is not read")] = 2_000_000
    appliances: Annotated[int, N_("different hosts, names, addresses or UUIDs of one kind that facts may name")] = 3_000
    signatures: Annotated[int, N_("signatures of certificates checked with keys of earlier InternalCAs, in one run")] = 50_000
    # What a case of a triage may take.
    case_seconds: Annotated[int, N_("triage: seconds of wall time for one case")] = 1800
    case_bytes: Annotated[int, N_("triage: bytes of memory for one case")] = 4 * _GIB

    @classmethod
    def described(cls) -> tuple[tuple[str, int, str], ...]:
        """Name, default and meaning of every cap, in order."""
        hints = get_type_hints(cls, include_extras=True)
        return tuple((name, getattr(DEFAULT_LIMITS, name), hints[name].__metadata__[0]) for name in cls.__struct_fields__)

    def changed(self, given: Iterable[str]) -> Self:
        """These limits with ``name=value`` put in their place. Raises `ValueError` with a sentence for the user."""
        values: dict[str, int] = {}
        names = {described[0] for described in self.described()}
        for text in given:
            name, equals, value = text.partition("=")
            if not equals or name not in names:
                told = _("{text} is not a limit: write name=value with a name from `sftunnel-analyzer limits`, such as depth=12")
                raise ValueError(told.format(text=repr(text)))
            digits = value.replace("_", "")
            if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS and int(digits) > 0):
                raise ValueError(_("{text}: the value must be a whole number above 0").format(text=repr(text)))
            values[name] = int(digits)
        return replace(self, **values)


DEFAULT_LIMITS = Limits()
"""The caps of a run in which nobody changed one."""
