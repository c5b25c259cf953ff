"""Which releases the 2026 sftunnel CVE lists: both ends of every row, and tables that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.join.build import build_case
from analyzer.join.cve_releases import CveReleases, load_cve_releases
from analyzer.join.releases import release_number
from analyzer.join.states import any_down
from analyzer.judge import builtin_rules_folder
from analyzer.model.answer import Known, Missing
from analyzer.model.case import Manager, TunnelState
from analyzer.rulefiles.node import RuleError
from analyzer.texts import speaking
from tests.builders.cases import at, known, tunnel, utc
from tests.join.builders_facts import FMC_UUID, fmc_box, ftd_box, here, identity, peers_map

TABLE = load_cve_releases(builtin_rules_folder() / "tables" / "sftunnel-cves.yaml")


def is_listed(version: str) -> bool:
    number = release_number(version)
    assert number is not None
    return TABLE.row_of(number) is not None


@pytest.mark.parametrize(
    ("before", "first", "last", "after"),
    [
        ("6.7.99", "7.0.0", "7.0.9", "7.0.9.1"),
        ("7.1.99", "7.2.0", "7.2.11", "7.2.11.1"),
        ("7.2.99", "7.3.0", "7.3.1.2", "7.3.1.3"),
        ("7.3.99", "7.4.0", "7.4.7", "7.4.7.1"),
        ("7.5.99", "7.6.0", "7.6.5", "7.6.5.1"),
        ("7.6.99", "7.7.0", "7.7.12", "7.7.12.1"),
        ("9.99", "10.0.0", "10.0.1", "10.0.1.1"),
    ],
)
def test_a_row_holds_its_two_ends_and_nothing_beyond(before: str, first: str, last: str, after: str) -> None:
    assert [is_listed(version) for version in (before, first, last, after)] == [False, True, True, False]


def test_there_is_no_row_that_the_record_does_not_have() -> None:
    assert [row.document for row in TABLE.ranges] == [
        "7.0.0 to 7.0.9",
        "7.2.0 to 7.2.11",
        "7.3.0 to 7.3.1.2",
        "7.4.0 to 7.4.7",
        "7.6.0 to 7.6.5",
        "7.7.0 to 7.7.12",
        "10.0.0 and 10.0.1",
    ]


ROW = '  - {first: "7.0.0", last: "7.0.9", document: d, source: s}\n'


def test_what_the_table_assumes_is_said_in_the_language_that_is_spoken_while_it_is_loaded() -> None:
    path = builtin_rules_folder() / "tables" / "sftunnel-cves.yaml"
    with speaking("ko"):
        korean = load_cve_releases(path)

    assert TABLE.assumed == "the releases that the record of 2026-09-16 lists are those of CVE-2026-76420 (inferred)"
    assert korean.assumed != TABLE.assumed
    assert "CVE-2026-76420" in korean.assumed


def test_what_the_table_assumes_is_one_sentence_however_it_is_broken_into_lines(tmp_path: Path) -> None:
    path = tmp_path / "sftunnel-cves.yaml"
    path.write_text(f"releases:\n{ROW}assumed: |\n  the record\n  is complete\n", encoding="utf-8")

    assert load_cve_releases(path).assumed == "the record is complete"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("releases:\n  - {first: seven, last: '7.0.9', document: d, source: s}\nassumed: a\n", 2, "a release number such as 7.2.9"),
        ("releases:\n  - {first: '7.1.0', last: '7.0.9', document: d, source: s}\nassumed: a\n", 2, "comes before the first"),
        ("releases:\n  - {first: '7.0.0', last: '7.0.9', document: d}\nassumed: a\n", 2, "the field 'source' is missing"),
        ("releases:\n  - {frist: '7.0.0'}\nassumed: a\n", 2, "did you mean 'first'"),
        (f"releases:\n{ROW}{ROW}assumed: a\n", 3, "in a row before this one"),
        (f"releases:\n{ROW}", 1, "the field 'assumed' is missing"),
    ],
)
def test_a_table_that_is_wrong_stops_with_file_and_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    path = tmp_path / "sftunnel-cves.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=problem) as raised:
        load_cve_releases(path)
    assert (raised.value.path, raised.value.line) == (path, line)


def manager_of(version: str | None, table: CveReleases | None = TABLE) -> Manager:
    facts = [*fmc_box(), *ftd_box(), peers_map("ftd.tar.gz", FMC_UUID)]
    if version is not None:
        facts.append(identity("SWVERSION", version, here("fmc.tar.gz", "dir-archives/etc/sf/ims.conf", 4, f"SWVERSION={version}")))
    (manager,) = build_case(facts, utc("2026-11-23"), table).managers
    return manager


@pytest.mark.parametrize(("version", "expected"), [("7.2.5", True), ("7.8.0", False)])
def test_a_manager_is_told_by_its_release(version: str, expected: bool) -> None:
    answer = manager_of(version).release_affected_by_sftunnel_cves

    assert isinstance(answer, Known)
    assert answer.value is expected
    assert [place.text for place in answer.evidence] == [f"SWVERSION={version}"]
    assert "inferred" in answer.assumed


@pytest.mark.parametrize("version", [None, "seven"])
def test_a_release_that_is_not_known_names_the_command_that_tells_it(version: str | None) -> None:
    answer = manager_of(version).release_affected_by_sftunnel_cves

    assert isinstance(answer, Missing)
    assert "show version" in answer.obtain


def test_without_the_table_nothing_is_said() -> None:
    assert isinstance(manager_of("7.2.5", None).release_affected_by_sftunnel_cves, Missing)


UP, HALF, DOWN = TunnelState.CONNECTED, TunnelState.DEGRADED, TunnelState.DOWN


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([UP, UP], False),
        ([UP, HALF], False),
        ([UP, DOWN], True),
        ([None, DOWN], True),
        ([UP, None], None),
        ([], None),
    ],
)
def test_no_tunnel_is_down_only_where_each_is_known(states: list[TunnelState | None], expected: bool | None) -> None:
    tunnels = [
        tunnel(to=f"device:{number}", **({} if state is None else {"state": known(state, at("brief.txt", line=number))}))
        for number, state in enumerate(states, 1)
    ]
    answer = any_down(tunnels)

    assert (answer.value if isinstance(answer, Known) else None) is expected
    if isinstance(answer, Missing):
        assert "sftunnel_status.pl" in answer.obtain
