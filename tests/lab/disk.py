"""A tree as a real folder, and a handshake with the files that lie in it: so that a printed fix can be tried where it would be typed.

The folder is the root of the box; run the commands of a plan with paths below it, then ask `handshake_from_disk` again.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.utils import CryptographyDeprecationWarning

from tests.lab.certificates import Credential
from tests.lab.tls import Outcome, Party, handshake
from tests.lab.tree import Tree


def write_tree(tree: Tree, root: Path) -> Path:
    """Write every file below ``root``, with its time of change."""
    for entry in tree:
        path = root / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.data)
        os.utime(path, (entry.mtime.timestamp(), entry.mtime.timestamp()))
    return root


@dataclass(frozen=True)
class Set:
    """The three files of one end, relative to the root of the box."""

    ca: str
    certificate: str
    key: str

    @classmethod
    def of_device(cls, manager_uuid: str) -> Set:
        """The peer folder of that manager on an FTD."""
        folder = f"var/sf/peers/{manager_uuid}"
        return cls(f"{folder}/cacert.pem", f"{folder}/sftunnel-cert.pem", f"{folder}/sftunnel-key.pem")

    @classmethod
    def of_manager(cls) -> Set:
        """The files that sftunnel.conf names on an FMC (document 222464)."""
        return cls("etc/sf/ca_root/cacert.pem", "etc/sf/keys/sftunnel-cert.pem", "etc/sf/keys/sftunnel-key.pem")


def party_on_disk(root: Path, files: Set) -> Party:
    """The end that those files make, as they are now. A certificate whose key is another's is refused as OpenSSL would."""
    key = load_pem_private_key((root / files.key).read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey)
    leaf = x509.load_pem_x509_certificate((root / files.certificate).read_bytes())
    if leaf.public_key() != key.public_key():
        raise ValueError("key values mismatch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)  # serial 0, which is what an InternalCA has
        trust = _credential(x509.load_pem_x509_certificate((root / files.ca).read_bytes()), key)
    return Party(_credential(leaf, key), trust)


def _credential(certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> Credential:
    """A certificate read back; of a CA the key is not known here and is never used."""
    return Credential(
        certificate.public_bytes(Encoding.DER),
        key,
        certificate.subject,
        certificate.issuer,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        certificate.serial_number,
    )


def handshake_from_disk(device: Path, manager: Path, manager_uuid: str, version: str = "TLSv1.2", at: datetime | None = None) -> Outcome:
    """The device dials the manager, each with the files of its folder. ``at``: as of then, not as of this machine's clock."""
    ends = party_on_disk(device, Set.of_device(manager_uuid)), party_on_disk(manager, Set.of_manager())
    return handshake(*ends, version, at=at)
