"""A Result from its document: what `document` wrote, read back by the types of the model.

What the document leaves out is not there afterwards: the lines around evidence, the log events of an attempt, the bytes of names.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from analyzer.model.answer import UNDATED, Age, Claim, Conflicting, Known, Missing
from analyzer.model.certificate import Certificate, DistinguishedName
from analyzer.model.finding import Finding
from analyzer.model.location import Evidence, Location
from analyzer.model.plan import Argument, Command, Step, Word
from analyzer.model.result import SCHEMA_VERSION, Result
from analyzer.report.quiet import Group, together
from analyzer.report.shape import OMITTED, SENTENCES, STAND_ONCE, File, RuleSaid, StepSaid, empty_values


def read_json(text: str) -> Result:
    """The Result that `render_json` wrote. Raises ValueError for text that is no such document, or one of another version."""
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("schema_version") != SCHEMA_VERSION:
        raise ValueError(f"this is no result of version {SCHEMA_VERSION}: write it again with this program")
    try:
        return _Reader(document).result()
    except (KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"this is no whole result: {error!r}") from error


class _Reader:
    """Reads one document. What stands once is made once."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._lists = {kind: document[name] for kind, name in STAND_ONCE.items()}
        self._made: dict[tuple[type, int], Any] = {}

    def result(self) -> Result:
        rules = {rule: self.thing(RuleSaid, said) for rule, said in self._document["rules"].items()}
        groups = [self._group(one, rules) for name in ("findings", "quiet") for one in self._document[name]]
        findings = together(groups, {rule: said.ending for rule, said in rules.items()})
        result: Result = self.thing(Result, self._document)
        return Result(**{name: getattr(result, name) for name in Result.__struct_fields__} | {"findings": findings})

    def _group(self, document: Mapping[str, Any], rules: Mapping[str, RuleSaid]) -> Group:
        said = {"references": rules[document["rule"]].references}
        group: Group = self.thing(Group, {"finding": {}, "also": document.get("also", ())}, finding=self.thing(Finding, document, **said))
        return group

    def thing(self, kind: type[Struct], document: Mapping[str, Any], **given: Any) -> Any:
        """An object of this class. ``given`` are fields that the document does not have."""
        omitted, sentences, empty = OMITTED.get(kind, frozenset()), SENTENCES.get(kind, frozenset()), empty_values(kind)
        for name, hint in _hints(kind).items():
            if name in given or name in omitted:
                continue
            if name in document:
                given[name] = self.at(str, document[name]) if name in sentences else self.back(hint, document[name])
            else:
                given[name] = empty[name]
        if kind is DistinguishedName:
            given["der"] = given["text"].encode()
        elif kind is Certificate:
            body = document.get("pem", "").splitlines()[1:-1]
            given |= {"serial": int(document["serial"], 16), "der": b64decode("".join(body))}
        elif kind is Step:
            form = self.at(StepSaid, document["form"])
            given |= {name: getattr(form, name) for name in StepSaid.__struct_fields__}
        return kind(**dict.fromkeys(omitted, ()) | given)

    def at(self, kind: type, number: int) -> Any:
        """What stands at this place of the list for its class."""
        if number < 0:
            raise IndexError(number)
        made = self._made.get((kind, number))
        if made is None:
            document = self._lists[kind][number]
            made = self._made[kind, number] = self._listed(kind, document)
        return made

    def _listed(self, kind: type, document: Any) -> Any:
        if kind is str:
            return str(document)
        if kind is Evidence:
            file = self.at(File, document["file"])
            where = {name: document.get(name) for name in ("line", "last_line", "offset", "length", "packet")}
            return Evidence(Location(file.artifact, file.member, **where), document["text"])
        if kind is Missing:
            return self._reason(document)
        return self.thing(kind, document)

    def back(self, hint: Any, value: Any) -> Any:
        """The value of this type. TypeError for a form that the type does not have."""
        arguments = get_args(hint)
        if get_origin(hint) in (Union, UnionType):
            if Missing in arguments:
                return self._answer(get_args(next(one for one in arguments if one is not Missing))[0], value)
            if value is None:
                return None
            told = [one for one in arguments if one is not NoneType and (_is_object(one) is isinstance(value, dict))]
            return self.back(told[0], value)
        if get_origin(hint) is tuple:
            kinds = arguments[:1] * len(value) if Ellipsis in arguments else arguments
            return tuple(self.back(kind, one) for kind, one in zip(kinds, value, strict=True))
        if hint is datetime:
            return datetime.fromisoformat(value)
        if hint is timedelta:
            return timedelta(seconds=value)
        if isinstance(hint, type) and issubclass(hint, IntEnum):
            return hint[value.upper()]
        if isinstance(hint, type) and issubclass(hint, Enum):
            return hint(value)
        if hint is Word:
            return Word((value,)) if isinstance(value, str) else Word(self.back(tuple[str | Argument, ...], value))
        if hint is Command:
            return self.at(Command, value["is"])
        if hint is Missing:
            return self._reason(value)
        if hint in STAND_ONCE and hint is not str:
            return self.at(hint, value)
        return self.thing(hint, value) if _is_object(hint) else value

    def _reason(self, value: Mapping[str, Any]) -> Missing:
        return Missing(value["missing"], value["obtain"], self._evidence(value.get("evidence", ())))

    def _evidence(self, numbers: Any) -> tuple[Evidence, ...]:
        return tuple(self.at(Evidence, number) for number in numbers)

    def _answer(self, kind: Any, value: Mapping[str, Any]) -> Known[Any] | Missing:
        if "value" in value:
            age = self.thing(Age, value["age"]) if "age" in value else UNDATED
            evidence = self._evidence(value["evidence"])
            return Known(self.back(kind, value["value"]), evidence, value.get("assumed", ""), value.get("speaker", ""), age)
        reason: Missing = self.at(Missing, value["missing"])
        if "conflicting" in value:
            claims = tuple(
                Claim(self._claimed(kind, one["value"]), one["speaker"], self.thing(Age, one["age"]), self._evidence(one["evidence"]))
                for one in value["conflicting"]
            )
            return Conflicting(reason.why, reason.obtain, reason.evidence, claims)
        return reason

    def _claimed(self, kind: Any, value: Any) -> Any:
        """What a claim is about: the field's own type, or the certificate that the field would have been told by."""
        if isinstance(value, dict) and "certificate" in value:
            return self.at(Certificate, value["certificate"])
        if isinstance(value, str) and not (isinstance(kind, type) and issubclass(kind, Enum | datetime)):
            return value
        return self.back(kind, value)


def _is_object(hint: Any) -> bool:
    """Written as an object: a class whose values do not stand in a list of their own, and are more than one word."""
    return isinstance(hint, type) and issubclass(hint, Struct) and hint is not Word and (hint not in STAND_ONCE or hint is Command)


@lru_cache(maxsize=128)
def _hints(kind: type[Struct]) -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(kind).items() if name in kind.__struct_fields__}
