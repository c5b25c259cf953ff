"""A rule file that is wrong is said before anything is read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer import pipeline
from analyzer.pipeline import Options, analyze
from analyzer.rulefiles.node import RuleError


def test_a_wrong_rule_file_is_said_before_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/x.yaml").write_text("id: x\nno such field: 1\n")
    monkeypatch.setattr(pipeline, "read_case", lambda *_: pytest.fail("the evidence was read first"))

    with pytest.raises(RuleError, match=r"x\.yaml"):
        analyze([tmp_path], Options(as_of=datetime(2026, 11, 23, tzinfo=UTC), as_of_source="--as-of", rules=(tmp_path / "mine",)))
