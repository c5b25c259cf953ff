"""What was read of a case, stored: ``facts.bin`` is a versioned MessagePack document, compressed with zstd.

It holds sentences of the program with what they are made of, so that what was read in one language is concluded in another. The file of a
redacted triage is sealed besides (AES-SIV, RFC 5297): certificates are in it, and names are in those. A file of another version of the
model is not read: the case is read again. `MODEL` changes with every field of every fact; ``facts.schema.json`` is the schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec
import zstandard
from msgspec.structs import replace

from analyzer.gather import Gathered
from analyzer.model.facts import Fact
from analyzer.model.member import Artifact, Damage
from analyzer.texts import ENGLISH, Sentence, said

FORMAT = 2
KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Fact)}
_LARGEST = 4 << 30


class NotOfThisVersion(Exception):
    """The file was written by another version, is damaged, or is sealed with another key."""


class FactsFile(msgspec.Struct, frozen=True):
    """The document. ``facts`` are pairs of the name of a class and its fields. ``sentences`` are pairs of a text that stands in them and
    what it is made of (`analyzer.texts.Made`)."""

    format: int
    model: str
    facts_key: str
    members: int
    artifacts: tuple[Artifact, ...]
    incomplete: tuple[msgspec.Raw, ...]
    facts: tuple[tuple[str, msgspec.Raw], ...]
    sentences: tuple[tuple[str, Any], ...] = ()


def _described(kind: Any, seen: set[type]) -> str:
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)) or kind in seen:
        return str(kind)
    seen.add(kind)
    parts = []
    for name, hint in sorted(get_type_hints(kind).items()):
        inner = [one for one in (hint, *get_args(hint)) if isinstance(one, type)]
        parts.append(f"{name}:{hint}" + "".join(_described(one, seen) for one in inner if one is not kind))
    return f"{kind.__name__}({','.join(parts)})"


MODEL = hashlib.sha256("".join(_described(kind, set()) for _, kind in sorted(KINDS.items())).encode()).hexdigest()[:16]
"""A digest of the classes that facts are made of."""


def pack(read: Gathered, facts_key: str, secret: bytes = b"") -> bytes:
    """What was read (`analyzer.texts.remembering`), as the bytes of ``facts.bin``, sealed with ``secret`` (64 bytes) where there is one."""
    made: dict[str, Any] = {}

    def plain(value: object) -> str:
        if not isinstance(value, Sentence):
            raise TypeError(f"facts hold no {type(value).__name__}")
        text = "".join(value)
        made[text] = value.made
        return text

    encoder = msgspec.msgpack.Encoder(enc_hook=plain)
    facts = tuple((type(fact).__name__, msgspec.Raw(encoder.encode(fact))) for fact in read.facts)
    incomplete = tuple(msgspec.Raw(encoder.encode(damage)) for damage in read.incomplete)
    stored = FactsFile(
        FORMAT, MODEL, facts_key, read.members, tuple(read.artifacts), incomplete, facts, tuple((text, made[text]) for text in sorted(made))
    )
    data = zstandard.ZstdCompressor(level=3).compress(encoder.encode(stored))
    return _siv(secret).encrypt(data, None) if secret else data


def unpack(data: bytes, language: str = ENGLISH, secret: bytes = b"") -> tuple[Gathered, str]:
    """What was read, its sentences in this language, and its facts key. Raises `NotOfThisVersion`."""
    try:
        if secret:
            data = _opened(data, secret)
        stored = msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(data, max_output_size=_LARGEST), type=FactsFile)
        if (stored.format, stored.model) != (FORMAT, MODEL):
            raise NotOfThisVersion("it was written by another version of the program")
        decoders: dict[str, msgspec.msgpack.Decoder[Any]] = {name: msgspec.msgpack.Decoder(kind) for name, kind in KINDS.items()}
        facts: list[Fact] = [decoders[name].decode(raw) for name, raw in stored.facts]
        damages = msgspec.msgpack.Decoder(Damage)
        incomplete = [damages.decode(raw) for raw in stored.incomplete]
        if language != ENGLISH and stored.sentences:
            spoken = {text: said(made, language) for text, made in stored.sentences}
            facts = [_spoken(fact, spoken) for fact in facts]
            incomplete = [_spoken(damage, spoken) for damage in incomplete]
    except (msgspec.MsgspecError, zstandard.ZstdError, KeyError, ValueError) as error:
        raise NotOfThisVersion(f"it is damaged ({type(error).__name__})") from error
    return Gathered(facts, list(stored.artifacts), incomplete, stored.members), stored.facts_key


def _siv(secret: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(secret)


def _opened(data: bytes, secret: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        opened: bytes = _siv(secret).decrypt(data, None)
    except InvalidTag as error:
        raise NotOfThisVersion("it is sealed with another key, or not at all") from error
    return opened


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields that may hold texts."""
    return tuple(name for name, hint in get_type_hints(kind).items() if hint not in (int, bool, float, bytes))


def _spoken(value: Any, spoken: Mapping[str, str]) -> Any:
    """The value with every sentence in another language; the same object where it holds none."""
    if type(value) is str:
        return spoken.get(value, value)
    if isinstance(value, tuple):
        parts = [_spoken(one, spoken) for one in value]
        return value if all(new is old for new, old in zip(parts, value, strict=True)) else tuple(parts)
    if isinstance(value, msgspec.Struct):
        changed = {}
        for name in _fields(type(value)):
            old = getattr(value, name)
            new = _spoken(old, spoken)
            if new is not old:
                changed[name] = new
        return replace(value, **changed) if changed else value
    return value
