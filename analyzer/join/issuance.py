"""Who signed a certificate: told by the signature, never by the name alone.

After a renewal the old and the new InternalCA have the same name (field notes 1, fact 2). `verify_directly_issued_by` and
`x509.verification` of
the library refuse healthy chains here (version 1, SHA-1: design, point 3), so the signature is checked with the CA's public key itself.
Dates are not looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.x509 import Certificate as LoadedCertificate

from analyzer.model.case import IssuedBy
from analyzer.model.certificate import Certificate
from analyzer.read.certificates import load, signed_bytes

_UNVERIFIABLE = (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError)


@lru_cache(maxsize=16384)
def _loaded(der: bytes) -> LoadedCertificate:
    return load(der)


@lru_cache(maxsize=65536)
def _verifies(leaf: bytes, ca: bytes) -> bool:
    try:
        signed, key = _loaded(leaf), _loaded(ca).public_key()
        signature, body, digest = signed.signature, signed_bytes(leaf), signed.signature_hash_algorithm
        match key:
            case rsa.RSAPublicKey():
                scheme = signed.signature_algorithm_parameters
                if digest is None or not isinstance(scheme, padding.PKCS1v15 | padding.PSS):
                    return False
                key.verify(signature, body, scheme, digest)
            case ec.EllipticCurvePublicKey():
                if digest is None:
                    return False
                key.verify(signature, body, ec.ECDSA(digest))
            case dsa.DSAPublicKey():
                if digest is None:
                    return False
                key.verify(signature, body, digest)
            case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
                key.verify(signature, body)
            case _:
                return False
    except _UNVERIFIABLE:
        return False
    return True


def signed_by(leaf: Certificate, ca: Certificate) -> bool:
    """The leaf carries a signature that the CA's public key verifies. Names and dates are not looked at."""
    return _verifies(leaf.der, ca.der)


class Issuers:
    """CAs found by the name that a leaf's issuer field gives, then told apart by signature: linear in the number of leaves."""

    def __init__(self, cas: Iterable[Certificate]) -> None:
        self._by_name: dict[bytes, list[Certificate]] = defaultdict(list)
        for ca in cas:
            if all(known.sha256 != ca.sha256 for known in self._by_name[ca.subject.der]):
                self._by_name[ca.subject.der].append(ca)

    def issuer_of(self, leaf: Certificate) -> Certificate | None:
        """The CA in evidence that signed this leaf, None when none did."""
        return next((ca for ca in self._by_name.get(leaf.issuer.der, ()) if signed_by(leaf, ca)), None)


def issued_by(leaf: Certificate, current: Certificate, previous: Sequence[Certificate]) -> IssuedBy:
    """Who signed a leaf, seen from the manager whose CA in force is ``current`` and whose other InternalCAs in evidence are
    ``previous``."""
    if signed_by(leaf, current):
        return IssuedBy.CURRENT_CA
    if any(signed_by(leaf, ca) for ca in previous):
        return IssuedBy.PREVIOUS_CA
    if leaf.issuer.der == current.subject.der or leaf.issuer.text == current.subject.text:
        return IssuedBy.SAME_NAME_OTHER_KEY
    return IssuedBy.ANOTHER_MANAGER
