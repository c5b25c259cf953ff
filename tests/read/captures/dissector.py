"""The tshark of this machine, whether pyshark can drive it, and a way to drive it without pyshark."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from analyzer.read.captures import find_tshark, tshark

TSHARK = find_tshark()

needs_tshark = pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")

PYSHARK_STARTS = sys.version_info < (3, 14)

needs_pyshark = pytest.mark.skipif(not PYSHARK_STARTS, reason="pyshark 0.6 does not start on Python 3.14 and later")


def without_pyshark(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on `tests.read.captures.tshark_alone` drives tshark, with the questions and the answers of the program."""
    monkeypatch.setattr(tshark, "_CHILD", Path(__file__).with_name("tshark_alone.py"))
    monkeypatch.setattr(tshark, "_pyshark_version", lambda: "0 of the tests")
