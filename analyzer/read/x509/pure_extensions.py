"""The extensions of a certificate in the words of OpenSSL, by Python alone. What is not decoded strictly is shown with its size alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network

from analyzer.model.certificate import Extension
from analyzer.read import der as asn1
from analyzer.read.extensions import BASIC_CONSTRAINTS_OID, PURPOSES, USAGES, not_decoded, octets, shown

_OTHER, _EMAIL, _DNS, _DIRECTORY, _URI, _ADDRESS, _REGISTERED = 0xA0, 0x81, 0x82, 0xA4, 0x86, 0x87, 0x88
_ATTRIBUTES = {
    "2.5.4.3": "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}
"""The short names of RFC 4514."""

_ENCODINGS = {
    0x0C: "utf-8",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
    0x12: "ascii",
}


def decoded(encoded: asn1.Element) -> Extension:
    """One extension. Raises `DerError` for what is no extension."""
    parts = list(encoded.children())
    if len(parts) < 2 or parts[0].tag != asn1.OID:
        raise asn1.DerError("an extension is not a type and a value")
    oid = asn1.oid_text(parts[0].content)
    value = parts[-1].content
    critical = len(parts) == 3 and any(parts[1].content)
    read = _READERS.get(oid)
    try:
        if len(parts) == 3 and parts[1].content not in (b"\xff",):
            raise asn1.DerError("a flag that is not written in full")
        return shown(oid, critical, f"({len(value)} bytes)" if read is None else read(value))
    except (ValueError, StopIteration):
        return not_decoded(encoded)


def _whole(value: bytes, tag: int) -> asn1.Element:
    found = asn1.element(value)
    if found.tag != tag or found.end != len(value):
        raise asn1.DerError("another value than this extension has")
    return found


def _constraints(value: bytes) -> str:
    parts = list(_whole(value, asn1.SEQUENCE).children())
    ca = bool(parts) and parts[0].tag == asn1.BOOLEAN
    if ca and parts.pop(0).content != b"\xff":
        raise asn1.DerError("the default is not written")
    if len(parts) > 1 or (parts and not 0 <= parts[0].integer() < 1 << 64):
        raise asn1.DerError("another path length than a number")
    return f"CA:{'TRUE' if ca else 'FALSE'}" + (f", pathlen:{parts[0].integer()}" if parts else "")


def _subject_key(value: bytes) -> str:
    return octets(_whole(value, asn1.OCTET_STRING).content)


def _authority_key(value: bytes) -> str:
    parts = list(_whole(value, asn1.SEQUENCE).children())
    if [part.tag for part in parts] == [0x80]:
        return octets(parts[0].content)
    if [part.tag for part in parts] not in ([], [0xA1, 0x82], [0x80, 0xA1, 0x82]):
        raise asn1.DerError("another authority key than there is")
    return f"({len(value)} bytes)"


def _usage(value: bytes) -> str:
    content = _whole(value, asn1.BIT_STRING).content
    if not content or content[0] > 7 or (len(content) == 1 and content[0]) or len(content) > 3:
        raise asn1.DerError("no bits")
    if len(content) > 1 and content[-1] & ((1 << content[0]) - 1):
        raise asn1.DerError("bits beyond the last")
    bits = int.from_bytes(content[1:].ljust(2, b"\0")[:2])
    names = [name for at, (_field, name) in enumerate(USAGES) if bits >> (15 - at) & 1]
    if bits >> 11 & 1:
        names += ["Encipher Only"] * (bits >> 8 & 1) + ["Decipher Only"] * (bits >> 7 & 1)
    elif bits >> 8 & 1 or bits >> 7 & 1:
        raise asn1.DerError("a usage that needs another")
    return ", ".join(names)


def _purposes(value: bytes) -> str:
    found = []
    for part in _whole(value, asn1.SEQUENCE).children():
        if part.tag != asn1.OID:
            raise asn1.DerError("a purpose is a number")
        oid = asn1.oid_text(part.content)
        found.append(PURPOSES.get(oid, oid))
    return ", ".join(found)


def _names(value: bytes) -> str:
    return ", ".join(_general_name(part) for part in _whole(value, asn1.SEQUENCE).children())


def _general_name(name: asn1.Element) -> str:
    match name.tag:
        case asn1_tag if asn1_tag in (_DNS, _EMAIL, _URI):
            return {_DNS: "DNS:", _EMAIL: "email:", _URI: "URI:"}[asn1_tag] + name.content.decode("utf-8")
        case asn1_tag if asn1_tag == _ADDRESS:
            return f"IP Address:{_address(name.content)}"
        case asn1_tag if asn1_tag == _REGISTERED:
            return f"Registered ID:{asn1.oid_text(name.content)}"
        case asn1_tag if asn1_tag == _DIRECTORY:
            return f"DirName:{_directory(_whole(name.content, asn1.SEQUENCE))}"
        case asn1_tag if asn1_tag == _OTHER:
            parts = list(name.children())
            if len(parts) == 2 and parts[0].tag == asn1.OID and parts[1].tag == asn1.CONTEXT_0:
                return "othername:<unsupported>"
    raise asn1.DerError("a name of a kind that is not known")


def _address(content: bytes) -> str:
    if len(content) in (4, 16):
        return str(ip_address(content))
    half = len(content) // 2
    if len(content) not in (8, 32):
        raise asn1.DerError("no address")
    mask = int.from_bytes(content[half:])
    ones = mask.bit_count()
    if mask != ((1 << ones) - 1) << (half * 8 - ones):
        raise asn1.DerError("no mask")
    return str(ip_network(f"{ip_address(content[:half])}/{ones}"))


def _directory(name: asn1.Element) -> str:
    """A name as RFC 4514 writes it: the last part first."""
    groups = ["+".join(_attribute(one) for one in group.children()) for group in name.children()]
    return ",".join(reversed(groups))


def _attribute(attribute: asn1.Element) -> str:
    oid, value = attribute.children()
    number = asn1.oid_text(oid.content)
    text = value.content.decode(_ENCODINGS[value.tag]) if value.tag in _ENCODINGS else ""
    if not text:
        raise asn1.DerError("a part of a name without a text")
    return f"{_ATTRIBUTES.get(number, number)}={_escaped(text)}"


def _escaped(text: str) -> str:
    for sign in ("\\", '"', "+", ",", ";", "<", ">"):
        text = text.replace(sign, "\\" + sign)
    text = text.replace("\0", "\\00")
    if text[0] in ("#", " "):
        text = "\\" + text
    return text[:-1] + "\\ " if text[-1] == " " else text


def _sized(value: bytes) -> str:
    """An extension that is shown by its size, and must be whole DER all the same."""
    _walk(_whole(value, asn1.SEQUENCE), 0)
    return f"({len(value)} bytes)"


def _walk(element: asn1.Element, depth: int) -> None:
    if depth > 16:
        raise asn1.DerError("deeper than an extension is")
    if element.tag & 0x20:
        for child in element.children():
            _walk(child, depth + 1)


_READERS: Mapping[str, Callable[[bytes], str]] = {
    "2.5.29.14": _subject_key,
    "2.5.29.15": _usage,
    "2.5.29.17": _names,
    "2.5.29.18": _names,
    BASIC_CONSTRAINTS_OID: _constraints,
    "2.5.29.35": _authority_key,
    "2.5.29.30": _sized,
    "2.5.29.31": _sized,
    "2.5.29.32": _sized,
    "2.5.29.37": _purposes,
    "1.3.6.1.5.5.7.1.1": _sized,
}
