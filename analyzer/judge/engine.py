"""The engine of conditions: CEL in Rust, or where only Python runs (a browser) an evaluator of our own with the same answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from analyzer.backend import is_pure


class Program(Protocol):
    """A compiled expression."""

    def execute(self, context: dict[str, Any], /) -> Any:
        """Its value over these names. Raises `TypeError`, `ArithmeticError`, `LookupError` or `RuntimeError` as the fault may be."""


def compile_expression(source: str) -> Program:
    """Compile an expression. Raises `ValueError` for one that is none."""
    if is_pure():
        from analyzer.judge.pure_engine import compiled

        return compiled(source)
    from analyzer.judge.native_engine import cel

    return cel.compile(source)  # type: ignore[no-any-return]  # the library has no types


def engine_file() -> Path:
    """The file that the engine is made of: what was checked by another one is checked again."""
    if is_pure():
        return Path(__file__).with_name("pure_engine.py")
    from analyzer.judge.native_engine import cel

    return Path(cel.cel.__file__)
