"""The Result as plain data: the document that every machine reads, and that every renderer agrees with.

`schema` describes it. Times are ISO 8601 in UTC with ``Z``, lengths of time are seconds, enumerations are their values, a severity is its
name in lower case. A known value is ``{"value", "evidence", "assumed"}``, with ``speaker`` and ``age`` (``{"at", "stated"}``) where they
are known; a missing one is ``{"missing", "obtain", "evidence"}``; one whose claims contradict each other is
a missing one with ``"conflicting"``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import Enum, IntEnum
from functools import lru_cache
from typing import Any

from msgspec import Struct

from analyzer.model.answer import Conflicting, Known, Missing
from analyzer.model.result import Result
from analyzer.report.neutralise import withhold_keys
from analyzer.report.shape import COMPUTED, OMITTED


def to_document(result: Result) -> dict[str, Any]:
    """The Result as dictionaries, lists, strings, numbers, booleans and None. The same result gives the same document."""
    document = _plain(result)
    if not isinstance(document, dict):
        raise TypeError("a Result is a Struct and becomes an object")
    return document


def render_json(result: Result) -> str:
    """The document as ASCII text: whatever evidence holds, no control character reaches a terminal that shows it. Ends with a line feed."""
    text = json.dumps(to_document(result), ensure_ascii=True, indent=1, allow_nan=False)
    return text.replace("\x7f", "\\u007f") + "\n"


def _plain(value: Any) -> Any:
    """``value`` as plain data. TypeError for a type that has no form here: raw bytes above all."""
    match value:
        case IntEnum():
            return value.name.lower()
        case Enum():
            return value.value
        case None | bool() | int():
            return value
        case str():
            return withhold_keys(value)
        case datetime():
            return timestamp(value)
        case timedelta():
            return value.total_seconds()
        case tuple():
            return [_plain(one) for one in value]
        case Known():
            known = {"value": _plain(value.value), "evidence": _plain(value.evidence), "assumed": value.assumed}
            if value.speaker:
                known["speaker"] = withhold_keys(value.speaker)
            if value.age.at is not None:
                known["age"] = _plain(value.age)
            return known
        case Conflicting():
            return {
                "conflicting": _plain(value.claims),
                "missing": value.why,
                "obtain": value.obtain,
                "evidence": _plain(value.evidence),
            }
        case Missing():
            return {"missing": value.why, "obtain": value.obtain, "evidence": _plain(value.evidence)}
    if isinstance(value, Struct):
        kind = type(value)
        plain = {computed.name: _plain(computed.value(value)) for computed in COMPUTED.get(kind, ())}
        return plain | {name: _plain(getattr(value, name)) for name in _field_names(kind)}
    raise TypeError(f"{type(value).__name__} has no place in the document")


@lru_cache(maxsize=128)
def _field_names(kind: type[Struct]) -> tuple[str, ...]:
    omitted = OMITTED.get(kind, frozenset())
    return tuple(name for name in kind.__struct_fields__ if name not in omitted)


def timestamp(moment: datetime) -> str:
    """``2034-10-12T14:23:28Z``. ValueError for a time without zone: nothing in a Result may lack one."""
    if moment.tzinfo is None:
        raise ValueError("a time without zone reached the document")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
