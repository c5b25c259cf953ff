"""Certificates, keys and signatures: one small interface, and two backends behind it (`analyzer.backend`).

`native` asks `cryptography`, which is first choice everywhere. `pure` gives the same answers where only Python runs; what it cannot check
it says it cannot (`verifies` gives None), and never guesses.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from analyzer.backend import is_pure
from analyzer.read.x509.parts import Details


class _Backend(Protocol):
    def details(self, data: bytes) -> Details: ...
    def verifies(self, leaf: bytes, ca: bytes) -> bool | None: ...
    def rsa_public(self, modulus: int, exponent: int) -> bytes: ...
    def public_of_private(self, data: bytes) -> bytes: ...
    def ssh_public(self, kind: bytes, blob: bytes) -> bytes: ...


def _backend() -> _Backend:
    if is_pure():
        from analyzer.read.x509 import pure

        return pure
    from analyzer.read.x509 import native

    return native


def details(data: bytes) -> Details:
    """The key and the extensions of a certificate, whole and without bytes behind it. Raises where OpenSSL would refuse it."""
    return _backend().details(data)


def verifies(leaf: bytes, ca: bytes) -> bool | None:
    """The signature of one certificate is of the key of the other; None when it is of a kind that cannot be checked."""
    return _verifies(leaf, ca, is_pure())


@lru_cache(maxsize=65536)
def _verifies(leaf: bytes, ca: bytes, _pure: bool) -> bool | None:
    return _backend().verifies(leaf, ca)


def rsa_public(modulus: int, exponent: int) -> bytes:
    """The SubjectPublicKeyInfo of an RSA key. Raises `ValueError` for numbers that make none."""
    return _backend().rsa_public(modulus, exponent)


def public_of_private(data: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a private key in DER (PKCS#8 or SEC1). Raises, with any kind of error, for what is none."""
    return _backend().public_of_private(data)


def ssh_public(kind: bytes, blob: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a public key in the form of OpenSSH. Raises, with any kind of error, for what is none."""
    return _backend().ssh_public(kind, blob)
