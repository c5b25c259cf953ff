"""Conditions of rules: CEL expressions, checked against the vocabulary before they ever run.

The library compiles and evaluates CEL; it does not tell which fields an expression selects. So the expression is read here once, token
by token, for the paths it names, the `has()` guards in it and the texts it compares an enum with. What this reading does not follow is
refused rather than left unchecked: mappings and messages in braces, indexing by text, fields of computed values, a comprehension inside
another (the only way to more than linear time).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from msgspec import Struct

from analyzer.backend import is_pure
from analyzer.judge.cost import Cost, Loop
from analyzer.judge.engine import Program, compile_expression
from analyzer.judge.errors import ExpressionError
from analyzer.judge.tokens import Token, tokens
from analyzer.judge.vocabulary import ELEMENT, Kind, Tree, Word, as_tree, look_up, vocabulary
from analyzer.model.finding import SubjectKind
from analyzer.rulefiles.node import did_you_mean

MAX_LENGTH = 2_000
"""Characters of one expression."""

MAX_PROGRAMS = 10_000
"""Expressions kept in the engine's form. The built-in rules have two hundred; of more, some would be compiled more than once."""

_LITERALS = frozenset({"true", "false", "null", "in"})
_FUNCTIONS = frozenset({"has", "size", "duration", "timestamp", "string", "int"})
_METHODS = frozenset(
    {"size", "startsWith", "endsWith", "contains", "getFullYear", "getMonth", "getHours", "getMinutes", "getSeconds"},
)
_MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})


class Condition(Struct, frozen=True):
    """A compiled expression. ``paths`` are those whose value it takes, ``guards`` those it asks for with ``has()``.

    ``cost`` is its shape, for whoever has to know how much work it is before it runs.
    """

    source: str
    paths: frozenset[str]
    guards: frozenset[str]
    cost: Cost = Cost()

    def holds(self, activation: Mapping[str, Any]) -> bool:
        """True or false; anything else, and every failure of the expression, is an `ExpressionError`."""
        try:
            answer = _program(self.source).execute(dict(activation))
        except Exception as error:
            raise ExpressionError(f"'{self.source}' failed: {type(error).__name__}: {error}") from error
        except BaseException as panic:  # the extension's panics are no Exception, and must not end the run
            if type(panic).__name__ != "PanicException":
                raise
            raise ExpressionError(f"'{self.source}' stopped the expression engine: {panic}") from panic
        if not isinstance(answer, bool):
            raise ExpressionError(f"'{self.source}' gives {answer!r}, not true or false")
        return answer


def compile_condition(source: str, subject: SubjectKind) -> Condition:
    """Compile and check an expression of a rule about such a subject. Raises `ExpressionError`."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"the expression is longer than {MAX_LENGTH} characters")
    reading = _Reading(tokens(source), subject)
    reading.read()
    try:
        _program(source)
    except ValueError as error:
        raise ExpressionError(f"the expression does not compile: {_first_line(error)}") from error
    condition = Condition(source, frozenset(reading.paths), frozenset(reading.guards), reading.cost())
    _try_out(condition, subject)
    return condition


def _program(source: str) -> Program:
    return _compiled(source, is_pure())


@lru_cache(maxsize=MAX_PROGRAMS)
def _compiled(source: str, _pure: bool) -> Program:
    """The expression in the engine's form. Those of a rule that is kept (`analyzer.cache`) are compiled when they are first asked."""
    return compile_expression(source)


def _first_line(error: ValueError) -> str:
    text = str(error)
    at = text.find("ERROR: <input>:")
    return (text[at + len("ERROR: ") :] if at >= 0 else text).splitlines()[0].replace("<input>:", "line and column ")


class _Reading:
    """One walk over the tokens of an expression."""

    def __init__(self, tokens: list[Token], subject: SubjectKind) -> None:
        self.tokens = tokens
        self.subject = subject
        self.paths: set[str] = set()
        self.guards: set[str] = set()
        self._at = 0
        self._depth = 0
        self._bound: tuple[str, str, int] | None = None  # a comprehension's name, the path it stands for, the depth where it ends
        self._uses: list[str] = []  # every use of a path outside comprehensions
        self._loops: list[Loop] = []
        self._body: list[str] = []  # every use of a path in the comprehension that is being read
        self._loop = ("", 0)  # its macro, and where its body begins

    def read(self) -> None:
        while self._at < len(self.tokens):
            token = self.tokens[self._at]
            if token.kind == "name" and token.text not in _LITERALS:
                self._chain()
                continue
            if token.text == "." and token.kind == "sign":
                self._method_of_value()
                continue
            if token.kind == "sign":
                self._count(token.text)
                if token.text == "[" and self._at and self.tokens[self._at - 1].text in (")", "]"):
                    raise ExpressionError("only a path of the vocabulary can be indexed")
            self._at += 1

    def _count(self, text: str) -> None:
        self._depth += (text in ("(", "[")) - (text in (")", "]"))
        if self._bound is not None and self._depth < self._bound[2]:
            self._loops.append(Loop(self._bound[1].removesuffix(ELEMENT), self._loop[0], self._at - self._loop[1], tuple(self._body)))
            self._bound = None

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        if at >= len(self.tokens) or self.tokens[at].kind == "string":
            return ""
        return self.tokens[at].text

    def _chain(self) -> None:
        """A name: a function, or a path with what follows it."""
        name = self.tokens[self._at].text
        before = self.tokens[max(0, self._at - 2) : self._at]
        self._at += 1
        if self._peek() == "(":
            if name not in _FUNCTIONS:
                raise ExpressionError(f"there is no function '{name}' here{did_you_mean(name, _FUNCTIONS)}")
            if name == "has":
                self._guard()
            return
        path = self._path(name)
        if self._peek() == "." and self._peek(2) == "(":
            self._call(path)
            return
        if not path:
            raise ExpressionError(f"'{name}' needs a field behind it")
        self._use(path)
        self._compared(path, before)

    def _path(self, name: str) -> str:
        """The path that begins with a name, up to a call."""
        path = self._bound[1] if self._bound is not None and name == self._bound[0] else name
        while True:
            if self._peek() == "[":
                if self.tokens[self._at + 1 : self._at + 2] and self.tokens[self._at + 1].kind == "number" and self._peek(2) == "]":
                    path += ELEMENT
                    self._at += 3
                    continue
                raise ExpressionError(f"'{path}' can only be indexed by a number")
            if self._peek() != "." or self._peek(2) == "(":
                return path
            if self._at + 1 >= len(self.tokens) or self.tokens[self._at + 1].kind != "name":
                raise ExpressionError(f"a name is missing behind '{path}.'")
            path += f".{self.tokens[self._at + 1].text}"
            self._at += 2

    def _guard(self) -> None:
        """``has(path)``: the path itself need not be there, what is above it must."""
        self._at += 1
        self._count("(")
        if self._at >= len(self.tokens) or self.tokens[self._at].kind != "name":
            raise ExpressionError("has() asks for a path")
        name = self.tokens[self._at].text
        self._at += 1
        path = self._path(name)
        if self._peek() != ")" or "." not in path:
            raise ExpressionError("has() asks for a path such as tunnel.state, and for nothing else")
        look_up(self.subject, path)
        self.guards.add(path)

    def _call(self, path: str) -> None:
        """``path.method(`` or ``path.macro(name,``."""
        name = self._peek(1)
        word = self._use(path)
        self._at += 2
        if name in _METHODS:
            return
        if name not in _MACROS:
            raise ExpressionError(f"there is no method '{name}' here{did_you_mean(name, _METHODS | _MACROS)}")
        if word.kind is not Kind.LIST:
            raise ExpressionError(f"'{path}' is no list, so it has no {name}()")
        if self._bound is not None:
            raise ExpressionError(f"{name}() inside another comprehension is not allowed")
        if self._peek(2) != "," or self.tokens[self._at + 1].kind != "name":
            raise ExpressionError(f"{name}() takes a name and a condition: {name}(one, one.field == ...)")
        bound = self._peek(1)
        if bound in vocabulary(self.subject) or bound in _LITERALS or bound in _FUNCTIONS:
            raise ExpressionError(f"'{bound}' already means something; choose another name in {name}()")
        self._count("(")
        self._bound = (bound, path + ELEMENT, self._depth)
        self._loop = (name, self._at)
        self._body = []
        self._at += 2

    def _method_of_value(self) -> None:
        """``).method(``: fields of a computed value are not followed, so they are refused."""
        name = self._peek(1)
        if self._peek(2) != "(" or name not in _METHODS:
            raise ExpressionError(f"'.{name}' behind a computed value is not allowed")
        self._at += 2

    def _use(self, path: str) -> Word:
        word = look_up(self.subject, path)
        self.paths.add(path)
        (self._uses if self._bound is None else self._body).append(path)
        return word

    def cost(self) -> Cost:
        """The shape of what was read."""
        return Cost(len(self.tokens), tuple(self._uses), tuple(self._loops))

    def _compared(self, path: str, before: list[Token]) -> None:
        """An enum compared with a text that it never has would be silently false."""
        values = look_up(self.subject, path).values
        if not values:
            return
        texts: list[str] = []
        if len(before) == 2 and before[0].kind == "string" and before[1].text in ("==", "!="):
            texts.append(before[0].text)
        if self._peek() in ("==", "!=") and self._at + 1 < len(self.tokens) and self.tokens[self._at + 1].kind == "string":
            texts.append(self.tokens[self._at + 1].text)
        elif self._peek() == "in" and self._peek(1) == "[":
            at = self._at + 2
            while at < len(self.tokens) and self.tokens[at].text != "]":
                if self.tokens[at].kind == "string":
                    texts.append(self.tokens[at].text)
                at += 1
        for text in texts:
            if text[1:-1] not in values:
                raise ExpressionError(f"'{path}' is never {text}{did_you_mean(text[1:-1], values)}")


def _try_out(condition: Condition, subject: SubjectKind) -> None:
    """Evaluate over made-up values of the right types: a comparison of a time with a text fails now, not on a customer's case."""
    tree = as_tree(condition.paths | condition.guards)
    words = vocabulary(subject)
    for flag in (True, False):
        try:
            condition.holds({root: _example(words[root], branch, flag) for root, branch in tree.items()})
        except ExpressionError as error:
            # Made-up values may divide by zero or index too far; real ones need not.
            if not isinstance(error.__cause__, ArithmeticError | LookupError):
                raise


_EXAMPLE_TIME = datetime(2024, 10, 14, tzinfo=UTC)


def _example(word: Word, tree: Tree, flag: bool) -> Any:
    match word.kind:
        case Kind.TEXT:
            return word.values[0] if word.values else "example"
        case Kind.NUMBER:
            return 1
        case Kind.FLAG:
            return flag
        case Kind.TIME:
            return _EXAMPLE_TIME
        case Kind.SPAN:
            return timedelta(seconds=1)
        case Kind.LIST:
            return [_example(word.element, tree.get(ELEMENT, {}), flag)] if word.element is not None else []
        case Kind.THING:
            return {name: _example(word.fields[name], branch, flag) for name, branch in tree.items()}
