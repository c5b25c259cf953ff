"""Every sample, from its evidence to its verdict, per-device situation and commands; and back from each command to the evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from analyzer.collect import open_at
from analyzer.model.answer import Known
from analyzer.model.finding import State
from analyzer.model.limits import Limits
from analyzer.model.location import Location
from analyzer.model.plan import AppliancePlan, Argument, Step
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.prescribe.shell import render
from analyzer.report.document import render_json
from analyzer.report.html import render_html
from tests.read.captures.dissector import TSHARK, needs_pyshark, needs_tshark

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/expected.yaml"))
SECRETS = ("PRIVATE KEY-----", "MIIEv", "MIIEp", "canary")


def expected(name: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((SAMPLES / name / "expected.yaml").read_text(encoding="utf-8"))
    return document


@cache
def result_of(name: str, *, tshark: bool = True) -> Result:
    day = datetime.fromisoformat(expected(name)["as_of"]).date()
    options = Options(as_of=datetime.combine(day, time(23, 59, 59), UTC), as_of_source="--as-of", tshark=TSHARK if tshark else None)
    return analyze([SAMPLES / name / "evidence"], options)


@cache
def html_of(name: str) -> str:
    return render_html(result_of(name))


def boxes(result: Result) -> Iterator[AppliancePlan]:
    yield from result.plan.managers
    yield from result.plan.devices


def plan_of(result: Result, box: dict[str, Any]) -> AppliancePlan:
    """The plan of a box: by UUID where it is in evidence, else by name, else by address."""
    wanted = [box[key] for key in ("uuid", "name", "address") if key in box]
    for word in wanted:
        for plan in boxes(result):
            if plan.box.endswith(f":{word}") or plan.label == word:
                return plan
    raise AssertionError(f"no plan for {box}; there are {[p.box for p in boxes(result)]}")


def commands(steps: tuple[Step, ...]) -> list[str]:
    return [render(command) for step in steps for command in step.commands]


@pytest.mark.parametrize("name", NAMES)
def test_the_highest_severity_is_the_expected_one(name: str) -> None:
    worst = result_of(name).worst

    assert (worst.name.lower() if worst is not None else "none") == expected(name)["severity"]


@pytest.mark.parametrize("name", NAMES)
def test_everything_given_was_read_but_for_a_line_made_too_long(name: str) -> None:
    left_out = ["limit line_bytes"] if name == "28-hostile-names" else []

    assert [re.findall(r"limit \w+", damage.reason)[0] for damage in result_of(name).incomplete] == left_out


@pytest.mark.parametrize("name", NAMES)
def test_each_manager_has_its_situation(name: str) -> None:
    result = result_of(name)
    told = {box.get("uuid", box.get("name")): plan_of(result, box).situation.value for box in expected(name)["managers"]}

    assert told == {box.get("uuid", box.get("name")): box["situation"] for box in expected(name)["managers"]}


@pytest.mark.parametrize("name", NAMES)
def test_each_device_has_its_situation_and_tunnel_state(name: str) -> None:
    result = result_of(name)
    rows = expected(name)["devices"]
    told = {}
    for row in rows:
        plan = plan_of(result, row)
        states = {t.state.value.value if isinstance(t.state, Known) else "unknown" for t in result.case.tunnels if t.device == plan.box}
        worst = next((s for s in ("down", "unknown", "degraded", "connected") if s in states), "unknown")
        told[row.get("uuid", row.get("name", row.get("address")))] = (plan.situation.value, worst)

    assert told == {row.get("uuid", row.get("name", row.get("address"))): (row["situation"], row["tunnel"]) for row in rows}


@pytest.mark.parametrize("name", NAMES)
def test_each_box_has_its_address(name: str) -> None:
    result = result_of(name)
    known = {box.key: box.address.value for box in (*result.case.managers, *result.case.devices) if isinstance(box.address, Known)}
    rows = [row for row in (*expected(name)["managers"], *expected(name)["devices"]) if "address" in row]

    assert [known.get(plan_of(result, row).box) for row in rows] == [row["address"] for row in rows]


@pytest.mark.parametrize("name", NAMES)
def test_the_expected_findings_are_there(name: str) -> None:
    result = result_of(name)
    for row in expected(name)["findings"]:
        about = [f for f in result.findings if f.rule == row["rule"] and _is_about(result, f.subject, f.subject_label, row["subject"])]

        assert {f.state.value for f in about} & {row["state"]}, (row, [(f.rule, f.subject_label, f.state.value) for f in about])


def _is_about(result: Result, subject: str, label: str, wanted: str) -> bool:
    if wanted in subject or wanted in label:
        return True
    return any(
        wanted in known and device.key in subject
        for device in (*result.case.devices, *result.case.managers)
        for known in [str(a.value) for a in (device.uuid, device.name, device.address) if isinstance(a, Known)]
    )


@pytest.mark.parametrize("name", NAMES)
def test_rules_that_must_stay_silent_do(name: str) -> None:
    spoken = {finding.rule for finding in result_of(name).findings if finding.counts}

    assert spoken & set(expected(name)["must_not"]) == set()


@pytest.mark.parametrize("name", NAMES)
def test_no_rule_raised(name: str) -> None:
    assert [(f.rule, f.error) for f in result_of(name).findings if f.state is State.ERROR] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_box_is_told_the_expected_commands_and_none_of_the_forbidden(name: str) -> None:
    result = result_of(name)
    rows = [*expected(name)["managers"], *expected(name)["devices"]]
    for box_name, rule in expected(name)["commands"].items():
        plan = plan_of(result, next(row for row in rows if row.get("name") == box_name))
        printed = commands(plan.steps)
        for text in rule["must"]:
            assert any(text in line for line in printed), (box_name, text, printed)
        for text in rule["must_not"]:
            assert not any(text in line for line in printed), (box_name, text, printed)


def arguments(result: Result) -> Iterator[Argument]:
    for plan in boxes(result):
        for step in (*plan.steps, *result.plan.collect):
            for command in step.commands:
                for word in (*command.words, *([command.output_to] if command.output_to else [])):
                    yield from (part for part in word.parts if isinstance(part, Argument))


def holds(location: Location, value: str, folder: Path) -> bool:
    """The value stands at that very place: in the member's path, its line, or the certificate at that line."""
    if value.lower() in location.source.lower():
        return True
    data = open_at(location, [folder], Limits())
    if location.packet is not None:
        return True  # an address of a packet: compared byte for byte in the tests of the capture reader
    lines = data.split(b"\n")
    assert location.line is not None
    last = location.last_line or location.line
    text = b"\n".join(lines[location.line - 1 : last]).decode("utf-8", "replace")
    if "-----BEGIN CERTIFICATE-----" in text:
        from cryptography import x509

        certificate = x509.load_pem_x509_certificate(text.encode())
        return value in str(certificate.subject.rfc4514_string()) or value in str(certificate.issuer.rfc4514_string())
    return value.lower() in re.sub(r"\s*\n\s*", "", text).lower() or value.lower() in text.lower()


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@pytest.mark.parametrize("name", NAMES)
def test_each_argument_of_a_command_stands_at_the_place_that_it_names(name: str) -> None:
    folder = SAMPLES / name / "evidence"
    seen: set[tuple[str, Location]] = set()
    for argument in arguments(result_of(name)):
        first = argument.evidence[0]
        if (argument.value, first.location) not in seen:
            seen.add((argument.value, first.location))

            assert holds(first.location, argument.value, folder), (argument.value, str(first.location))


@pytest.mark.parametrize("name", NAMES)
def test_every_printed_command_is_plain_ascii_without_trailing_blanks(name: str) -> None:
    result = result_of(name)
    printed = [line for plan in boxes(result) for text in commands(plan.steps) for line in text.split("\n")]

    assert [line for line in printed if not line.isascii() or line != line.rstrip() or "\t" in line] == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_secret_leaves_the_readers(name: str) -> None:
    texts = html_of(name), render_json(result_of(name))

    assert [secret for secret in SECRETS for text in texts if secret in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_same_evidence_gives_the_same_bytes(name: str) -> None:
    again = result_of.__wrapped__(name)  # past the cache, which keeps the results of all samples

    assert render_json(again) == render_json(result_of(name))


@needs_pyshark
@needs_tshark
@pytest.mark.parametrize("name", NAMES)
def test_both_dissectors_come_to_the_same_verdict(name: str) -> None:
    with_tshark, embedded = result_of(name), result_of(name, tshark=False)

    assert [(f.key, f.state) for f in with_tshark.findings] == [(f.key, f.state) for f in embedded.findings]


@pytest.mark.parametrize("name", NAMES)
def test_the_json_is_a_document_with_a_version(name: str) -> None:
    document = json.loads(render_json(result_of(name)))

    assert document["tool_version"]


def test_there_are_at_least_eight_samples_each_with_its_story() -> None:
    assert len(NAMES) >= 8
    assert all((SAMPLES / name / "README.md").stat().st_size > 200 for name in NAMES)
