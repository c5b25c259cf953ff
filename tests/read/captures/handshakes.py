"""Real TLS conversations, made in memory by the OpenSSL that Python carries: who sent which bytes, in which order."""

from __future__ import annotations

import datetime as dt
import functools
import ssl
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)  # OpenSSL judges by the clock of the machine: only it can make these scenarios
DAY = dt.timedelta(days=1)
CLIENT, SERVER = "client", "server"


@dataclass(frozen=True)
class Identity:
    """A certificate, its key and, for a leaf, the chain that is sent with it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def sent(self) -> tuple[bytes, ...]:
        """The DER certificates that a Certificate message carries."""
        return (self.der, *(c.public_bytes(serialization.Encoding.DER) for c in self.chain))


@functools.cache
def authority(name: str = "11111111-2222-11ef-8333-444455556666", *, start: int = -3000, end: int = 600, variant: int = 0) -> Identity:
    """A CA in the InternalCA's DN. ``start`` and ``end`` are days from now; ``variant`` makes another key under the same name."""
    del variant
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.TITLE, "InternalCA"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Intrusion Management System"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Cisco Systems, Inc"),
        ]
    )
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(NOW + start * DAY).not_valid_after(NOW + end * DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return Identity(builder.sign(key, hashes.SHA256()), key)


@functools.cache
def leaf(
    name: str, ca: Identity | None = None, *, start: int = -100, end: int = 600, with_chain: bool = False, serial: int = 15
) -> Identity:
    """A leaf issued by ``ca``; ``with_chain`` sends the CA along."""
    ca = ca or authority()
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
    builder = builder.issuer_name(ca.certificate.subject).public_key(key.public_key()).serial_number(serial)
    builder = builder.not_valid_before(NOW + start * DAY).not_valid_after(NOW + end * DAY)
    return Identity(builder.sign(ca.key, hashes.SHA256()), key, (ca.certificate,) if with_chain else ())


@dataclass
class Conversation:
    """What was said: (sender, bytes) in order, and how the two ends saw it end ("" is good)."""

    said: list[tuple[str, bytes]] = field(default_factory=list)
    client_error: str = ""
    server_error: str = ""
    session: ssl.SSLSession | None = None


@dataclass
class End:
    """One end: its identity, whom it trusts, and what it offers."""

    identity: Identity | None
    trusts: tuple[Identity, ...] = ()
    lowest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    highest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    ciphers: str = "ALL:@SECLEVEL=0"
    tickets: int = 2
    groups: str = ""

    def context(self, protocol: int, asks: bool = True) -> ssl.SSLContext:
        context = ssl.SSLContext(protocol)
        context.check_hostname = False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.1 is what an old box may still speak
            context.minimum_version, context.maximum_version = self.lowest, self.highest
        context.set_ciphers(self.ciphers)
        context.verify_mode = ssl.CERT_REQUIRED if asks else ssl.CERT_NONE
        if protocol == ssl.PROTOCOL_TLS_SERVER:
            context.num_tickets = self.tickets
        if self.groups:
            context.set_ecdh_curve(self.groups)
        for trusted in self.trusts:
            context.load_verify_locations(cadata=trusted.der)
        if self.identity is not None:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "identity.pem"
                pem = serialization.Encoding.PEM
                path.write_bytes(
                    self.identity.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
                    + b"".join(c.public_bytes(pem) for c in (self.identity.certificate, *self.identity.chain))
                )
                context.load_cert_chain(path)
        return context


def tls12(**changes: object) -> tuple[End, End]:
    """Client and server that trust one CA, TLS 1.2. ``client_*`` and ``server_*`` change fields of one end, other names of both."""
    ends = (End(leaf("device"), (authority(),)), End(leaf("manager"), (authority(),)))
    for name, value in changes.items():
        side, _, rest = name.partition("_")
        for end, own in zip(ends, (CLIENT, SERVER), strict=True):
            if side == own:
                setattr(end, rest, value)
            elif side not in (CLIENT, SERVER):
                setattr(end, name, value)
    return ends


def tls13(**changes: object) -> tuple[End, End]:
    """As `tls12`, TLS 1.3."""
    return tls12(**({"lowest": ssl.TLSVersion.TLSv1_3, "highest": ssl.TLSVersion.TLSv1_3} | changes))


class _Talk:
    """Two SSL objects over memory, pumped until neither has more to say."""

    def __init__(self, client: ssl.SSLContext, server: ssl.SSLContext, session: ssl.SSLSession | None) -> None:
        self.out = Conversation()
        self.to_client, self.to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.from_client, self.from_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.client = client.wrap_bio(self.to_client, self.from_client, server_side=False, session=session)
        self.server = server.wrap_bio(self.to_server, self.from_server, server_side=True)

    def flush(self) -> bool:
        moved = False
        for sender, source, target in ((CLIENT, self.from_client, self.to_server), (SERVER, self.from_server, self.to_client)):
            data = source.read()
            if data:
                self.out.said.append((sender, data))
                target.write(data)
                moved = True
        return moved

    def step(self, act: Callable[[], object], sender: str) -> bool:
        """Do one thing; True when it is done or has failed for good."""
        try:
            act()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as error:
            if sender == CLIENT:
                self.out.client_error = self.out.client_error or error.reason
            else:
                self.out.server_error = self.out.server_error or error.reason
        return True

    def handshake(self) -> None:
        done = {CLIENT: False, SERVER: False}
        for _ in range(20):
            for sender, end in ((CLIENT, self.client), (SERVER, self.server)):
                if not done[sender]:
                    done[sender] = self.step(end.do_handshake, sender)
            if not self.flush() and all(done.values()):
                break

    def exchange(self, data: bytes = b"heartbeat") -> None:
        for sender, one, other in ((CLIENT, self.client, self.server), (SERVER, self.server, self.client)):
            self.step(functools.partial(one.write, data), sender)
            self.flush()
            self.step(functools.partial(other.read, len(data)), SERVER if sender == CLIENT else CLIENT)
            self.flush()

    def close(self) -> None:
        for sender, end in ((CLIENT, self.client), (SERVER, self.server)):
            self.step(end.unwrap, sender)
            self.flush()


def converse(
    ends: tuple[End, End],
    *,
    session: ssl.SSLSession | None = None,
    contexts: tuple[ssl.SSLContext, ssl.SSLContext] | None = None,
    exchange: bool = True,
    asks: bool = True,
) -> Conversation:
    """Let the two ends talk: handshake, a few bytes each way when it succeeded, close_notify both ways."""
    client, server = contexts or contexts_of(ends, asks=asks)
    talk = _Talk(client, server, session)
    talk.handshake()
    if not talk.out.client_error and not talk.out.server_error:
        if exchange:
            talk.exchange()
        talk.close()
        talk.out.session = talk.client.session
    return talk.out


def contexts_of(ends: tuple[End, End], asks: bool = True) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Both contexts, to let two conversations share a session."""
    return ends[0].context(ssl.PROTOCOL_TLS_CLIENT), ends[1].context(ssl.PROTOCOL_TLS_SERVER, asks)
