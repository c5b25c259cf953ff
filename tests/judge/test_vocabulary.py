"""The vocabulary is the model's: every field of a case has its name, its type and its evidence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import Struct

from analyzer.judge.errors import ExpressionError
from analyzer.judge.subjects import activation, resolve, subjects
from analyzer.judge.vocabulary import Kind, all_paths, as_tree, look_up, optional_prefixes, steps
from analyzer.model.answer import Known, Missing
from analyzer.model.case import CertificateRole, Device, FailureReason, Manager, Tunnel, TunnelState
from analyzer.model.finding import SubjectKind
from tests.builders.cases import at, case, certificate, certificate_in_case, device, failure, known, manager, missing, tunnel, utc

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "root", "model"), [("manager", "manager", Manager), ("device", "device", Device), ("tunnel", "tunnel", Tunnel)]
)
def test_every_field_of_the_model_has_a_word(kind: str, root: str, model: type[Struct]) -> None:
    names = {steps(path)[1] for path, _ in all_paths(SubjectKind(kind)) if path.startswith(f"{root}.")}

    assert names == set(model.__struct_fields__)


@pytest.mark.parametrize(
    ("path", "kind", "optional"),
    [
        ("tunnel.state", Kind.TEXT, True),
        ("tunnel.label", Kind.TEXT, False),
        ("tunnel.since", Kind.TIME, True),
        ("tunnel.device_leaf.not_after", Kind.TIME, False),
        ("tunnel.device_leaf.is_self_issued", Kind.FLAG, False),
        ("tunnel.failure.verify_code", Kind.NUMBER, True),
        ("tunnel.connections", Kind.LIST, False),
        ("tunnel.connections[].outcome", Kind.TEXT, False),
        ("manager.tunnels_down", Kind.LIST, False),
        ("device.address", Kind.TEXT, True),
        ("case.skew", Kind.SPAN, True),
        ("case.devices", Kind.NUMBER, False),
        ("now", Kind.TIME, False),
    ],
)
def test_types_are_those_of_the_model(path: str, kind: Kind, optional: bool) -> None:
    word = look_up(SubjectKind.TUNNEL, path)

    assert (word.kind, word.optional) == (kind, optional)


def test_an_enum_knows_its_values() -> None:
    assert look_up(SubjectKind.TUNNEL, "tunnel.state").values == tuple(TunnelState)


def test_no_path_leads_to_evidence_or_raw_bytes() -> None:
    leaves = {steps(path)[-1] for kind in SubjectKind for path, _ in all_paths(kind)}

    assert leaves & {"evidence", "seen", "decisive", "summary", "der", "location"} == set()


def test_a_certificate_shows_its_role_beside_its_own_fields() -> None:
    names = {path for path, _ in all_paths(SubjectKind.CERTIFICATE)}

    assert {"certificate.role", "certificate.owner", "certificate.not_after", "certificate.subject.text"} <= names


@pytest.mark.parametrize(
    "path", ["tunnel.stat", "tunel.state", "tunnel.state.x", "tunnel.label[]", "manager.tunnels_down.x", "", "device.x"]
)
def test_an_unknown_path_is_refused(path: str) -> None:
    with pytest.raises(ExpressionError):
        look_up(SubjectKind.TUNNEL, path)


def test_a_manager_sees_no_tunnel() -> None:
    with pytest.raises(ExpressionError, match="a manager rule does not see 'tunnel'"):
        look_up(SubjectKind.MANAGER, "tunnel.state")


def test_what_may_be_missing_on_a_path() -> None:
    assert list(optional_prefixes(SubjectKind.TUNNEL, "tunnel.failure.time")) == ["tunnel.failure", "tunnel.failure.time"]


def test_a_value_comes_with_the_evidence_of_its_answer() -> None:
    leaf = certificate(not_after="2034-10-12", evidence=at("leaf.pem"))
    (subject,) = subjects(case(tunnels=[tunnel(device_leaf=known(leaf, at("handshake.pcap", packet=7)))]), SubjectKind.TUNNEL)

    assert resolve(subject, "tunnel.device_leaf.not_after", NOW) == Known(utc("2034-10-12"), (at("handshake.pcap", packet=7),))


def test_what_is_below_something_missing_is_missing_for_its_reason() -> None:
    gap = missing("the log is cut", "the whole log", at("messages"))
    (subject,) = subjects(case(tunnels=[tunnel(failure=gap)]), SubjectKind.TUNNEL)

    assert resolve(subject, "tunnel.failure.time", NOW) is gap


def test_a_field_that_the_evidence_left_open_is_missing_with_its_evidence() -> None:
    (subject,) = subjects(case(tunnels=[tunnel(failure=known(failure(time=None), at("messages", line=7)))]), SubjectKind.TUNNEL)

    answer = resolve(subject, "tunnel.failure.time", NOW)

    assert isinstance(answer, Missing)
    assert (answer.why, answer.evidence) == ("the evidence does not show tunnel.failure.time", (at("messages", line=7),))


def test_a_manager_that_the_case_lacks_is_missing() -> None:
    (subject,) = subjects(case(tunnels=[tunnel()]), SubjectKind.TUNNEL)

    answer = resolve(subject, "manager.internal_ca_not_after", NOW)

    assert isinstance(answer, Missing)
    assert answer.why == "the FMC of this tunnel is not in the evidence"


def test_a_certificate_is_located_where_it_was_seen() -> None:
    one = certificate_in_case(certificate(evidence=at("web.pem")), CertificateRole.OTHER)
    (subject,) = subjects(case(certificates=[one]), SubjectKind.CERTIFICATE)

    answer = resolve(subject, "certificate.not_after", NOW)

    assert isinstance(answer, Known)
    assert answer.evidence == (at("web.pem"),)


def test_an_assumption_on_the_way_is_kept() -> None:
    ca = known(certificate(), at("x.pem"), assumed="the newest in evidence")
    (subject,) = subjects(case(managers=[manager(internal_ca=ca)]), SubjectKind.MANAGER)

    answer = resolve(subject, "manager.internal_ca.not_after", NOW)

    assert isinstance(answer, Known)
    assert answer.assumed == "the newest in evidence"


def test_a_condition_sees_what_it_names_and_what_is_known() -> None:
    a_manager = manager(internal_ca_not_after=utc("2034-10-12"))
    a_case = case(
        managers=[a_manager], devices=[device()], tunnels=[tunnel(state=TunnelState.DOWN, failure=failure(FailureReason.SIGNATURE))]
    )
    (subject,) = subjects(a_case, SubjectKind.TUNNEL)
    named = as_tree(
        ["tunnel.state", "tunnel.since", "tunnel.failure.reason", "tunnel.failure.time", "manager.internal_ca_not_after", "case.devices"]
    )

    assert activation(subject, named, NOW) == {
        "now": NOW,
        "tunnel": {"state": "down", "failure": {"reason": "signature"}},
        "manager": {"internal_ca_not_after": utc("2034-10-12")},
        "case": {"devices": 1},
    }


def test_zero_no_and_empty_are_values() -> None:
    a_case = case(managers=[manager(bundle_given=False, vdb=known(0), name=known(""))])
    (subject,) = subjects(a_case, SubjectKind.MANAGER)
    named = as_tree(["manager.bundle_given", "manager.vdb", "manager.name", "manager.tunnels_down"])

    assert activation(subject, named, NOW)["manager"] == {"bundle_given": False, "vdb": 0, "name": "", "tunnels_down": []}


def test_a_span_of_time_is_shown() -> None:
    (subject,) = subjects(case(managers=[manager()], skew=known(timedelta(seconds=90))), SubjectKind.MANAGER)

    assert activation(subject, as_tree(["case.skew"]), NOW)["case"] == {"skew": timedelta(seconds=90)}
