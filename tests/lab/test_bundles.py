"""Bundles: the documented layout, the same bytes each time."""

from __future__ import annotations

import gzip
import io
import tarfile
from datetime import timedelta

import pytest

from tests.lab.bundle import command_output, member_name, pack
from tests.lab.cast import COLLECTED, EXPIRED, FMC_1, LIMA, SEOUL, SPACED
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.outputs import openssl_dates, show_managers, status_brief, status_on_fmc
from tests.lab.pki import InternalCA
from tests.lab.renewal import copy_certs, failed_push, generate_certs, wrapped
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import DEGRADED, Site
from tests.lab.tree import Tree


@pytest.fixture(scope="module")
def site() -> Site:
    """One device connected, two down before the renewal."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(LIMA, SEOUL, SPACED)
    site.cut(SEOUL, COLLECTED - timedelta(days=3))
    site.cut(SPACED, COLLECTED - timedelta(days=3))
    site.renew(COLLECTED - timedelta(days=2), "a hotfix")
    return site


def members(bundle: bytes) -> dict[str, tarfile.TarInfo]:
    """The members by name."""
    with tarfile.open(fileobj=io.BytesIO(bundle)) as tar:
        return {member.name: member for member in tar.getmembers()}


def test_both_ways_of_flattening_are_there(site: Site) -> None:
    """``dir-archives/etc/sf`` nested beside ``dir-archives/var-log`` with dashes (field notes 5.1)."""
    day = Day(site)
    day.healthy(LIMA)
    names = members(pack(fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED), COLLECTED))

    expected = {
        "dir-archives/etc/sf/ims.conf",
        "dir-archives/etc/sf/.versiondb/vdb.conf",
        "dir-archives/etc/sf/ca_root/cacert.pem",
        "dir-archives/var-log/messages",
        "dir-archives/var-log/messages.1.gz",
        f"dir-archives/var-sf-peers/{SEOUL.uuid}/certs_pushed/sftunnel-cert.pem",
        f"dir-archives/var-tmp-certs/{site.renewals[0].epoch}/FAILED_PUSH",
        "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output",
    }
    assert expected <= set(names)
    assert names["dir-archives/var-log/messages.1.gz"].mtime == int(ROTATED.timestamp())


def test_an_ftd_has_the_documented_listing(site: Site) -> None:
    """Section 4.2, and a command output whose name has blanks."""
    names = members(pack(ftd_tree(SEOUL, [site], COLLECTED), COLLECTED, prefix="top/"))

    folder = f"top/dir-archives/var-sf-peers/{FMC_1.uuid}/"
    listed = {n.removeprefix(folder) for n in names if n.startswith(folder)}
    assert listed == {
        *("LIGHT_REGISTRATION", "LIGHT_UNREGISTRATION", "LL-caCert.pem", "LL-cert.pem", "LL-key.pem", "cacert.pem", "ims.conf"),
        *(
            "peer_flags.json",
            "sfiproxy.conf.json",
            "sftunnel-cert.pem",
            "sftunnel-heartbeat",
            "sftunnel-key.pem",
            "sftunnel.json",
            "sw_version",
        ),
    }
    assert "top/command-outputs/usr-local-sf-bin-sfcli.pl show managers.output" in names
    assert "top/dir-archives/var-sf-peers/PEERS_MAP.JSON" in names


def test_packing_again_gives_the_same_bytes(site: Site) -> None:
    """Order, owners, modes and times are fixed, that of gzip too."""
    first, second = (pack(ftd_tree(SEOUL, [site], COLLECTED), COLLECTED) for _ in range(2))

    assert first == second
    assert int.from_bytes(first[4:8], "little") == int(COLLECTED.timestamp())


def test_long_names_are_gnu_entries(site: Site) -> None:
    """Type ``L``, as in real bundles."""
    plain = gzip.decompress(pack(ftd_tree(SEOUL, [site], COLLECTED), COLLECTED))

    assert b"././@LongLink" in plain


def test_names() -> None:
    """Paths of the box to members."""
    assert member_name("var/sf/peers/x/cacert.pem") == "dir-archives/var-sf-peers/x/cacert.pem"
    assert member_name("show_tech_output.txt") == "show_tech_output.txt"
    assert command_output("/usr/local/sf/bin/pmtool status") == "command-outputs/usr-local-sf-bin-pmtool status.output"


def test_a_path_is_used_once() -> None:
    """A tree neither loses nor invents a file."""
    tree = Tree()
    tree.add("a", "x", COLLECTED)

    with pytest.raises(ValueError, match="there already"):
        tree.add("a", "y", COLLECTED)
    with pytest.raises(KeyError):
        tree.replace("b", b"y", COLLECTED)


def test_renewal_reached_the_living_tunnel_only(site: Site) -> None:
    """Document 222464: the push needs the tunnel."""
    assert site.tunnel(LIMA).leaf.der == site.tunnel(LIMA).pushed.der
    assert site.tunnel(SEOUL).leaf.der != site.tunnel(SEOUL).pushed.der
    assert site.tunnel(SEOUL).trust.der == site.renewals[0].replaced.der
    assert (site.ca.not_before - site.renewals[0].started).seconds == 14


def test_failed_push_has_five_fields_and_a_double_slash(site: Site) -> None:
    """UUID, name (which may hold blanks), address, source, destination."""
    rows = failed_push(site, site.renewals[0]).splitlines()

    assert len(rows) == 6
    assert rows[1] == (
        f"{SEOUL.uuid} ftd-seoul 192.0.2.12 /var/sf/peers/{SEOUL.uuid}/certs_pushed//sftunnel-key.pem "
        f"/var/sf/peers/{FMC_1.uuid}/sftunnel-key.pem"
    )
    assert rows[3].startswith(f"{SPACED.uuid} ftd mexico city 192.0.2.25 /etc/sf/ca_root/cacert.pem ")


def test_wrapping_loses_nothing(site: Site) -> None:
    """A terminal breaks in the middle of a UUID; joined again it is the same."""
    text = failed_push(site, site.renewals[0])

    assert max(map(len, wrapped(text).splitlines())) == 112
    assert wrapped(text).replace("\n", "") == text.replace("\n", "")


def test_generate_certs_reads_as_in_the_document(site: Site) -> None:
    """Two questions, three lines per device, the folder with the Unix time."""
    text = generate_certs(site, site.renewals[0])

    assert text.count("Do you want to continue? [yes/no]:yes") == 2
    assert text.count("Failed to push to ftd-seoul = ") == 3
    assert f"check /var/tmp/certs/{site.renewals[0].epoch}/FAILED_PUSH" in text


def test_copy_output_reads_as_in_the_document() -> None:
    """The times run on; who cannot be reached is given up after 20 seconds."""
    text = copy_certs(COLLECTED, [("FTDv", "copied"), ("BSNS", "unreachable")])

    assert "2026-11-22 19:30:03 - Restarting sftunnel for FTDv\n" in text
    assert "2026-11-22 19:30:23 - Could not connect to BSNS\n" in text


def test_statuses(site: Site) -> None:
    """Up, one channel, down; registration is complete in all of them."""
    site.tunnel(LIMA).state, before = DEGRADED, site.tunnel(LIMA).state
    text, down, up = (
        status_on_fmc(site, COLLECTED),
        status_brief(site.tunnel(SEOUL), FMC_1, COLLECTED),
        status_brief(site.tunnel(LIMA), FMC_1, COLLECTED),
    )
    site.tunnel(LIMA).state = before

    assert text.count("**RUN STATUS****") == text.count("Registration: Completed.") == 3
    assert text.count("ChannelB Connected: Yes") == 0
    assert "Peer channel" not in down
    assert up.count("Peer channel") == 1


def test_small_outputs(site: Site) -> None:
    """Blank-padded days; one block per manager."""
    assert openssl_dates(site.renewals[0].replaced) == "notBefore=Sep 24 12:16:56 2016 GMT\nnotAfter=Sep 22 12:16:56 2026 GMT\n"
    assert show_managers([FMC_1]).splitlines()[1] == "Host                      : 198.51.100.7"
    assert f"Identifier                : {FMC_1.uuid}" in show_managers([FMC_1], newer=True)
