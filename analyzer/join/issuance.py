"""Who signed a certificate: told by the signature, never by the name alone.

After a renewal the old and the new InternalCA have the same name (field notes 1, fact 2). `verify_directly_issued_by` and `x509.verification` of
the library refuse healthy chains here (version 1, SHA-1: design, point 3), so the signature is checked with the CA's public key itself. Dates
are not looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from analyzer.model.case import IssuedBy
from analyzer.model.certificate import Certificate
from analyzer.read.certificates import load, signed_bytes


def signed_by(leaf: Certificate, ca: Certificate) -> bool:
    """The leaf carries a signature that the CA's public key verifies. Names and dates are not looked at.

    False also when the signature is of a kind that cannot be checked here: ask `can_check` before making anything of it.
    """
    return _verifies(leaf.der, ca.der) is True


def can_check(leaf: Certificate, ca: Certificate) -> bool:
    """Whether `signed_by` can tell: signature and key are of kinds that the library knows."""
    return _verifies(leaf.der, ca.der) is not None


class Issuers:
    """CAs found by the name that a leaf's issuer field gives, then told apart by signature: linear in the number of leaves."""

    def __init__(self, cas: Iterable[Certificate]) -> None:
        self._by_name: dict[str, dict[str, Certificate]] = defaultdict(dict)
        for ca in cas:
            self._by_name[_comparable(ca.subject.text)].setdefault(ca.key_sha256, ca)

    def issuer_of(self, leaf: Certificate) -> Certificate | None:
        """The CA in evidence that signed this leaf, None when none did. Of several certificates of one key, the first given."""
        candidates = self._by_name.get(_comparable(leaf.issuer.text), {})
        return next((ca for ca in candidates.values() if signed_by(leaf, ca)), None)


def issued_by(leaf: Certificate, current: Certificate, previous: Sequence[Certificate]) -> IssuedBy:
    """Who signed a leaf, seen from the manager whose CA in force is ``current`` and whose other InternalCAs in evidence are ``previous``."""
    if signed_by(leaf, current):
        return IssuedBy.CURRENT_CA
    if any(signed_by(leaf, ca) for ca in previous):
        return IssuedBy.PREVIOUS_CA
    if _comparable(leaf.issuer.text) == _comparable(current.subject.text):
        return IssuedBy.SAME_NAME_OTHER_KEY
    return IssuedBy.ANOTHER_MANAGER


def _comparable(name: str) -> str:
    """Names that OpenSSL takes for the same: whatever string type, case and run of blanks they are written in."""
    return " ".join(name.casefold().split())


@lru_cache(maxsize=1024)
def _public_key(ca: bytes) -> CertificatePublicKeyTypes:
    return load(ca).public_key()


@lru_cache(maxsize=65536)
def _verifies(leaf: bytes, ca: bytes) -> bool | None:
    """The signature is the CA's; None when it is of a kind that cannot be checked."""
    try:
        signed, key = load(leaf), _public_key(ca)
        signature, body = signed.signature, signed_bytes(leaf)
        scheme = signed.signature_algorithm_parameters
        digest = signed.signature_hash_algorithm
    except (UnsupportedAlgorithm, ValueError):
        return None
    try:
        match key, scheme:
            case rsa.RSAPublicKey(), padding.PKCS1v15() | padding.PSS() if digest is not None:
                key.verify(signature, body, scheme, digest)
            case ec.EllipticCurvePublicKey(), ec.ECDSA():
                key.verify(signature, body, scheme)
            case dsa.DSAPublicKey(), None if digest is not None:
                key.verify(signature, body, digest)
            case ((ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey()), None) if digest is None:
                key.verify(signature, body)
            case _:
                # A key of one kind cannot have made a signature of another.
                return False
    except UnsupportedAlgorithm:
        return None
    except (InvalidSignature, ValueError):
        return False
    return True
