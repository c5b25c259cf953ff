"""A certificate in the words of ``openssl x509 -text``, which engineers read it in."""

from __future__ import annotations

import ssl

from analyzer.model.certificate import Certificate
from analyzer.report.wording import openssl_time


def decoded(certificate: Certificate) -> str:
    """The fields that were read, in OpenSSL's layout and names; extensions other than the basic constraints are not listed."""
    serial = (
        f"{certificate.serial} (0x{certificate.serial:x})" if certificate.serial.bit_length() <= 64 else _octets(f"{certificate.serial:x}")
    )
    lines = [
        "Certificate:",
        "    Data:",
        f"        Version: {certificate.version} (0x{max(certificate.version - 1, 0):x})",
        f"        Serial Number: {serial}",
        f"        Signature Algorithm: {certificate.signature_algorithm}",
        f"        Issuer: {certificate.issuer.text}",
        "        Validity",
        f"            Not Before: {openssl_time(certificate.not_before)}",
        f"            Not After : {openssl_time(certificate.not_after)}",
        f"        Subject: {certificate.subject.text}",
        "        Subject Public Key Info:",
        f"            Public Key Algorithm: {certificate.key_type}",
        f"                Public-Key: ({certificate.key_bits} bit)",
    ]
    if certificate.is_ca is not None:
        lines += [
            "        X509v3 extensions:",
            "            X509v3 Basic Constraints:",
            f"                CA:{'TRUE' if certificate.is_ca else 'FALSE'}",
        ]
    lines += [
        f"sha256 Fingerprint={_octets(certificate.sha256)}",
        f"sha256 of the public key={_octets(certificate.key_sha256)}",
    ]
    return "\n".join(lines)


def pem(certificate: Certificate) -> str:
    """The certificate as PEM. Certificates are public."""
    return ssl.DER_cert_to_PEM_cert(certificate.der)


def _octets(digits: str) -> str:
    """``ab:0c:...`` of hexadecimal digits, in capitals as OpenSSL prints fingerprints."""
    digits = digits if len(digits) % 2 == 0 else "0" + digits
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2)).upper()
