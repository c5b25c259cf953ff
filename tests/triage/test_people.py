"""What a person adds: statements, findings that are accepted until a day, substitutes for everything that identifies, deletion."""

from __future__ import annotations

import csv
import getpass
import shutil
import stat
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.model.statements import ApplianceStated, FileStated
from analyzer.rulefiles.node import RuleError
from analyzer.stated.case_file import read_stated
from analyzer.triage.facts_file import NotOfThisVersion, unpack
from analyzer.triage.index import Index
from analyzer.triage.names import ALL, KEY, Names, names_of
from analyzer.triage.page import PAGE, render_page
from analyzer.triage.record import CaseRecord, CaseState
from analyzer.triage.run import Events, Request, forget, read_index, triage
from analyzer.triage.settings import Stated
from analyzer.triage.sources import SourceError
from analyzer.triage.store import FACTS, REPORT, RESULT
from analyzer.triage.summary import calendar_of, csv_of, json_of, text_of
from tests.triage.builders import DAY, EXPIRED, VALID, put, settings

SAMPLES = Path(__file__).parents[2] / "samples"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(source: Path | str, out: Path, **changes: object) -> tuple[Index, list[str]]:
    """One whole triage with one slot: its index, and what it said."""
    said: list[str] = []
    given: dict[str, object] = {"sources": (str(source),), "out": out, "settings": settings(), "began": NOON} | changes
    index = triage(Request(**given), Events(lambda _work: None, lambda _record: None, said.append))  # type: ignore[arg-type]
    return index, said


def of(index: Index) -> dict[str, CaseRecord]:
    return {record.label: record for record in index.records}


def stated(folder: Path, text: str) -> Stated:
    """What a file of statements says."""
    path = folder / "zq9.yaml"
    path.write_text(text, encoding="utf-8")
    statements, accepted = read_stated(path)
    return Stated(
        appliances=tuple(one for one in statements if isinstance(one, ApplianceStated)),
        files=tuple(one for one in statements if isinstance(one, FileStated)),
        accepted=accepted,
    )


ACCEPTED = """\
accepted:
  - {finding: internal-ca-expired, subject: fmc-a, until: 2026-12-01, reason: The window is on 30 November, owner: kim}
  - {finding: clock-skew, until: 2027-01-01, reason: nobody saw it, owner: lee}
"""


def test_what_is_accepted_does_not_count_before_its_day_and_comes_back_by_itself(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a.txt": EXPIRED, "b.txt": EXPIRED.replace("fmc-a", "fmc-c")})
    said = {"a.txt": stated(tmp_path, ACCEPTED)}

    before, _said = run(source, tmp_path / "out", stated=said)
    shutil.rmtree(source)
    on_the_day = settings(as_of=datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC))
    after, _said = run("", tmp_path / "out", stated=said, settings=on_the_day, rejudge=True)

    one = of(before)["a.txt"]
    assert (one.severity, one.exit_code, [action.case.label for action in before.actions]) == ("info", 5, ["b.txt"])
    assert [(line.rule, line.found, line.holds, line.until) for line in one.accepted] == [
        ("internal-ca-expired", True, True, date(2026, 12, 1)),
        ("clock-skew", False, True, date(2027, 1, 1)),
    ]
    assert [(tally.name, tally.cases) for tally in before.findings if tally.severity == "critical"] == [("internal-ca-expired", 1)]
    assert "The window is on 30 November" in (tmp_path / "out" / PAGE).read_text()
    assert of(after)["a.txt"].severity == "critical"
    assert [action.case.label for action in after.actions] == ["a.txt", "b.txt"]


def test_the_report_of_a_case_says_what_is_accepted(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a.txt": EXPIRED})

    run(source, tmp_path / "out", stated={"a.txt": stated(tmp_path, ACCEPTED)})

    report = (tmp_path / "out/cases/a.txt" / REPORT).read_text()
    assert "The window is on 30 November" in report
    assert "nobody saw it" not in report


@pytest.mark.parametrize(("subject", "holds"), [("fmc-a", True), ("FMC-A", True), ("", True), ("fmc-b", False), ("root@fmc-a", False)])
def test_what_is_accepted_of_one_appliance_is_of_no_other(subject: str, holds: bool, tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a.txt": EXPIRED})
    text = f"accepted:\n  - {{finding: internal-ca-expired, subject: '{subject}', until: 2027-01-01, reason: r, owner: o}}\n"

    index, _said = run(source, tmp_path / "out", stated={"a.txt": stated(tmp_path, text)})

    assert (of(index)["a.txt"].severity == "info") is holds
    assert (index.actions == ()) is holds


def test_another_finding_of_the_same_appliance_keeps_it_in_act_today(tmp_path: Path) -> None:
    """The FMC's release is affected by a CVE besides, and that nobody accepted."""
    shutil.copytree(SAMPLES / "04-expired-one-up-two-down/evidence", tmp_path / "in/case")
    text = "accepted:\n  - {finding: internal-ca-expired, until: 2027-01-01, reason: r, owner: o}\n"

    index, _said = run(tmp_path / "in", tmp_path / "out", stated={"case": stated(tmp_path, text)})

    (record,) = index.records
    assert any(one.accepted for one in record.findings)
    assert record.severity == "medium"
    assert [action.case.label for action in index.actions] == ["case"]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("{finding: internal-ca-expird, until: 2027-01-01, reason: r, owner: o}", "did you mean 'internal-ca-expired'"),
        ("{finding: internal-ca-expired, until: soon, reason: r, owner: o}", "a day is needed"),
        ("{finding: internal-ca-expired, until: 2027-01-01, owner: o}", "'reason' is missing"),
        ("{finding: internal-ca-expired, until: 2027-01-01, reason: r}", "'owner' is missing"),
    ],
)
def test_what_cannot_be_accepted_is_said_with_its_line(entry: str, says: str, tmp_path: Path) -> None:
    path = put(tmp_path, {"a.yaml": f"accepted:\n  - {entry}\n"}) / "a.yaml"

    with pytest.raises(RuleError, match=says) as caught:
        read_stated(path, ["internal-ca-expired"])

    assert caught.value.line == 2


def test_statements_of_one_case_reach_that_case_alone_and_another_statement_reads_nothing_again(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a.txt": EXPIRED, "b.txt": VALID})
    first = {"a.txt": stated(tmp_path, "appliances:\n  - {name: boss, kind: fmc, same_as: [fmc-a]}\n"), "c": Stated()}
    index, said = run(source, tmp_path / "out", stated=first)
    shutil.rmtree(source)

    again, _said = run("", tmp_path / "out", stated={}, rejudge=True)

    assert [fmc.label for record in index.records for fmc in record.managers] == ["boss", "fmc-b"]
    assert said == ["--facts: there is no case 'c'"]
    assert [fmc.label for record in again.records for fmc in record.managers] == ["fmc-a", "fmc-b"]


CASES = ("04-expired-one-up-two-down", "05-renewed-two-missed", "31-evidence-contradicts", "10-single-pem")


@pytest.fixture(scope="module")
def redacted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Index]:
    """A redacted triage of some samples, and the index of the same cases without redaction."""
    place = tmp_path_factory.mktemp("redacted")
    for number, name in enumerate(CASES):
        shutil.copytree(SAMPLES / name / "evidence", place / "in" / f"Globex {number}")
    put(place / "in", {"Globex x77.zip": b"PK\3\4 half", "Globex 0/case.yaml": "customer: Globex\nsr: 699123456\nowner: kim.minji\n"})
    text = "accepted:\n  - {finding: internal-ca-expired, subject: fmc-1.example, until: 2027-01-01, reason: Ask Minji, owner: kim.minji}\n"
    said = {"Globex 0": stated(place, text)}
    plain, _said = run(place / "in", place / "plain", stated=said)
    run(place / "in", place / "out", stated=said, redact=True, command=("sftunnel-analyzer", "triage", "SOURCE"))
    return place, plain


def _map(place: Path) -> Mapping[str, str]:
    with (place / ALL).open(encoding="utf-8-sig", newline="") as file:
        return {row["original"]: row["substitute"] for row in csv.DictReader(file)}


def test_a_redacted_triage_holds_none_of_the_originals(redacted: tuple[Path, Index]) -> None:
    place, _plain = redacted
    ours = {"example", getpass.getuser()}  # words of the program, too: the account of this run may be called "user"
    originals = {one.encode().lower() for one in _map(names_of(place / "out")) if len(one) > 3 and one not in ours}
    originals |= {b"globex", b"699123456", b"minji", str(place).encode().lower()}

    found = {
        (path.name, one)
        for path in (place / "out").rglob("*")
        if path.is_file()
        for one in originals
        if one in path.read_bytes().lower() or one.decode() in str(path.relative_to(place / "out")).lower()
    }

    assert len(originals) > 30
    assert found == set()


def test_what_was_read_is_sealed_because_names_stand_in_certificates(redacted: tuple[Path, Index]) -> None:
    place, _plain = redacted
    for path in (place / "out").rglob(FACTS):
        with pytest.raises(NotOfThisVersion):
            unpack(path.read_bytes())
        with pytest.raises(NotOfThisVersion):
            unpack(path.read_bytes(), secret=bytes(64))
        read, _key = unpack(path.read_bytes(), secret=Names(names_of(place / "out")).secret)
        assert b"fmc-1" not in repr([fact for fact in read.facts if type(fact).__name__ != "Certificate"]).encode()


def test_under_substitutes_the_verdicts_and_the_patterns_stay(redacted: tuple[Path, Index]) -> None:
    place, plain = redacted
    index, _language, _rules = read_index(place / "out")
    names = Names(names_of(place / "out"))

    there = {names.of("case", label): record for label, record in of(plain).items()}
    assert {label: (one.state, one.severity, one.situation) for label, one in of(index).items()} == {
        label: (one.state, one.severity, one.situation) for label, one in there.items()
    }
    assert [len(one.cases) for one in index.shared] == [len(one.cases) for one in plain.shared] == [2]
    assert index.expired == plain.expired
    assert [(tally.name, tally.cases) for tally in index.findings] == [(tally.name, tally.cases) for tally in plain.findings]
    assert sum(waiting.line.found for waiting in index.accepted) == sum(waiting.line.found for waiting in plain.accepted) == 1


def test_the_map_is_for_its_owner_alone_and_undoes_the_redaction(redacted: tuple[Path, Index]) -> None:
    place, _plain = redacted
    folder = names_of(place / "out")

    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    put_there = _map(folder)
    assert put_there["Globex x77.zip"].startswith("case-")
    assert put_there["Globex"].startswith(("customer-", "input-"))


def test_a_redacted_triage_in_another_order_is_the_same_to_the_byte(redacted: tuple[Path, Index]) -> None:
    place, _plain = redacted
    for number in reversed(range(len(CASES))):  # one case at a time, the last first
        label = f"Globex {number}"
        (place / "again.names").mkdir(mode=0o700, exist_ok=True)
        shutil.copy(names_of(place / "out") / KEY, place / "again.names" / KEY)
        run("", place / "again", listed=(f"{label}\t{place / 'in' / label}",), redact=True)

    for number in range(1, len(CASES)):
        folder = Names(names_of(place / "out")).of("case", f"Globex {number}")
        for file in (REPORT, RESULT, FACTS):
            assert (place / "again/cases" / folder / file).read_bytes() == (place / "out/cases" / folder / file).read_bytes()


def test_redacted_and_not_redacted_cases_never_lie_in_one_folder(redacted: tuple[Path, Index]) -> None:
    place, _plain = redacted
    with pytest.raises(SourceError, match="are redacted"):
        run(place / "in", place / "out")
    with pytest.raises(SourceError, match="are not redacted"):
        run(place / "in", place / "plain", redact=True)


def test_a_redacted_triage_is_judged_again_under_the_same_substitutes(redacted: tuple[Path, Index]) -> None:
    place, _plain = redacted
    shutil.copytree(place / "out", place / "later")
    shutil.copytree(names_of(place / "out"), names_of(place / "later"))

    index, said = run("", place / "later", redact=True, rejudge=True, settings=settings(as_of=DAY + timedelta(days=9)))

    assert said == []
    before, _language, _rules = read_index(place / "out")
    assert {fmc.label for one in index.records for fmc in one.managers} == {fmc.label for one in before.records for fmc in one.managers}


def test_one_command_deletes_a_case_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"gone.txt": EXPIRED, "stays.txt": VALID})
    out = tmp_path / "out"
    run(source, out, redact=True)
    label = _map(names_of(out))["gone.txt"]

    assert forget(out, label)

    left = {path for place in (out, names_of(out)) for path in place.rglob("*") if path.is_file()}
    assert not [path for path in left if label in str(path) or label.encode() in path.read_bytes() or b"fmc-a" in path.read_bytes()]
    assert b"gone.txt" not in b"".join(path.read_bytes() for path in left)
    assert not forget(out, label)
    assert forget(out, _map(names_of(out))["stays.txt"])
    assert not (out / PAGE).exists()


def test_what_the_last_run_saw_first_is_new(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a.txt": EXPIRED})
    first, _said = run(source, tmp_path / "out")
    put(source, {"b.txt": VALID})
    second, _said = run(source, tmp_path / "out", began=NOON + timedelta(hours=1))
    rejudged, _said = run("", tmp_path / "out", began=NOON + timedelta(hours=2), rejudge=True)
    third, _said = run(source, tmp_path / "out", began=NOON + timedelta(hours=3))

    assert [one.fresh for one in (first, second, rejudged, third)] == [(), ("b.txt",), ("b.txt",), ()]
    assert 'data-fresh="yes"' in render_page(second, "en", "r")
    assert "new" in csv_of(second)
    assert "1 case is new since the last run." in text_of(second)


def test_the_parts_of_one_run_are_one_run(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {f"case-{n}.txt": f"{EXPIRED}{n}" for n in range(6)})
    for number in (1, 2):
        run(source, tmp_path / "out", part=(number, 2), began=NOON + timedelta(minutes=number))
    first, _language, _rules = read_index(tmp_path / "out")
    put(source, {"new.txt": VALID})
    tomorrow = settings(as_of=DAY + timedelta(days=1))
    for number in (1, 2):
        run(source, tmp_path / "out", part=(number, 2), began=NOON + timedelta(days=1, minutes=number), settings=tomorrow)
    second, _language, _rules = read_index(tmp_path / "out")

    assert (len(first.records), first.fresh) == (6, ())
    assert second.fresh == ("new.txt",)


def test_every_form_of_the_index_of_a_failed_case_is_whole(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"half.zip": b"PK\3\4 half"})
    index, _said = run(source, tmp_path / "out")

    assert index.records[0].state is CaseState.UNREADABLE
    for form in (text_of, csv_of, json_of, calendar_of):
        assert form(index)
    assert replace(index, fresh=("x",)) != index
