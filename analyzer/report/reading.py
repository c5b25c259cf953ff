"""A Result from its document: what `document` wrote, read back by the types of the model.

What the document leaves out is not there afterwards: the lines around evidence, the log events of an attempt, the bytes of names.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from analyzer.model.answer import UNDATED, Age, Claim, Conflicting, Known, Missing
from analyzer.model.certificate import Certificate, DistinguishedName
from analyzer.model.location import Evidence
from analyzer.model.result import SCHEMA_VERSION, Result
from analyzer.report.shape import OMITTED


def read_json(text: str) -> Result:
    """The Result that `render_json` wrote. Raises ValueError for text that is no such document, or one of another version."""
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("schema_version") != SCHEMA_VERSION:
        raise ValueError(f"this is no result of version {SCHEMA_VERSION}: write it again with this program")
    try:
        table = [_thing(Evidence, one, ()) for one in document.pop("evidence")]
        result: Result = _thing(Result, document, table)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no whole result: {error!r}") from error
    return result


def _thing(kind: type[Struct], document: Mapping[str, Any], table: Sequence[Evidence]) -> Any:
    missing = OMITTED.get(kind, frozenset())
    given = {name: _back(hint, document[name], table) for name, hint in _hints(kind).items() if name in document and name not in missing}
    if kind is DistinguishedName:
        given["der"] = given["text"].encode()
    elif kind is Certificate:
        given |= {"serial": int(document["serial"], 16), "der": b64decode("".join(document["pem"].splitlines()[1:-1]))}
    elif missing:
        given |= dict.fromkeys(missing, ())
    return kind(**given)


def _back(hint: Any, value: Any, table: Sequence[Evidence]) -> Any:
    """The value of this type. TypeError for a form that the type does not have."""
    arguments = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        if Missing in arguments:
            return _answer(get_args(next(one for one in arguments if one is not Missing))[0], value, table)
        told = [one for one in arguments if one is not NoneType and (_is_thing(one) is isinstance(value, dict) or one is Evidence)]
        return None if value is None else _back(told[0], value, table)
    if get_origin(hint) is tuple:
        kinds = arguments[:1] * len(value) if Ellipsis in arguments else arguments
        return tuple(_back(kind, one, table) for kind, one in zip(kinds, value, strict=True))
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is timedelta:
        return timedelta(seconds=value)
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return hint[value.upper()]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if hint is Evidence:
        return table[value]
    if _is_thing(hint):
        return _answer(Any, value, table) if hint is Missing else _thing(hint, value, table)
    return value


def _is_thing(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Struct)


def _answer(kind: Any, value: Mapping[str, Any], table: Sequence[Evidence]) -> Known[Any] | Missing:
    evidence = tuple(table[one] for one in value["evidence"])
    if "value" in value:
        age = _thing(Age, value["age"], table) if "age" in value else UNDATED
        return Known(_back(kind, value["value"], table), evidence, value["assumed"], value.get("speaker", ""), age)
    if "conflicting" in value:
        claims = tuple(
            Claim(
                _claimed(kind, one["value"], table),
                one["speaker"],
                _thing(Age, one["age"], table),
                tuple(table[at] for at in one["evidence"]),
            )
            for one in value["conflicting"]
        )
        return Conflicting(value["missing"], value["obtain"], evidence, claims)
    return Missing(value["missing"], value["obtain"], evidence)


def _claimed(kind: Any, value: Any, table: Sequence[Evidence]) -> Any:
    """What a claim is about: the field's own type, or the certificate that the field would have been told by."""
    if isinstance(value, dict) and "pem" in value:
        return _thing(Certificate, value, table)
    return (
        value
        if isinstance(value, str) and not (isinstance(kind, type) and issubclass(kind, Enum | datetime))
        else _back(kind, value, table)
    )


@lru_cache(maxsize=128)
def _hints(kind: type[Struct]) -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(kind).items() if name in kind.__struct_fields__}
