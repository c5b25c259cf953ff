"""JSON Schemas of rule files and of rule-test files, for editors: made from the loader's own tables, so that they say what it accepts.

An editor completes the fields, the vocabulary of each kind of subject, states, remedies. What a schema cannot say (whether an expression
compiles, whether a path may be missing) ``rules lint`` says.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from analyzer.authoring.mini_case import ANSWER_FIELDS
from analyzer.authoring.rule_tests import (
    FINDING_OPTIONAL,
    FINDING_REQUIRED,
    KINDS,
    TEST_FIELDS,
    TEST_FILE_FIELDS,
    TEST_REQUIRED,
)
from analyzer.judge.load import (
    CAUSE_FIELDS,
    ID,
    LEADS_TO,
    MAX_ITEMS,
    REQUIRED_FIELDS,
    RULE_FIELDS,
    SEVERITIES,
    VERDICT_FIELDS,
    VERDICT_REQUIRED,
)
from analyzer.judge.rule import REMEDIES, VERDICT_STATES
from analyzer.judge.vocabulary import ELEMENT, Kind, all_paths
from analyzer.model.answer import Known, Missing
from analyzer.model.case import CertificateInCase, Device, Manager, Tunnel
from analyzer.model.certificate import Certificate, DistinguishedName
from analyzer.model.finding import State, SubjectKind
from analyzer.model.location import Evidence

RULE_SCHEMA = "rule.schema.json"
TESTS_SCHEMA = "rule-tests.schema.json"

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string"}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
"""What the loader reads as text and an editor may take for a number or a yes."""

_EXPRESSION: Schema = {"type": ["string", "boolean"], "description": "A condition in CEL over the vocabulary. 'true' always holds."}
_FORM: Mapping[str, Schema] = {
    "id": {"type": "string", "pattern": f"^{ID.pattern}$", "description": "The name of the file, without .yaml."},
    "title": {"type": "string", "description": "A heading, without a period. {path} shows a value."},
    "subject": {"enum": [kind.value for kind in SubjectKind], "description": "What the rule is about; decides which names it sees."},
    "severity": {"enum": list(SEVERITIES)},
    "applies": {**_EXPRESSION, "description": "The rule concerns only subjects for which this holds; others are not_applicable."},
    "needs": {"$ref": "#/$defs/paths", "description": "Without one of these in evidence the answer is unknown."},
    "when": _EXPRESSION,
    "verdicts": {"type": "array", "minItems": 1, "maxItems": MAX_ITEMS, "items": {"$ref": "#/$defs/verdict"}},
    "date": {"$ref": "#/$defs/time", "description": "The moment that matters."},
    "evidence": {
        "$ref": "#/$defs/paths",
        "minItems": 1,
        "description": "Where the finding points: the first of these that is known is its primary evidence.",
    },
    "affects": {"$ref": "#/$defs/texts", "description": "The labels of the devices that this takes down."},
    "caused_by": {
        "type": "array",
        "maxItems": MAX_ITEMS,
        "items": {"anyOf": [_TEXT, {"$ref": "#/$defs/cause"}]},
        "description": "Rules whose finding explains this one, the best first.",
    },
    "explanation": {"type": "string", "description": "Sentences. {path}, {path|date} and {path|days} show values."},
    "looks_like": {"type": "string", "description": "What else looks like this."},
    "remedy": {"description": "What is to be done about it: a remedy of the program or of the folder; 'none' when nothing is typed."},
    "leads_to": {"enum": list(LEADS_TO), "description": "The situation of the subject in the plan; 'none' when the finding only informs."},
    "steps": {
        "type": "array",
        "maxItems": MAX_ITEMS,
        "items": {"type": "string", "pattern": f"^{ID.pattern}$"},
        "description": "Ids of the steps of the plan that look at this very thing, in their order.",
    },
    "confirmed": {
        "type": "boolean",
        "description": "Needed of a rule that orders a step which is not safe: its writer looked at the risk.",
    },
    "references": {"type": "array", "maxItems": MAX_ITEMS, "items": _TEXT, "description": "Public sources, or 'inferred' and from what."},
    "state": {"enum": [state.value for state in VERDICT_STATES]},
}


def rule_schema(own: Collection[str] = ()) -> Schema:
    """The schema of a rule file. ``own`` are the ids of the remedies that its folder brings."""
    form = {**_FORM, "remedy": {**_FORM["remedy"], "enum": [*REMEDIES, *own]}}
    verdict = _mapping({name: form[name] for name in VERDICT_FIELDS}, VERDICT_REQUIRED)
    cause = _mapping({"rule": _TEXT, "when": _EXPRESSION}, CAUSE_FIELDS)
    whole = _mapping({name: form[name] for name in RULE_FIELDS}, REQUIRED_FIELDS)
    return {
        "$schema": _DIALECT,
        "title": "A rule of sftunnel-analyzer",
        **whole,
        "oneOf": [{"required": ["when"]}, {"required": ["verdicts"]}],
        "allOf": [_vocabulary_of(kind) for kind in SubjectKind],
        "$defs": {
            "verdict": verdict,
            "cause": cause,
            "paths": {"type": "array", "maxItems": MAX_ITEMS, "items": _TEXT},
            "time": _TEXT,
            "texts": _TEXT,
            **{f"{kind.value}-paths": {"enum": _paths(kind)} for kind in SubjectKind},
        },
    }


def _vocabulary_of(kind: SubjectKind) -> Schema:
    names: Schema = {"type": "array", "items": {"$ref": f"#/$defs/{kind.value}-paths"}}
    own: Schema = {
        "needs": names,
        "evidence": names,
        "verdicts": {"type": "array", "items": {"type": "object", "properties": {"needs": names, "evidence": names}}},
        "date": {"enum": _paths(kind, Kind.TIME)},
        "affects": {"enum": _paths(kind, Kind.TEXT, Kind.LIST)},
    }
    return {"if": {"properties": {"subject": {"const": kind.value}}, "required": ["subject"]}, "then": {"properties": own}}


def _paths(kind: SubjectKind, *kinds: Kind) -> list[str]:
    return [path for path, word in all_paths(kind) if ELEMENT not in path and (not kinds or word.kind in kinds)]


def rule_tests_schema() -> Schema:
    """The schema of a file of rule tests."""
    kinds = _Kinds()
    listing = {
        "type": "object",
        "patternProperties": {
            r"^manager \S+$": kinds.thing(Manager, {"key", "label"}),
            r"^device \S+$": kinds.thing(Device, {"key", "label"}),
            r"^tunnel \S+ \S+$": kinds.thing(Tunnel, {"key", "label", "manager", "device"}),
            r"^certificate \S+$": kinds.certificate(),
        },
        "additionalProperties": False,
        "description": "What is known. What is not listed is missing, or empty.",
    }
    lists = {"says", "silent_on"}
    finding = {
        name: {"type": "array", "items": _SCALAR} if name in lists else _SCALAR_OR_LIST for name in (*FINDING_REQUIRED, *FINDING_OPTIONAL)
    }
    finding |= {"state": {"enum": [state.value for state in State]}, "severity": {"enum": list(SEVERITIES)}}
    test = {
        "name": _TEXT,
        "kind": {"enum": list(KINDS)},
        "description": {"type": "string", "description": "One line: what the test shows."},
        "as_of": {"type": "string", "description": "The day or moment to judge at, UTC."},
        "evidence_time": {"type": "string", "description": "The moment that the evidence speaks of."},
        "evidence": listing,
        "findings": {"type": "array", "items": _mapping(finding, FINDING_REQUIRED)},
    }
    whole = {"rule": _TEXT, "tests": {"type": "array", "items": _mapping({name: test[name] for name in TEST_FIELDS}, TEST_REQUIRED)}}
    return {"$schema": _DIALECT, "title": "Tests of a rule of sftunnel-analyzer", **_mapping(whole, TEST_FILE_FIELDS), "$defs": kinds.defs}


_SCALAR_OR_LIST: Schema = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}


def as_text(schema: Schema) -> str:
    """A schema as it is committed."""
    return json.dumps(schema, indent=1, ensure_ascii=True) + "\n"


def _mapping(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    known: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**known, "required": list(required)} if required else known


class _Kinds:
    """The classes of the model as `mini_case` takes them, each defined once."""

    def __init__(self) -> None:
        self.defs: Schema = {
            "missing": _mapping({name: _TEXT for name in ANSWER_FIELDS if name in ("missing", "obtain", "at")}, ("missing", "obtain")),
        }

    def thing(self, kind: type[Struct], fixed: set[str]) -> Schema:
        """A mapping of the fields of a class."""
        own = self._properties(kind, fixed)
        return {"anyOf": [{"type": "null"}, {"const": ""}, _mapping({"at": _TEXT, **own})]}

    def certificate(self) -> Schema:
        """A certificate: its own fields, with role and owner beside them."""
        hints = get_type_hints(CertificateInCase)
        own = {name: self._field(hints[name]) for name in ("role", "owner")}
        return _mapping({"at": _TEXT, **own, **self._properties(Certificate, set())})

    def _properties(self, kind: type[Struct], fixed: set[str]) -> Schema:
        hints = get_type_hints(kind)
        names = [name for name in kind.__struct_fields__ if name not in fixed and hints[name] is not Evidence]
        return {name: self._field(hints[name]) for name in names}

    def _field(self, hint: Any) -> Schema:
        arguments = get_args(hint)
        if get_origin(hint) in (Union, UnionType):
            (real,) = (one for one in arguments if one not in (Missing, NoneType))
            if get_origin(real) is Known:
                return self._answer(get_args(real)[0])
            return self._field(real)
        if get_origin(hint) is tuple:
            return {"type": "array", "items": self._field(arguments[0]) if Ellipsis in arguments else _ANYTHING}
        if hint is DistinguishedName:
            return {"anyOf": [_TEXT, self._reference(hint)]}
        if isinstance(hint, type) and issubclass(hint, Struct):
            return self._reference(hint)
        return self._scalar(hint)

    def _reference(self, kind: type[Struct]) -> Schema:
        if kind.__name__ not in self.defs:
            self.defs[kind.__name__] = {}  # its own name first: a class may hold itself
            self.defs[kind.__name__] = _mapping({"at": _TEXT, **self._properties(kind, set())})
        return {"$ref": f"#/$defs/{kind.__name__}"}

    def _answer(self, kind: Any) -> Schema:
        """``value @ place``, a mapping with the value, what is missing, or the thing itself."""
        plain = self._field(kind)
        choices = [plain, {"$ref": "#/$defs/missing"}]
        if not (isinstance(kind, type) and issubclass(kind, Struct)):
            known = {"value": plain, "at": _TEXT, "assumed": _TEXT}
            choices += [_mapping(known, ("value",)), {"type": "string", "description": "VALUE @ PLACE"}]
        return {"anyOf": choices}

    def _scalar(self, kind: Any) -> Schema:
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return {"enum": [item.value for item in kind]}
        return {"type": "string", "description": "a moment, UTC"} if kind is datetime else _SCALAR


_ANYTHING: Schema = {"type": ["string", "number", "boolean", "array", "object"]}
