"""From all facts of a call to one case: certificates are real, built by the lab."""

from __future__ import annotations

from datetime import timedelta

from analyzer.join.build import build_case
from analyzer.join.current_ca import LOOSE_CA, NEWER_CA
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.capture import ConnectionOutcome
from analyzer.model.case import Case, FailureReason, IssuedBy, Manager, Tunnel, TunnelState
from analyzer.model.certificate import Certificate, CertificateDates
from analyzer.model.facts import Fact
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.outputs import CertificateCopy, CopyOutcome, GenerateCertsRun
from analyzer.model.passage import FileSeen
from analyzer.read.decoding import certificate_from_der
from tests.builders.cases import utc
from tests.join.builders_facts import (
    FMC_UUID,
    FTD2_UUID,
    FTD_UUID,
    OTHER_FMC_UUID,
    connection,
    fmc_box,
    ftd_box,
    here,
    peer_status,
    peers_map,
    push_failure,
)
from tests.lab.certificates import Credential
from tests.lab.pki import InternalCA

AS_OF = utc("2026-11-23")
OLD = InternalCA.ending(FMC_UUID, utc("2026-09-22"))
NEW = OLD.renewed(utc("2026-11-01"))
OTHER = InternalCA.ending(OTHER_FMC_UUID, utc("2030-01-01"))
CA_ROOT = "dir-archives/etc/sf/ca_root/cacert.pem"


def in_bundle(bundle: str, member: str, credential: Credential) -> Certificate:
    certificate = certificate_from_der(credential.der, here(bundle, member))
    assert isinstance(certificate, Certificate)
    return certificate


def on_device(name: str, credential: Credential, uuid: str = FMC_UUID, bundle: str = "ftd.tar.gz") -> Certificate:
    return in_bundle(bundle, f"dir-archives/var-sf-peers/{uuid}/{name}", credential)


def leaf(ca: InternalCA, owner: str = "192.0.2.11") -> Credential:
    return ca.issue(owner, serial=15, at=ca.not_before + timedelta(days=1))


def value(answer: Answer) -> object:  # type: ignore[type-arg]
    return answer.value if isinstance(answer, Known) else answer.why


def only(case: Case) -> tuple[Manager, Tunnel]:
    (manager,), (tunnel,) = case.managers, case.tunnels
    return manager, tunnel


def two_boxes(*more: Fact) -> Case:
    return build_case([*fmc_box(), *ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), *more], AS_OF)


def test_two_bundles_make_one_manager_one_device_and_the_tunnel_between_them() -> None:
    case = two_boxes()
    manager, tunnel = only(case)

    assert (manager.label, value(manager.uuid), manager.bundle_given) == ("fmc-1.example", FMC_UUID, True)
    assert [(d.label, value(d.uuid), d.bundle_given) for d in case.devices] == [("ftd-1", FTD_UUID, True)]
    assert (tunnel.manager, tunnel.device) == (manager.key, case.devices[0].key)


def test_a_leaf_of_the_ca_in_force_is_told_by_signature() -> None:
    case = two_boxes(in_bundle("fmc.tar.gz", CA_ROOT, OLD.root), on_device("sftunnel-cert.pem", leaf(OLD)))

    assert value(only(case)[1].device_leaf_issued_by) is IssuedBy.CURRENT_CA


def test_after_a_renewal_the_old_leaf_has_the_right_name_and_the_wrong_key() -> None:
    new_ca = in_bundle("fmc.tar.gz", CA_ROOT, NEW.root)

    alone = two_boxes(new_ca, on_device("sftunnel-cert.pem", leaf(OLD)))
    with_old_ca = two_boxes(new_ca, on_device("sftunnel-cert.pem", leaf(OLD)), on_device("cacert.pem", OLD.root))

    assert value(only(alone)[1].device_leaf_issued_by) is IssuedBy.SAME_NAME_OTHER_KEY
    assert value(only(with_old_ca)[1].device_leaf_issued_by) is IssuedBy.PREVIOUS_CA
    assert value(only(with_old_ca)[1].device_ca_is_current) is False


def test_with_too_many_earlier_cas_nobody_is_accused_and_the_limit_is_named() -> None:
    others = [InternalCA(FMC_UUID, OLD.not_before - timedelta(days=number), 40 + number) for number in range(3)]
    facts = [
        *(*fmc_box(), *ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), in_bundle("fmc.tar.gz", CA_ROOT, NEW.root)),
        *(in_bundle(f"old-{number}.pem", "", one.root) for number, one in enumerate(others)),
        on_device("sftunnel-cert.pem", leaf(OLD)),
    ]

    assert value(only(build_case(facts, AS_OF, signatures=3))[1].device_leaf_issued_by) is IssuedBy.SAME_NAME_OTHER_KEY
    assert "limit signatures" in str(value(only(build_case(facts, AS_OF, signatures=2))[1].device_leaf_issued_by))


def test_a_leaf_of_another_manager() -> None:
    case = two_boxes(in_bundle("fmc.tar.gz", CA_ROOT, OLD.root), on_device("sftunnel-cert.pem", leaf(OTHER)))
    tunnel = next(t for t in case.tunnels if FMC_UUID in t.manager)

    assert value(tunnel.device_leaf_issued_by) is IssuedBy.ANOTHER_MANAGER


def test_the_copy_of_a_device_alone_does_not_tell_the_ca_in_force() -> None:
    case = build_case([*ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), on_device("cacert.pem", OLD.root)], AS_OF)
    manager, _ = only(case)

    assert isinstance(manager.internal_ca, Missing)
    assert "may have been renewed" in manager.internal_ca.why
    assert "ca_root/cacert.pem" in manager.internal_ca.obtain


def test_a_loose_ca_is_taken_for_the_one_in_force_and_says_so() -> None:
    case = build_case([in_bundle("cacert.pem", "", OLD.root)], AS_OF)
    (manager,) = case.managers

    assert value(manager.uuid) == FMC_UUID
    assert value(manager.internal_ca_not_after) == utc("2026-09-22")
    assert isinstance(manager.internal_ca, Known)
    assert manager.internal_ca.assumed == LOOSE_CA


def test_a_newer_ca_on_a_device_outdates_the_older_bundle_of_the_manager() -> None:
    taken = FileSeen(here("fmc.tar.gz", "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output"), utc("2026-10-15"))
    case = two_boxes(in_bundle("fmc.tar.gz", CA_ROOT, OLD.root), on_device("cacert.pem", NEW.root), taken)
    manager, _ = only(case)

    assert isinstance(manager.internal_ca, Known)
    assert manager.internal_ca.value.sha256 == in_bundle("x", "", NEW.root).sha256
    assert manager.internal_ca.assumed == NEWER_CA
    assert [ca.not_after for ca in manager.previous_cas] == [utc("2026-09-22")]


def test_the_text_of_openssl_dates_stands_in_for_the_certificate() -> None:
    dates = CertificateDates(
        utc("2016-09-24"), utc("2026-09-22"), None, "/etc/sf/ca_root/cacert.pem", here("paste.txt", text="notAfter="), "fmc-1"
    )
    case = build_case([dates], AS_OF)
    (manager,) = case.managers

    assert manager.label == "fmc-1"
    assert value(manager.internal_ca_not_after) == utc("2026-09-22")
    assert isinstance(manager.internal_ca, Missing)


def test_days_that_lead_out_of_the_calendar_are_no_date() -> None:
    dates = CertificateDates(None, None, -999_999, "/etc/sf/ca_root/cacert.pem", here("paste.txt", text="expired"), "fmc-1")
    copied = CertificateCopy("ftd-1", CopyOutcome.COPIED, True, utc("2026-10-01"), here("copy.txt"))  # a time of the evidence
    (manager,) = build_case([dates, copied], AS_OF).managers

    assert isinstance(manager.internal_ca_not_after, Missing)


def test_a_number_of_failed_push_that_is_no_time_is_the_name_of_a_folder_all_the_same() -> None:
    case = two_boxes(in_bundle("fmc.tar.gz", CA_ROOT, OLD.root), push_failure(epoch=9_999_999_999_999))
    manager, _ = only(case)

    assert isinstance(manager.renewal, Known)
    assert (manager.renewal.value.failed_push_epoch, manager.renewal.value.started) == (9_999_999_999_999, None)
    assert isinstance(manager.push_list_run, Missing)


def test_failed_push_alone_names_the_devices_and_the_manager() -> None:
    second = push_failure(FTD2_UUID, "ftd-2", "192.0.2.12")
    case = build_case([push_failure(), second], AS_OF)

    assert [(d.label, value(d.uuid), value(d.address)) for d in case.devices] == [
        ("ftd-1", FTD_UUID, "192.0.2.11"),
        ("ftd-2", FTD2_UUID, "192.0.2.12"),
    ]
    assert [value(m.uuid) for m in case.managers] == [FMC_UUID]
    assert [value(t.push_failed) for t in case.tunnels] == [True, True]


def test_a_device_that_the_complete_list_does_not_name_was_pushed_to() -> None:
    status = peer_status(
        here("status.txt"), peer_name="ftd-2", peer_address="192.0.2.12", control=True, event=True, command="sftunnel_status.pl"
    )
    case = build_case([push_failure(), status], AS_OF)

    assert {t.label: value(t.push_failed) for t in case.tunnels} == {
        f"ftd-1 with {FMC_UUID}": True,
        f"ftd-2 with {FMC_UUID}": False,
    }


def test_a_cut_list_does_not_clear_anybody() -> None:
    status = peer_status(
        here("status.txt"), peer_name="ftd-2", peer_address="192.0.2.12", control=True, event=True, command="sftunnel_status.pl"
    )
    case = build_case([push_failure(cut=True), status], AS_OF)
    tunnel = next(t for t in case.tunnels if t.label.startswith("ftd-2"))

    assert isinstance(tunnel.push_failed, Missing)


def test_only_the_newest_run_counts() -> None:
    older = push_failure(FTD2_UUID, "ftd-2", "192.0.2.12", epoch=1728303362)
    case = build_case([push_failure(), older], AS_OF)
    tunnel = next(t for t in case.tunnels if t.label.startswith("ftd-2"))

    assert tunnel.push_failures == ()
    assert value(tunnel.push_failed) is False


def test_a_copy_after_the_renewal_is_known_and_one_before_it_is_not() -> None:
    run = GenerateCertsRun(
        utc("2026-11-01"), None, True, True, (("ftd-1", f"/var/sf/peers/{FMC_UUID}/cacert.pem", here("run.txt")),), None, here("run.txt")
    )
    before = CertificateCopy("ftd-1", CopyOutcome.COPIED, True, utc("2026-10-01"), here("copy.txt"))
    after = CertificateCopy("ftd-1", CopyOutcome.COPIED, True, utc("2026-11-02"), here("copy.txt"))

    assert isinstance(only(build_case([run, before], AS_OF))[1].certificates_copied, Missing)
    assert isinstance(only(build_case([run, after], AS_OF))[1].certificates_copied, Known)


def test_bundles_that_do_not_belong_together_are_said_at_the_top() -> None:
    case = build_case([*fmc_box(), *ftd_box(), peers_map("ftd.tar.gz", OTHER_FMC_UUID)], AS_OF)
    (notice,) = (n for n in case.notices if n.grave)

    assert "do not belong together" in notice.text
    assert notice.doubts
    assert OTHER_FMC_UUID in notice.text
    assert FMC_UUID in notice.text


def test_two_managers_in_the_folders_of_one_device_are_an_ha_pair() -> None:
    case = build_case([*ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), peers_map("ftd.tar.gz", OTHER_FMC_UUID)], AS_OF)
    first, second = case.managers

    assert (first.ha_peer, second.ha_peer) == (second.key, first.key)
    assert len(case.tunnels) == 2


def test_devices_without_a_bundle_are_named() -> None:
    case = build_case([*fmc_box(), push_failure(), push_failure(FTD2_UUID, "ftd-2", "192.0.2.12")], AS_OF)

    assert any(n.text.startswith("2 devices are known in this case, none of their bundles") and "ftd-2" in n.text for n in case.notices)


def test_a_log_alone_makes_a_device_and_the_manager_that_it_dials() -> None:
    def line(number: int, kind: LogKind, **fields: object) -> LogEvent:
        return LogEvent(
            kind,
            utc("2026-11-22T18:59:00"),
            "",
            "",
            "ftd-1",
            1,
            2,
            "INFO",
            "",
            here("messages", line=number),
            **fields,  # type: ignore[arg-type]
        )

    case = build_case(
        [
            line(1, LogKind.INITIATING),
            line(2, LogKind.TCP_CONNECTED, peer="198.51.100.7"),
            line(3, LogKind.VERIFY_ERROR, verify_code=10, verify_text="certificate has expired"),
            line(4, LogKind.HANDSHAKE_FAILED),
        ],
        AS_OF,
    )
    manager, tunnel = only(case)

    assert (manager.label, case.devices[0].label) == ("198.51.100.7", "ftd-1")
    assert value(tunnel.state) is TunnelState.DOWN
    assert isinstance(tunnel.failure, Known)
    assert (tunnel.failure.value.reason, tunnel.failure.value.seen_by) == (FailureReason.EXPIRED, "device")
    assert isinstance(manager.internal_ca_not_after, Missing)


def test_a_capture_alone_takes_the_listening_end_for_the_manager_and_says_so() -> None:
    case = build_case([connection(ConnectionOutcome.NO_ANSWER)], AS_OF)
    manager, tunnel = only(case)

    assert (manager.label, case.devices[0].label) == ("198.51.100.7", "192.0.2.11")
    assert isinstance(manager.address, Known)
    assert "listens" in manager.address.assumed
    assert value(tunnel.state) is TunnelState.DOWN


def test_in_a_capture_known_addresses_decide_which_end_is_which() -> None:
    known = push_failure(address="198.51.100.7")
    case = build_case([known, connection(ConnectionOutcome.NO_ANSWER)], AS_OF)
    manager, tunnel = only(case)

    assert value(manager.address) == "192.0.2.11"
    assert tunnel.connections != ()


def test_order_of_the_facts_does_not_change_the_case() -> None:
    facts: list[Fact] = [
        *fmc_box(),
        *ftd_box(),
        peers_map("ftd.tar.gz", FMC_UUID),
        push_failure(),
        in_bundle("fmc.tar.gz", CA_ROOT, NEW.root),
        on_device("cacert.pem", OLD.root),
        on_device("sftunnel-cert.pem", leaf(OLD)),
    ]
    forward, backward = build_case(facts, AS_OF), build_case(facts[::-1], AS_OF)

    assert [m.key for m in forward.managers] == [m.key for m in backward.managers]
    assert [(t.key, value(t.device_leaf_issued_by)) for t in forward.tunnels] == [
        (t.key, value(t.device_leaf_issued_by)) for t in backward.tunnels
    ]


def test_a_thousand_devices_are_joined_in_linear_time() -> None:
    """No timing here: a join that looks at every pair of a thousand devices would not end within the suite's patience."""
    facts: list[Fact] = [*fmc_box()]
    for number in range(1000):
        uuid = f"{number:08x}-1d37-11e8-a121-00005e005321"
        facts.append(push_failure(uuid, f"ftd-{number}", f"10.0.{number // 250}.{number % 250 + 1}"))
    case = build_case(facts, AS_OF)

    assert len(case.devices) == len(case.tunnels) == 1000
