"""RSA test keys that are derived from their name, so that a rebuild gives the same bytes and no key needs to be stored.

Anyone can compute these keys: they protect nothing and must never be used outside the lab.
"""

from __future__ import annotations

import hashlib
from functools import cache
from itertools import count

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

SEED = "sftunnel-analyzer lab, not a secret"
EXPONENT = 65537
_SMALL_PRIMES = [n for n in range(3, 6000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]


@cache
def key_for(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The RSA key of that name: always the same one. About half a second each, once per process."""
    p, q = sorted((_prime(f"{name}/p", bits // 2), _prime(f"{name}/q", bits // 2)), reverse=True)
    d = pow(EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(EXPONENT, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public)
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def key_pem(key: rsa.RSAPrivateKey) -> bytes:
    """``-----BEGIN PRIVATE KEY-----``, the form printed in Cisco document 222464."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _prime(name: str, bits: int) -> int:
    """The first probable prime at or after a number made of SHA-512 of the name; its two top bits are set."""
    blocks = (hashlib.sha512(f"{SEED}/{name}/{i}".encode()).digest() for i in range(-(-bits // 512)))
    start = int.from_bytes(b"".join(blocks), "big") >> (-bits % 512)
    start |= 3 << (bits - 2) | 1
    return next(n for n in count(start, 2) if _is_prime(n))


def _is_prime(n: int) -> bool:
    """Trial division, then Fermat to three bases: plenty for test keys; and ``n - 1`` must be prime to the exponent."""
    return all(n % p for p in _SMALL_PRIMES) and (n - 1) % EXPONENT != 0 and all(pow(a, n - 1, n) == 1 for a in (2, 3, 5))
