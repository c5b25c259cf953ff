"""The Result as plain data: the document that every machine reads, and that every renderer agrees with.

`schema` describes it. Times are ISO 8601 in UTC with ``Z``, lengths of time are seconds, enumerations are their values, a severity is its
name in lower case. A known value is ``{"value", "evidence", "assumed"}``, with ``speaker`` and ``age`` (``{"at", "stated"}``) where they
are known; a missing one is ``{"missing", "obtain", "evidence"}``; one whose claims contradict each other is
a missing one with ``"conflicting"``. Where evidence is referred to stands its place in the list ``evidence`` of the document, from 0.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import Enum, IntEnum
from functools import lru_cache
from typing import Any

from msgspec import Struct

from analyzer.model.answer import Conflicting, Known, Missing
from analyzer.model.location import Evidence
from analyzer.model.result import Result
from analyzer.report.neutralise import withhold_keys
from analyzer.report.shape import COMPUTED, OMITTED


def to_document(result: Result) -> dict[str, Any]:
    """The Result as dictionaries, lists, strings, numbers, booleans and None. The same result gives the same document."""
    writer = _Writer()
    document = writer.plain(result)
    if not isinstance(document, dict):
        raise TypeError("a Result is a Struct and becomes an object")
    return document | {"evidence": writer.evidence}


def render_json(result: Result) -> str:
    """The document as ASCII text: whatever evidence holds, no control character reaches a terminal that shows it. Ends with a line feed."""
    text = json.dumps(to_document(result), ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("\x7f", "\\u007f") + "\n"


class _Writer:
    """Turns values into plain data. Evidence goes into a table once, and a number stands where it is referred to."""

    def __init__(self) -> None:
        self.evidence: list[Any] = []
        self._numbers: dict[Evidence, int] = {}

    def plain(self, value: Any) -> Any:
        """``value`` as plain data. TypeError for a type that has no form here: raw bytes above all."""
        kind = type(value)
        if kind is str:
            return withhold_keys(value)
        if kind is int or kind is bool or value is None:
            return value
        if kind is tuple:
            return [self.plain(one) for one in value]
        if kind is Evidence:
            return self._number(value)
        if kind is Known:
            known = {"value": self.plain(value.value), "evidence": self.plain(value.evidence), "assumed": value.assumed}
            if value.speaker:
                known["speaker"] = withhold_keys(value.speaker)
            if value.age.at is not None:
                known["age"] = self.plain(value.age)
            return known
        if isinstance(value, Missing):
            missing = {"missing": value.why, "obtain": value.obtain, "evidence": self.plain(value.evidence)}
            return {"conflicting": self.plain(value.claims)} | missing if isinstance(value, Conflicting) else missing
        if isinstance(value, Struct):
            return self._object(value)
        return _simple(value)

    def _number(self, evidence: Evidence) -> int:
        number = self._numbers.get(evidence)
        if number is None:
            number = self._numbers[evidence] = len(self.evidence)
            self.evidence.append(self._object(evidence))
        return number

    def _object(self, value: Struct) -> dict[str, Any]:
        kind = type(value)
        plain = {computed.name: self.plain(computed.value(value)) for computed in COMPUTED.get(kind, ())}
        for name in _field_names(kind):
            plain[name] = self.plain(getattr(value, name))
        return plain


def _simple(value: Any) -> Any:
    match value:
        case IntEnum():
            return value.name.lower()
        case Enum():
            return value.value
        case datetime():
            return timestamp(value)
        case timedelta():
            return value.total_seconds()
        case int() | str() | tuple():
            raise TypeError(f"{type(value).__name__} is more than plain data")
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
