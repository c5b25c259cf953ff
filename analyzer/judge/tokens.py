"""The tokens of a condition: signs, names, numbers and texts, each with the character where it begins."""

from __future__ import annotations

import re

from msgspec import Struct

from analyzer.judge.errors import ExpressionError

MAX_NESTING = 20
"""Brackets open at once."""

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<number>\d+(?:\.\d+)?u?)"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>&&|\|\||[<>=!]=|[-+*/%<>!?:.,()\[\]])"""
)


class Token(Struct, frozen=True):
    """A piece of an expression, and the character where it begins."""

    kind: str
    text: str
    at: int


def tokens(source: str) -> list[Token]:
    """The signs, names, numbers and texts of an expression. Raises `ExpressionError` for what has no place in one."""
    found: list[Token] = []
    depth = at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise ExpressionError(f"'{source[at]}' at character {at + 1} has no place in an expression")
        kind, text = str(match.lastgroup), match.group()
        if kind in ("string", "name") and found and found[-1].kind in ("string", "name") and found[-1].at + len(found[-1].text) == at:
            raise ExpressionError(f"write texts in plain single or double quotes, at character {at + 1}")
        depth += (text in ("(", "[")) - (text in (")", "]")) if kind == "sign" else 0
        if depth > MAX_NESTING:
            raise ExpressionError(f"more than {MAX_NESTING} brackets are open at character {at + 1}")
        if kind != "space":
            found.append(Token(kind, text, at))
        at = match.end()
    if not found:
        raise ExpressionError("the expression is empty")
    return found
