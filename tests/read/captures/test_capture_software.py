"""Whose conversation a connection to the port is: told by what stands in clear, never by the port."""

from __future__ import annotations

import functools

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from analyzer.model.capture import ConnectionOutcome, Software
from tests.read.captures import packets as p
from tests.read.captures.handshakes import DAY, NOW, Identity, converse, tls12, tls13
from tests.read.captures.scenarios import captured, connection, connections, conversation


@functools.cache
def of_other_software(name: str, *, end: int = 600) -> Identity:
    """A certificate of an application with a CA of its own, which both ends trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Widgets"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(7)
    builder = builder.not_valid_before(NOW - 900 * DAY).not_valid_after(NOW + end * DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return Identity(builder.sign(key, hashes.SHA256()), key)


def other_tls(*, end: int = 600, client: bool = True) -> list[tuple[str, bytes]]:
    server = of_other_software("widget server", end=end)
    trusted = (server, of_other_software("widget client"))
    ends = tls12(
        server_identity=server,
        client_identity=of_other_software("widget client") if client else None,
        client_trusts=trusted,
        server_trusts=trusted,
    )
    return converse(ends, asks=client).said


OTHER_WORDS = {
    "HTTP": [("client", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"), ("server", b"HTTP/1.1 200 OK\r\n\r\nhello")],
    "HTTP begun by a form": [("client", b"POST /api HTTP/1.0\r\n\r\n{}"), ("server", b"HTTP/1.0 404 Not Found\r\n\r\n")],
    "SSH": [("server", b"SSH-2.0-OpenSSH_9.2\r\n"), ("client", b"SSH-2.0-PuTTY\r\n")],
    "mail": [("server", b"220 mail.example ESMTP\r\n"), ("client", b"EHLO x\r\n")],
    "nobody knows what": [("client", b"\x01\x02\x03\x04\x05\x06"), ("server", b"\x00\x09\x08\x07\x06\x05")],
    "TLS, healthy": other_tls(),
    "TLS, expired": other_tls(end=-1),
    "TLS, no client certificate": other_tls(client=False),
}


@pytest.mark.parametrize("name", OTHER_WORDS)
def test_other_software_is_named_by_what_it_shows(name: str) -> None:
    seen = connection(p.Dialogue().open().say(OTHER_WORDS[name]).finish().packets)

    assert seen.software is Software.OTHER
    assert seen.software_why


@pytest.mark.parametrize("name", ["good-12", "ca-expired-12", "client-leaf-untrusted-12", "no-client-certificate-12", "old-tls-1.1"])
def test_a_certificate_of_an_internal_ca_makes_it_sftunnel(name: str) -> None:
    seen = connection(captured(name))

    assert seen.software is Software.SFTUNNEL
    assert seen.internal_cas


@pytest.mark.parametrize("name", ["good-13", "ca-expired-13", "client-leaf-untrusted-13", "resumed-12", "cipher-mismatch-12"])
def test_without_a_sign_it_is_presumed(name: str) -> None:
    seen = connection(captured(name))

    assert (seen.software, seen.software_why, seen.internal_cas) == (Software.PRESUMED, "", ())


def test_tls_on_one_side_and_other_words_on_the_other_may_be_the_failure_of_a_tunnel() -> None:
    hello = conversation("good-12").said[0]

    seen = connection(p.Dialogue().open().say([hello, ("server", b"HTTP/1.1 400 Bad Request\r\n\r\n")]).finish().packets)

    assert (seen.outcome, seen.software) == (ConnectionOutcome.NOT_TLS, Software.PRESUMED)


def test_what_one_conversation_proves_holds_for_its_server() -> None:
    hidden = converse(tls13()).said
    server = {"server": "198.51.100.20"}
    packets = [
        *p.Dialogue(client_port=1001, **server).open().say(OTHER_WORDS["TLS, healthy"]).finish().packets,
        *p.Dialogue(client_port=1002, **server).open().say(hidden).finish().packets,
        *p.Dialogue(client_port=1003, server="198.51.100.21").open().say(hidden).finish().packets,
        *captured("good-12", server="198.51.100.22", client_port=1004),
        *p.Dialogue(client_port=1005, server="198.51.100.22").send("client", p.SYN).reset("server").packets,
    ]

    seen = {one.client_port: one.software for one in connections(packets)}

    assert seen == {
        1001: Software.OTHER,
        1002: Software.OTHER,
        1003: Software.PRESUMED,
        1004: Software.SFTUNNEL,
        1005: Software.SFTUNNEL,
    }


def test_a_server_that_contradicts_itself_proves_nothing_for_the_rest() -> None:
    server = {"server": "198.51.100.20"}
    packets = [
        *p.Dialogue(client_port=1001, **server).open().say(OTHER_WORDS["HTTP"]).finish().packets,
        *captured("good-12", client_port=1002, **server),
        *p.Dialogue(client_port=1003, **server).send("client", p.SYN).reset("server").packets,
    ]

    assert [one.software for one in connections(packets)] == [Software.OTHER, Software.SFTUNNEL, Software.PRESUMED]
