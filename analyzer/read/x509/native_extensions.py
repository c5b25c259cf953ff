"""The extensions of a certificate in the words of OpenSSL, decoded by `cryptography`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography import x509

from analyzer.model.certificate import Extension
from analyzer.read import der as asn1
from analyzer.read.extensions import MAX_EXTENSIONS, PURPOSES, USAGES, not_decoded, octets, shown


def extensions_of(extensions: x509.Extensions) -> tuple[Extension, ...]:
    """The extensions in their order."""
    return tuple(_shown(one) for one in list(extensions)[:MAX_EXTENSIONS])


def extensions_one_by_one(encoded: Sequence[asn1.Element], alone: Callable[[bytes], x509.Extensions]) -> tuple[Extension, ...]:
    """The extensions of a certificate of which the library cannot decode one: each by itself, and that one with its size alone.

    ``alone`` decodes a list that holds a single one. Raises `DerError` for what is no extension.
    """
    return tuple(_decoded(one, alone) for one in encoded[:MAX_EXTENSIONS])


def _decoded(encoded: asn1.Element, alone: Callable[[bytes], x509.Extensions]) -> Extension:
    try:
        return _shown(next(iter(alone(encoded.encoded))))
    except (ValueError, TypeError, UnicodeError, StopIteration, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return not_decoded(encoded)


def _shown(one: x509.Extension[x509.ExtensionType]) -> Extension:
    return shown(one.oid.dotted_string, one.critical, _text(one))


def _text(extension: x509.Extension[x509.ExtensionType]) -> str:
    match extension.value:
        case x509.BasicConstraints(ca=ca, path_length=length):
            return f"CA:{'TRUE' if ca else 'FALSE'}" + (f", pathlen:{length}" if length is not None else "")
        case x509.SubjectKeyIdentifier(digest=digest):
            return octets(digest)
        case x509.AuthorityKeyIdentifier(key_identifier=bytes(identifier), authority_cert_issuer=None):
            return octets(identifier)
        case x509.KeyUsage() as usage:
            return ", ".join(_usages(usage))
        case x509.ExtendedKeyUsage() as usage:
            return ", ".join(PURPOSES.get(one.dotted_string, one.dotted_string) for one in usage)
        case x509.SubjectAlternativeName() | x509.IssuerAlternativeName() as names:
            return ", ".join(_general_name(one) for one in names)
    try:
        return f"({len(extension.value.public_bytes())} bytes)"
    except NotImplementedError:  # what the library decodes and cannot encode
        return type(extension.value).__name__


def _usages(usage: x509.KeyUsage) -> list[str]:
    names = [name for field, name in USAGES if getattr(usage, field)]
    if usage.key_agreement:
        names += ["Encipher Only"] * usage.encipher_only + ["Decipher Only"] * usage.decipher_only
    return names


def _general_name(name: x509.GeneralName) -> str:
    match name:
        case x509.DNSName(value=text):
            return f"DNS:{text}"
        case x509.IPAddress(value=address):
            return f"IP Address:{address}"
        case x509.RFC822Name(value=text):
            return f"email:{text}"
        case x509.UniformResourceIdentifier(value=text):
            return f"URI:{text}"
        case x509.RegisteredID(value=oid):
            return f"Registered ID:{oid.dotted_string}"
        case x509.DirectoryName(value=directory):
            return f"DirName:{directory.rfc4514_string()}"
    return "othername:<unsupported>"
