"""The library under a name that no other distribution has: ``from sftunnel_analyzer import analyze``. The same as `analyzer`."""

from __future__ import annotations

from typing import Any

import analyzer

__version__ = analyzer.__version__
__all__ = list(analyzer.__all__)


def __getattr__(name: str) -> Any:
    return getattr(analyzer, name)


def __dir__() -> list[str]:
    return dir(analyzer)
