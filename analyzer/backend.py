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
from importlib.util import find_spec

NATIVE, PURE = "native", "pure"

VARIABLE = "SFTUNNEL_ANALYZER_BACKEND"
"""The variable of the environment that asks for the pure one, also of child processes: for tests and for comparing."""


def checked(name: str) -> str:
    """This name of a backend. Raises `ValueError` for one that there is not, or whose libraries are not installed."""
    if name not in (NATIVE, PURE):
        raise ValueError(f"{VARIABLE} is '{name}': set it to {NATIVE} or {PURE}, or unset it")
    if name == PURE and find_spec("ecdsa") is None:
        raise ValueError("the pure backend needs the package ecdsa: python -m pip install ecdsa")
    return name


def _asked_for() -> str:
    """What the environment asks for. It is looked at once: nothing changes it while the program runs but `choose`."""
    if sys.platform == "emscripten":
        return PURE
    return checked(os.environ.get(VARIABLE, "") or NATIVE)


def choose(name: str) -> None:
    """Answers of this one from now on, in this process and those that it starts. Raises `ValueError` like `checked`."""
    global _default
    _default = os.environ[VARIABLE] = checked(name)


HAS_THREADS = sys.platform != "emscripten"
"""Whether a second thread may be started: what one does ahead or beside is else done when it is asked for."""

_default = ""
_chosen: ContextVar[str] = ContextVar("backend", default="")


def is_pure() -> bool:
    """Whether nothing native may be imported. Raises `ValueError` when the environment asks for what there is not."""
    global _default
    if not _default:
        _default = _asked_for()
    return (_chosen.get() or _default) == PURE


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
