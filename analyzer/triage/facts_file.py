"""What was read of a case, stored: ``facts.bin`` is a versioned MessagePack document, compressed with zstd.

A file of another version of the model is not read: the case is read again. `MODEL` changes with every field of every fact.
"""

from __future__ import annotations

import hashlib
from typing import Any, get_args, get_type_hints

import msgspec
import zstandard

from analyzer.gather import Gathered
from analyzer.model.facts import Fact
from analyzer.model.member import Artifact, Damage

FORMAT = 1
_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Fact)}
_LARGEST = 4 << 30


class NotOfThisVersion(Exception):
    """The file was written by another version, or is damaged."""


class _Stored(msgspec.Struct, frozen=True):
    format: int
    model: str
    facts_key: str
    members: int
    artifacts: tuple[Artifact, ...]
    incomplete: tuple[Damage, ...]
    facts: tuple[tuple[str, msgspec.Raw], ...]


def _described(kind: Any, seen: set[type]) -> str:
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)) or kind in seen:
        return str(kind)
    seen.add(kind)
    parts = []
    for name, hint in sorted(get_type_hints(kind).items()):
        inner = [one for one in (hint, *get_args(hint)) if isinstance(one, type)]
        parts.append(f"{name}:{hint}" + "".join(_described(one, seen) for one in inner if one is not kind))
    return f"{kind.__name__}({','.join(parts)})"


MODEL = hashlib.sha256("".join(_described(kind, set()) for _, kind in sorted(_KINDS.items())).encode()).hexdigest()[:16]
"""A digest of the classes that facts are made of."""


def pack(read: Gathered, facts_key: str) -> bytes:
    """What was read, as the bytes of ``facts.bin``."""
    encoder = msgspec.msgpack.Encoder()
    facts = tuple((type(fact).__name__, msgspec.Raw(encoder.encode(fact))) for fact in read.facts)
    stored = _Stored(FORMAT, MODEL, facts_key, read.members, tuple(read.artifacts), tuple(read.incomplete), facts)
    return zstandard.ZstdCompressor(level=3).compress(encoder.encode(stored))


def unpack(data: bytes) -> tuple[Gathered, str]:
    """What was read, and its facts key. Raises `NotOfThisVersion`."""
    try:
        stored = msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(data, max_output_size=_LARGEST), type=_Stored)
        if (stored.format, stored.model) != (FORMAT, MODEL):
            raise NotOfThisVersion("it was written by another version of the program")
        decoders: dict[str, msgspec.msgpack.Decoder[Any]] = {name: msgspec.msgpack.Decoder(kind) for name, kind in _KINDS.items()}
        facts: list[Fact] = [decoders[name].decode(raw) for name, raw in stored.facts]
    except (msgspec.MsgspecError, zstandard.ZstdError, KeyError) as error:
        raise NotOfThisVersion(f"it is damaged ({type(error).__name__})") from error
    return Gathered(facts, list(stored.artifacts), list(stored.incomplete), stored.members), stored.facts_key
