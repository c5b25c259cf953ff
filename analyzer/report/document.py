"""The Result as plain data: the document that every machine reads, and that every renderer agrees with.

`schema` describes it. Times are ISO 8601 in UTC with ``Z``, lengths of time are seconds, enumerations are their values, a severity is its
name in lower case. A known value is ``{"value", "evidence"}``, with ``assumed``, ``speaker`` and ``age`` (``{"at", "stated"}``) where
there are any; a missing one is ``{"missing"}``; one whose claims contradict each other is a missing one with ``"conflicting"``.

What many places refer to stands once, in a list of its own: ``evidence``, its ``files``, ``certificates`` and their ``names``,
``commands``, what steps of one kind share (``step_forms``), ``sentences``, the ``reasons`` why values are missing, and ``subjects``. Its
place there, from 0, stands where it is referred to. ``findings`` are those that found something, could not tell or failed; ``quiet`` are
those that are clear or do not apply; ``also`` are further subjects of which the same is said. What all findings of a rule have in common
stands in ``rules``. Fields without a value are left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from analyzer.model.answer import Claim, Conflicting, Known, Missing
from analyzer.model.certificate import Certificate, DistinguishedName
from analyzer.model.finding import Finding
from analyzer.model.location import Evidence
from analyzer.model.plan import Command, Step, Word
from analyzer.model.result import Result
from analyzer.prescribe.shell import render
from analyzer.report.neutralise import withhold_keys
from analyzer.report.quiet import Group, Subject, common_endings, grouped, without_ending
from analyzer.report.shape import COMPUTED, OMITTED, SENTENCES, STAND_ONCE, File, RuleSaid, StepSaid, empty_values
from analyzer.report.timestamps import timestamp

_NOT_THERE = object()


def to_document(result: Result) -> dict[str, Any]:
    """The Result as dictionaries, lists, strings, numbers, booleans and None. The same result gives the same document."""
    writer = _Writer()
    loud, quiet = grouped(result.findings)
    endings = common_endings(result.findings)
    said = {finding.rule: RuleSaid(finding.references, endings.get(finding.rule, "")) for finding in result.findings}
    document = writer.object(result)
    document["findings"] = [writer.group(without_ending(one, endings)) for one in loud]
    document["quiet"] = [writer.group(one) for one in quiet]
    document["rules"] = {rule: writer.object(said[rule]) for rule in sorted(said)}
    return document | writer.lists


def render_json(result: Result) -> str:
    """The document as ASCII text: whatever evidence holds, no control character reaches a terminal that shows it. Ends with a line feed."""
    text = json.dumps(to_document(result), ensure_ascii=True, separators=(",", ":"), allow_nan=False, check_circular=False)
    return text.replace("\x7f", "\\u007f") + "\n"


class _Writer:
    """Turns values into plain data. What stands once goes into its list, and a number stands where it is referred to."""

    def __init__(self) -> None:
        self.lists: dict[str, list[Any]] = {name: [] for name in sorted(STAND_ONCE.values())}
        self._numbers: dict[type, dict[Any, int]] = {kind: {} for kind in STAND_ONCE}
        self._forms: dict[type, Callable[[Any], Any]] = {
            Evidence: lambda one: self._number(one, self._evidence),
            Certificate: lambda one: self._number(one, self.object),
            DistinguishedName: lambda one: self._number(one, self.object),
            Subject: lambda one: self._number(one, self.object),
            Command: self._command,
            Step: self._step,
            Word: self._word,
            Known: self._known,
            Missing: self._missing,
            Conflicting: self._missing,
            Claim: self._claim,
            Finding: self._finding,
        }

    def plain(self, value: Any) -> Any:
        """``value`` as plain data. TypeError for a type that has no form here: raw bytes above all."""
        kind = type(value)
        if kind is str:
            return withhold_keys(value)
        if kind is int or kind is bool or value is None:
            return value
        if kind is tuple:
            return [self.plain(one) for one in value]
        form = self._forms.get(kind)
        if form is not None:
            return form(value)
        if isinstance(value, Struct):
            return self.object(value)
        return _simple(value)

    def object(self, value: Struct) -> dict[str, Any]:
        """An object with the fields that have a value."""
        kind = type(value)
        empty = empty_values(kind)
        sentences = SENTENCES.get(kind, frozenset())
        plain: dict[str, Any] = {}
        for computed in COMPUTED.get(kind, ()):
            one = computed.value(value)
            if one != empty.get(computed.name, _NOT_THERE):
                plain[computed.name] = self.plain(one)
        for name in _field_names(kind):
            one = getattr(value, name)
            if name not in empty or one != empty[name]:
                plain[name] = self.plain(one) if name not in sentences else self._number(one, self.plain)
        return plain

    def group(self, group: Group) -> dict[str, Any]:
        """A finding, with the further subjects of which it holds."""
        also = {"also": [self.object(one) for one in group.also]} if group.also else {}
        return {**self.plain(group.finding), **also}

    def _number(self, value: Any, form: Callable[[Any], Any]) -> int:
        numbers = self._numbers[type(value)]
        number = numbers.get(value)
        if number is None:
            written = form(value)  # first: what it refers to takes its own places
            kept = self.lists[STAND_ONCE[type(value)]]
            number = numbers[value] = len(kept)
            kept.append(written)
        return number

    def _evidence(self, one: Evidence) -> dict[str, Any]:
        place = one.location
        where = {"file": self._number(File(place.artifact, place.member), self.object)}
        for name in ("line", "last_line", "offset", "length", "packet"):
            at = getattr(place, name)
            if at is not None:
                where[name] = at
        return where | {"text": withhold_keys(one.text)}

    def _command(self, command: Command) -> dict[str, Any]:
        return {"text": withhold_keys(render(command)), "is": self._number(command, self.object)}

    def _step(self, step: Step) -> dict[str, Any]:
        form = StepSaid(*(getattr(step, name) for name in StepSaid.__struct_fields__))
        return self.object(step) | {"form": self._number(form, self.object)}

    def _word(self, word: Word) -> Any:
        if len(word.parts) == 1 and isinstance(word.parts[0], str):
            return withhold_keys(word.parts[0])
        return self.plain(word.parts)

    def _known(self, value: Known[Any]) -> dict[str, Any]:
        known = {"value": self.plain(value.value), "evidence": self.plain(value.evidence)}
        if value.assumed:
            known["assumed"] = withhold_keys(value.assumed)
        if value.speaker:
            known["speaker"] = withhold_keys(value.speaker)
        if value.age.at is not None:
            known["age"] = self.plain(value.age)
        return known

    def _missing(self, value: Missing) -> dict[str, Any]:
        number = self._number(Missing(value.why, value.obtain, value.evidence), self._reason)
        claims = {"conflicting": self.plain(value.claims)} if isinstance(value, Conflicting) else {}
        return claims | {"missing": number}

    def _reason(self, value: Missing) -> dict[str, Any]:
        reason: dict[str, Any] = {"missing": withhold_keys(value.why), "obtain": withhold_keys(value.obtain)}
        return reason | {"evidence": self.plain(value.evidence)} if value.evidence else reason

    def _claim(self, claim: Claim) -> dict[str, Any]:
        """A claim may be of any type: a certificate says that it is one."""
        value = self.plain(claim.value)
        return {
            "value": {"certificate": value} if isinstance(claim.value, Certificate) else value,
            "speaker": withhold_keys(claim.speaker),
            "age": self.plain(claim.age),
            "evidence": self.plain(claim.evidence),
        }

    def _finding(self, finding: Finding) -> dict[str, Any]:
        """With what it misses in words: whoever reads the findings asks for it first."""
        missing = [[name, self._reason(reason)] for name, reason in finding.missing]
        return self.object(replace(finding, missing=())) | {"missing": missing}


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
    omitted = set(OMITTED.get(kind, ())) | {computed.name for computed in COMPUTED.get(kind, ())}
    return tuple(name for name in kind.__struct_fields__ if name not in omitted)
