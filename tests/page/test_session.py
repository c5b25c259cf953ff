"""The Python of the page's worker, run here: what it keeps of a run, and that the form gives what ``--facts`` gives."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analyzer import Options, analyze, render_json
from analyzer.report.case_file import case_file_text
from analyzer.stated.case_file import parse_stated
from page import in_worker
from page.in_worker import Session

ROOT = Path(__file__).parents[2]
PAIR = ROOT / "samples" / "12-full-case" / "evidence"
MOMENT = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Run a session on one sample, in turns; ``read`` in the answer says how many bytes were read for it."""
    (tmp_path / "evidence").symlink_to(PAIR)
    monkeypatch.chdir(tmp_path)
    session = Session(tmp_path)

    def run(stated: str = "", **options: Any) -> dict[str, Any]:
        told = {"case": 1, "language": "en", "as_of": "2026-11-23", **options}
        if stated:
            told |= {"stated": "case.yaml", "statements": base64.b64encode(stated.encode()).decode()}
        heard: list[int] = []
        return {**session.run(json.dumps(told), heard.append), "read": sum(heard), "session": session}

    return run


def stated_by(session: Session, draft: dict[str, Any], language: str = "en") -> dict[str, Any]:
    return session.written(json.dumps(draft), language)


def natively(stated: str = "", language: str = "en") -> str:
    statements = parse_stated(Path("case.yaml"), stated.encode())[0] if stated else ()
    options = Options(as_of=MOMENT, as_of_source="--as-of", language=language, statements=statements)
    return render_json(analyze(["evidence"], options))


def test_the_draft_is_the_file_that_the_program_writes(ask: Callable[..., dict[str, Any]]) -> None:
    answer = ask()
    result = analyze(["evidence"], Options(as_of=MOMENT, as_of_source="--as-of"))

    assert answer["facts"] == case_file_text(result)
    assert stated_by(answer["session"], json.loads(answer["draft"]))["text"] == answer["facts"]


def test_statements_of_the_form_are_judged_without_reading_again(ask: Callable[..., dict[str, Any]]) -> None:
    first = ask()
    draft = json.loads(first["draft"])
    draft["appliances"] = [{**draft["appliances"][0], "same_as": [], "name": "the-old-one", "time_zone": "+09:00"}]
    text = stated_by(first["session"], draft)["text"]

    second = ask(text, again=True)

    assert (first["read"] > 0, second["read"]) == (True, 0)
    assert second["json"] == natively(text)
    assert "the-old-one" in second["html"]
    assert "case.yaml" in second["json"]


@pytest.mark.parametrize(
    "other", [{"case": 2}, {"language": "ko"}, {"as_of": "2026-11-24"}, {"again": False}], ids=lambda other: next(iter(other))
)
def test_what_was_read_otherwise_is_read_anew(ask: Callable[..., dict[str, Any]], other: dict[str, Any]) -> None:
    ask()

    assert ask(**{"again": True, **other})["read"] > 0


def test_what_was_read_yesterday_is_not_judged_as_of_yesterday(ask: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a day the clock counts, also in a page that stays open over midnight; within a day nothing is read twice."""
    days = iter([MOMENT, MOMENT.replace(minute=0), MOMENT + timedelta(days=1)])
    monkeypatch.setattr(in_worker, "_moment", lambda _text: (next(days), "the clock"))

    read = [ask(as_of="", again=True)["read"] > 0 for _ in range(3)]

    assert read == [True, False, True]


def test_statements_that_are_taken_back_leave_nothing_behind(ask: Callable[..., dict[str, Any]]) -> None:
    first = ask()
    ask("appliances:\n  - {name: somebody, kind: fmc, same_as: [192.0.2.99]}\n", again=True)

    assert ask(again=True)["json"] == first["json"] == natively()


def test_a_redacted_run_of_what_was_kept_names_nobody(ask: Callable[..., dict[str, Any]]) -> None:
    ask()
    answer = ask("appliances:\n  - {name: the-stated-one, kind: ftd, same_as: [192.0.2.99]}\n", again=True, redact=True)

    assert (answer["read"], "the-stated-one" in answer["html"], "fmc-1.example" in answer["html"]) == (0, False, False)
    assert "draft" not in answer
    assert ask(again=True)["json"] == natively()


def test_a_wrong_file_of_statements_is_named_with_its_line(ask: Callable[..., dict[str, Any]]) -> None:
    assert ask("appliances:\n  - {name: a, kind: router}\n")["problem"] == "case.yaml:2: one of fmc, ftd is needed here"
    assert ask("a: " + "x" * 300_000)["problem"] == "case.yaml:1: larger than 262144 bytes"


def test_a_wrong_field_of_the_form_is_named(ask: Callable[..., dict[str, Any]]) -> None:
    answer = stated_by(ask()["session"], {"appliances": [{"name": "a", "kind": "fmc", "time_zone": "Mars/Base"}]})

    assert (answer["field"], "a time zone is needed here" in answer["problem"]) == ("appliances.0.time_zone", True)


def test_what_is_drafted_is_shown_harmless_and_stated_as_it_is(ask: Callable[..., dict[str, Any]]) -> None:
    """What is shown of a name holds no sign that hides; the field holds the name as the evidence has it."""
    hostile = "ftd\u202egnp"
    answer = ask(f"appliances:\n  - {{name: {hostile}, kind: ftd, same_as: [192.0.2.99]}}\n")
    draft = json.loads(answer["draft"])

    assert {one["label"] for one in draft["appliances"] if one["name"] == hostile} == {"ftd[U+202E]gnp"}
    assert all(text.isprintable() for one in draft["appliances"] for text in (one["label"], *one["contradictions"]))
    assert all(text.isprintable() for text in draft["questions"])
    assert stated_by(answer["session"], draft)["text"] == answer["facts"]
