"""The published schemas are current, and say of every rule that comes with the program what the loader says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from analyzer.authoring.schema import RULE_SCHEMA, TESTS_SCHEMA, as_text, rule_schema, rule_tests_schema
from analyzer.join.cve_releases import SCHEMA, table_schema
from analyzer.judge import builtin_rules_folder
from analyzer.judge.load import TESTS_SUFFIX, rule_files
from analyzer.rulefiles.node import Node
from analyzer.rulefiles.read import read_yaml

FOLDER = builtin_rules_folder()
RULES = rule_files(FOLDER)
TESTS = sorted(FOLDER.glob(f"*{TESTS_SUFFIX}"))


class EditorLoader(yaml.SafeLoader):
    """YAML as editors read it (version 1.2): a date is a text, and only true and false are flags."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool", ":int", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_editors_see_it(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=EditorLoader)  # noqa: S506 - a SafeLoader with fewer types


def as_the_loader_sees_it(node: Node) -> Any:
    if isinstance(node.value, str):
        return node.value
    if isinstance(node.value, tuple):
        return [as_the_loader_sees_it(item) for item in node.value]
    return {name: as_the_loader_sees_it(item) for name, item in node.value.items()}


@pytest.mark.parametrize(("name", "schema"), [(RULE_SCHEMA, rule_schema()), (TESTS_SCHEMA, rule_tests_schema())])
def test_a_committed_schema_is_what_the_loader_accepts_today(name: str, schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)

    assert (FOLDER / name).read_text(encoding="utf-8") == as_text(schema), "run: sftunnel-analyzer rules schema rules"


def test_the_table_of_releases_fits_its_schema_which_is_current() -> None:
    schema = table_schema()
    Draft202012Validator.check_schema(schema)

    assert (FOLDER / "tables" / SCHEMA).read_text(encoding="utf-8") == as_text(schema), "run: sftunnel-analyzer rules schema rules"
    assert list(Draft202012Validator(schema).iter_errors(as_editors_see_it(FOLDER / "tables" / "sftunnel-cves.yaml"))) == []


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_rule_fits_its_schema(path: Path) -> None:
    validator = Draft202012Validator(rule_schema())

    assert [error.message for error in validator.iter_errors(as_editors_see_it(path))] == []
    assert [error.message for error in validator.iter_errors(as_the_loader_sees_it(read_yaml(path)[0]))] == []


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_every_file_of_tests_fits_its_schema(path: Path) -> None:
    validator = Draft202012Validator(rule_tests_schema())

    assert [error.message for error in validator.iter_errors(as_editors_see_it(path))] == []
    assert [error.message for error in validator.iter_errors(as_the_loader_sees_it(read_yaml(path)[0]))] == []


@pytest.mark.parametrize(
    "change",
    [
        {"severity": "terrible"},
        {"needs": ["manager.internal_ca_not_aftr"]},
        {"needs": ["tunnel.state"]},
        {"remedy": "pray"},
        {"when": "true", "verdicts": [{"when": "true", "state": "clear"}]},
        {"verdicts": [{"when": "true", "state": "unknown"}], "when": None},
        {"tittle": "A title"},
        {"date": "manager.label"},
        {"affects": "manager.internal_ca_not_after"},
        {"id": "Not An Id"},
    ],
    ids=str,
)
def test_the_schema_refuses_what_the_loader_refuses(change: dict[str, Any]) -> None:
    rule: dict[str, Any] = {
        "id": "a-rule",
        "title": "A title",
        "subject": "manager",
        "severity": "high",
        "needs": ["manager.internal_ca_not_after"],
        "when": "manager.internal_ca_not_after < now",
        "evidence": ["manager.internal_ca_not_after"],
        "explanation": "Expired.",
        "remedy": "none",
    }
    validator = Draft202012Validator(rule_schema())
    assert validator.is_valid(rule)
    changed = {name: value for name, value in {**rule, **change}.items() if value is not None}

    assert not validator.is_valid(changed)


@pytest.mark.parametrize(
    "evidence", [{"manager fmc-1": {"internal_ca_not_aftr": "2034-10-12"}}, {"fmc-1": {}}, {"tunnel fmc-1": {}}], ids=str
)
def test_the_schema_of_tests_knows_the_fields_of_the_case(evidence: dict[str, Any]) -> None:
    test = {"name": "n", "kind": "positive", "description": "d", "as_of": "2034-11-01", "evidence": evidence, "findings": []}

    assert not Draft202012Validator(rule_tests_schema()).is_valid({"rule": "a-rule", "tests": [test]})
    test["evidence"] = {"manager fmc-1": {"internal_ca_not_after": "2034-10-12 @ cacert.pem:1"}}
    assert Draft202012Validator(rule_tests_schema()).is_valid({"rule": "a-rule", "tests": [test]})
