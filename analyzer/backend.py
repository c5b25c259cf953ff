"""Which libraries stand behind certificates, signatures and conditions: the native ones, or those of Python alone.

The native ones (`cryptography`, CEL in Rust) serve every run of the program. A browser has no such wheels: there the same answers come
from pure Python (`asn1crypto`, `ecdsa`, an evaluator of our own). The tests hold both to the same answers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

NATIVE, PURE = "native", "pure"

VARIABLE = "SFTUNNEL_ANALYZER_BACKEND"
"""The variable of the environment that asks for the pure one: for tests and for comparing."""


def _asked_for() -> str:
    if sys.platform == "emscripten":
        return PURE
    asked = os.environ.get(VARIABLE, "") or NATIVE
    if asked not in (NATIVE, PURE):
        raise ValueError(f"{VARIABLE} is '{asked}': set it to {NATIVE} or {PURE}, or unset it")
    return asked


HAS_THREADS = sys.platform != "emscripten"
"""Whether a second thread may be started: what one does ahead or beside is else done when it is asked for."""

_DEFAULT = _asked_for()
_chosen: ContextVar[str] = ContextVar("backend", default=_DEFAULT)


def is_pure() -> bool:
    """Whether nothing native may be imported."""
    return _chosen.get() == PURE


@contextmanager
def using(name: str) -> Iterator[None]:
    """Answers of this one within it."""
    token = _chosen.set(name)
    try:
        yield
    finally:
        _chosen.reset(token)


def yaml_loader() -> type:
    """The safe loader of YAML: that of libyaml, ten times faster, or where PyYAML comes without it, that of pure Python."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
