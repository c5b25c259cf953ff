"""The vocabulary of the rules: every dotted path that a rule may name, with its type, told by the classes of `analyzer.model.case`.

A path begins with a root (`ROOTS` says which roots a subject sees) and follows field names: ``tunnel.device_leaf.not_after``. An `Answer`
has the type of its value and may be missing, as may a field that can be None. Fields of evidence and raw bytes are not part of it.
``[]`` stands for an element of a list: ``tunnel.connections[].outcome``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct, field

from analyzer.judge.errors import ExpressionError
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import CertificateInCase, Device, Manager, Tunnel
from analyzer.model.finding import SubjectKind
from analyzer.model.location import Evidence
from analyzer.rulefiles.node import did_you_mean

ELEMENT = "[]"

Tree = Mapping[str, "Tree"]
"""Paths as a tree of steps: what of a subject is shown to a condition."""


class Kind(StrEnum):
    """What a path holds."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    TIME = "time"
    SPAN = "span of time"
    LIST = "list"
    THING = "thing"


class Word(Struct, frozen=True):
    """What is known of a path before there is a case. ``values`` are those of an enum; ``optional``: it may be missing."""

    kind: Kind
    optional: bool = False
    values: tuple[str, ...] = ()
    fields: Mapping[str, Word] = field(default_factory=dict)
    element: Word | None = None


class CaseInBrief(Struct, frozen=True, kw_only=True):
    """The small part of a `Case` that every rule sees: counts, and when the evidence was taken."""

    managers: int
    devices: int
    tunnels: int
    captures: int
    evidence_time: Answer[datetime]
    skew: Answer[timedelta]


ROOTS: Mapping[SubjectKind, tuple[str, ...]] = {
    SubjectKind.MANAGER: ("manager", "case", "now"),
    SubjectKind.DEVICE: ("device", "case", "now"),
    SubjectKind.TUNNEL: ("tunnel", "manager", "device", "case", "now"),
    SubjectKind.CERTIFICATE: ("certificate", "case", "now"),
}


@cache
def vocabulary(subject: SubjectKind) -> Mapping[str, Word]:
    """The roots that a subject of this kind sees."""
    everything = {
        "manager": _thing(Manager),
        "device": _thing(Device),
        "tunnel": _thing(Tunnel),
        "certificate": _certificate(),
        "case": _thing(CaseInBrief),
        "now": Word(Kind.TIME),
    }
    return {root: everything[root] for root in ROOTS[subject]}


def look_up(subject: SubjectKind, path: str) -> Word:
    """The word at a path. Raises `ExpressionError` that says which part is not known, and what comes nearest."""
    names: Mapping[str, Word] = vocabulary(subject)
    word: Word | None = None
    walked: list[str] = []
    for name in steps(path):
        if name == ELEMENT:
            if word is None or word.element is None:
                raise ExpressionError(f"'{join(walked)}' is no list")
            word = word.element
        elif name in names:
            word = names[name]
        else:
            within = f"'{join(walked)}' has no '{name}'" if walked else f"a {subject.value} rule does not see '{name}'"
            raise ExpressionError(f"{within}, in '{path}'{did_you_mean(name, names)}")
        walked.append(name)
        names = word.fields
    if word is None:
        raise ExpressionError("a path is empty")
    return word


def optional_prefixes(subject: SubjectKind, path: str) -> Iterator[str]:
    """The prefixes of a path (and the path itself) that may be missing."""
    walked: list[str] = []
    for name in steps(path):
        walked.append(name)
        if name != ELEMENT and look_up(subject, join(walked)).optional:
            yield join(walked)


def all_paths(subject: SubjectKind) -> Iterator[tuple[str, Word]]:
    """Every path of a subject with its word, in the order of the classes: what documentation lists."""

    def walk(path: str, word: Word) -> Iterator[tuple[str, Word]]:
        yield path, word
        for name, inner in word.fields.items():
            yield from walk(f"{path}.{name}", inner)
        if word.element is not None:
            for name, inner in word.element.fields.items():
                yield from walk(f"{path}{ELEMENT}.{name}", inner)

    for root, word in vocabulary(subject).items():
        yield from walk(root, word)


@lru_cache(maxsize=4096)
def steps(path: str) -> tuple[str, ...]:
    """``a.b[].c`` as ``("a", "b", "[]", "c")``."""
    return tuple(step for step in path.replace(ELEMENT, f".{ELEMENT}").split(".") if step)


def join(names: Sequence[str]) -> str:
    """The reverse of `steps`."""
    return ".".join(names).replace(f".{ELEMENT}", ELEMENT)


def as_tree(paths: Iterable[str]) -> Tree:
    """The tree of these paths."""
    tree: dict[str, Any] = {}
    for path in paths:
        branch = tree
        for step in steps(path):
            branch = branch.setdefault(step, {})
    return tree


def _certificate() -> Word:
    """A certificate of the case: the fields of the certificate itself stand beside role, owner and label."""
    whole = dict(_thing(CertificateInCase).fields)
    inner = whole.pop("certificate").fields
    return Word(Kind.THING, fields={**inner, **whole})


@cache
def _thing(kind: type[Struct]) -> Word:
    """A class of the model: its fields, and its properties."""
    hints = get_type_hints(kind)
    types: dict[str, Any] = {name: hints[name] for name in kind.__struct_fields__}
    for name, value in vars(kind).items():
        if isinstance(value, property) and value.fget is not None:
            types[name] = get_type_hints(value.fget)["return"]
    words = {name: word for name, hint in types.items() if (word := _word(hint)) is not None}
    return Word(Kind.THING, fields=words)


_SCALARS: Mapping[object, Kind] = {str: Kind.TEXT, int: Kind.NUMBER, bool: Kind.FLAG, datetime: Kind.TIME, timedelta: Kind.SPAN}


def _word(hint: Any) -> Word | None:
    """The word for a type, None for what rules do not see: evidence and raw bytes."""
    if hint in _SCALARS:
        return Word(_SCALARS[hint])
    if hint in (bytes, Evidence):
        return None
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (real,) = (argument for argument in arguments if argument not in (Missing, NoneType))
        inner = get_args(real)[0] if get_origin(real) is Known else real
        word = _word(inner)
        return None if word is None else Word(word.kind, True, word.values, word.fields, word.element)
    if origin is tuple:
        element = _word(arguments[0])
        return None if element is None else Word(Kind.LIST, element=element)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Word(Kind.TEXT, values=tuple(item.value for item in hint))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _thing(hint)
    raise TypeError(f"the vocabulary has no word for {hint!r}")
