"""openssl x509 -dates text, and the one-liner that counts days."""

from __future__ import annotations

import pytest

from analyzer.model.certificate import CertificateDates
from tests.read.outputs_builders import DEVICE, facts, utc, wrapped

DATES = ["notBefore=Oct  7 12:16:56 2024 GMT", "notAfter=Oct  5 12:16:56 2034 GMT"]
ONE_LINER = (
    'root@fmcv72:/Volume/home/admin# CERT_PATH="/etc/sf/ca_root/cacert.pem"; EXPIRY_DATE=$(openssl x509 -enddate -noout -in "$CERT_PATH"); '
    'echo -e "\\nThe certificate has expired $DAYS_EXPIRED days ago.\\n"; echo -e "\\nThe certificate will expire within the next 30 days!'
    '\\nIt is ONLY valid for $DAYS_LEFT more days.\\n"; fi'
)
LONG = ["The certificate is valid for more than 30 days.", "It is valid for 3649 more days.", "There is no immediate need."]


def dates(lines: list[str] | str) -> list[CertificateDates]:
    return [fact for fact in facts(lines) if isinstance(fact, CertificateDates)]


def test_a_pair_of_dates_is_one_fact() -> None:
    fact = dates(["root@fmc-1:~# openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem", *DATES])[0]

    assert (fact.not_before, fact.not_after) == (utc("2024-10-07 12:16:56"), utc("2034-10-05 12:16:56"))
    assert (fact.path, fact.host, fact.days_left) == ("/etc/sf/ca_root/cacert.pem", "fmc-1", None)
    assert fact.evidence.text == "\n".join(DATES)


def test_the_prompts_folder_completes_a_bare_file_name() -> None:
    fact = dates(["root@fmc-1:/etc/sf/ca_root# openssl x509 -dates -noout -in cacert.pem", *DATES])[0]

    assert fact.path == "/etc/sf/ca_root/cacert.pem"


def test_a_cd_typed_above_completes_a_bare_file_name() -> None:
    fact = dates(["expert", "sudo su", "cd /etc/sf/ca_root", "openssl x509 -dates -noout -in cacert.pem", *DATES])[0]

    assert fact.path == "/etc/sf/ca_root/cacert.pem"


def test_a_path_wrapped_by_the_terminal_is_joined() -> None:
    path = f"/var/sf/peers/{DEVICE}/certs_pushed/sftunnel-cert.pem"
    command = f"root@fmc-1:/Volume/home/admin# openssl x509 -dates -noout -in {path}"

    assert dates(wrapped(command, 80) + "\n".join(DATES))[0].path == path


def test_an_end_date_alone_is_a_fact_without_path() -> None:
    fact = dates([DATES[1]])[0]

    assert (fact.not_before, fact.not_after, fact.path) == (None, utc("2034-10-05 12:16:56"), "")


TEXT = [
    "Certificate:",
    "    Data:",
    "        Issuer: title = InternalCA, O = Cisco Systems, Inc",
    "        Validity",
    "            Not Before: Oct  7 12:16:56 2024 GMT",
    "            Not After : Oct  5 12:16:56 2034 GMT",
    "        Subject: title = InternalCA, O = Cisco Systems, Inc",
]
ASKED = "root@fmc-1:~# openssl x509 -text -noout -in /etc/sf/ca_root/cacert.pem"


def test_the_long_form_of_openssl_has_the_same_dates() -> None:
    (fact,) = dates([ASKED, *TEXT])

    assert (fact.not_before, fact.not_after) == (utc("2024-10-07 12:16:56"), utc("2034-10-05 12:16:56"))
    assert (fact.path, fact.host) == ("/etc/sf/ca_root/cacert.pem", "fmc-1")


def test_the_short_form_after_a_long_one_belongs_to_its_own_command() -> None:
    other = "root@fmc-1:~# openssl x509 -dates -noout -in /etc/sf/keys/sftunnel-cert.pem"

    assert [fact.path for fact in dates([ASKED, *TEXT, other, *DATES])] == ["/etc/sf/ca_root/cacert.pem", "/etc/sf/keys/sftunnel-cert.pem"]


def test_the_long_form_without_its_command_is_told_by_its_names() -> None:
    (fact,) = dates(TEXT)

    assert (fact.path, fact.subject, fact.issuer) == (
        "",
        "/title=InternalCA/O=Cisco Systems, Inc",
        "/title=InternalCA/O=Cisco Systems, Inc",
    )
    assert fact.of_internal_ca


def test_two_certificates_are_two_facts() -> None:
    assert len(dates(DATES + DATES)) == 2


def test_days_left_of_a_valid_certificate() -> None:
    fact = dates([ONE_LINER, "", *LONG])[0]

    assert (fact.days_left, fact.path, fact.host) == (3649, "/etc/sf/ca_root/cacert.pem", "fmcv72")
    assert fact.evidence.text == "It is valid for 3649 more days"


def test_days_left_of_a_certificate_about_to_expire() -> None:
    lines = ["The certificate will expire within the next 30 days!", "It is ONLY valid for 12 more days."]

    assert [fact.days_left for fact in dates(lines)] == [12]


def test_days_since_expiry_are_negative() -> None:
    assert [fact.days_left for fact in dates(["The certificate has expired 41 days ago."])] == [-41]


def test_expired_today_is_not_the_same_as_valid_until_today() -> None:
    expired = dates(["The certificate has expired 0 days ago."])[0]
    valid = dates(["It is ONLY valid for 0 more days."])[0]

    assert (expired.days_left, valid.days_left) == (-1, 0)


@pytest.mark.parametrize("width", range(18, 60, 3))
def test_a_narrow_terminal_changes_nothing(width: int) -> None:
    pasted = wrapped("\n".join([ONE_LINER, "", *LONG]), width)

    assert [(fact.days_left, fact.path) for fact in dates(pasted)][-1][0] == 3649


def test_the_command_itself_is_no_answer() -> None:
    assert dates(wrapped(ONE_LINER, 110)) == []


def test_a_date_that_is_none_gives_no_fact() -> None:
    assert dates(["notAfter=Feb 30 12:16:56 2034 GMT", "notBefore="]) == []
