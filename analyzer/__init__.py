"""sftunnel-analyzer: an offline evidence analyzer for the Cisco Secure Firewall sftunnel.

As a library::

    from analyzer import Options, analyze, render_json

    result = analyze(["evidence/"], Options(as_of=datetime.now(UTC), as_of_source="my program"))

Start with :mod:`analyzer.pipeline`: it is the whole story in one short function.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analyzer.collect import InputNotFound
    from analyzer.comparing import compare
    from analyzer.model.result import Result
    from analyzer.pipeline import Options, analyze, analyze_stream
    from analyzer.report.document import render_json
    from analyzer.report.html import render_html
    from analyzer.report.reading import read_json
    from analyzer.rulefiles.node import RuleError

__version__ = "0.1.0"

__all__ = [
    "InputNotFound",
    "Options",
    "Result",
    "RuleError",
    "analyze",
    "analyze_stream",
    "compare",
    "read_json",
    "render_html",
    "render_json",
]

_FROM = {
    "InputNotFound": "analyzer.collect",
    "Options": "analyzer.pipeline",
    "Result": "analyzer.model.result",
    "RuleError": "analyzer.rulefiles.node",
    "analyze": "analyzer.pipeline",
    "analyze_stream": "analyzer.pipeline",
    "compare": "analyzer.comparing",
    "read_json": "analyzer.report.reading",
    "render_html": "analyzer.report.html",
    "render_json": "analyzer.report.document",
}


def __getattr__(name: str) -> Any:
    """What the package offers is imported when it is first asked for, so that ``import analyzer`` costs nothing (PEP 562)."""
    if name not in _FROM:
        raise AttributeError(f"module 'analyzer' has no attribute '{name}'")
    return getattr(import_module(_FROM[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
