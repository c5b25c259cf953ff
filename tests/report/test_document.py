"""The JSON document says everything that the Result says, in plain data, and meets its published schema."""

from __future__ import annotations

import json
import ssl
from datetime import datetime, timedelta
from typing import Any

import jsonschema
import pytest

from analyzer.model.case import TunnelState
from analyzer.model.finding import Severity, State
from analyzer.model.location import Evidence, Location
from analyzer.model.plan import Argument, ArgumentKind, Command, Situation, Word
from analyzer.report.document import render_json, to_document
from analyzer.report.schema import SCHEMA_FILE, result_schema, schema_text
from analyzer.report.timestamps import timestamp
from tests.builders.cases import at, case, certificate, certificate_in_case, known, manager, missing, tunnel, utc
from tests.report.builders_report import box_plan, damaged, expired_mixed, finding, fleet, plan, renewal_run, result, step


def validate(document: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(result_schema()).validate(document)


def test_the_published_schema_is_current() -> None:
    assert SCHEMA_FILE.read_text(encoding="ascii") == schema_text(), "run: python -m analyzer.report.schema"


def test_the_schema_is_itself_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(result_schema())


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(expired_mixed(), id="a whole fleet"),
        pytest.param(result(), id="nothing at all"),
        pytest.param(fleet(3), id="healthy"),
        pytest.param(
            result(
                case(
                    managers=[manager(renewal=known(renewal_run(failed=(("ftd-1", "/var/sf/peers/x/cacert.pem", at()),))))],
                    skew=known(timedelta(seconds=1.5)),
                ),
                findings=(finding("a-rule", "manager:fmc-1", State.ERROR, error="no such key"),),
                incomplete=(damaged(),),
            ),
            id="a failed push, a clock skew, an error, damage",
        ),
    ],
)
def test_every_document_meets_the_schema(of: Any) -> None:
    validate(json.loads(render_json(of)))


def test_the_schema_refuses_a_field_that_is_not_published() -> None:
    document = to_document(result()) | {"password": "x"}

    with pytest.raises(jsonschema.ValidationError):
        validate(document)


def test_an_answer_is_a_value_with_evidence_or_the_reason_why_there_is_none() -> None:
    here = at("fmc.tar.gz", "etc/sf/ims.conf", line=3, text="SWVERSION=7.2.5")
    a_case = case(
        managers=[manager(version=known("7.2.5", here, assumed="the file is current"), name=missing("no hostname", "etc/hostname"))]
    )

    document = to_document(result(a_case))
    box = document["case"]["managers"][0]
    (place,) = box["version"]["evidence"]

    evidence = document["evidence"][place]

    assert box["version"] == {"value": "7.2.5", "evidence": [place], "assumed": "the file is current"}
    assert evidence == {"file": evidence["file"], "line": 3, "text": "SWVERSION=7.2.5"}
    assert document["files"][evidence["file"]] == {"artifact": "fmc.tar.gz", "member": "etc/sf/ims.conf"}
    assert list(box["name"]) == ["missing"]
    assert document["reasons"][box["name"]["missing"]] == {"missing": "no hostname", "obtain": "etc/hostname"}


def test_times_are_utc_with_z_severities_are_names_and_other_enumerations_their_values() -> None:
    document = to_document(
        result(
            case(tunnels=[tunnel(state=TunnelState.DOWN)], skew=known(timedelta(seconds=-1.5))),
            findings=(finding("r", "manager:fmc-1", State.AT_RISK, Severity.CRITICAL, date=utc("2026-02-28T23:59:59")),),
        )
    )

    assert document["as_of"] == "2026-11-23T00:00:00Z"
    assert document["worst"] == "critical"
    assert document["findings"][0]["date"] == "2026-02-28T23:59:59Z"
    assert document["findings"][0]["state"] == "at_risk"
    assert document["findings"][0]["key"] == "r:manager:fmc-1"
    assert document["case"]["tunnels"][0]["state"]["value"] == "down"
    assert document["case"]["skew"]["value"] == -1.5


def test_a_certificate_is_given_as_pem_and_its_serial_number_in_hexadecimal() -> None:
    one = certificate(serial=2**159 + 10)

    document = to_document(result(case(certificates=[certificate_in_case(one)])))
    plain = document["certificates"][document["case"]["certificates"][0]["certificate"]]

    assert plain["serial"] == "8" + "0" * 38 + "a"
    assert ssl.PEM_cert_to_DER_cert(plain["pem"]) == one.der
    assert "der" not in plain
    assert "der" not in document["names"][plain["subject"]]


def test_a_command_is_given_as_a_structure_and_as_the_text_that_is_typed() -> None:
    here = at("f", line=9, text="1728915794")
    command = Command((Word(("cat",)), Word(("/var/tmp/certs/", Argument(ArgumentKind.EPOCH, "1728915794", (here,)), "/FAILED_PUSH"))))
    a_plan = plan(devices=(box_plan("device:ftd-1", "ftd-1", Situation.UNKNOWN, steps=(step(commands=(command,)),)),))

    document = to_document(result(a_plan=a_plan))
    plain = document["plan"]["devices"][0]["steps"][0]["commands"][0]

    assert plain["text"] == "cat /var/tmp/certs/1728915794/FAILED_PUSH"
    words = document["commands"][plain["is"]]["words"]
    assert words[0] == "cat"
    assert words[1][1]["kind"] == "epoch"
    assert document["evidence"][words[1][1]["evidence"][0]]["line"] == 9


def test_offset_zero_and_the_empty_text_are_values() -> None:
    here = Evidence(Location("one.pem", offset=0, length=0), "")

    document = to_document(result(case(managers=[manager(name=known("", here))])))
    plain = document["case"]["managers"][0]["name"]

    assert plain["value"] == ""
    assert document["evidence"][plain["evidence"][0]]["offset"] == 0
    assert document["evidence"][plain["evidence"][0]]["length"] == 0


def test_evidence_stands_once_however_often_it_is_referred_to() -> None:
    here = at("fmc.tar.gz", "etc/sf/ims.conf", line=3, text="SWVERSION=7.2.5")
    managers = [manager(label, version=known("7.2.5", here, here), name=known("n", here)) for label in ("fmc-1", "fmc-2")]

    document = to_document(result(case(managers=managers)))

    assert [one["text"] for one in document["evidence"]].count("SWVERSION=7.2.5") == 1


def test_the_same_result_gives_the_same_bytes() -> None:
    assert render_json(expired_mixed()) == render_json(expired_mixed())


def test_json_is_ascii_without_control_characters_whatever_evidence_holds() -> None:
    hostile = "\x1b[31m\x00\x7f\u202e\ud83d</script>"
    text = render_json(result(case(managers=[manager(name=known(hostile))])))

    assert text.isascii()
    assert all(one.isprintable() or one == "\n" for one in text)
    assert json.loads(text)["case"]["managers"][0]["name"]["value"] == hostile


def test_raw_bytes_and_times_without_zone_have_no_place_in_it() -> None:
    with pytest.raises(TypeError, match="bytes"):
        to_document(result(case(managers=[manager(name=known(b"der"))])))
    with pytest.raises(ValueError, match="zone"):
        timestamp(datetime(2026, 1, 1))  # noqa: DTZ001 - the very thing that is refused
