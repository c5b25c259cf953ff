"""Certificates as text, in the forms and orders that OpenSSL prints and people paste."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.certificate import CertificateDates, ChainVerdict, EndCheck, KeyDigest, RevocationList
from analyzer.model.outputs import FileDigest
from analyzer.read.outputs.name_text import slash_form
from tests.read.outputs_builders import MANAGER, facts, utc

CA = ("InternalCA", "Intrusion Management System", MANAGER, "Cisco Systems, Inc")
LEAF = ("sftunnel", "Intrusion Management System", "203.0.113.9", "Cisco Systems, Inc")
KEYS = ("title", "OU", "CN", "O")
SLASH = "".join(f"/{key}={value}" for key, value in zip(KEYS, CA, strict=True))

NAME_FORMS = {
    "1.0": lambda name: "".join(f"/{key}={value}" for key, value in zip(KEYS, name, strict=True)),
    "1.1": lambda name: ", ".join(
        f'{key} = "{value}"' if "," in value else f"{key} = {value}" for key, value in zip(KEYS, name, strict=True)
    ),
    "1.0 long": lambda name: ", ".join(f"{key}={value}" for key, value in zip(KEYS, name, strict=True)),
    "3.2": lambda name: ", ".join(f'{key}="{value}"' if "," in value else f"{key}={value}" for key, value in zip(KEYS, name, strict=True)),
    "RFC 2253": lambda name: ",".join(
        f"{key}={value.replace(',', chr(92) + ',')}" for key, value in reversed(list(zip(KEYS, name, strict=True)))
    ),
}
PROMPTS = (
    "root@fmc-9:/Volume/home/admin# ",
    "admin@fmc-9:~$ sudo ",
    "root@fmc-9:~# cd /etc/sf/ca_root && ",
)


@pytest.mark.parametrize("form", NAME_FORMS)
def test_a_name_is_the_same_in_every_form(form: str) -> None:
    assert slash_form(NAME_FORMS[form](CA)) == SLASH


@pytest.mark.parametrize("text", ["", "no name", "=", "/", ",,,", "CN", "a, CN = b", "\\", "/" * 400, "CN=" * 300])
def test_what_is_no_name_is_none(text: str) -> None:
    assert not slash_form(text) or text.startswith(("CN=", "/"))


def stamp(moment: datetime) -> str:
    return f"{moment:%b} {moment.day:2} {moment:%H:%M:%S %Y} GMT"


MOMENTS = st.integers(631_152_000, 2_840_140_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@settings(max_examples=120, deadline=None)
@given(
    before=MOMENTS,
    after=MOMENTS,
    form=st.sampled_from(sorted(NAME_FORMS)),
    prompt=st.sampled_from(PROMPTS),
    order=st.randoms(use_true_random=False),
)
def test_options_in_any_order_print_one_certificate(
    before: datetime, after: datetime, form: str, prompt: str, order: random.Random
) -> None:
    name = NAME_FORMS[form](CA)
    options = [["-noout"], ["-in", "cacert.pem" if "cd " in prompt else "/etc/sf/ca_root/cacert.pem"]]
    printed = {
        "-dates": [f"notBefore={stamp(before)}", f"notAfter={stamp(after)}"],
        "-subject": [f"subject={name}"],
        "-issuer": [f"issuer= {name}"],
    }
    chosen = order.sample(sorted(printed), order.randint(1, 3))
    if "-dates" not in chosen:
        chosen.append("-dates")
    words = [*options, *([option] for option in chosen)]
    order.shuffle(words)
    command = "openssl x509 " + " ".join(word for part in words for word in part)
    lines = [prompt + command, *(["Password: "] if "sudo" in prompt else []), *(line for option in chosen for line in printed[option])]

    (fact,) = (fact for fact in facts(lines) if isinstance(fact, CertificateDates))

    assert (fact.not_before, fact.not_after, fact.path) == (before, after, "/etc/sf/ca_root/cacert.pem")
    assert fact.subject == (SLASH if "-subject" in chosen else "")
    assert fact.issuer == (SLASH if "-issuer" in chosen else "")


def of(kind: type, lines: list[str]) -> list:
    return [fact for fact in facts(lines) if isinstance(fact, kind)]


def test_a_loop_over_files_gives_each_its_dates() -> None:
    lines = [
        "root@fmc-9:/etc/sf/keys# for f in sftunnel-cert.pem /etc/sf/ca_root/cacert.pem; do openssl x509 -noout -enddate -in $f; done",
        "notAfter=Mar  3 10:00:00 2031 GMT",
        "notAfter=Apr  4 10:00:00 2032 GMT",
    ]

    assert [fact.path for fact in of(CertificateDates, lines)] == ["/etc/sf/keys/sftunnel-cert.pem", "/etc/sf/ca_root/cacert.pem"]


def test_a_loop_over_a_pattern_is_told_by_the_line_above() -> None:
    lines = [
        "root@fmc-9:/etc/sf/ca_root# for f in *.pem; do echo $f; openssl x509 -noout -enddate -in $f; done",
        "cacert.pem",
        "notAfter=Mar  3 10:00:00 2031 GMT",
        "other.pem",
        "notAfter=Apr  4 10:00:00 2032 GMT",
    ]

    assert [fact.path for fact in of(CertificateDates, lines)] == ["/etc/sf/ca_root/cacert.pem", "/etc/sf/ca_root/other.pem"]


def test_a_lone_end_is_of_nobody() -> None:
    (fact,) = of(CertificateDates, ["Hi, openssl says notAfter=Mar  3 10:00:00 2031 GMT, is that a problem?"])

    assert (fact.not_after, fact.path, fact.subject, fact.of_internal_ca) == (utc("2031-03-03 10:00:00"), "", "", False)


def test_a_certificate_of_other_software_says_so() -> None:
    (fact,) = of(
        CertificateDates, ["subject=C = NO, O = Example, CN = Example CA", "issuer=C = NO, CN = Root", "notAfter=Mar  3 10:00:00 2031 GMT"]
    )

    assert fact.of_other_software
    assert not fact.of_internal_ca


def test_the_chain_of_a_peer_names_its_ca() -> None:
    name, leaf = NAME_FORMS["1.1"](CA), NAME_FORMS["1.1"](LEAF)
    lines = [
        "root@ftd-9:~# openssl s_client -connect 203.0.113.9:8305 -showcerts",
        "CONNECTED(00000003)",
        f"depth=1 {name}",
        "verify error:num=19:self signed certificate in certificate chain",
        "verify return:1",
        f"depth=1 {name}",
        "verify error:num=10:certificate has expired",
        "notAfter=Mar  3 10:00:00 2021 GMT",
        "verify return:1",
        "---",
        "Certificate chain",
        f" 0 s:{leaf}",
        f"   i:{name}",
        "   v:NotBefore: Mar  1 14:20:00 2018 GMT; NotAfter: Feb 27 14:20:00 2028 GMT",
        "Verify return code: 10 (certificate has expired)",
    ]

    first, second = of(CertificateDates, lines)
    (verdict,) = of(ChainVerdict, lines)

    assert (first.of_internal_ca, first.presented_by, first.not_after) == (True, "203.0.113.9", utc("2021-03-03 10:00:00"))
    assert (second.of_internal_ca, second.issuer, second.not_after) == (False, SLASH, utc("2028-02-27 14:20:00"))
    assert (verdict.code, verdict.depth, verdict.subject, verdict.presented_by) == (10, 1, SLASH, "203.0.113.9")


def test_a_chain_at_another_port_is_no_sftunnel() -> None:
    lines = [
        "root@fmc-9:~# openssl s_client -connect www.example.org:443 | openssl x509 -noout -enddate",
        "notAfter=Mar  3 10:00:00 2031 GMT",
    ]

    assert [fact.presented_by for fact in of(CertificateDates, lines)] == ["www.example.org:443"]


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("title = InternalCA, CN = x", ""), ("sftunnel-cert.pem: /title=sftunnel/CN=y", "")]
)
@pytest.mark.parametrize("blank", [" ", ""])
def test_an_error_of_openssl_verify(before: str, after: str, blank: str) -> None:
    lines = [
        f"root@ftd-9:/var/sf/peers/{MANAGER}# sudo openssl verify -verbose -CAfile cacert.pem sftunnel-cert.pem",
        *([before] if before else []),
        f"error 7 at 0 depth lookup:{blank}certificate signature failure",
        "error sftunnel-cert.pem: verification failed",
    ]

    (verdict,) = of(ChainVerdict, lines)

    assert (verdict.code, verdict.depth, verdict.text) == (7, 0, "certificate signature failure")
    assert verdict.leaf_path == f"/var/sf/peers/{MANAGER}/sftunnel-cert.pem"
    assert verdict.ca_path == f"/var/sf/peers/{MANAGER}/cacert.pem"


def test_a_chain_that_verifies() -> None:
    lines = [f"root@ftd-9:/var/sf/peers/{MANAGER}# openssl verify -CAfile cacert.pem sftunnel-cert.pem", "sftunnel-cert.pem: OK"]

    assert [(one.code, one.leaf_path) for one in of(ChainVerdict, lines)] == [(0, f"/var/sf/peers/{MANAGER}/sftunnel-cert.pem")]


def test_an_ok_without_the_command_is_nothing() -> None:
    assert of(ChainVerdict, ["openssl verify was fine", "backup.pem: OK"]) == []


@pytest.mark.parametrize(("said", "ends"), [("Certificate will expire", True), ("Certificate will not expire", False)])
def test_checkend(said: str, ends: bool) -> None:
    (check,) = of(EndCheck, ["root@fmc-9:~# openssl x509 -checkend 0 -noout -in /etc/sf/ca_root/cacert.pem", said])

    assert (check.ends, check.seconds, check.path) == (ends, 0, "/etc/sf/ca_root/cacert.pem")


def test_the_moduli_of_a_pair_have_one_form() -> None:
    modulus = "B5" * 256
    lines = [
        f"root@ftd-9:/var/sf/peers/{MANAGER}# openssl x509 -noout -modulus -in sftunnel-cert.pem",
        f"Modulus={modulus}",
        f"root@ftd-9:/var/sf/peers/{MANAGER}# sudo openssl rsa -noout -modulus -in sftunnel-key.pem",
        f"Modulus={modulus}",
    ]

    certificate, key = of(KeyDigest, lines)

    assert certificate.digest == key.digest == sha256(bytes.fromhex(modulus)).hexdigest()
    assert (certificate.form, certificate.of_private_key, key.of_private_key) == ("modulus", False, True)
    assert modulus not in key.evidence.text


def test_a_digest_of_nothing_is_none() -> None:
    lines = ["root@fmc-9:~# openssl x509 -noout -modulus -in x.pem | md5sum", "d41d8cd98f00b204e9800998ecf8427e  -"]

    assert of(KeyDigest, lines) == []


def test_sums_of_files() -> None:
    digest = "ab" * 32
    lines = ["root@fmc-9:/etc/sf/ca_root# sha256sum cacert.pem", f"{digest}  cacert.pem"]

    assert [(one.path, one.algorithm, one.digest) for one in of(FileDigest, lines)] == [("/etc/sf/ca_root/cacert.pem", "sha256", digest)]


def test_a_revocation_list() -> None:
    lines = [
        "root@fmc-9:/etc/sf/ca_root# openssl crl -text -noout -in crl.pem",
        "Certificate Revocation List (CRL):",
        f"        Issuer: {NAME_FORMS['1.1'](CA)}",
        "        Last Update: Mar  3 10:00:00 2021 GMT",
        "        Next Update: Apr  2 10:00:00 2021 GMT",
        "Revoked Certificates:",
        "    Serial Number: 0C",
        "        Revocation Date: Mar  3 10:00:00 2021 GMT",
    ]

    (listed,) = of(RevocationList, lines)

    assert (listed.issuer, listed.revoked, listed.path) == (SLASH, (12,), "/etc/sf/ca_root/crl.pem")
    assert listed.next_update == utc("2021-04-02 10:00:00")
    assert of(CertificateDates, lines) == []


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        (["The file /etc/sf/ca_root/cacert.pem of our FMC shows notAfter=Jul  1 04:11:09 2026 GMT."], "/etc/sf/ca_root/cacert.pem"),
        (["/etc/sf/ca_root/cacert.pem の有効期限は notAfter=Jul  1 04:11:09 2026 GMT でした。"], "/etc/sf/ca_root/cacert.pem"),
        (["/etc/sf/ca_root/cacert.pem 의 만료일은 notAfter=Jul  1 04:11:09 2026 GMT 입니다."], "/etc/sf/ca_root/cacert.pem"),
        (["/etc/sf/ca_root/cacert.pem is fine, /etc/ssl/web.crt has notAfter=Jul  1 04:11:09 2026 GMT"], "/etc/ssl/web.crt"),
        (["I looked at /etc/sf/ca_root/cacert.pem first. The web page has notAfter=Jul  1 04:11:09 2026 GMT"], ""),
        (["/etc/sf/ca_root/cacert.pem is fine; another has notAfter=Jul  1 04:11:09 2026 GMT"], ""),
        (
            [
                "Auf dem FMC liefert openssl x509 -enddate -noout -in /etc/sf/ca_root/cacert.pem",
                "notAfter=Jul  1 04:11:09 2026 GMT",
            ],
            "/etc/sf/ca_root/cacert.pem",
        ),
        (["We saw /etc/sf/ca_root/cacert.pem in the list", "notAfter=Jul  1 04:11:09 2026 GMT"], ""),
    ],
)
def test_a_sentence_names_the_file_whose_date_it_gives(lines: list[str], path: str) -> None:
    (found,) = of(CertificateDates, lines)

    assert (found.path, found.not_after) == (path, utc("2026-07-01T04:11:09"))
