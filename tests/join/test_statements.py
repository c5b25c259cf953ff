"""What a person states joins, gives roles and places files, and evidence can contradict it."""

from __future__ import annotations

from analyzer.identify.appliance import Appliance
from analyzer.join.build import build_case
from analyzer.join.statements import role_of_manager
from analyzer.model.answer import Conflicting, Known, Missing
from analyzer.model.certificate import Certificate, CertificateDates
from analyzer.model.facts import Fact
from analyzer.model.outputs import CertificateCopy, CopyOutcome
from analyzer.model.passage import FileSeen
from analyzer.model.statements import ApplianceStated, FileStated
from analyzer.read.certificates import certificate_from_der
from tests.builders.cases import utc
from tests.join.builders_facts import FMC_UUID, fmc_box, here, peer_status
from tests.lab.pki import InternalCA

AS_OF = utc("2026-11-23")
OLD = InternalCA.ending(FMC_UUID, utc("2026-09-22"))
NEW = OLD.renewed(utc("2026-11-01"))
CASE = "case.yaml"


def stated(name: str, *same_as: str, manager: bool = True, role: str = "") -> ApplianceStated:
    return ApplianceStated(name, manager, same_as, role, here(CASE, line=2, text=name))


def ca_file(artifact: str, ca: InternalCA, member: str = "") -> Certificate:
    certificate = certificate_from_der(ca.root.der, here(artifact, member))
    assert isinstance(certificate, Certificate)
    return certificate


def test_what_is_stated_to_be_one_is_one() -> None:
    """A prompt and a status output name one FMC by two names: nothing but the statement joins them."""
    dates = CertificateDates(None, utc("2030-01-01"), None, "/etc/sf/ca_root/cacert.pem", here("a.txt"), "firepower-77")
    status = peer_status(here("b.txt"), peer_name="ftd-1", peer_address="192.0.2.11", control=True, event=True, host="fmc-1")

    case = build_case([dates, status, stated("fmc-1", "firepower-77", "198.51.100.7")], AS_OF)

    assert [(one.label, isinstance(one.internal_ca_not_after, Known)) for one in case.managers] == [("fmc-1", True)]


def test_a_stated_role_is_known_as_a_persons_word() -> None:
    case = build_case([*fmc_box(name="fmc-1"), stated("fmc-1", role="primary")], AS_OF)

    role = case.managers[0].role
    assert isinstance(role, Known)
    assert (role.value, bool(role.assumed), role.evidence[0].location.artifact) == ("primary", True, CASE)


def test_a_stated_role_that_an_output_contradicts_is_a_conflict() -> None:
    copy = CertificateCopy("fmc-1", CopyOutcome.NOT_HA_PEER, False, None, here("copy.txt"))

    case = build_case([*fmc_box(name="fmc-1"), copy, stated("fmc-1", role="secondary")], AS_OF)

    role = case.managers[0].role
    assert isinstance(role, Conflicting)
    assert {claim.value for claim in role.claims} == {"standalone", "secondary"}
    assert case.managers[0].conflicting == ("role",)


def test_a_file_that_is_stated_to_be_the_ca_is_the_managers_word() -> None:
    """The bundle of the FMC is older than the CA of the file: the file counts, without the assumption of a loose one."""
    bundle = ca_file("fmc.tar.gz", OLD, "dir-archives/etc/sf/ca_root/cacert.pem")
    taken = FileSeen(here("fmc.tar.gz", "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output"), utc("2026-10-15"))
    file = FileStated("mail/cacert.pem", "fmc-1", internal_ca=True, evidence=here(CASE, line=6, text="mail/cacert.pem"))
    facts: list[Fact] = [*fmc_box(name="fmc-1"), bundle, taken, ca_file("case/mail/cacert.pem", NEW), stated("fmc-1"), file]

    answer = build_case(facts, AS_OF).managers[0].internal_ca

    assert isinstance(answer, Known)
    assert (answer.value.not_before, answer.assumed) == (NEW.not_before, "")


def test_a_statement_that_a_newer_tree_speaks_against_is_a_conflict() -> None:
    bundle = ca_file("fmc.tar.gz", OLD, "dir-archives/etc/sf/ca_root/cacert.pem")
    taken = FileSeen(here("fmc.tar.gz", "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output"), utc("2026-11-22"))
    file = FileStated("mail/cacert.pem", "fmc-1", internal_ca=True, evidence=here(CASE, line=6, text="mail/cacert.pem"))
    facts: list[Fact] = [*fmc_box(name="fmc-1"), bundle, taken, ca_file("case/mail/cacert.pem", NEW), stated("fmc-1"), file]

    assert isinstance(build_case(facts, AS_OF).managers[0].internal_ca_not_after, Conflicting)


def test_every_statement_is_quoted() -> None:
    file = FileStated("not/given.pem", "fmc-1", internal_ca=True, evidence=here(CASE, line=6, text="not/given.pem: internal_ca_of fmc-1"))

    said = [notice.text for notice in build_case([*fmc_box(name="fmc-1"), stated("fmc-1"), file], AS_OF).notices if CASE in notice.text]

    assert len(said) == 2
    assert "gave no evidence" in said[1]


def test_an_output_that_names_nobody_is_of_the_appliance_that_is_stated() -> None:
    """Two status outputs of devices without a prompt: two appliances without a name, until somebody says which is which."""
    peer = {"peer_address": "198.51.100.7", "control": False, "event": False, "command": "sftunnel-status-brief"}
    outputs = [peer_status(here(f"{name}.txt", text=name), **peer) for name in ("one", "two")]
    said = [
        stated("ftd-1", manager=False),
        stated("ftd-2", manager=False),
        FileStated("one.txt", "ftd-1", internal_ca=False, evidence=here(CASE, line=8, text="one.txt")),
        FileStated("two.txt", "ftd-2", internal_ca=False, evidence=here(CASE, line=9, text="two.txt")),
    ]

    alone = build_case(outputs, AS_OF).devices
    with_words = build_case([*outputs, *said], AS_OF).devices

    assert (len(alone), [one.label for one in with_words]) == (2, ["ftd-1", "ftd-2"])


def test_a_copy_script_that_says_no_peer_does_not_undo_a_pair_that_other_evidence_shows() -> None:
    of, other = (Appliance(manager=True, number=number, fallback=f"fmc-{number}") for number in (1, 2))
    alone = [here("copy.txt")]

    single = role_of_manager(of, None, (), alone)
    assert isinstance(single, Known)
    assert single.value == "standalone"
    role = role_of_manager(of, other, (), alone)
    assert isinstance(role, Missing)
    assert "fmc-2 as its peer" in role.why
    assert role.evidence == tuple(alone)
