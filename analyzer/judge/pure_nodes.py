"""The pieces that `analyzer.judge.pure_engine` puts an expression together from, as closures over the names that it sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analyzer.judge.pure_values import (
    FUNCTIONS,
    METHODS,
    add,
    compare,
    element_of,
    equal,
    is_in,
    negate,
    no_overload,
    select,
    undefined,
)

Names = Mapping[str, Any]
Node = Callable[[Names], Any]
"""A value, when it is asked for."""

Step = Callable[[Names, Any], Any]
"""What follows a value: ``.name``, ``[index]``, a call."""


def constant_node(value: Any) -> Node:
    return lambda _names: value


def looked_up_node(name: str) -> Node:
    def node(names: Names) -> Any:
        if name not in names:
            raise undefined(name)
        return names[name]

    return node


def listed_node(items: list[Node]) -> Node:
    return lambda names: [item(names) for item in items]


def walked_node(base: Node, steps: list[Step]) -> Node:
    def node(names: Names) -> Any:
        value = base(names)
        for step in steps:
            value = step(names, value)
        return value

    return node


def selected_step(name: str) -> Step:
    return lambda _names, value: select(value, name)


def indexed_step(index: Node) -> Step:
    return lambda names, value: element_of(value, index(names))


def held_node(base: Node, name: str) -> Node:
    def node(names: Names) -> bool:
        value = base(names)
        if not isinstance(value, dict):
            raise no_overload()
        return name in value

    return node


def called_node(name: str, arguments: list[Node]) -> Node:
    def node(names: Names) -> Any:
        values = [argument(names) for argument in arguments]
        if name not in FUNCTIONS:
            raise undefined(name)
        return FUNCTIONS[name](*values) if len(values) == 1 else _raise(undefined(name))

    return node


def called_on_step(name: str, arguments: list[Node]) -> Step:
    def step(names: Names, value: Any) -> Any:
        values = [argument(names) for argument in arguments]
        if name not in METHODS or len(values) != METHODS[name][1]:
            raise undefined(name)
        return METHODS[name][0](value, *values)

    return step


def _raise(error: Exception) -> Any:
    raise error


def choice_node(arms: list[tuple[Node, Node]], last: Node) -> Node:
    def node(names: Names) -> Any:
        for condition, then in arms:
            holds = condition(names)
            if not isinstance(holds, bool):
                raise no_overload()
            if holds:
                return then(names)
        return last(names)

    return node


def joined_node(parts: list[Node], *, decides: bool) -> Node:
    """``||`` (``decides``: true) or ``&&``: a part that decides outweighs one that fails, on either side of it."""

    def node(names: Names) -> bool:
        failure: Exception | None = None
        for part in parts:
            try:
                value = part(names)
            except Exception as error:  # kept: it counts unless a later part decides
                failure = error
                continue
            if isinstance(value, bool):
                if value is decides:
                    return decides
            elif failure is None:
                failure = no_overload()
        if failure is not None:
            raise failure
        return not decides

    return node


def operated_node(first: Node, rest: list[tuple[str, Node]]) -> Node:
    def node(names: Names) -> Any:
        value = first(names)
        for sign, part in rest:
            value = _apply(sign, value, part(names))
        return value

    return node


def _apply(sign: str, left: Any, right: Any) -> Any:
    match sign:
        case "==":
            return equal(left, right)
        case "!=":
            return not equal(left, right)
        case "in":
            return is_in(left, right)
        case "<":
            return compare(left, right) < 0
        case "<=":
            return compare(left, right) <= 0
        case ">":
            return compare(left, right) > 0
        case ">=":
            return compare(left, right) >= 0
    return add(sign, left, right)


def negated_node(node: Node) -> Node:
    return lambda names: negate(node(names))


def inverted_node(node: Node) -> Node:
    def inverted(names: Names) -> bool:
        value = node(names)
        if not isinstance(value, bool):
            raise no_overload()
        return not value

    return inverted


def _elements(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return list(value)
    raise no_overload()


def over_step(macro: str, name: str, condition: Node) -> Step:
    """``all``, ``exists``, ``exists_one`` and ``filter``: the condition of each element, in order."""

    def step(names: Names, value: Any) -> Any:
        inner = dict(names)
        chosen: list[Any] = []
        for element in _elements(value):
            inner[name] = element
            holds = condition(inner)
            if not isinstance(holds, bool):
                raise no_overload()
            if macro == "exists" and holds:
                return True
            if macro == "all" and not holds:
                return False
            if holds:
                chosen.append(element)
        match macro:
            case "filter":
                return chosen
            case "exists_one":
                return len(chosen) == 1
        return macro == "all"

    return step


def mapped_step(name: str, wanted: Node | None, made: Node) -> Step:
    def step(names: Names, value: Any) -> list[Any]:
        inner = dict(names)
        found: list[Any] = []
        for element in _elements(value):
            inner[name] = element
            holds = True if wanted is None else wanted(inner)
            if not isinstance(holds, bool):
                raise no_overload()
            if holds:
                found.append(made(inner))
        return found

    return step
