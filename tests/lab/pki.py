"""The InternalCA of an FMC and what it signs; and the certificates that look like the tunnel's but are not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from tests.lab.certificates import LIFETIME, Credential, dn, issue_sha1, issue_v3, root_v3, self_signed_v1, slash
from tests.lab.keys import key_for


@dataclass
class InternalCA:
    """The CA of one FMC: ``CN`` is the FMC's own UUID, and stays so when the CA is renewed (field notes 1, fact 2).

    ``generation`` tells the first CA from the renewed one: the name is the same, the key is another.
    """

    fmc_uuid: str
    not_before: datetime
    generation: int = 1
    root: Credential = field(init=False)
    issued: list[Credential] = field(default_factory=list)

    def __post_init__(self) -> None:
        name = dn(title="InternalCA", common_name=self.fmc_uuid)
        key = key_for(f"InternalCA {self.fmc_uuid} generation {self.generation}")
        self.root = self_signed_v1(name, key, self.not_before, self.not_before + LIFETIME)

    @classmethod
    def ending(cls, fmc_uuid: str, not_after: datetime) -> InternalCA:
        """The CA that ends at ``not_after``, born 3650 days earlier."""
        return cls(fmc_uuid, not_after - LIFETIME)

    def renewed(self, at: datetime) -> InternalCA:
        """What ``generate_certs.pl`` makes: the same name, a new key, ten more years."""
        return InternalCA(self.fmc_uuid, at, self.generation + 1)

    def issue(self, owner: str, *, serial: int, at: datetime, days: int = 3650, sha1: bool = False) -> Credential:
        """A tunnel certificate for the box called ``owner`` (an address or a name; the subject is free text, field notes 4.2)."""
        subject = dn(title="sftunnel", common_name=owner)
        key = key_for(f"sftunnel {owner} from {self.fmc_uuid} generation {self.generation}")
        leaf = (issue_sha1 if sha1 else issue_v3)(self.root, subject, key, serial, at, at + timedelta(days=days))
        self.issued.append(leaf)
        return leaf

    def crl_pem(self) -> bytes:
        """An empty revocation list, the ``crl.pem`` that sftunnel.conf names."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.root.subject)
        crl = builder.last_update(self.not_before).next_update(self.root.not_after).sign(self.root.key, hashes.SHA256())
        return crl.public_bytes(Encoding.PEM)

    def index_txt(self) -> bytes:
        """The OpenSSL CA database: status, expiry, revocation, serial in hex, file, subject, tab separated (``openssl ca``)."""
        rows = [self.root, *self.issued]
        return "".join(
            f"V\t{c.not_after.astimezone(UTC):%y%m%d%H%M%SZ}\t\t{c.serial:02X}\tunknown\t{slash(c.subject)}\n" for c in rows
        ).encode("ascii")


@dataclass(frozen=True)
class LightRegistration:
    """The ``LL-*`` set of a peer folder: another CA, another leaf. Nothing that the tunnel uses (field notes 4.2)."""

    ca: Credential
    leaf: Credential

    @classmethod
    def for_device(cls, name: str, at: datetime) -> LightRegistration:
        """The set that light registration left when ``name`` was registered."""
        ca_name = dn(common_name="LL-CA", unit="")
        ca = root_v3(ca_name, key_for("light registration CA"), 1, at, at + LIFETIME)
        leaf = issue_v3(ca, dn(common_name=name, unit=""), key_for("light registration leaf"), 2, at, at + LIFETIME)
        return cls(ca, leaf)


def talos_lookalike() -> Credential:
    """The expired certificate of CSCwo63951 (FN74272): issuer ``Keymaster CA 2``, ended on 30 March 2025. Not the tunnel's."""
    ca = root_v3(
        dn(common_name="Keymaster CA 2", unit="Talos"),
        key_for("Keymaster"),
        7,
        datetime(2020, 3, 30, tzinfo=UTC),
        datetime(2030, 3, 30, tzinfo=UTC),
    )
    subject = dn(common_name="beaker client", unit="Talos")
    return issue_v3(ca, subject, key_for("beaker"), 4242, datetime(2022, 3, 31, tzinfo=UTC), datetime(2025, 3, 30, 23, 59, 59, tzinfo=UTC))


def web_interface(host: str, not_before: datetime, days: int) -> Credential:
    """The FMC's own HTTPS certificate, self-signed: another look-alike."""
    name = dn(common_name=host, unit="Firewall Management Center")
    return root_v3(name, key_for(f"web {host}"), 1001, not_before, not_before + timedelta(days=days))
