"""Conditions evaluated by Python alone, where no wheel of the CEL library runs (a browser).

It knows the part of CEL that `analyzer.judge.condition` lets through, and gives the answers of the library, errors included; the tests hold
both to the same answers over every rule and over made-up expressions. It differs on purpose where the library is wrong: the
text of a negative span of time (`string(duration("-1m"))`), the lowest number negated, a mapping added to a list, and spans beyond what its
64 bits of nanoseconds hold.
Spans are kept to the microsecond.

An expression becomes a tree of closures. Chains of one operator, of `?:` and of `.` are lists, so that the depth of the tree is bounded by
the brackets that may be open at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from analyzer.judge.pure_nodes import (
    Node,
    Step,
    called_node,
    called_on_step,
    choice_node,
    constant_node,
    held_node,
    indexed_step,
    inverted_node,
    joined_node,
    listed_node,
    looked_up_node,
    mapped_step,
    negated_node,
    operated_node,
    over_step,
    selected_step,
    walked_node,
)
from analyzer.judge.pure_values import UInt, as_value, literal_number, literal_text
from analyzer.judge.tokens import Token, tokens

_RESERVED = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ],
)
_MACROS = {"all": 2, "exists": 2, "exists_one": 2, "filter": 2, "map": 3}
"""Macros, and the most arguments of each (the least are two)."""

_RELATIONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "in"})


class PureProgram(NamedTuple):
    """A compiled expression."""

    root: Node

    def execute(self, context: dict[str, Any], /) -> Any:
        """Its value over these names, as a plain value of Python."""
        value = self.root({name: as_value(given) for name, given in context.items()})
        return int(value) if isinstance(value, UInt) else value


def compiled(source: str) -> PureProgram:
    """Compile an expression. Raises `ValueError` for one that is none."""
    return PureProgram(_Parser(tokens(source)).whole())


class _Parser:
    """One pass over the tokens, by the grammar of CEL: each method reads one level of precedence."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = found
        self._at = 0

    def whole(self) -> Node:
        node = self._choice()
        if self._at < len(self._tokens):
            raise self._unexpected()
        return node

    def _sign(self) -> str:
        """The sign (or ``in``) that comes next, "" for anything else."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return token.text if token is not None and (token.kind == "sign" or token.text == "in") else ""

    def _take(self, *signs: str) -> str:
        """Pass over the next sign when it is one of these, and say which."""
        sign = self._sign()
        if sign not in signs:
            return ""
        self._at += 1
        return sign

    def _must(self, sign: str) -> None:
        if not self._take(sign):
            raise self._unexpected()

    def _unexpected(self) -> ValueError:
        if self._at >= len(self._tokens):
            return ValueError("ERROR: <input>: the expression ends too early")
        token = self._tokens[self._at]
        return ValueError(f"ERROR: <input>: '{token.text}' at character {token.at + 1} is not expected there")

    def _choice(self) -> Node:
        """``a ? b : c ? d : e``"""
        arms: list[tuple[Node, Node]] = []
        node = self._either()
        while self._take("?"):
            then = self._either()
            self._must(":")
            arms.append((node, then))
            node = self._either()
        return choice_node(arms, node) if arms else node

    def _either(self) -> Node:
        parts = [self._all()]
        while self._take("||"):
            parts.append(self._all())
        return joined_node(parts, decides=True) if len(parts) > 1 else parts[0]

    def _all(self) -> Node:
        parts = [self._relation()]
        while self._take("&&"):
            parts.append(self._relation())
        return joined_node(parts, decides=False) if len(parts) > 1 else parts[0]

    def _relation(self) -> Node:
        return self._chain(self._sum, _RELATIONS)

    def _sum(self) -> Node:
        return self._chain(self._product, frozenset({"+", "-"}))

    def _product(self) -> Node:
        return self._chain(self._unary, frozenset({"*", "/", "%"}))

    def _chain(self, part: Callable[[], Node], signs: frozenset[str]) -> Node:
        """Operators of one level, from left to right."""
        first = part()
        rest: list[tuple[str, Node]] = []
        while sign := self._take(*signs):
            rest.append((sign, part()))
        return operated_node(first, rest) if rest else first

    def _unary(self) -> Node:
        sign = self._take("!", "-")
        if not sign:
            return self._member()
        count = 1
        while self._take(sign):
            count += 1
        if (sign == "-" and count == 1 and self._is_number()) or (sign == "!" and self._take_minus_of_number()):
            node = self._member(minus="-")  # the lowest number has no positive twin that could be negated
            return node if sign == "-" or count % 2 == 0 else inverted_node(node)
        node = self._member()
        if count % 2 == 0:  # the library drops such a pair unseen
            return node
        return inverted_node(node) if sign == "!" else negated_node(node)

    def _take_minus_of_number(self) -> bool:
        if self._sign() == "-":
            self._at += 1
            if self._is_number():
                return True
            self._at -= 1
        return False

    def _is_number(self) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].kind == "number" and self._tokens[self._at].text[-1] != "u"

    def _member(self, minus: str = "") -> Node:
        """A value with what follows it: ``.name``, ``.call()``, ``[index]``."""
        base = self._primary(minus)
        steps: list[Step] = []
        while True:
            if self._take("["):
                index = self._choice()
                self._must("]")
                steps.append(indexed_step(index))
            elif self._take("."):
                name = self._name()
                if self._sign() != "(":
                    steps.append(selected_step(name))
                elif name in _MACROS:
                    self._at += 1
                    steps.append(self._macro(name))
                else:
                    self._at += 1
                    steps.append(called_on_step(name, self._arguments(")")))
            else:
                return walked_node(base, steps) if steps else base

    def _name(self) -> str:
        if self._at >= len(self._tokens) or self._tokens[self._at].kind != "name":
            raise self._unexpected()
        self._at += 1
        return self._tokens[self._at - 1].text

    def _arguments(self, end: str) -> list[Node]:
        """What stands between brackets, up to the closing one; a list may end with a comma."""
        found: list[Node] = []
        while not self._take(end):
            found.append(self._choice())
            if not self._take(","):
                self._must(end)
                break
            if end == ")" and self._sign() == ")":
                raise self._unexpected()
        return found

    def _primary(self, minus: str) -> Node:
        if self._take("("):
            node = self._choice()
            self._must(")")
            return node
        if self._take("["):
            if self._take(","):
                self._must("]")
                return listed_node([])
            return listed_node(self._arguments("]"))
        if self._at >= len(self._tokens):
            raise self._unexpected()
        token = self._tokens[self._at]
        if token.kind == "sign" or token.text == "in":
            raise self._unexpected()
        self._at += 1
        match token.kind:
            case "string":
                return constant_node(literal_text(token.text))
            case "number":
                return constant_node(literal_number(minus + token.text))
        if token.text in ("true", "false", "null"):
            return constant_node({"true": True, "false": False, "null": None}[token.text])
        if token.text in _RESERVED:
            raise ValueError(f"ERROR: <input>: reserved identifier: {token.text}")
        if not self._take("("):
            return looked_up_node(token.text)
        if token.text == "has":
            return self._asked_for()
        return called_node(token.text, self._arguments(")"))

    def _asked_for(self) -> Node:
        """``has(path)``"""
        base: Node = looked_up_node(self._name())
        steps: list[Step] = []
        last = ""
        while not self._take(")"):
            if last:
                steps.append(selected_step(last))
                last = ""
            if self._take("["):
                steps.append(indexed_step(self._choice()))
                self._must("]")
            else:
                self._must(".")
                last = self._name()
        if not last:
            raise ValueError("ERROR: <input>: invalid argument to has() macro")
        return held_node(walked_node(base, steps) if steps else base, last)

    def _macro(self, macro: str) -> Step:
        """``.exists(name, condition)``"""
        name = self._name()
        if name in _RESERVED or name in ("true", "false", "null"):
            raise ValueError(f"ERROR: <input>: reserved identifier: {name}")
        self._must(",")
        arguments = self._arguments(")")
        if not 1 <= len(arguments) < _MACROS[macro]:
            raise ValueError(f"ERROR: <input>: {macro}() takes a name and a condition")
        if macro == "map":
            wanted, made = (arguments[0], arguments[1]) if len(arguments) == 2 else (None, arguments[0])
            return mapped_step(name, wanted, made)
        return over_step(macro, name, arguments[0])
