"""``--facts`` and ``--write-facts``: what is refused, with its line, and that what is written can be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.cli.case_file import SCHEMA, read_case_file, schema_text
from analyzer.model.answer import Known
from analyzer.model.statements import ApplianceStated, FileStated
from analyzer.pipeline import Options, analyze
from analyzer.report.case_file import case_file_text
from analyzer.rulefiles.node import RuleError
from tests.samples.test_samples import NAMES, result_of

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
    published = Path(__file__).parents[2] / "analyzer" / "cli" / SCHEMA

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
