"""What is fuzzed: a function of bytes for each reader, and how a member of the samples becomes one of its seeds.

A target may raise nothing. The readers are called below the boundary that turns an exception into an entry of the report.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from analyzer.collect import collect
from analyzer.collect.documents.office import rendered, shared_strings
from analyzer.collect.documents.part import Refused
from analyzer.collect.documents.parts import items_of
from analyzer.collect.documents.recognise import Document
from analyzer.collect.documents.strings import relined, strings_of
from analyzer.judge.load import load_rules
from analyzer.model.limits import Limits
from analyzer.model.location import Evidence, Location
from analyzer.model.member import Member
from analyzer.read import captures, certificates, decoding, logs, outputs
from analyzer.read.context import ReadContext
from analyzer.read.private_keys import private_key_from_der
from analyzer.read.text import read_text
from analyzer.read.unread import Used
from analyzer.rulefiles.node import RuleError

ROOT = Path(__file__).parents[2]
LIMITS = Limits(input_bytes=64 << 20, ratio_from_bytes=1 << 20, decoder_bytes=16 << 20, spool_bytes=1 << 20, sparse_bytes=1 << 20)
CONTEXT = ReadContext(datetime(2026, 11, 23, tzinfo=UTC), limits=LIMITS)
PLACE = Location("fuzz")
MODIFIED = datetime(2026, 11, 20, tzinfo=UTC)
SEED_BYTES = 64 << 10
"""A longer seed is cut: small inputs are mutated faster, and a cut one is an input too."""

OUTPUT_NAMES = ("notes.txt", "FAILED_PUSH", "PEERS_MAP.JSON", "devices.csv", "index.txt", "patch_history", "ims.conf", "sftunnel.conf")


def archives(data: bytes) -> None:
    """Containers of every kind, read to their ends."""
    for item in collect(["-"], LIMITS, stdin=io.BytesIO(data)):
        if isinstance(item, Member):
            for _ in item.chunks():
                pass


def documents(data: bytes) -> None:
    """Mails, rich text, compound documents, and strings in other files; the first byte chooses which."""
    kinds = tuple(Document)
    at = data[0] % (len(kinds) + 2) if data else 0
    with contextlib.suppress(Refused):
        if at < len(kinds):
            list(items_of(kinds[at], data[1:]))
    if at == len(kinds):
        strings_of(data[1:])
        relined(data[1:])
    elif at > len(kinds):
        xml = data[1:].decode("utf-8", "replace")
        for name in ("word/document.xml", "xl/worksheets/sheet1.xml", "ppt/slides/slide1.xml", "content.xml"):
            rendered(name, xml, shared_strings(xml))


def texts(data: bytes) -> None:
    """Log lines, also of a text that is too large to be kept whole."""
    for limits in (LIMITS, Limits(text_bytes=100, line_bytes=200, lines=50)):
        text = read_text([data[:50], data[50:]], PLACE, "messages", MODIFIED, limits)
        list(logs.read(text, CONTEXT))


def printed(data: bytes) -> None:
    """Outputs of commands and small files, who speaks in them and what is not understood; the first byte chooses the name of the file."""
    name = OUTPUT_NAMES[data[0] % len(OUTPUT_NAMES)] if data else ""
    text = read_text([data[1:]], Location("fuzz", name), name, MODIFIED)
    page = outputs.page_of(text, CONTEXT)
    used = Used()
    for fact in outputs.read(text, CONTEXT, page):
        used.take(fact)
    list(used.not_understood(page))
    if page is not None:
        assert page.passages


def x509(data: bytes) -> None:
    """DER and PKCS#7."""
    list(certificates.read_der(data, PLACE))
    decoding.certificate_from_der(data, Evidence(PLACE, ""))


def pem(data: bytes) -> None:
    """PEM blocks in text."""
    list(certificates.read_pem(read_text([data], PLACE, "cacert.pem", MODIFIED), CONTEXT))


def keys(data: bytes) -> None:
    """Private keys."""
    private_key_from_der(data, Evidence(PLACE, ""))


def packets(data: bytes) -> None:
    """Captures, by the embedded reader."""
    list(captures.read([data], PLACE, CONTEXT))


def rules(data: bytes) -> None:
    """Rule files: they may be refused with a sentence."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "fuzzed.yaml").write_bytes(data)
        try:
            load_rules([Path(folder)])
        except RuleError as error:
            str(error)


@dataclass(frozen=True)
class Target:
    """A function of bytes; what of the samples begins its corpus; ``prefix`` is put before a seed."""

    run: Callable[[bytes], None]
    wants: Callable[[str, bytes], bool]
    prefix: bytes = b""


def _is_text(name: str, data: bytes) -> bool:
    return not data.startswith((b"\x30\x82", b"\x1f\x8b", b"\xd4\xc3", b"\x0a\x0d\x0d\x0a"))


TARGETS: dict[str, Target] = {
    "archives": Target(archives, lambda name, data: name.startswith("input ")),
    "documents": Target(documents, lambda name, data: _is_text(name, data) and len(data) < 4096, b"\0"),
    "texts": Target(texts, lambda name, data: b"sftunnel" in data and _is_text(name, data)),
    "outputs": Target(printed, _is_text, b"\0"),
    "certificates": Target(x509, lambda name, data: data.startswith(b"\x30\x82")),
    "pem": Target(pem, lambda name, data: b"-----BEGIN" in data),
    "keys": Target(keys, lambda name, data: name.startswith("key ")),
    "captures": Target(packets, lambda name, data: data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x0a\x0d\x0d\x0a", b"\x4d\x3c\xb2\xa1")),
    "rules": Target(rules, lambda name, data: name.endswith(".yaml")),
}


def _samples() -> Iterator[tuple[str, bytes]]:
    """Every input of the samples, every member of it, what its PEM blocks hold, and the rules of the program."""
    for path in sorted((ROOT / "samples").glob("*/evidence/**/*")):
        if not path.is_file():
            continue
        yield f"input {path.name}", path.read_bytes()
        for item in collect([path], LIMITS):
            if isinstance(item, Member):
                data = b"".join(item.chunks())
                yield item.name, data
                yield from _inside(item, data)
    for path in sorted((ROOT / "rules").glob("*.yaml")):
        if ".tests" not in path.name:
            yield path.name, path.read_bytes()


def _inside(member: Member, data: bytes) -> Iterator[tuple[str, bytes]]:
    if b"-----BEGIN" not in data:
        return
    from analyzer.read.pem import blocks

    for block in blocks(read_text([data], member.location, member.name, None).lines):
        yield f"key {member.name}" if "KEY" in block.label else member.name, block.decode()


def seeds(name: str) -> Iterator[bytes]:
    """The corpus that a target begins with."""
    target = TARGETS[name]
    seen: set[bytes] = set()
    for member, data in _samples():
        seed = target.prefix + data[:SEED_BYTES]
        if data and seed not in seen and target.wants(member, data):
            seen.add(seed)
            yield seed
