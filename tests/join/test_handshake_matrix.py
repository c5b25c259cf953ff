"""Both ends side by side: each row of the matrix in field notes 5.3, and what is missing where a row cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest
from msgspec.structs import replace

from analyzer.join.failures import Seen
from analyzer.join.handshake import ONLY_CASE_F, BothAppliances, Witness, handshake_case
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import FailureReason, IssuedBy
from tests.builders.cases import at, failure, known, missing, utc

R = FailureReason
FAILED = utc("2034-10-20")
NOTHING = BothAppliances(missing(), missing("no CA", "the CA"), missing(), missing())


def ca(begins: str, ends: str, boxes: BothAppliances = NOTHING) -> BothAppliances:
    """The manager's CA in force."""
    return replace(boxes, ca_begins=known(utc(begins), at("cacert.pem")), ca_ends=known(utc(ends), at("cacert.pem")))


def device(*, holds_new_ca: bool | None = None, issued_by: IssuedBy | None = None) -> BothAppliances:
    """What the device holds."""
    return replace(
        NOTHING,
        device_ca_is_current=missing() if holds_new_ca is None else known(holds_new_ca, at("ftd/cacert.pem")),
        device_leaf_issued_by=missing() if issued_by is None else known(issued_by, at("ftd/sftunnel-cert.pem")),
    )


@dataclass(frozen=True)
class Said:
    """One objection, and the logs in which it stands."""

    reason: FailureReason
    by: str
    logs: tuple[str, ...] = ("manager", "device")
    when: datetime | None = FAILED

    def judged(self, boxes: BothAppliances = NOTHING) -> Answer[str]:
        told = failure(self.reason, seen_by=self.by, time=self.when)
        witnesses = [Witness(Seen(told, (at(f"{side}/messages"),)), frozenset({side})) for side in self.logs]
        return handshake_case(Known(told, (at(f"{self.logs[0]}/messages"),)), witnesses, boxes)


def row(answer: Answer[str]) -> str:
    return answer.value if isinstance(answer, Known) else f"missing: {answer.why}"


@pytest.mark.parametrize(
    ("said", "boxes", "expected"),
    [
        (Said(R.EXPIRED, "device"), ca("2024-10-14", "2034-10-12"), "A"),
        (Said(R.EXPIRED, "manager"), ca("2024-10-14", "2034-10-12"), "A"),
        (Said(R.EXPIRED, "device"), ca("2034-10-15", "2044-10-12"), "C"),
        (Said(R.EXPIRED, "device"), NOTHING, "A-or-C"),
        (Said(R.SIGNATURE, "manager"), device(holds_new_ca=True), "D"),
        (Said(R.UNTRUSTED, "device"), device(issued_by=IssuedBy.ANOTHER_MANAGER), "F"),
        (Said(R.SIGNATURE, "device"), device(holds_new_ca=False), "G"),
        (Said(R.SIGNATURE, "device"), device(holds_new_ca=True, issued_by=IssuedBy.CURRENT_CA), "H"),
        (Said(R.SIGNATURE, "device"), NOTHING, "G-or-H"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_row_of_the_matrix(said: Said, boxes: BothAppliances, expected: str) -> None:
    assert row(said.judged(boxes)) == expected


def test_certificates_of_the_other_box_replace_its_log() -> None:
    assert row(Said(R.EXPIRED, "device", logs=("device",)).judged(ca("2034-10-15", "2044-10-12"))) == "C"


def test_one_log_alone_tells_no_row_and_says_what_would() -> None:
    answer = Said(R.EXPIRED, "device", logs=("device",)).judged()

    assert isinstance(answer, Missing)
    assert "/etc/sf/ca_root/cacert.pem" in answer.obtain


def test_a_failure_from_before_the_present_ca_is_no_case_c() -> None:
    """It was renewed since: what the failure met was the CA before."""
    assert row(Said(R.EXPIRED, "device").judged(ca("2034-10-25", "2044-10-12"))) == "A-or-C"


def test_a_failure_at_the_moment_the_present_ca_began_is_case_c() -> None:
    assert row(Said(R.EXPIRED, "device").judged(ca("2034-10-20", "2044-10-12"))) == "C"


def test_a_failure_without_a_time_is_not_held_against_dates() -> None:
    assert row(Said(R.EXPIRED, "device", when=None).judged(ca("2024-10-14", "2034-10-12"))) == "A-or-C"


def test_a_manager_that_objects_to_a_signature_needs_the_devices_ca_file() -> None:
    """With the manager as the client, the whole old set gives the same code as a partial copy."""
    answer = Said(R.SIGNATURE, "manager").judged(device(holds_new_ca=False))

    assert isinstance(answer, Missing)
    assert "cacert.pem of the device" in answer.obtain


def test_an_unknown_issuer_in_both_logs_is_taken_for_case_f_and_says_so() -> None:
    answer = Said(R.UNTRUSTED, "device").judged()

    assert isinstance(answer, Known)
    assert (answer.value, answer.assumed) == ("F", ONLY_CASE_F)


def test_an_unknown_issuer_of_a_leaf_of_this_manager_is_no_case_f() -> None:
    assert row(Said(R.UNTRUSTED, "device").judged(device(issued_by=IssuedBy.CURRENT_CA))).startswith(
        "missing: the device's certificate is from"
    )


def test_two_ends_that_object_to_different_things_do_not_agree() -> None:
    told = failure(R.EXPIRED, seen_by="device", time=FAILED)
    other = failure(R.SIGNATURE, seen_by="device", time=FAILED)
    witnesses = [
        Witness(Seen(told, (at("device/messages"),)), frozenset({"device"})),
        Witness(Seen(other, (at("manager/messages"),)), frozenset({"manager"})),
    ]

    assert isinstance(handshake_case(known(told), witnesses, NOTHING), Missing)


@pytest.mark.parametrize("reason", [R.NOT_REACHED, R.PROTOCOL, R.NOT_YET_VALID])
def test_failures_that_the_matrix_does_not_hold(reason: FailureReason) -> None:
    assert row(Said(reason, "device").judged()) == f"missing: the matrix of handshakes has no row for '{reason.value}'"


def test_the_evidence_of_both_ends_and_of_what_decides_is_given() -> None:
    answer = Said(R.EXPIRED, "device").judged(ca("2024-10-14", "2034-10-12"))

    assert isinstance(answer, Known)
    assert [place.location.artifact for place in answer.evidence] == ["manager/messages", "device/messages", "cacert.pem"]
