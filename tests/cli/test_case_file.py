"""``--facts`` and ``--write-facts``: what is refused, with its line, and that what is written can be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.model.answer import Known
from analyzer.model.location import Evidence, Location
from analyzer.model.statements import Accepted, ApplianceStated, FileStated, Statement
from analyzer.pipeline import Options, analyze
from analyzer.report.case_file import ApplianceDraft, Draft, FileDraft, case_file_text, case_lines, case_text, draft_of
from analyzer.rulefiles.node import RuleError
from analyzer.stated.case_file import SCHEMA, parse_stated, read_case_file, read_stated, schema_text
from tests.samples.test_samples import NAMES, result_of

NOWHERE = Evidence(Location("case.yaml"), "")

GOOD = """\
appliances:
  - name: fmc-1
    kind: fmc
    same_as: [198.51.100.7, 2001:DB8::7, firepower]
    role: primary
  - {name: ftd-1, kind: ftd}
files:
  - file: ./mail/cacert.pem
    internal_ca_of: FMC-1
  - {file: "b.txt", written_on: ftd-1}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file(tmp_path: Path) -> None:
    fmc, ftd, ca, text = read_case_file(written(tmp_path, GOOD))

    assert isinstance(fmc, ApplianceStated)
    assert (fmc.name, fmc.manager, fmc.same_as, fmc.role) == ("fmc-1", True, ("198.51.100.7", "2001:db8::7", "firepower"), "primary")
    assert (fmc.evidence.location.line, ftd.evidence.location.line) == (2, 6)
    assert isinstance(ca, FileStated)
    assert isinstance(text, FileStated)
    assert (ca.of, ca.internal_ca, text.of, text.internal_ca) == ("fmc-1", True, "ftd-1", False)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("appliance: []", 1, "did you mean 'appliances'"),
        ("appliances:\n  - name: a", 2, "'kind' is missing"),
        ("appliances:\n  - {name: a, kind: router}", 2, "fmc, ftd"),
        ("appliances:\n  - {name: a, kind: ftd, role: primary}", 2, "only an FMC has a role"),
        ("appliances:\n  - {name: a, kind: ftd}\n  - {name: A, kind: fmc}", 3, "one entry for each"),
        ("appliances:\n  - {name: a, kind: ftd, same_as: [x]}\n  - {name: b, kind: ftd, same_as: [X]}", 3, "another appliance"),
        ("files:\n  - {file: a, internal_ca_of: nobody}", 2, "no appliance of this name"),
        ("appliances:\n  - {name: a, kind: ftd}\nfiles:\n  - {file: x, internal_ca_of: a}", 4, "stated to be an FTD"),
        ("files:\n  - {file: a}", 2, "say one of the two"),
        ("[]", 1, "a mapping"),
    ],
)
def test_what_is_refused_names_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_case_file(written(tmp_path, text))

    assert says in str(caught.value)
    assert caught.value.line == line


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_of_a_sample_can_be_read(name: str, tmp_path: Path) -> None:
    result = result_of(name)

    stated = read_case_file(written(tmp_path, case_file_text(result)))

    assert len(stated) == len(result.case.managers) + len(result.case.devices)


def test_the_published_schema_is_current() -> None:
    published = Path(__file__).parents[2] / "analyzer" / "stated" / SCHEMA

    assert json.loads(published.read_text(encoding="utf-8")) == json.loads(schema_text())


def test_a_statement_reaches_the_case_and_is_redacted_with_the_evidence(tmp_path: Path) -> None:
    prompt = "root@fmc-a:~# openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem\nnotBefore=Sep 24 12:16:56 2016 GMT\n"
    (tmp_path / "a.txt").write_text(f"{prompt}notAfter=Sep 22 12:16:56 2026 GMT\n")
    stated = read_case_file(written(tmp_path, "appliances:\n  - {name: boss, kind: fmc, same_as: [fmc-a], role: primary}\n"))
    options = Options(as_of=datetime(2026, 11, 23, tzinfo=UTC), as_of_source="--as-of", statements=stated)

    (manager,) = analyze([tmp_path / "a.txt"], options).case.managers
    (redacted,) = analyze([tmp_path / "a.txt"], replace(options, redact_to=lambda _map: None)).case.managers

    assert (manager.label, isinstance(manager.role, Known) and manager.role.value) == ("boss", "primary")
    assert "boss" not in str(redacted)
    assert isinstance(redacted.role, Known)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_stated_stands_in_what_is_written_next(name: str, tmp_path: Path) -> None:
    """With --facts and --write-facts the next file holds every statement of the last one."""
    result = result_of(name)
    ours = "".join(f"  - {{name: {json.dumps(one.label)}, kind: fmc, time_zone: '+09:00'}}\n" for one in result.case.managers[:1])
    text = (
        f"appliances:\n{ours}  - {{name: 금고 🗄, kind: ftd, same_as: [192.0.2.250]}}\nfiles:\n  - {{file: a/b.txt, written_on: 금고 🗄}}\n"
    )
    text += "accepted:\n  - {finding: x, subject: y, until: 2027-01-31, reason: 'it: is', owner: kim}\n"
    stated, accepted = read_stated(written(tmp_path, text))
    draft = draft_of(result, stated, accepted)

    again, accepted_again = read_stated(written(tmp_path, case_text(draft)))

    assert {without_place(one) for one in stated if isinstance(one, FileStated)} <= {without_place(one) for one in again}
    for one in (one for one in stated if isinstance(one, ApplianceStated)):
        (same,) = (other for other in again if isinstance(other, ApplianceStated) and other.name == one.name)
        assert (same.manager, same.time_zone) == (one.manager, one.time_zone)
        assert set(one.same_as) <= set(same.same_as)
    assert [without_place(one) for one in accepted_again] == [without_place(one) for one in accepted]
    assert sum(one.stated for one in draft.appliances) == len(stated) - 1


def without_place(one: Statement | Accepted) -> Statement | Accepted:
    return replace(one, evidence=NOWHERE)


NAMED = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).map(str.strip).filter(bool)


@given(st.lists(NAMED, min_size=1, max_size=5, unique_by=lambda name: name.lower()), st.data())
def test_any_draft_that_is_written_is_read_as_it_stands(names: list[str], data: st.DataObject) -> None:
    appliances = tuple(
        ApplianceDraft(name, "fmc", same_as=(f"{number}.example",), role=data.draw(st.sampled_from(["", "primary"])))
        for number, name in enumerate(names)
    )
    files = tuple(FileDraft(f"folder/{number}.txt", written_on=name) for number, name in enumerate(names))

    stated, _accepted = parse_stated(Path("case.yaml"), case_text(Draft(appliances, files)).encode())

    told = [(one.name, one.same_as, one.role) for one in stated if isinstance(one, ApplianceStated)]
    assert told == [(one_line(one.name), one.same_as, one.role) for one in appliances]
    assert [one.file for one in stated if isinstance(one, FileStated)] == [one.file for one in files]


def one_line(name: str) -> str:
    """A name as the file gives it: an address in its usual form."""
    try:
        return str(ip_address(name))
    except ValueError:
        return name


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft((ApplianceDraft("a", "router"),)), "appliances.0.kind"),
        (Draft((ApplianceDraft("a", "ftd"), ApplianceDraft("b", "ftd", role="primary"))), "appliances.1.role"),
        (Draft((ApplianceDraft("a", "ftd", time_zone="Mars/Base"),)), "appliances.0.time_zone"),
        (Draft((ApplianceDraft("", "ftd"),)), "appliances.0.name"),
        (Draft((ApplianceDraft("a", "ftd"),), (FileDraft("x", internal_ca_of="a"),)), "files.0.internal_ca_of"),
        (Draft((ApplianceDraft("a", "ftd"),), (FileDraft("x", written_on="b"),)), "files.0.written_on"),
        (Draft((ApplianceDraft("a", "ftd"),), (FileDraft("x"),)), "files.0.file"),
    ],
)
def test_the_line_of_an_error_is_the_field_that_it_is_about(draft: Draft, field: str) -> None:
    """The form of the page shows the error beside that field."""
    with pytest.raises(RuleError) as caught:
        parse_stated(Path("case.yaml"), case_text(draft).encode())

    assert list(case_lines(draft))[caught.value.line - 1].field == field


def test_a_word_that_two_appliances_share_is_stated_of_neither() -> None:
    """Clones have one UUID: a file that states it of both would be refused."""
    said = [ApplianceStated(name, False, ("same", name + ".example"), "", NOWHERE) for name in ("a", "b")]

    draft = draft_of(result_of(NAMES[0]), said)

    assert [one.same_as for one in draft.appliances if one.name in ("a", "b")] == [("a.example",), ("b.example",)]
    assert read_names(case_text(draft)) >= {"a", "b"}


def read_names(text: str) -> set[str]:
    return {one.name for one in parse_stated(Path("case.yaml"), text.encode())[0] if isinstance(one, ApplianceStated)}
