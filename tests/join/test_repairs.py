"""What is over: failed pushes, listings and files of before a connection that only the new set can have set up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from analyzer.join.build import build_case
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import Case, PushListRun, Tunnel
from analyzer.model.certificate import Certificate
from analyzer.model.facts import Fact
from analyzer.model.location import Evidence, Location
from analyzer.model.outputs import GenerateCertsRun, ListedFile, PeerStatus
from analyzer.model.passage import FileSeen
from analyzer.read.certificates import certificate_from_der
from tests.builders.cases import utc
from tests.join.builders_facts import FMC_UUID, FTD2_UUID, FTD_UUID, fmc_box, ftd_box, here, peer_status, peers_map, push_failure
from tests.lab.certificates import Credential
from tests.lab.pki import InternalCA

AS_OF = utc("2026-11-23")
RAN = datetime.fromisoformat("2026-11-20T09:12:20+00:00")
EPOCH = int(RAN.timestamp())
OLD_ENDED, OLD_VALID = utc("2026-09-22"), utc("2027-11-01")
FOLDER = f"/var/sf/peers/{FMC_UUID}"
STATUS = "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output"


def file(bundle: str, member: str, credential: Credential) -> Certificate:
    certificate = certificate_from_der(credential.der, here(bundle, member))
    assert isinstance(certificate, Certificate)
    return certificate


def run(old: datetime, epoch: int | None = EPOCH, failed: bool = True, at: str = "gen.txt") -> GenerateCertsRun:
    lines = (("ftd-1", f"{FOLDER}/cacert.pem", here(at, line=9)),) if failed else ()
    started = datetime.fromtimestamp(epoch, RAN.tzinfo) if epoch is not None else None
    return GenerateCertsRun(started, old, True, True, lines, epoch, here(at), "fmc-1")


def status(since: datetime | None, uuid: str = FTD_UUID, up: bool = True) -> PeerStatus:
    return peer_status(
        here("status.txt"),
        peer_name="ftd-1",
        peer_address="192.0.2.11",
        peer_uuid=uuid,
        control=up,
        event=up,
        connected_since=since,
        taken=utc("2026-11-22"),
        host="fmc-1",
    )


def renewed_fmc(old_ends: datetime = OLD_ENDED) -> list[Fact]:
    ca = InternalCA.ending(FMC_UUID, old_ends).renewed(RAN + timedelta(seconds=14))
    return [*fmc_box(name="fmc-1"), file("fmc.tar.gz", "dir-archives/etc/sf/ca_root/cacert.pem", ca.root)]


def tunnel_of(case: Case) -> Tunnel:
    (tunnel,) = case.tunnels
    return tunnel


def told(answer: Answer[bool]) -> bool | str:
    return answer.value if isinstance(answer, Known) else answer.why


PUSHES = [
    pytest.param(OLD_ENDED, RAN + timedelta(hours=3), False, id="up since after the run, the old CA had ended: done"),
    pytest.param(OLD_ENDED, RAN - timedelta(hours=3), True, id="up since before the run: still on the old set"),
    pytest.param(OLD_ENDED, None, True, id="since when is not told"),
    pytest.param(OLD_VALID, RAN + timedelta(hours=3), "probably", id="renewed early: likely done, and not emptied"),
]


@pytest.mark.parametrize(("old_ends", "since", "expected"), PUSHES)
def test_a_failed_push_and_a_connection_that_lives(old_ends: datetime, since: datetime | None, expected: bool | str) -> None:
    tunnel = tunnel_of(build_case([*renewed_fmc(old_ends), push_failure(epoch=EPOCH), run(old_ends), status(since)], AS_OF))

    answer = told(tunnel.push_failed)
    assert (expected in answer) if isinstance(answer, str) and isinstance(expected, str) else answer == expected
    assert isinstance(tunnel.new_set_proven, Known) is (expected is False)


def test_a_tunnel_that_is_down_is_no_proof() -> None:
    tunnel = tunnel_of(build_case([*renewed_fmc(), push_failure(epoch=EPOCH), run(OLD_ENDED), status(None, up=False)], AS_OF))

    assert told(tunnel.push_failed) is True


def test_the_list_of_the_run_before_counts_no_more() -> None:
    """The second run printed no failure, and names the CA of the first one as the one that it replaced."""
    first_ca_ends = RAN + timedelta(days=3650)
    again = run(first_ca_ends, epoch=None, failed=False, at="gen2.txt")

    case = build_case([*renewed_fmc(), push_failure(epoch=EPOCH), run(OLD_ENDED), again, status(None)], AS_OF)

    assert told(tunnel_of(case).push_failed) is False
    (manager,) = case.managers
    assert isinstance(manager.push_list_run, Known)
    assert manager.push_list_run.value is PushListRun.SUPERSEDED


def device_set(*more: Fact) -> list[Fact]:
    old = InternalCA.ending(FMC_UUID, OLD_ENDED)
    member = f"dir-archives{FOLDER.replace('/var/sf/peers', '/var-sf-peers')}/cacert.pem"
    return [*ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), file("ftd.tar.gz", member, old.root), *more]


def test_files_of_before_the_renewal_do_not_tell_what_the_device_holds() -> None:
    taken = FileSeen(here("ftd.tar.gz", STATUS), utc("2026-09-20"))

    older = tunnel_of(build_case([*renewed_fmc(), *device_set(taken)], AS_OF)).device_ca_is_current
    newer = tunnel_of(build_case([*renewed_fmc(), *device_set(FileSeen(here("ftd.tar.gz", STATUS), utc("2026-11-22")))], AS_OF))

    assert isinstance(older, Missing)
    assert "older than the renewal" in older.why
    assert told(newer.device_ca_is_current) is False


def row(size: str, clock: str, line: int, artifact: str = "ftd-1.txt", name: str = "cacert.pem") -> ListedFile:
    text = f"-rw-r--r-- 1 root root {size} {clock} {name}"
    return ListedFile(name, size, "-rw-r--r--", "root", "root", FOLDER, Evidence(Location(artifact, line=line), text), "ftd-1")


LISTINGS = [
    pytest.param([row("1.3K", "Nov 22 12:41", 1), row("0", "Nov 22 14:50", 9), row("1.3K", "Nov 22 14:55", 20)], 0, id="filled again"),
    pytest.param([row("1.3K", "Nov 22 12:41", 1), row("0", "Nov 22 14:50", 9)], 1, id="emptied last"),
    pytest.param([row("0", "Nov 22 14:50", 1, "a.txt"), row("1.3K", "Nov 22 14:55", 1, "b.txt")], 0, id="two texts, by the file's time"),
    pytest.param([row("1.3K", "Nov 22 14:55", 1, "a.txt"), row("0", "Nov 22 15:50", 1, "b.txt")], 1, id="two texts, emptied last"),
]


@pytest.mark.parametrize(("rows", "empty"), LISTINGS)
@pytest.mark.parametrize("turned", [False, True])
def test_of_one_file_the_newest_row_counts(rows: list[ListedFile], empty: int, turned: bool) -> None:
    given = rows[::-1] if turned else rows
    case = build_case([*renewed_fmc(), *ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), *given], AS_OF)

    assert len(tunnel_of(case).empty_files) == empty


def test_a_connection_that_began_after_the_file_was_emptied_shows_that_it_is_filled() -> None:
    emptied = row("0", "Nov 21 10:00", 1)
    seen = FileSeen(here("ftd-1.txt"), utc("2026-11-22"))
    boxes: list[Fact] = [*renewed_fmc(), *ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), emptied, seen]

    after = tunnel_of(build_case([*boxes, status(utc("2026-11-22") - timedelta(hours=2))], AS_OF))
    before = tunnel_of(build_case([*boxes, status(utc("2026-11-20"))], AS_OF))

    assert (len(after.empty_files), len(before.empty_files)) == (0, 1)


def test_an_entry_of_a_former_registration_is_no_device() -> None:
    """The same name and address, another UUID, and up since the run: installed anew."""
    case = build_case([*renewed_fmc(), push_failure(epoch=EPOCH), status(RAN + timedelta(days=1), uuid=FTD2_UUID)], AS_OF)

    assert [device.uuid.value for device in case.devices if isinstance(device.uuid, Known)] == [FTD2_UUID]
    assert [notice for notice in case.notices if "former registration" in notice.text and FTD_UUID in notice.text]


def test_a_device_of_another_name_does_not_make_an_entry_a_former_one() -> None:
    other = push_failure(name="ftd-9", epoch=EPOCH)

    case = build_case([*renewed_fmc(), other, status(RAN + timedelta(days=1), uuid=FTD2_UUID)], AS_OF)

    assert len(case.devices) == 2
