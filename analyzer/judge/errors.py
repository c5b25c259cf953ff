"""Why an expression, a path or a template of a rule is refused."""

from __future__ import annotations


class ExpressionError(Exception):
    """An expression, a path or a template that cannot be used; whoever knows the file and line makes a `RuleError` of it."""
