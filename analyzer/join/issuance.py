"""Who signed a certificate: told by the signature, never by the name alone.

After a renewal the old and the new InternalCA have the same name (field notes 1, fact 2). `verify_directly_issued_by` and
`x509.verification` of the library refuse healthy chains here (version 1, SHA-1), so the signature is checked with the CA's public key
itself. Dates are not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from analyzer.model.case import IssuedBy
from analyzer.model.certificate import Certificate
from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.read.decoding import SIGNATURE_ALGORITHMS, load, public_key, signature, signed_bytes

_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "md5WithRSAEncryption": hashes.MD5(),  # noqa: S303 - an old leaf is what it is; only its issuer is asked for
    "sha1WithRSAEncryption": hashes.SHA1(),  # noqa: S303
    "sha224WithRSAEncryption": hashes.SHA224(),
    "sha256WithRSAEncryption": hashes.SHA256(),
    "sha384WithRSAEncryption": hashes.SHA384(),
    "sha512WithRSAEncryption": hashes.SHA512(),
    "dsaWithSHA1": hashes.SHA1(),  # noqa: S303
    "dsa_with_SHA256": hashes.SHA256(),
    "ecdsa-with-SHA1": hashes.SHA1(),  # noqa: S303
    "ecdsa-with-SHA224": hashes.SHA224(),
    "ecdsa-with-SHA256": hashes.SHA256(),
    "ecdsa-with-SHA384": hashes.SHA384(),
    "ecdsa-with-SHA512": hashes.SHA512(),
}
"""The digest of each signature algorithm. The library no longer names MD5 itself, and may drop SHA-1 next; it still checks both."""


def signed_by(leaf: Certificate, ca: Certificate) -> bool:
    """The leaf carries a signature that the CA's public key verifies. Names and dates are not looked at.

    False also when the signature is of a kind that cannot be checked here: ask `can_check` before making anything of it.
    """
    return _verifies(leaf.der, ca.der) is True


def can_check(leaf: Certificate, ca: Certificate) -> bool:
    """Whether `signed_by` can tell: signature and key are of kinds that the library knows."""
    return _verifies(leaf.der, ca.der) is not None


class Unchecked(Enum):
    """Why nobody can tell who signed a leaf."""

    KIND = "its signature, or the key of a CA, is of a kind that cannot be checked"
    BUDGET = "more signatures would have to be checked than one run may check"


class Signatures:
    """Who signed the leaves of one run. Each leaf is checked once with each distinct key of a CA.

    A few MB of evidence can name thousands of devices and thousands of earlier InternalCAs of one name. Each leaf is always checked with
    the CA in force; checks with the others draw from a budget that the whole run shares (limit ``signatures``).
    """

    def __init__(self, budget: int = DEFAULT_LIMITS.signatures) -> None:
        self.budget = budget
        self._left = budget
        self._signers: dict[tuple[str, str], bool | None] = {}

    def issued_by(self, leaf: Certificate, current: Certificate, previous: Sequence[Certificate]) -> IssuedBy | Unchecked:
        """From the view of the manager whose CA in force is ``current`` and whose other InternalCAs are ``previous``, newest first.

        A signature that no CA verifies proves another signer only where each of the CAs was tried.
        """
        signed = _verifies(leaf.der, current.der)
        if signed is None:
            return Unchecked.KIND
        if signed:
            return IssuedBy.CURRENT_CA
        doubt: Unchecked | None = None
        tried = {current.key_sha256}
        for ca in previous:
            if ca.key_sha256 in tried:
                continue
            tried.add(ca.key_sha256)
            pair = (leaf.sha256, ca.key_sha256)
            if pair not in self._signers:
                if self._left <= 0:
                    return Unchecked.BUDGET
                self._left -= 1
                self._signers[pair] = _verifies(leaf.der, ca.der)
            if self._signers[pair]:
                return IssuedBy.PREVIOUS_CA
            if self._signers[pair] is None:
                doubt = Unchecked.KIND
        if doubt is not None:
            return doubt
        if _comparable(leaf.issuer.text) == _comparable(current.subject.text):
            return IssuedBy.SAME_NAME_OTHER_KEY
        return IssuedBy.ANOTHER_MANAGER


def _comparable(name: str) -> str:
    """Names that OpenSSL takes for the same: whatever string type, case and run of blanks they are written in."""
    return " ".join(name.casefold().split())


@lru_cache(maxsize=1024)
def _public_key(ca: bytes) -> CertificatePublicKeyTypes:
    return public_key(ca)


@lru_cache(maxsize=65536)
def _verifies(leaf: bytes, ca: bytes) -> bool | None:
    """The signature is the CA's; None when it is of a kind that cannot be checked."""
    try:
        (algorithm, signed), key = signature(leaf), _public_key(ca)
        name = SIGNATURE_ALGORITHMS.get(algorithm, "")
        # Of PSS the parameters count too, and only the library reads them.
        loaded = load(leaf) if name == "rsassaPss" else None
        pss = loaded.signature_algorithm_parameters if loaded is not None else None
        digest = loaded.signature_hash_algorithm if loaded is not None else _DIGESTS.get(name)
        body = signed_bytes(leaf)
    except (UnsupportedAlgorithm, ValueError):
        return None
    if not name:
        return None
    try:
        match key:
            case rsa.RSAPublicKey() if isinstance(pss, padding.PSS) and digest is not None:
                key.verify(signed, body, pss, digest)
            case rsa.RSAPublicKey() if name.endswith("WithRSAEncryption") and digest is not None:
                key.verify(signed, body, padding.PKCS1v15(), digest)
            case ec.EllipticCurvePublicKey() if name.startswith("ecdsa") and digest is not None:
                key.verify(signed, body, ec.ECDSA(digest))
            case dsa.DSAPublicKey() if name.startswith("dsa") and digest is not None:
                key.verify(signed, body, digest)
            case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey() if name.startswith("ED"):
                key.verify(signed, body)
            case _:
                # A key of one kind cannot have made a signature of another.
                return False
    except UnsupportedAlgorithm:
        return None
    except (InvalidSignature, ValueError):
        return False
    return True
