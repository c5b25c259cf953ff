"""The values of conditions and what may be done with them, for `analyzer.judge.pure_engine`: the types of CEL in types of Python.

int is a number of 64 bits with a sign, `UInt` one without, float a double; str, bool, None, list and dict are what they seem; a time is an
aware datetime, a span a timedelta. Nothing is converted silently: what the CEL library refuses is refused here with the same kind of error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

_INT = range(-(1 << 63), 1 << 63)
_UINT = range(1 << 64)


class UInt(int):
    """An unsigned number (``5u``)."""


def no_overload() -> TypeError:
    """What an operation says to values that it is not made for."""
    return TypeError("No such overload: the operation is not defined for the given operand types. CEL does not coerce between types")


def undefined(name: str) -> RuntimeError:
    """What is said to a name, or to a function of these arguments, that there is not."""
    return RuntimeError(f"Undefined variable or function: '{name}'")


def as_value(given: Any) -> Any:
    """A value from outside in the terms of conditions: a time without a zone is UTC, a number too large for 64 bits a double."""
    match given:
        case bool() | str() | float() | timedelta() | None:
            return given
        case datetime():
            return given if given.tzinfo is not None else given.replace(tzinfo=UTC)
        case int():
            return given if given in _INT else float(given)
        case list() | tuple():
            return [as_value(item) for item in given]
        case dict():
            return {name: as_value(item) for name, item in given.items()}
    raise ValueError(f"a condition sees no {type(given).__name__}")


def literal_number(text: str) -> Any:
    """The value of a number as written. Raises `ValueError` for one that is too large."""
    if "." in text:
        return float(text)
    if text.endswith("u"):
        value = int(text[:-1])
        if value not in _UINT:
            raise ValueError("ERROR: <input>: invalid uint literal")
        return UInt(value)
    value = int(text)
    if value not in _INT:
        raise ValueError("ERROR: <input>: invalid int literal")
    return value


_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-3][0-7]{2})|([abfnrtv\\?'\"`])|())", re.DOTALL)
_CONTROL = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def literal_text(quoted: str) -> str:
    """The value of a text in quotes. Raises `ValueError` for an escape that there is not."""
    return _ESCAPE.sub(_unescaped, quoted[1:-1])


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code or found[4]:
        number = int(code, 16) if code else int(found[4], 8)
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            raise ValueError("ERROR: <input>: invalid string literal")
        return chr(number)
    if not found[5]:
        raise ValueError("ERROR: <input>: token recognition error: an escape that there is not")
    return _CONTROL.get(found[5], found[5])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def equal(left: Any, right: Any) -> bool:
    """Whether two values are the same; values of different types are not, except numbers."""
    if _is_number(left) and _is_number(right):
        return _aligned(left, right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(value, right[name]) for name, value in left.items())
    return type(left) is type(right) and left == right


def _aligned(left: Any, right: Any) -> bool:
    if isinstance(left, float) or isinstance(right, float):
        return float(left) == float(right)
    return int(left) == int(right)


def compare(left: Any, right: Any) -> int:
    """-1, 0 or 1. Raises `TypeError` for values that have no order."""
    if _is_number(left) and _is_number(right):
        if isinstance(left, float) or isinstance(right, float):
            left, right = float(left), float(right)
            if math.isnan(left) or math.isnan(right):
                raise no_overload()
        return int(left > right) - int(left < right)
    for kind in (str, bool, datetime, timedelta):
        if isinstance(left, kind) and isinstance(right, kind):
            first: Any = left
            return int(first > right) - int(first < right)
    raise no_overload()


def is_in(value: Any, among: Any) -> bool:
    """``value in list``, or in the names of a mapping."""
    if isinstance(among, list):
        return any(equal(value, item) for item in among)
    if isinstance(among, dict):
        return isinstance(value, str) and value in among
    raise no_overload()


def select(value: Any, name: str) -> Any:
    """``value.name``. Raises `KeyError` where it is not there."""
    if not isinstance(value, dict):
        raise no_overload()
    return value[name]


def element_of(value: Any, index: Any) -> Any:
    """``value[index]``."""
    if isinstance(value, dict):
        if isinstance(index, str) and index in value:
            return value[index]
        raise KeyError(str(index))
    if not isinstance(value, list):
        raise no_overload()
    if not isinstance(index, int) or isinstance(index, bool):
        raise TypeError("Unexpected type: want 'int|uint'.")
    if not 0 <= index < len(value):
        raise IndexError(f"index out of bounds: {index}")
    return value[index]


def negate(value: Any) -> Any:
    """``-value``; of a flag the other one, as the library does."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return -value
    if not isinstance(value, int) or isinstance(value, UInt):
        raise no_overload()
    return _within(-value, _INT)


def _within(value: int, bounds: range) -> int:
    if value not in bounds:
        raise OverflowError("Arithmetic overflow")
    return value


def add(sign: str, left: Any, right: Any) -> Any:
    """``left sign right`` for ``+ - * / %``. Raises `TypeError` for types that do not go together."""
    if type(left) is type(right) and type(left) in (int, UInt):
        bounds = _INT if type(left) is int else _UINT
        return type(left)(_within(_whole(sign, int(left), int(right)), bounds))
    if isinstance(left, float) and isinstance(right, float) and sign != "%":
        return _real(sign, left, right)
    match sign, left, right:
        case "+", str(), str():
            return left + right
        case "+", list(), list():
            return left + right
        case (("+" | "-"), timedelta(), timedelta()):
            return left + right if sign == "+" else left - right
        case (("+" | "-"), datetime(), timedelta()):
            return left + right if sign == "+" else left - right
        case "-", datetime(), datetime():
            return left - right
    raise TypeError(f"Unsupported operation: {type(left).__name__} {sign} {type(right).__name__}. CEL does not coerce between types")


def _whole(sign: str, left: int, right: int) -> int:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    if not right:
        raise ZeroDivisionError("division by zero in CEL expression" if sign == "/" else "modulo by zero in CEL expression")
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    _within(quotient, _INT if left < 0 or right < 0 else _UINT)
    return quotient if sign == "/" else left - quotient * right


def _real(sign: str, left: float, right: float) -> float:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    if right:
        return left / right
    return math.nan if not left or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)


_SPAN_PIECE = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(h|ms|m|s|us|µs|ns)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def _duration(value: Any) -> timedelta:
    """``duration("1h30m")``; what follows the last piece is passed over, as the library does."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise undefined("duration")
    sign = -1 if value.startswith("-") else 1
    text = value.removeprefix("-")
    if text == "0":
        return timedelta()
    total, at = 0.0, 0
    while found := _SPAN_PIECE.match(text, at):
        total += float(found[1]) * _UNITS[found[2]]
        at = found.end()
    if not at:
        raise RuntimeError(f"Function 'duration' error: Parsing Error: '{value}' is no span of time, such as 1h30m")
    return timedelta(microseconds=math.trunc(round(sign * total * 1e9) / 1000))


_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _timestamp(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise undefined("timestamp")
    found = _TIMESTAMP.fullmatch(value)
    if found is None or found[2].startswith("24"):  # Python 3.14 and later read 24:00 as the next day
        raise RuntimeError(f"Function 'timestamp' error: '{value}' is no time, such as 2024-01-01T00:00:00Z")
    fraction = f".{found[3][:6]:0<6}" if found[3] else ""
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}{fraction}{found[4].upper().replace('Z', '+00:00')}")
    except ValueError as error:
        raise RuntimeError(f"Function 'timestamp' error: {error}") from error


def _string(value: Any) -> str:
    match value:
        case bool() | None:
            raise undefined("string")
        case str():
            return value
        case int():
            return str(int(value))
        case float():
            if value.is_integer():
                return f"{value:.0f}"
            return "NaN" if math.isnan(value) else repr(value)
        case datetime():
            return value.isoformat(timespec="auto" if value.microsecond % 1000 else "milliseconds" if value.microsecond else "seconds")
        case timedelta():
            return _span_text(value)
    raise undefined("string")


def _span_text(value: timedelta) -> str:
    """As Go prints a duration: ``1h0m0s``, ``1.5s``, ``90ms``, ``100µs``."""
    micro = abs(value) // timedelta(microseconds=1)
    sign = "-" if value < timedelta() else ""
    if micro < 1000:
        return f"{sign}{micro}µs" if micro else "0s"
    if micro < 1_000_000:
        return f"{sign}{_trimmed(micro, 1000)}ms"
    minutes, seconds = divmod(micro, 60_000_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{_trimmed(seconds, 1_000_000)}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{text}"
    return f"{sign}{minutes}m{text}" if minutes else sign + text


def _trimmed(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    return f"{whole}.{rest:0{len(str(unit)) - 1}}".rstrip("0") if rest else str(whole)


_DIGITS = re.compile(r"[+-]?[0-9]+")


def _int(value: Any) -> int:
    match value:
        case bool():
            raise undefined("int")
        case int():
            return _within(int(value), _INT)
        case float():
            if math.isnan(value) or not -(2.0**63) < value < 2.0**63:
                raise OverflowError("Function 'int' error: integer overflow.")
            return int(value)
        case str() if _DIGITS.fullmatch(value) and len(value) <= 4000 and int(value) in _INT:
            return int(value)
        case str():
            raise RuntimeError(f"Function 'int' error: '{value[:80]}' is no number of 64 bits")
    raise undefined("int")


def _size(value: Any) -> int:
    """Elements of a list or mapping; of a text the bytes of its UTF-8, as the library counts."""
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogatepass"))
    if isinstance(value, list | dict):
        return len(value)
    raise undefined("size")


FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "size": _size,
    "duration": _duration,
    "timestamp": _timestamp,
    "string": _string,
    "int": _int,
}
"""Functions of one argument."""


def _of_texts(name: str, test: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    def method(value: Any, part: Any) -> bool:
        if not isinstance(value, str) or not isinstance(part, str):
            raise undefined(name)
        return test(value, part)

    return method


def _of_time(name: str, of_time: Callable[[datetime], int], seconds: int = 0) -> Callable[[Any], int]:
    """A part of a time; of a span the whole hours, minutes or seconds in it (``seconds`` is the unit, 0: a span has none of these)."""

    def method(value: Any) -> int:
        if isinstance(value, datetime):
            return of_time(value)
        if isinstance(value, timedelta) and seconds:
            whole = abs(value) // timedelta(seconds=seconds)
            return whole if value >= timedelta() else -whole
        raise undefined(name)

    return method


METHODS: Mapping[str, tuple[Callable[..., Any], int]] = {
    "size": (_size, 0),
    "startsWith": (_of_texts("startsWith", str.startswith), 1),
    "endsWith": (_of_texts("endsWith", str.endswith), 1),
    "contains": (_of_texts("contains", str.__contains__), 1),
    "getFullYear": (_of_time("getFullYear", lambda time: time.year), 0),
    "getMonth": (_of_time("getMonth", lambda time: time.month - 1), 0),
    "getHours": (_of_time("getHours", lambda time: time.hour, 3600), 0),
    "getMinutes": (_of_time("getMinutes", lambda time: time.minute, 60), 0),
    "getSeconds": (_of_time("getSeconds", lambda time: time.second, 1), 0),
}
"""Methods, and the number of their arguments."""
