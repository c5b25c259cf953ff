"""Which cases there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.triage.record import About
from analyzer.triage.sources import SourceError, find_cases
from analyzer.triage.store import folder_of
from tests.triage.builders import EXPIRED, put
from tests.triage.test_people import of, run


def test_each_child_folder_and_each_file_is_a_case(tmp_path: Path) -> None:
    put(
        tmp_path, {"one/a.txt": EXPIRED, "one/b/c.txt": EXPIRED, "two.tar.gz": b"x", ".hidden": b"", "two.tar.gz.case.yaml": "owner: kim\n"}
    )

    cases = find_cases([str(tmp_path)])

    assert [case.label for case in cases] == ["one", "two.tar.gz"]
    assert [len(case.inputs) for case in cases] == [2, 1]
    assert cases[1].about == About(owner="kim")


def test_an_expression_groups_what_belongs_together(tmp_path: Path) -> None:
    put(tmp_path, {"SR123-fmc.tar.gz": b"1", "ftd of SR123.txt": b"2", "SR9.txt": b"3", "other.txt": b"4"})

    cases = find_cases([str(tmp_path)], expression=r"SR(\d+)")

    assert {case.label: len(case.paths) for case in cases} == {"123": 2, "9": 1, "other.txt": 1}


def test_a_list_names_cases_with_or_without_a_label(tmp_path: Path) -> None:
    put(tmp_path, {"a.txt": b"1", "b.txt": b"2", "c.txt": b"3"})
    lines = [f"acme\t{tmp_path}/a.txt\n", f"acme\t{tmp_path}/b.txt\n", "# a remark\n", "\n", f"{tmp_path}/c.txt"]

    cases = find_cases([], listed=lines)

    assert {case.label: len(case.paths) for case in cases} == {"acme": 2, "c.txt": 1}


def test_children_of_one_name_in_two_sources_are_two_cases(tmp_path: Path) -> None:
    put(tmp_path, {"east/case-1/a.txt": b"1", "west/case-1/a.txt": b"2"})

    labels = [case.label for case in find_cases([str(tmp_path / "east"), str(tmp_path / "west")])]

    assert len(set(labels)) == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"sources": ["nowhere"]}, "nowhere: no such file or folder"),
        ({"sources": [], "expression": "SR("}, "is not a regular expression"),
        ({"sources": [], "listed": ["gone.txt"]}, "--list, line 1: gone.txt"),
    ],
)
def test_what_cannot_be_used_is_named(given: dict[str, object], says: str) -> None:
    with pytest.raises(SourceError, match=says.replace("(", r"\(")):
        find_cases(**given)  # type: ignore[arg-type]


def test_case_yaml_says_whose_it_is_and_nothing_else(tmp_path: Path) -> None:
    put(
        tmp_path, {"one/case.yaml": "sr: 699123456\ncustomer: ACME\nrole: primary\n", "two/case.yaml": "[1, 2]", "three/case.yaml": ": : :"}
    )

    about = {case.label: case.about for case in find_cases([str(tmp_path)])}

    assert about["one"] == About(sr="699123456", customer="ACME")
    assert about["two"] == about["three"] == About()


@pytest.mark.parametrize("label", ["SR 1", "sr-1", "SR-1", "../../etc", "a/b", "con\n", "x" * 300, "고객", "."])
def test_a_label_never_leads_out_of_the_folder(label: str) -> None:
    name = folder_of(label)

    assert "/" not in name
    assert not name.startswith(".")
    assert len(name) <= 90
    assert name.isascii()


def test_labels_that_differ_in_case_only_have_folders_of_their_own() -> None:
    assert folder_of("SR-1").lower() != folder_of("sr-1").lower()


def test_a_link_is_not_followed_out_of_a_case(tmp_path: Path) -> None:
    put(tmp_path, {"secret/key.txt": b"1", "cases/one/a.txt": b"2"})
    (tmp_path / "cases/one/link").symlink_to(tmp_path / "secret")

    (case,) = find_cases([str(tmp_path / "cases")])

    assert [Path(one.path).name for one in case.inputs] == ["a.txt"]


def test_case_yaml_is_no_evidence_and_a_change_of_it_reads_nothing_again(tmp_path: Path) -> None:
    source = put(tmp_path / "in", {"a/x.txt": EXPIRED, "a/case.yaml": "owner: kim\n", "a/sub/case.yaml": "x: y\n", "b/x.txt": EXPIRED})
    put(source, {"b/sub/case.yaml": "x: y\n"})
    first, _said = run(source, tmp_path / "out")

    put(source, {"a/case.yaml": "owner: lee\n"})
    second, _said = run(source, tmp_path / "out")

    assert {label: (record.state.value, record.about.owner) for label, record in of(first).items()} == {
        "a": ("done", "kim"),
        "b": ("duplicate", ""),
    }
    assert of(second)["a"].about.owner == "lee"
    assert of(second)["a"].took == of(first)["a"].took
    assert {Path(one.path).name for one in of(second)["a"].inputs} == {"x.txt", "case.yaml"}
    assert "kim" not in (tmp_path / "out/cases/a/result.json").read_text()
