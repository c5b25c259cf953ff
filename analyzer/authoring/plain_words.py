"""Conditions in plain words, for people who do not read CEL. What has no simple wording is shown as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.judge.errors import ExpressionError
from analyzer.judge.parts import ALL, Part, parts_of
from analyzer.judge.vocabulary import Kind, look_up
from analyzer.model.finding import SubjectKind
from analyzer.texts import N_, _, ngettext

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

_TIMES = {
    "<": N_("{one} is before {other}"),
    ">": N_("{one} is after {other}"),
    "<=": N_("{one} is not after {other}"),
    ">=": N_("{one} is not before {other}"),
    "==": N_("{one} is {other}"),
    "!=": N_("{one} is not {other}"),
}
_NUMBERS = {
    "<": N_("{one} is less than {other}"),
    ">": N_("{one} is more than {other}"),
    "<=": N_("{one} is at most {other}"),
    ">=": N_("{one} is at least {other}"),
    "==": N_("{one} is {other}"),
    "!=": N_("{one} is not {other}"),
}
_DISTANCES = {
    "<": N_("from {first} to {last} is less than {days}"),
    ">": N_("from {first} to {last} is more than {days}"),
    "<=": N_("from {first} to {last} is at most {days}"),
    ">=": N_("from {first} to {last} is at least {days}"),
}
_TEXTS = {
    "startsWith": N_("{one} begins with {other}"),
    "endsWith": N_("{one} ends with {other}"),
    "contains": N_("{one} contains {other}"),
}
_LOOPS = {
    "all": N_("for each `{name}` of `{list}`: `{condition}`"),
    "exists": N_("for at least one `{name}` of `{list}`: `{condition}`"),
    "exists_one": N_("for exactly one `{name}` of `{list}`: `{condition}`"),
}
_HOURS_OF_A_DAY = 24


def condition_lines(source: str, subject: SubjectKind) -> list[str]:
    """A condition as the lines of a Markdown list."""
    part = parts_of(source)
    if part.source == "true":
        return ["- " + _("in every other case")]
    return list(_lines(part, subject, ""))


def _lines(part: Part, subject: SubjectKind, indent: str) -> Iterator[str]:
    if not part.parts:
        yield f"{indent}- {words(part.source, subject)}"
        return
    inner = indent
    if part.joined != ALL or indent:
        yield f"{indent}- {_(part.joined)}:"
        inner = f"{indent}  "
    for one in part.parts:
        yield from _lines(one, subject, inner)


def words(source: str, subject: SubjectKind) -> str:
    """One part of a condition as a phrase."""
    if match := _HAS.fullmatch(source):
        return (_("`{fact}` is not in the evidence") if match[1] else _("`{fact}` is in the evidence")).format(fact=match[2])
    if match := _SIZE.fullmatch(source):
        return _counted(match[1], match[2], int(match[3]))
    if match := _IN.fullmatch(source):
        values = ", ".join(_value(one.strip()) for one in match[2].split(","))
        return _("`{fact}` is one of {values}").format(fact=match[1], values=values)
    if match := _WITHIN.fullmatch(source):
        return _("{value} is among `{list}`").format(value=_value(match[1]), list=match[2])
    if match := _SPAN.fullmatch(source):
        side = _("{days} before {moment}") if match[4] == "-" else _("{days} after {moment}")
        return _(_TIMES[match[2]]).format(one=_value(match[1]), other=side.format(days=_days(match[5]), moment=_value(match[3])))
    if match := _APART.fullmatch(source):
        return _(_DISTANCES[match[3]]).format(first=_value(match[2]), last=_value(match[1]), days=_days(match[4]))
    if match := _COMPARED.fullmatch(source):
        table = _TIMES if _is_time(match[1], subject) or _is_time(match[3], subject) else _NUMBERS
        return _(table[match[2]]).format(one=_value(match[1]), other=_value(match[3]))
    if match := _TEXT.fullmatch(source):
        return _(_TEXTS[match[2]]).format(one=f"`{match[1]}`", other=_value(match[3]))
    if match := _LOOP.fullmatch(source):
        told = _(_LOOPS[match[3]]).format(name=match[4], list=match[2], condition=match[5])
        return _("it is not true that {condition}").format(condition=told) if match[1] else told
    if match := _FLAG.fullmatch(source):
        return (_("`{fact}` is false") if match[1] else _("`{fact}` is true")).format(fact=match[2])
    return f"`{source}`"


def _counted(path: str, sign: str, count: int) -> str:
    if (sign, count) in ((">", 0), (">=", 1), ("!=", 0)):
        return _("`{fact}` is not empty").format(fact=path)
    if (sign, count) in (("==", 0), ("<", 1), ("<=", 0)):
        return _("`{fact}` is empty").format(fact=path)
    return _(_NUMBERS[sign]).format(one=_("the number of `{fact}`").format(fact=path), other=count)


def _value(text: str) -> str:
    if text == "now":
        return _("today")
    return f"`{text}`" if re.fullmatch(_PATH, text) else text


def _days(hours: str) -> str:
    whole, rest = divmod(int(hours), _HOURS_OF_A_DAY)
    if rest or not whole:
        return ngettext("{n} hour", "{n} hours", int(hours)).format(n=hours)
    return ngettext("{n} day", "{n} days", whole).format(n=whole)


def _is_time(text: str, subject: SubjectKind) -> bool:
    try:
        return look_up(subject, text).kind is Kind.TIME
    except ExpressionError:
        return False
