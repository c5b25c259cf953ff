"""Hostile archives by name: what is given, which of its members must still be read, and what must be said.

Each holds a log line before and one behind the hostile part. Sizes are those with which the attack works on a reader without caps.
"""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analyzer.model.limits import Limits
from analyzer.model.member import DamageKind
from tests.collect.builders_archives import gz, header, noise, old_sparse, tar, zipped

LINE = b"Nov 20 10:00:00 ftd-1 SF-IMS[4242]: [4243] sftunnel:sf_ssl [INFO] Initiating IPv4 connection to 192.0.2.10:8305/tcp\n"
LIMITS = Limits(ratio=300, ratio_from_bytes=16 << 20)
"""Those of the corpus: a bomb need not unpack a gigabyte to show that it is stopped."""

BEFORE, AFTER = ("before.log", LINE), ("after.log", LINE)
BOTH = ("before.log", "after.log")
_TARGET = "/tmp/escaped-from-the-archive"


@dataclass(frozen=True)
class Hostile:
    """``read``: the members whose log line must come out. ``said``: member (empty: the archive), kind, and a word of the reason of each
    thing reported. ``at_least``: more may be reported."""

    content: Callable[[], bytes]
    read: Sequence[str] = BOTH
    said: Sequence[tuple[str, DamageKind, str]] = ()
    at_least: bool = False


def _tgz(*hostile: tuple[str, bytes] | tarfile.TarInfo) -> bytes:
    return gz(tar(BEFORE, *hostile, AFTER))


def _spliced(*raw: bytes) -> bytes:
    """A tar with raw blocks in its middle."""
    return gz(tar(BEFORE)[:1024] + b"".join(raw) + tar(AFTER))


def _sized(name: str, size: bytes, content: bytes = b"") -> bytes:
    """A tar member whose size field holds these bytes."""
    block = bytearray(header(name).tobuf(tarfile.USTAR_FORMAT))
    block[124:136] = size.ljust(12, b"\0")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + content + bytes(-len(content) % 512)


def _pax_sparse(form: str, real_size: int) -> bytes:
    info = header("GNUSparseFile.0/s")
    records = {
        "0.0": {"GNU.sparse.size": str(real_size), "GNU.sparse.numblocks": "1", "GNU.sparse.offset": "0", "GNU.sparse.numbytes": "1"},
        "0.1": {"GNU.sparse.size": str(real_size), "GNU.sparse.map": "0,1", "GNU.sparse.name": "s"},
        "1.0": {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "s", "GNU.sparse.realsize": str(real_size)},
    }
    info.pax_headers = records[form]
    data = b"1\n0\n1\n".ljust(512, b"\0") + b"x" if form == "1.0" else b"x"
    info.size = len(data)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(data))
    return _spliced(buffer.getvalue()[: -tarfile.RECORDSIZE] or buffer.getvalue())


def _extension(kind: bytes, content: bytes) -> bytes:
    return header("x", kind, size=len(content)).tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % 512)


def _record(key: bytes, size: int) -> bytes:
    """A PAX record of so many bytes."""
    head = b"%d %s=" % (size, key)
    return head + b"x" * (size - len(head) - 1) + b"\n"


def _nested(wrap: Callable[[bytes], bytes], times: int, core: bytes) -> bytes:
    for _ in range(times):
        core = wrap(core)
    return core


def _zip_tree(copies: int, levels: int) -> bytes:
    """As 42.zip: each zip holds so many copies of the next."""
    data = zipped(("leaf.txt", b" " * (1 << 20)))
    for _ in range(levels):
        data = zipped(*((f"{number}.zip", data) for number in range(copies)))
    return zipped(BEFORE, ("tree.zip", data), AFTER)


def _patched(data: bytes, mark: bytes, at: int, value: bytes, occurrence: int = 1) -> bytes:
    """The archive with bytes put at an offset behind the so-many-th occurrence of a header's mark (from 0)."""
    place = -1
    for _ in range(occurrence + 1):
        place = data.index(mark, place + 1)
    return data[: place + at] + value + data[place + at + len(value) :]


_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_ZIP = zipped(BEFORE, ("lie.txt", b"what it really holds\n" * 50), AFTER)


def _zip64_lie(size: int) -> bytes:
    """The second member's directory entry states sizes of 64 bits that are not so."""
    extra = struct.pack("<HHQQ", 1, 16, size, size)
    start = _ZIP.index(_CENTRAL, _ZIP.index(_CENTRAL) + 1)
    name_length = int.from_bytes(_ZIP[start + 28 : start + 30], "little")
    entry = bytearray(_ZIP[start : start + 46 + name_length])
    entry[20:28] = b"\xff" * 8
    entry[30:32] = len(extra).to_bytes(2, "little")
    data = _ZIP[:start] + bytes(entry) + extra + _ZIP[start + 46 + name_length :]
    directory = int.from_bytes(data[data.index(_END) + 12 : data.index(_END) + 16], "little") + len(extra)
    return _patched(data, _END, 12, directory.to_bytes(4, "little"), 0)


def _overlapping() -> bytes:
    """Many directory entries over one member's bytes."""
    data = zipped(*((f"m{i:03}", b" " * 900_000) for i in range(100)))
    at = start = data.index(_CENTRAL)
    entries = []
    while data[at : at + 4] == _CENTRAL:
        size = 46 + int.from_bytes(data[at + 28 : at + 30], "little")
        entries.append(data[at : at + 42] + bytes(4) + data[at + 46 : at + size])
        at += size
    return data[:start] + b"".join(entries) + data[at:]


def _zip_special() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(*BEFORE)
        for number, mode in enumerate((0o120777, 0o010644, 0o140644, 0o020644, 0o060644)):  # link, FIFO, socket, two kinds of device
            info = zipfile.ZipInfo(f"special-{number}")
            info.create_system, info.external_attr = 3, mode << 16
            archive.writestr(info, "/etc/passwd")
        archive.writestr(*AFTER)
    return buffer.getvalue()


def _many_bombs() -> list[tuple[str, bytes]]:
    """Each too small to be stopped by itself."""
    bomb = gz(b" " * (15 << 20))
    return [(f"b{number}", bomb) for number in range(20)]


def _many(count: int) -> bytes:
    files, folders = (header(name, kind).tobuf(tarfile.USTAR_FORMAT) for name, kind in (("m", tarfile.REGTYPE), ("d", tarfile.DIRTYPE)))
    return gz(tar(BEFORE)[:1024] + files * (count // 5) + folders * (count - count // 5) + tar(AFTER))


LIMIT, DAMAGED, ENCRYPTED = DamageKind.LIMIT, DamageKind.DAMAGED, DamageKind.ENCRYPTED
CORPUS: dict[str, Hostile] = {
    "tar-traversal": Hostile(lambda: _tgz((f"../../../../../../../..{_TARGET}", LINE), ("..", b""), ("a/../../../x", b""))),
    "tar-absolute": Hostile(lambda: _tgz((_TARGET, LINE), ("//etc//cron.d/x", b""))),
    "tar-write-through-a-link": Hostile(lambda: _tgz(header("d", tarfile.SYMTYPE, "/tmp"), ("d/escaped-from-the-archive", LINE))),
    "tar-link-loop": Hostile(
        lambda: _tgz(header("a", tarfile.SYMTYPE, "b"), header("b", tarfile.SYMTYPE, "a"), header("c", tarfile.SYMTYPE, "c"), ("a/x", b""))
    ),
    "tar-link-chain": Hostile(lambda: _tgz(*(header(f"l{n}", tarfile.SYMTYPE, f"l{n + 1}") for n in range(5000)))),
    "tar-hard-links": Hostile(
        lambda: _tgz(header("a", tarfile.LNKTYPE, "/etc/passwd"), header("b", tarfile.LNKTYPE, "b"), header("c", tarfile.LNKTYPE, "../c"))
    ),
    "tar-devices": Hostile(
        lambda: _tgz(*(header(f"dev{n}", kind, size=0) for n, kind in enumerate((tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE))))
    ),
    "tar-duplicates": Hostile(lambda: _tgz(BEFORE, AFTER, BEFORE), ("before.log",) * 3 + ("after.log",) * 2),
    "flat-bomb": Hostile(lambda: _tgz(("bomb.gz", gz(b" " * (64 << 20)))), said=[("bomb.gz", LIMIT, "limit ratio")]),
    "bomb-of-bombs": Hostile(lambda: _tgz(("b", gz(gz(gz(b" " * (64 << 20)))))), said=[("b", LIMIT, "limit ratio")]),
    "many-small-bombs": Hostile(lambda: tar(BEFORE, *_many_bombs(), AFTER), ["before.log"], [("", LIMIT, "limit ratio")]),
    "zip-in-zip-bomb": Hostile(lambda: _zip_tree(16, 3), ["before.log"], [("", LIMIT, "limit ratio")]),
    "deep-gzip": Hostile(lambda: _tgz(("deep", _nested(gz, 60, LINE))), said=[("deep", LIMIT, "limit depth")]),
    "deep-tar": Hostile(
        lambda: _tgz(("deep", _nested(lambda data: tar(("in", data)), 12, LINE))), said=[("deep" + "!/in" * 8, LIMIT, "limit depth")]
    ),
    "deep-zip": Hostile(
        lambda: zipped(BEFORE, ("deep", _nested(lambda data: zipped(("in", data)), 12, LINE)), AFTER),
        said=[("deep" + "!/in" * 9, LIMIT, "limit depth")],
    ),
    "sparse-bomb-old-gnu": Hostile(lambda: _spliced(old_sparse("s", [(0, 512)], 7 << 30, b"x" * 512)), said=[("s", LIMIT, "sparse_bytes")]),
    "sparse-bomb-pax-0.0": Hostile(lambda: _pax_sparse("0.0", 1 << 50), said=[("GNUSparseFile.0/s", LIMIT, "sparse_bytes")]),
    "sparse-bomb-pax-0.1": Hostile(lambda: _pax_sparse("0.1", 1 << 50), said=[("s", LIMIT, "sparse_bytes")]),
    "sparse-bomb-pax-1.0": Hostile(lambda: _pax_sparse("1.0", 1 << 50), said=[("s", LIMIT, "sparse_bytes")]),
    "pax-header-bomb": Hostile(
        lambda: _spliced(_extension(tarfile.XHDTYPE, b"%d path=" % (12 << 20) + b"x" * (12 << 20))), said=[("", LIMIT, "header_bytes")]
    ),
    "pax-global-bomb": Hostile(lambda: _spliced(*(_extension(tarfile.XGLTYPE, _record(b"k%03d" % n, 900_000)) for n in range(15)))),
    "name-of-10-mb-gnu": Hostile(
        lambda: _spliced(_extension(tarfile.GNUTYPE_LONGNAME, b"n" * (10 << 20) + b"\0")), said=[("", LIMIT, "header_bytes")]
    ),
    "name-of-10-mb-pax": Hostile(lambda: _tgz(("n" * (10 << 20), b"")), said=[("", LIMIT, "header_bytes")]),
    "name-of-1-mb": Hostile(lambda: _tgz(("n" * 1_000_000, LINE)), (*BOTH, "n" * 4096), [("n" * 4096, LIMIT, "name_length")]),
    "tar-negative-size": Hostile(
        lambda: _spliced(_sized("x", b"\xff" * 12)), said=[("", DAMAGED, "damaged after 1 member, the last one before.log")]
    ),
    "tar-size-beyond-the-end": Hostile(
        lambda: _spliced(_sized("x", b"77777777777\0", LINE)), ["before.log"], [("", DAMAGED, "its member 2, x, has only")]
    ),
    "tar-size-of-2-to-the-80": Hostile(
        lambda: _spliced(_sized("x", b"\x80" + b"\x7f" * 11, LINE)), ["before.log"], [("", DAMAGED, "its member 2, x, has only")]
    ),
    "tar-size-too-small": Hostile(
        lambda: _spliced(_sized("x", b"00000000000\0"), LINE.ljust(1024, b"y")),
        said=[("", DAMAGED, ("the data up to the next complete header was not read."))],
    ),
    "tar-100000-members": Hostile(lambda: _many(100_000)),
    "tars-one-after-the-other": Hostile(lambda: gz(tar(BEFORE) + tar(AFTER))),
    "tar-gz-with-zeros-behind": Hostile(lambda: _tgz() + bytes(100_000)),
    "tar-gz-with-garbage-behind": Hostile(lambda: _tgz() + noise(1000), said=[("", DAMAGED, "not gzip follow the end")]),
    "tar-with-garbage-behind": Hostile(
        lambda: gz(tar(BEFORE, AFTER) + noise(2048)),
        said=[("", DAMAGED, ("Bytes that are not tar data follow the end of the tar archive"))],
    ),
    "tar-gz-cut": Hostile(lambda: _tgz(("noise", noise(100_000)))[:50_000], ["before.log"], [("", DAMAGED, "ends before its end mark")]),
    "zip-traversal": Hostile(lambda: zipped(BEFORE, (f"../../../../../..{_TARGET}", LINE), (_TARGET, LINE), ("C:\\x", b""), AFTER)),
    "zip-links-and-devices": Hostile(_zip_special),
    "zip-duplicates": Hostile(
        lambda: zipped(("a.log", LINE), ("b.log", LINE), AFTER).replace(b"b.log", b"a.log"), ("a.log", "a.log", "after.log")
    ),
    "zip-central-size-too-small": Hostile(
        lambda: _patched(_ZIP, _CENTRAL, 24, (10).to_bytes(4, "little")), said=[("lie.txt", DAMAGED, "does not match")]
    ),
    "zip-central-size-too-large": Hostile(
        lambda: _patched(_ZIP, _CENTRAL, 24, b"\xfe\xff\xff\xff"), said=[("lie.txt", DAMAGED, "does not match")]
    ),
    "zip-local-size-differs": Hostile(lambda: _patched(_ZIP, _LOCAL, 18, b"\xfe\xff\xff\x7f" * 2)),
    "zip-packed-size-beyond-the-end": Hostile(lambda: _patched(_ZIP, _CENTRAL, 20, b"\xfe\xff\xff\x7f")),
    "zip-offset-beyond-the-end": Hostile(
        lambda: _patched(_ZIP, _CENTRAL, 42, b"\xfe\xff\xff\x7f"), said=[("lie.txt", DAMAGED, "not where the directory says")]
    ),
    "zip64-size-of-2-to-the-63": Hostile(lambda: _zip64_lie((1 << 63) + 1), said=[("lie.txt", DAMAGED, "does not match")]),
    "zip-overlapping-members": Hostile(_overlapping, [], [("", LIMIT, "limit ratio")], at_least=True),
    "zip-with-garbage-behind": Hostile(lambda: _ZIP + noise(30_000)),
    "zip-encrypted": Hostile(
        lambda: _patched(_patched(_ZIP, _CENTRAL, 8, b"\x01"), _LOCAL, 6, b"\x01"), said=[("lie.txt", ENCRYPTED, "encrypted: unpack")]
    ),
    "zip-20000-members": Hostile(lambda: zipped(BEFORE, *((f"m{n}", b"") for n in range(20_000)), AFTER, method=zipfile.ZIP_STORED)),
}
