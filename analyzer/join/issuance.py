"""Who signed a certificate: told by the signature, never by the name alone.

After a renewal the old and the new InternalCA have the same name (field notes 1, fact 2). `verify_directly_issued_by` and
`x509.verification` of the library refuse healthy chains here (version 1, SHA-1), so the signature is checked with the CA's public key
itself. Dates are not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from analyzer.model.case import IssuedBy
from analyzer.model.certificate import Certificate
from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.read.x509 import verifies
from analyzer.texts import N_, _


def signed_by(leaf: Certificate, ca: Certificate) -> bool:
    """The leaf carries a signature that the CA's public key verifies. Names and dates are not looked at.

    False also when the signature is of a kind that cannot be checked here: ask `can_check` before making anything of it.
    """
    return verifies(leaf.der, ca.der) is True


def can_check(leaf: Certificate, ca: Certificate) -> bool:
    """Whether `signed_by` can tell: signature and key are of kinds that the library knows."""
    return verifies(leaf.der, ca.der) is not None


class Unchecked(Enum):
    """Why nobody can tell who signed a leaf."""

    KIND = N_("the leaf's signature ({signature_algorithm}) is of a kind that cannot be checked with the CA's key")
    BUDGET = N_("the evidence contains more earlier InternalCAs of this FMC than one run tries (limit signatures: {count:,} checks)")


class Signatures:
    """Who signed the leaves of one run. Each leaf is checked once with each distinct key of a CA.

    A few MB of evidence can name thousands of devices and thousands of earlier InternalCAs of one name. Each leaf is always checked with
    the CA in force; checks with the others draw from a budget that the whole run shares (limit ``signatures``).
    """

    def __init__(self, budget: int = DEFAULT_LIMITS.signatures) -> None:
        self._budget = budget
        self._left = budget
        self._signers: dict[tuple[str, str], bool | None] = {}

    def why(self, unchecked: Unchecked, leaf: Certificate) -> str:
        """The reason in words."""
        return _(unchecked.value).format(signature_algorithm=leaf.signature_algorithm, count=self._budget)

    def issued_by(self, leaf: Certificate, current: Certificate, previous: Sequence[Certificate]) -> IssuedBy | Unchecked:
        """From the view of the manager whose CA in force is ``current`` and whose other InternalCAs are ``previous``, newest first.

        A signature that no CA verifies proves another signer only where each of the CAs was tried.
        """
        signed = verifies(leaf.der, current.der)
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
                self._signers[pair] = verifies(leaf.der, ca.der)
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
