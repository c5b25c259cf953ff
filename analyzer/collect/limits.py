"""Every cap on hostile input, in one place."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from analyzer.texts import N_

_KIB, _MIB, _GIB = 1 << 10, 1 << 20, 1 << 30


def _cap(default: int, meaning: str) -> int:
    """A field with its default and its one-line meaning (`Limits.described` gives both)."""
    value: int = field(default=default, metadata={"meaning": meaning})
    return value


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps of one run. Hitting one is reported as a `Damage` of kind LIMIT that names what was not read; the rest goes on.

    An "input" is one artifact: a file as given, a file below a given folder, or standard input.
    """

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
    zip_directory_bytes: int = _cap(16 * _MIB, N_("bytes of a zip archive's central directory"))
    spool_bytes: int = _cap(64 * _MIB, N_("bytes of memory for zip archives inside other archives; a larger one is read forward"))
    decoder_bytes: int = _cap(256 * _MIB, N_("bytes of memory that an xz or zstd stream may demand"))
    seconds: int = _cap(3600, N_("seconds of wall time for one input, the time of its readers included"))

    @classmethod
    def described(cls) -> tuple[tuple[str, int, str], ...]:
        """Name, default and meaning of every cap, in order."""
        return tuple((f.name, int(f.default), str(f.metadata["meaning"])) for f in fields(cls) if isinstance(f.default, int))
