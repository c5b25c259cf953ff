"""A DER writer of the few types that a certificate needs (ITU-T X.690).

``cryptography`` always writes X.509 v3. An InternalCA is v1, so its TBSCertificate is put together here by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime


def tlv(tag: int, content: bytes) -> bytes:
    """Tag, definite length, content."""
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of encoded parts."""
    return tlv(0x30, b"".join(parts))


def integer(value: int) -> bytes:
    """INTEGER, non-negative; 0 is one zero octet."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def bit_string(content: bytes) -> bytes:
    """BIT STRING without unused bits."""
    return tlv(0x03, b"\x00" + content)


def utc_time(moment: datetime) -> bytes:
    """UTCTime, which RFC 5280 asks for up to the year 2049."""
    if not 1950 <= moment.astimezone(UTC).year <= 2049:
        raise ValueError(f"UTCTime cannot hold {moment}")
    return tlv(0x17, moment.astimezone(UTC).strftime("%y%m%d%H%M%SZ").encode("ascii"))


SHA256_WITH_RSA = sequence(tlv(0x06, bytes.fromhex("2a864886f70d01010b")), tlv(0x05, b""))
"""AlgorithmIdentifier sha256WithRSAEncryption with its NULL parameter (RFC 4055)."""

SHA1_WITH_RSA = sequence(tlv(0x06, bytes.fromhex("2a864886f70d010105")), tlv(0x05, b""))
"""AlgorithmIdentifier sha1WithRSAEncryption, of releases of long ago."""
