"""Conditions in plain words, for people who do not read CEL. What has no simple wording is shown as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.judge.errors import ExpressionError
from analyzer.judge.parts import ALL, Part, parts_of
from analyzer.judge.vocabulary import Kind, look_up
from analyzer.model.finding import SubjectKind

_PATH = r"[a-z_]+(?:\.[a-z_0-9]+)+"
_VALUE = r'"[^"]*"|\'[^\']*\'|-?\d+|true|false|now|' + _PATH
_HAS = re.compile(rf"(!?)has\(({_PATH})\)")
_SIZE = re.compile(rf"({_PATH})\.size\(\) (==|!=|>|>=|<|<=) (\d+)")
_IN = re.compile(rf"({_PATH}) in \[([^\]]*)\]")
_WITHIN = re.compile(rf"({_VALUE}) in ({_PATH})")
_COMPARED = re.compile(rf"({_VALUE}) (==|!=|<=|>=|<|>) ({_VALUE})")
_SPAN = re.compile(rf"({_VALUE}) (==|!=|<=|>=|<|>) ({_VALUE}) ([-+]) duration\(\"(\d+)h\"\)")
_APART = re.compile(rf"({_VALUE}) - ({_VALUE}) (<=|>=|<|>) duration\(\"(\d+)h\"\)")
_TEXT = re.compile(rf"({_PATH})\.(startsWith|endsWith|contains)\((\"[^\"]*\"|'[^']*')\)")
_LOOP = re.compile(rf"(!?)({_PATH})\.(all|exists|exists_one)\((\w+), (.*)\)", re.DOTALL)
_FLAG = re.compile(rf"(!?)({_PATH})")

_TIMES = {"<": "is before", ">": "is after", "<=": "is not after", ">=": "is not before", "==": "is", "!=": "is not"}
_NUMBERS = {"<": "is less than", ">": "is more than", "<=": "is at most", ">=": "is at least", "==": "is", "!=": "is not"}
_TEXTS = {"startsWith": "begins with", "endsWith": "ends with", "contains": "contains"}
_LOOPS = {"all": "for each", "exists": "for at least one", "exists_one": "for exactly one"}
_HOURS_OF_A_DAY = 24


def condition_lines(source: str, subject: SubjectKind) -> list[str]:
    """A condition as the lines of a Markdown list."""
    part = parts_of(source)
    if part.source == "true":
        return ["- in every other case"]
    return list(_lines(part, subject, ""))


def _lines(part: Part, subject: SubjectKind, indent: str) -> Iterator[str]:
    if not part.parts:
        yield f"{indent}- {words(part.source, subject)}"
        return
    inner = indent
    if part.joined != ALL or indent:
        yield f"{indent}- {part.joined}:"
        inner = f"{indent}  "
    for one in part.parts:
        yield from _lines(one, subject, inner)


def words(source: str, subject: SubjectKind) -> str:
    """One part of a condition as a phrase."""
    if match := _HAS.fullmatch(source):
        return f"`{match[2]}` is {'not ' if match[1] else ''}in evidence"
    if match := _SIZE.fullmatch(source):
        return _counted(match[1], match[2], int(match[3]))
    if match := _IN.fullmatch(source):
        return f"`{match[1]}` is one of {', '.join(_value(one.strip()) for one in match[2].split(','))}"
    if match := _WITHIN.fullmatch(source):
        return f"{_value(match[1])} is among `{match[2]}`"
    if match := _SPAN.fullmatch(source):
        side = "before" if match[4] == "-" else "after"
        return f"{_value(match[1])} {_TIMES[match[2]]} {_days(match[5])} {side} {_value(match[3])}"
    if match := _APART.fullmatch(source):
        return f"from {_value(match[2])} to {_value(match[1])} {_NUMBERS[match[3]]} {_days(match[4])}"
    if match := _COMPARED.fullmatch(source):
        table = _TIMES if _is_time(match[1], subject) or _is_time(match[3], subject) else _NUMBERS
        return f"{_value(match[1])} {table[match[2]]} {_value(match[3])}"
    if match := _TEXT.fullmatch(source):
        return f"`{match[1]}` {_TEXTS[match[2]]} {_value(match[3])}"
    if match := _LOOP.fullmatch(source):
        negated = "it is not so that " if match[1] else ""
        return f"{negated}{_LOOPS[match[3]]} `{match[4]}` of `{match[2]}`: `{match[5]}`"
    if match := _FLAG.fullmatch(source):
        return f"`{match[2]}` is {'false' if match[1] else 'true'}"
    return f"`{source}`"


def _counted(path: str, sign: str, count: int) -> str:
    if (sign, count) in ((">", 0), (">=", 1), ("!=", 0)):
        return f"`{path}` is not empty"
    if (sign, count) in (("==", 0), ("<", 1), ("<=", 0)):
        return f"`{path}` is empty"
    return f"the number of `{path}` {_NUMBERS[sign]} {count}"


def _value(text: str) -> str:
    if text == "now":
        return "today"
    return f"`{text}`" if re.fullmatch(_PATH, text) else text


def _days(hours: str) -> str:
    whole, rest = divmod(int(hours), _HOURS_OF_A_DAY)
    return f"{hours} hours" if rest or not whole else "1 day" if whole == 1 else f"{whole} days"


def _is_time(text: str, subject: SubjectKind) -> bool:
    try:
        return look_up(subject, text).kind is Kind.TIME
    except ExpressionError:
        return False
