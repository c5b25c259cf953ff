"""The JSON Schema of the document, generated from the classes that it is made of.

``python -m analyzer.report.schema`` writes `SCHEMA_FILE`, which is published; a test keeps it current.
"""

from __future__ import annotations

import json
import types
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from analyzer.model.answer import Age, Claim, Conflicting, Known, Missing
from analyzer.model.finding import Finding
from analyzer.model.location import Evidence
from analyzer.model.plan import Argument, Command, Step, Word
from analyzer.model.result import SCHEMA_VERSION, Result
from analyzer.report.quiet import SameOf
from analyzer.report.shape import COMPUTED, OMITTED, SENTENCES, STAND_ONCE, File, RuleSaid, StepSaid, empty_values

SCHEMA_FILE = Path(__file__).with_name("result.schema.json")

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$"},
    timedelta: {"type": "number", "description": "seconds"},
}


def result_schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) that every `to_document` answer meets."""
    definitions: dict[str, Any] = {}
    root = _of(Result, definitions)
    groups = {"type": "array", "items": _group(definitions)}
    lists: dict[str, Any] = {"findings": groups, "quiet": groups}
    lists["rules"] = {"type": "object", "additionalProperties": _of(RuleSaid, definitions)}
    for kind, name in STAND_ONCE.items():
        lists[name] = {"type": "array", "items": _listed(kind, definitions)}
    described = definitions[Result.__name__]
    described["properties"] |= lists
    described["required"] = sorted({*described["required"], *lists})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"sftunnel-analyzer result, version {SCHEMA_VERSION}",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The text of `SCHEMA_FILE`."""
    return json.dumps(result_schema(), indent=1, ensure_ascii=True) + "\n"


def _of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type; classes are put into ``definitions`` and referred to."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of(one, definitions) for one in arguments]}
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"type": "array", "items": _of(arguments[0], definitions)}
        forms = [_of(one, definitions) for one in arguments]
        return {"type": "array", "prefixItems": forms, "items": False, "minItems": len(forms)}
    if origin is Known:
        return _object(
            {"value": _of(arguments[0], definitions), "evidence": _evidence(definitions)},
            {"assumed": _PLAIN[str], "speaker": _PLAIN[str], "age": _of(Age, definitions)},
        )
    if kind is Missing:
        return {"anyOf": [_object({"missing": _place("reasons")}), _of(Conflicting, definitions)]}
    if kind is Conflicting:
        return _named(
            kind,
            definitions,
            lambda: _object(
                {"conflicting": {"type": "array", "items": _of(Claim, definitions)}, "missing": _place("reasons")},
            ),
        )
    if kind is Any:
        return {"description": "a value of the type that the field has where it is known"}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _named(kind, definitions, lambda: {"enum": [one.name.lower() if issubclass(kind, IntEnum) else one.value for one in kind]})
    if kind is Word:
        parts = [_PLAIN[str], _of(Argument, definitions)]
        return {"anyOf": [_PLAIN[str], {"type": "array", "items": {"anyOf": parts}}]}
    if kind is Command:
        return _object({"text": _PLAIN[str], "is": _place(STAND_ONCE[kind])})
    if kind is Claim:
        return _named(kind, definitions, lambda: _object(_properties(kind, definitions)))
    if kind in STAND_ONCE:
        return _place(STAND_ONCE[kind])
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _named(kind, definitions, lambda: _struct(kind, definitions))
    raise TypeError(f"{kind!r} has no place in the document")


def _place(name: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "description": f"a place in the list {name} of the document"}


def _struct(kind: type[Struct], definitions: dict[str, Any]) -> dict[str, Any]:
    """An object: the fields that can be empty are left out then."""
    properties, empty = _properties(kind, definitions), empty_values(kind)
    for name in SENTENCES.get(kind, ()):
        properties[name] = _place(STAND_ONCE[str])
    if kind is Step:
        properties["form"] = _place(STAND_ONCE[StepSaid])
    required = {name: one for name, one in properties.items() if name not in empty}
    return _object(required, {name: one for name, one in properties.items() if name in empty})


def _listed(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    """What stands in the list of a class."""
    if kind is str:
        return _PLAIN[str]
    if kind is Missing:
        return _reason(definitions)
    if kind is Evidence:
        places = dict.fromkeys(("line", "last_line", "offset", "length", "packet"), _PLAIN[int])
        evidence = _object({"file": _place(STAND_ONCE[File]), "text": _PLAIN[str]}, places)
        return _named(kind, definitions, lambda: evidence)
    return _named(kind, definitions, lambda: _struct(kind, definitions))


def _reason(definitions: dict[str, Any]) -> dict[str, Any]:
    fields = {"missing": _PLAIN[str], "obtain": _PLAIN[str]}
    return _named(Missing, definitions, lambda: _object(fields, {"evidence": _evidence(definitions)}))


def _group(definitions: dict[str, Any]) -> dict[str, Any]:
    """A finding as it is written: with further subjects, and with what it misses in words."""
    finding = _struct(Finding, definitions)
    finding["properties"]["missing"] = {
        "type": "array",
        "items": {"type": "array", "prefixItems": [_PLAIN[str], _reason(definitions)], "items": False, "minItems": 2},
    }
    finding["properties"]["also"] = {"type": "array", "items": _of(SameOf, definitions)}
    return _named(Finding, definitions, lambda: finding)


def _named(kind: type, definitions: dict[str, Any], build: Any) -> dict[str, Any]:
    """A reference to the definition of ``kind``, which is built on first sight."""
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}  # holds the place while its own fields are described
        definitions[kind.__name__] = {"description": " ".join((kind.__doc__ or "").split())} | build()
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _properties(kind: type[Struct], definitions: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    properties = {computed.name: _of(computed.type, definitions) for computed in COMPUTED.get(kind, ())}
    omitted = OMITTED.get(kind, frozenset())
    for name in kind.__struct_fields__:
        if name in omitted:
            continue
        if isinstance(hints[name], TypeVar):
            raise TypeError(f"{kind.__name__}.{name} is generic and must be described by hand")
        properties[name] = _of(hints[name], definitions)
    return properties


def _evidence(definitions: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _place(STAND_ONCE[Evidence])}


def _object(properties: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": properties | (optional or {}), "required": sorted(properties), "additionalProperties": False}


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="ascii", newline="\n")
