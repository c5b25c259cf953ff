"""Whose InternalCA a date is of, how old the word is, and what happens when two words disagree."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from analyzer.join.build import build_case
from analyzer.model.answer import Conflicting, Known, Missing
from analyzer.model.case import Case, Manager
from analyzer.model.certificate import Certificate, CertificateDates
from analyzer.model.facts import Fact
from analyzer.model.outputs import GenerateCertsRun
from analyzer.model.passage import FileSeen
from analyzer.read.decoding import certificate_from_der
from tests.builders.cases import utc
from tests.join.builders_facts import FMC_UUID, OTHER_FMC_UUID, fmc_box, ftd_box, here, peer_status, peers_map
from tests.lab.certificates import Credential
from tests.lab.pki import InternalCA

AS_OF = utc("2026-11-23")
OLD = InternalCA.ending(FMC_UUID, utc("2026-09-22"))
NEW = OLD.renewed(utc("2026-11-01"))
CA_ROOT = "dir-archives/etc/sf/ca_root/cacert.pem"
CA_PATH = "/etc/sf/ca_root/cacert.pem"
STATUS = "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output"
EXPIRED, VALID = utc("2026-09-22"), utc("2034-11-18")


def file(artifact: str, member: str, credential: Credential) -> Certificate:
    certificate = certificate_from_der(credential.der, here(artifact, member))
    assert isinstance(certificate, Certificate)
    return certificate


def dates(
    ends: datetime | None, path: str, host: str, artifact: str = "paste.txt", line: int = 1, days: int | None = None
) -> CertificateDates:
    begins = None if ends is None else ends - timedelta(days=3650)
    return CertificateDates(begins, ends, days, path, here(artifact, line=line, text=f"notAfter={ends}"), host)


RENEWED = file("x", "", NEW.root).not_after


def taken(artifact: str, day: str, member: str = "") -> FileSeen:
    return FileSeen(here(artifact, member), utc(day))


def manager_named(case: Case, name: str) -> Manager:
    return next(one for one in case.managers if one.label == name)


OTHER_CERTIFICATES = [
    ("/etc/pki/CA/cacert.pem", "web-1"),
    ("/etc/mysql/ssl/cacert.pem", "fmc-1"),
    ("/var/sf/htdocs/cacert.pem", "fmc-1"),
    ("/Volume/home/admin/cacert.pem", "fmc-1"),
    ("cacert.pem", "ftd-1"),
    ("cacert.pem", "nobody-knows-this-host"),
    (f"/var/sf/peers/{FMC_UUID}/cacert.pem", "fmc-1"),
    ("/etc/ssl/server.crt", "fmc-1"),
]


@pytest.mark.parametrize(("path", "host"), OTHER_CERTIFICATES)
@pytest.mark.parametrize("ends", [EXPIRED, VALID])
def test_a_file_of_this_name_elsewhere_is_another_certificate(path: str, host: str, ends: datetime) -> None:
    boxes = [*fmc_box(name="fmc-1"), *ftd_box(), peers_map("ftd.tar.gz", FMC_UUID)]

    case = build_case([*boxes, dates(ends, path, host)], AS_OF)

    assert [manager.label.partition(" ")[0] for manager in case.managers] == ["fmc-1"]
    assert isinstance(case.managers[0].internal_ca_not_after, Missing)


def test_a_host_that_only_shows_another_file_is_no_fmc() -> None:
    assert build_case([dates(EXPIRED, "/etc/pki/CA/cacert.pem", "web-1")], AS_OF).managers == ()


@pytest.mark.parametrize(("mine", "theirs"), [(EXPIRED, VALID), (VALID, EXPIRED)])
def test_a_date_at_the_prompt_of_another_fmc_is_that_fmcs(mine: datetime, theirs: datetime) -> None:
    told = [dates(mine, CA_PATH, "fmc-1", "one.txt"), dates(theirs, CA_PATH, "fmc-2", "two.txt")]

    for order in permutations([*fmc_box(name="fmc-1"), *told]):
        case = build_case(order, AS_OF)
        ends = {one.label: one.internal_ca_not_after for one in case.managers}
        assert {name: answer.value for name, answer in ends.items() if isinstance(answer, Known)} == {"fmc-1": mine, "fmc-2": theirs}


def test_a_date_whose_owner_is_not_said_is_a_question_about_the_only_fmc() -> None:
    case = build_case([*fmc_box(name="fmc-1"), dates(VALID, CA_PATH, "", "note.txt")], AS_OF)

    answer = case.managers[0].internal_ca_not_after
    assert isinstance(answer, Missing)
    assert "2034-11-18" in answer.why
    assert "the only FMC here is fmc-1" in answer.why


@pytest.mark.parametrize("days", [260, 3000])
def test_a_count_of_days_that_nothing_dates_is_no_answer(days: int) -> None:
    facts: list[Fact] = [
        *fmc_box(name="fmc-1"),
        dates(None, CA_PATH, "fmc-1", "january.txt", days=days),
        taken("january.txt", "2026-01-05"),
    ]

    answer = build_case(facts, AS_OF).managers[0].internal_ca_not_after

    assert isinstance(answer, Missing)
    assert str(days) in answer.why


def test_a_count_of_days_beside_the_file_overrides_nothing() -> None:
    mine = file("fmc.tar.gz", CA_ROOT, OLD.root)
    facts: list[Fact] = [*fmc_box(name="fmc-1"), mine, dates(None, CA_PATH, "fmc-1", "note.txt", days=260)]

    answer = build_case(facts, AS_OF).managers[0].internal_ca_not_after

    assert isinstance(answer, Known)
    assert answer.value == EXPIRED


def test_a_count_of_days_in_a_session_that_states_its_time_is_counted_from_it() -> None:
    status = peer_status(here("paste.txt", line=9), peer_name="ftd-1", control=True, event=True, host="fmc-1", taken=utc("2026-11-20"))
    facts: list[Fact] = [dates(None, CA_PATH, "fmc-1", days=100), status]

    answer = manager_named(build_case(facts, AS_OF), "fmc-1").internal_ca_not_after

    assert isinstance(answer, Known)
    assert (answer.value, answer.age.stated) == (utc("2026-11-20") + timedelta(days=100), True)


def test_expired_days_ago_is_expired_whenever_it_ran() -> None:
    facts: list[Fact] = [dates(None, CA_PATH, "fmc-1", days=-41), taken("paste.txt", "2026-11-20")]

    answer = build_case(facts, AS_OF).managers[0].internal_ca_not_after

    assert isinstance(answer, Known)
    assert answer.value <= utc("2026-11-20")


HINTS = [
    pytest.param(file("from-the-lab/cacert.pem", "", NEW.root), id="loose file"),
    pytest.param(file("ftd.tar.gz", f"dir-archives/var-sf-peers/{FMC_UUID}/cacert.pem", NEW.root), id="copy on a device"),
]


@pytest.mark.parametrize("hint", HINTS)
@pytest.mark.parametrize("when", ["", "2026-11-22"])
def test_a_newer_hint_beside_a_tree_that_may_be_newer_still_is_a_contradiction(hint: Certificate, when: str) -> None:
    boxes: list[Fact] = [*fmc_box(), *ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), file("fmc.tar.gz", CA_ROOT, OLD.root), hint]
    boxes += [taken("fmc.tar.gz", when, STATUS)] if when else []

    answer = build_case(boxes, AS_OF).managers[0].internal_ca_not_after

    assert isinstance(answer, Conflicting)
    assert [claim.value for claim in answer.claims] == [EXPIRED, RENEWED]  # the dangerous reading first
    assert CA_PATH in answer.obtain


@pytest.mark.parametrize("hint", HINTS)
def test_a_tree_that_is_older_than_a_newer_ca_is_provably_outdated(hint: Certificate) -> None:
    facts: list[Fact] = [*fmc_box(), *ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), file("fmc.tar.gz", CA_ROOT, OLD.root), hint]

    answer = build_case([*facts, taken("fmc.tar.gz", "2026-10-15", STATUS)], AS_OF).managers[0].internal_ca_not_after

    assert isinstance(answer, Known)
    assert (answer.value, bool(answer.assumed)) == (RENEWED, True)


def test_an_old_file_that_lies_in_the_tree_for_years_makes_the_tree_no_older() -> None:
    """The time of cacert.pem is that of its making: the tree that holds it may be of yesterday."""
    facts: list[Fact] = [*fmc_box(), file("fmc.tar.gz", CA_ROOT, OLD.root), taken("fmc.tar.gz", "2016-09-24", CA_ROOT)]

    answer = build_case([*facts, file("cacert.pem", "", NEW.root)], AS_OF).managers[0].internal_ca_not_after

    assert isinstance(answer, Conflicting)


def test_two_bundles_of_one_fmc_are_put_in_order_by_their_times() -> None:
    old, new = fmc_box("old.tar.gz"), fmc_box("new.tar.gz")
    facts: list[Fact] = [*old, *new, file("old.tar.gz", CA_ROOT, OLD.root), file("new.tar.gz", CA_ROOT, NEW.root)]

    dated = build_case([*facts, taken("old.tar.gz", "2026-10-15", STATUS), taken("new.tar.gz", "2026-11-20", STATUS)], AS_OF).managers[0]
    undated = build_case(facts, AS_OF).managers[0]

    assert isinstance(dated.internal_ca, Known)
    assert dated.internal_ca.value.not_after == RENEWED
    assert not dated.internal_ca.assumed
    assert isinstance(undated.internal_ca, Conflicting)


def test_a_run_that_made_one_of_two_puts_them_in_order() -> None:
    run = GenerateCertsRun(NEW.not_before - timedelta(seconds=14), None, True, True, (), None, here("gen.txt"), "fmc-1.example")
    newer = CertificateDates(NEW.not_before, RENEWED, None, CA_PATH, here("paste.txt"), "fmc-1.example")

    answer = build_case([*fmc_box(), file("fmc.tar.gz", CA_ROOT, OLD.root), newer, run], AS_OF).managers[0].internal_ca_not_after

    assert isinstance(answer, Known)
    assert answer.value == RENEWED


def test_of_two_dates_in_one_terminal_text_the_later_counts() -> None:
    told = [dates(EXPIRED, CA_PATH, "fmc-1", line=3), dates(VALID, CA_PATH, "fmc-1", line=40)]

    for order in permutations(told):
        answer = build_case(order, AS_OF).managers[0].internal_ca_not_after
        assert isinstance(answer, Known)
        assert answer.value == VALID


def test_a_ca_at_its_place_with_another_name_is_the_ca_all_the_same() -> None:
    misnamed = InternalCA.ending(OTHER_FMC_UUID, EXPIRED)

    case = build_case([*fmc_box(), file("fmc.tar.gz", CA_ROOT, misnamed.root)], AS_OF)
    manager = manager_named(case, "fmc-1.example")

    assert isinstance(manager.internal_ca, Known)
    assert (manager.internal_ca.value.not_after, OTHER_FMC_UUID in manager.internal_ca.assumed) == (EXPIRED, True)


@pytest.mark.parametrize(("confirmed", "finished", "known"), [(True, True, False), (False, True, True), (True, False, True)])
def test_the_ca_that_a_run_replaced_is_no_longer_the_one_in_force(confirmed: bool, finished: bool, known: bool) -> None:
    """Its output names the CA before by its end. A second run would make a third one, and what was copied would be worthless."""
    mine = file("fmc.tar.gz", CA_ROOT, OLD.root)
    run = GenerateCertsRun(None, mine.not_after, confirmed, finished, (), None, here("gen.txt"), "fmc-1.example")

    answer = build_case([*fmc_box(), mine, run], AS_OF).managers[0].internal_ca_not_after

    assert isinstance(answer, Known) is known
    assert known or (isinstance(answer, Missing) and "replaced" in answer.why and answer.evidence[0].location.artifact == "gen.txt")
