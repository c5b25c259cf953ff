"""Who signed a certificate: told by the signature, never by the name alone.

After a renewal the old and the new InternalCA have the same name (field notes 1, fact 2). `verify_directly_issued_by` and
`x509.verification` of the library refuse healthy chains here (version 1, SHA-1), so the signature is checked with the CA's public key
itself. Dates are not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model.case import IssuedBy
from analyzer.model.certificate import Certificate
from analyzer.read.x509 import verifies


def signed_by(leaf: Certificate, ca: Certificate) -> bool:
    """The leaf carries a signature that the CA's public key verifies. Names and dates are not looked at.

    False also when the signature is of a kind that cannot be checked here: ask `can_check` before making anything of it.
    """
    return verifies(leaf.der, ca.der) is True


def can_check(leaf: Certificate, ca: Certificate) -> bool:
    """Whether `signed_by` can tell: signature and key are of kinds that the library knows."""
    return verifies(leaf.der, ca.der) is not None


def issued_by(leaf: Certificate, current: Certificate, previous: Sequence[Certificate]) -> IssuedBy:
    """Who signed a leaf, from the view of the manager whose CA in force is ``current`` and whose other InternalCAs are ``previous``."""
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
