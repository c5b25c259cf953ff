"""Texts with substitutes: what is replaced, what stays, and that one thing has one name everywhere."""

from __future__ import annotations

import pytest

from analyzer.redact.sensitive import Identifier
from analyzer.redact.substitutes import Substitutes

UUID = "b255f680-a1a6-11e6-8101-00005e005301"


def substitutes(*names: str, kind: Identifier = Identifier.HOST, versions: tuple[str, ...] = ()) -> Substitutes:
    made = Substitutes(frozenset(versions))
    for name in names:
        made.learn(kind, name)
    made.settle()
    return made


def test_a_host_is_the_same_in_every_place_and_spelling() -> None:
    made = substitutes("ftd-berlin")

    assert made.rewrite("peer FTD-Berlin at ftd-berlin, /var/sf/ftd-berlin/x.log") == "peer host-1 at host-1, /var/sf/host-1/x.log"


def test_a_full_name_keeps_its_relation_to_the_short_one() -> None:
    made = substitutes("fmc-1.corp.example", "fmc-1", "fmc-2.corp.example")

    assert made.rewrite("fmc-1 fmc-1.corp.example fmc-2.corp.example") == "host-1 host-1.domain-1 host-2.domain-1"


def test_a_name_is_found_inside_a_file_name() -> None:
    assert (
        substitutes("ftd-lima").rewrite("results-ftd-lima.tar.gz!/dir-archives/messages") == "results-host-1.tar.gz!/dir-archives/messages"
    )


def test_part_of_a_longer_word_is_not_a_name() -> None:
    assert substitutes("lima").rewrite("limassol and lima") == "limassol and host-1"


def test_a_name_with_blanks_is_replaced_as_a_whole() -> None:
    assert substitutes("ftd mexico city").rewrite("Failed to push to ftd mexico city") == "Failed to push to host-1"


def test_a_name_that_may_not_stand_in_a_command_still_may_not() -> None:
    assert substitutes("$(reboot)").rewrite("device $(reboot)") == "device host-1$()"


def test_a_name_that_the_margin_cut_is_replaced() -> None:
    assert substitutes("fmc-headquarters").rewrite("issuer = /title=InternalCA/CN=fmc-headq") == "issuer = /title=InternalCA/CN=host-1"


def test_the_name_of_a_file_is_not_taken_for_a_cut_name() -> None:
    assert substitutes("messages-server").rewrite("/var/log/messages") == "/var/log/messages"


def test_uuids_are_replaced_wherever_they_stand_and_stay_uuids() -> None:
    assert substitutes().rewrite(f"/var/sf/peers/{UUID}/cacert.pem") == "/var/sf/peers/00000000-0000-0000-0000-000000000001/cacert.pem"


def test_a_uuid_that_the_margin_cut_is_gone() -> None:
    assert substitutes().rewrite(f"CN={UUID[:23]}") == "CN=00000000-"


@pytest.mark.parametrize("text", ["10.20.30.40", "peer 10.20.30.40: down", "(10.20.30.40)", "https://10.20.30.40:443/x", "2001:4860::17"])
def test_addresses_are_replaced_in_any_text(text: str) -> None:
    put = substitutes().rewrite(text)

    assert "10.20.30.40" not in put
    assert "4860" not in put


@pytest.mark.parametrize("text", ["12:30:45", "2026-11-22T19:30:00Z", "AB:CD:EF:01", "sftunneld:sf_ssl", "::", "version 7.2.5"])
def test_what_only_looks_like_an_address_stays(text: str) -> None:
    assert substitutes().rewrite(text) == text


def test_a_release_of_four_parts_is_no_address() -> None:
    assert substitutes(versions=("7.0.6.2",)).rewrite("running 7.0.6.2") == "running 7.0.6.2"


def test_the_appliances_own_words_and_accounts_stay() -> None:
    made = substitutes("firepower", "FMC", "localhost")
    made.learn(Identifier.ACCOUNT, "root")

    assert made.rewrite("firepower FMC localhost root") == "firepower FMC localhost root"
    assert made.entries() == ()


def test_the_map_holds_every_original() -> None:
    made = substitutes("ftd-lima")
    made.rewrite("192.0.2.9")

    assert made.entries() == (("address", "192.0.2.9", "240.0.1.1"), ("host", "ftd-lima", "host-1"))


def test_the_domain_of_the_cloud_delivered_fmc_stays() -> None:
    """It is Cisco's, and without it nobody could tell that the steps of an FMC of one's own do not apply."""
    made = substitutes("acme.app.us.cdo.cisco.com")

    assert made.rewrite("Host : acme.app.us.cdo.cisco.com of acme") == "Host : host-1.cdo.cisco.com of host-1"


@pytest.mark.parametrize(
    "text",
    [
        "10:43:00.366139 IP 192.0.2.42.39606 > 192.0.2.75.8305: Flags [S], seq 1",
        "1: 06:31:44.100200       192.0.2.42.39606 > 192.0.2.75.8305: S 4098574664:4098574664(0) win 29200",
        "192.0.2.75.8305 < 192.0.2.42.39606",
    ],
)
def test_an_address_with_its_port_behind_a_dot_is_replaced_and_the_port_stays(text: str) -> None:
    told = substitutes().rewrite(text)

    assert "192.0.2" not in told
    assert ".39606" in told
    assert ".8305" in told


@pytest.mark.parametrize("text", ["release 7.2.5.1.29 is there", "1.3.6.1.4.1", "OID 2.5.29.35.1"])
def test_five_numbers_that_are_no_address_with_a_port_stay(text: str) -> None:
    assert substitutes().rewrite(text) == text


SECRET = bytes(range(64))


def keyed(*names: str) -> Substitutes:
    made = Substitutes(frozenset(), SECRET)
    for name in names:
        made.learn(Identifier.HOST, name)
    made.settle()
    return made


TEXT = f"ftd-1.corp.example of fmc-9 ({UUID}) at 198.51.100.7, 10.1.2.3, 2001:db8:7::9, 00:50:56:aa:bb:cc and ftd mexico city"


def test_with_a_secret_the_order_and_what_else_was_seen_change_nothing() -> None:
    first = keyed("ftd-1.corp.example", "fmc-9", "ftd mexico city", "00:50:56:aa:bb:cc").rewrite(TEXT)
    second = keyed("zeta", "192.0.2.1", "10.9.9.9", "00:50:56:aa:bb:cc", "ftd mexico city", "fmc-9", "ftd-1.corp.example").rewrite(TEXT)

    assert first == second
    for word in ("ftd-1", "corp", "fmc-9", UUID, "198.51", "10.1.2", "2001:db8:7", "50:56", "mexico"):
        assert word not in first.removeprefix("host-")


def test_another_secret_gives_other_substitutes() -> None:
    other = Substitutes(frozenset(), bytes(64))
    other.learn(Identifier.HOST, "fmc-9")
    other.settle()

    assert other.rewrite("fmc-9 198.51.100.7") != keyed("fmc-9").rewrite("fmc-9 198.51.100.7")


@pytest.mark.parametrize("network", ["10.20.30", "198.51.100", "8.8.8", "192.168.0", "127.3.4", "224.0.0"])
def test_with_a_secret_no_two_addresses_become_one_and_subnets_stay(network: str) -> None:
    made = keyed()
    put = [made.rewrite(f"{network}.{last}") for last in range(256)]

    assert len(set(put)) == 256
    assert len({one.rpartition(".")[0] for one in put}) == 1
    assert put[255].endswith(".255")
