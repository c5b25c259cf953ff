"""The parts that a condition is put together from with ``&&`` and ``||``, so that each can be looked at by itself."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from analyzer.judge.tokens import Token, tokens
from analyzer.texts import N_

ALL = N_("all of")
ANY = N_("any of")


class Part(Struct, frozen=True):
    """A part of a condition. ``joined`` is `ALL` or `ANY` for one that has parts itself, "" for one that has none."""

    source: str
    joined: str = ""
    parts: tuple[Part, ...] = ()


def parts_of(source: str) -> Part:
    """A condition taken apart as far as ``&&``, ``||`` and brackets go. A choice (``? :``) and what stands in a call stay whole."""
    return _part(source, tokens(source))


def _part(source: str, found: Sequence[Token]) -> Part:
    while _within_brackets(found):
        found = found[1:-1]
    if not any(token.text == "?" and token.kind == "sign" for token in found):
        for sign, joined in (("||", ANY), ("&&", ALL)):
            pieces = _split(found, sign)
            if len(pieces) > 1:
                return Part(_text(source, found), joined, tuple(_part(source, piece) for piece in pieces))
    return Part(_text(source, found))


def _within_brackets(found: Sequence[Token]) -> bool:
    """The first bracket closes at the very end."""
    if len(found) < 3 or found[0].text != "(" or found[-1].text != ")":
        return False
    depth = 0
    for token in found[:-1]:
        depth += _opens(token)
        if depth == 0:
            return False
    return True


def _split(found: Sequence[Token], sign: str) -> list[Sequence[Token]]:
    pieces: list[Sequence[Token]] = []
    depth = begin = 0
    for at, token in enumerate(found):
        depth += _opens(token)
        if depth == 0 and token.kind == "sign" and token.text == sign:
            pieces.append(found[begin:at])
            begin = at + 1
    return [*pieces, found[begin:]]


def _opens(token: Token) -> int:
    return (token.text in ("(", "[")) - (token.text in (")", "]")) if token.kind == "sign" else 0


def _text(source: str, found: Sequence[Token]) -> str:
    """What is written there, on one line."""
    return " ".join(source[found[0].at : found[-1].at + len(found[-1].text)].split()) if found else ""
