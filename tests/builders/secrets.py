"""Canaries: private keys and passwords of a test, planted in every format that is read, and looked for in everything that comes out."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12

from tests.collect.builders_archives import gz, tar, zipped
from tests.read.captures import packets as p
from tests.read.captures.scenarios import wifi

WINDOW = 16
"""Bytes (or characters) in a row that give a secret away."""

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


@cache
def password(label: str) -> str:
    """A password of 24 characters, the same for one label in every run."""
    return "!" + "".join(random.Random(f"password {label}").choices(_LETTERS, k=23))  # noqa: S311 - a test, not a password


@cache
def rsa_key(label: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def ec_key(label: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Planted:
    """Files to put into a case folder, and the secrets that they hold: text as it stands in them, and raw bytes."""

    files: dict[str, bytes]
    texts: tuple[str, ...] = ()
    raw: tuple[bytes, ...] = ()


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, form: PrivateFormat = PrivateFormat.PKCS8, secret: str = "") -> bytes:
    return key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(secret.encode()) if secret else NoEncryption())


def _body(pem: bytes) -> bytes:
    """The DER (or encrypted bytes) that a PEM block holds."""
    lines = pem.decode().splitlines()
    return base64.b64decode("".join(line for line in lines if "-" not in line and ": " not in line))


def _in(name: str, pem: bytes, wrap: Callable[[bytes], bytes] = lambda data: data, file: str = "") -> Planted:
    return Planted({file or name: wrap(pem)}, raw=(_body(pem),))


def _crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


def _base64_name() -> str:
    return "c/" + "".join(_pem(rsa_key("name")).decode().splitlines()[3:5]).replace("/", "")


def _row(label: str) -> str:
    return f"FTD {label},192.0.2.77,admin,{password(label)}\n"


def _session(pem: bytes) -> bytes:
    """A terminal of 80 columns with a key, a list of passwords and what it asked for."""
    return (
        b"root@fmc-1:/etc/sf/ca_root# cat private/cakey.pem\n" + pem + b"root@fmc-1:/etc/sf/ca_root# cat /var/tmp/devices.csv\n"
        b"device_name,IP address,admin_username,admin_password\n" + _row("session").encode() + b"root@fmc-1:/etc/sf/ca_root# "
        b"sshpass -p " + password("typed").encode() + b" scp cacert.pem admin@192.0.2.77:/var/tmp\n"
        b"root@fmc-1:/etc/sf/ca_root# sftunnel_status.pl\n"
    )


def _log(pem: bytes) -> bytes:
    head = b"Nov 20 10:00:0%d ftd-1 SF-IMS[4242]: [4243] sftunnel:sf_ssl [ERROR] "
    joined = b"".join(pem.splitlines()[1:-1])
    lines = [
        head % 1 + b"cannot use -----BEGIN PRIVATE KEY-----" + joined + b"-----END PRIVATE KEY-----",
        head % 2 + b"key material " + joined[:300],
        head % 3 + b"key material " + joined[300:340],
        head % 4 + b"login of admin password=" + password("log").encode() + b" refused",
        head % 5 + b"pushing with --password '" + password("log-option").encode() + b"' to 192.0.2.77",
        *(head % 6 + line for line in pem.splitlines()),
        head % 7 + b"Initiating IPv4 connection to 192.0.2.10:8305/tcp",
    ]
    return b"\n".join(lines) + b"\n"


def _pasted(pem: bytes) -> p.Dialogue:
    """A key that somebody pasted into the sftunnel port by hand: it is no TLS."""
    return p.Dialogue(mss=600).open().say([("client", pem), ("server", b"what? " + password("pasted").encode() + b"\n" + pem)])


def _capture(pem: bytes) -> bytes:
    return p.pcap(_pasted(pem).finish().packets)


def _begun_late(pem: bytes) -> bytes:
    """The same when its beginning was not captured, and again with a hole behind it, in fragments, at its end, and after a good record."""
    pasted = _pasted(pem).packets
    hole = p.Dialogue(client_port=2, mss=600).open().say([("client", pem * 2)]).packets
    end = p.Dialogue(client_port=3).open().send("client", p.FIN | p.ACK, pem).packets
    reset = p.Dialogue(client_port=4).open().send("client", p.RST | p.ACK, pem).packets
    after = p.Dialogue(client_port=5, mss=600).open().say([("client", b"\x15\x03\x03\0\x02\x01\0" + pem)]).packets
    tls = p.Dialogue(client_port=6).open().say([("client", b"\x15\x03\x03\0\x02\x01\0")]).packets
    (whole,) = (packet for packet in p.Dialogue(client_port=7).open().send("client", p.ACK, pem[:1200]).packets if len(packet.data) > 1000)
    ip = whole.data[14:]
    pieces = [
        p.Packet(whole.time, p.ethernet(p.ipv4(ip[20:660], p.FTD, p.FMC, fragment=0x2000))),
        p.Packet(whole.time, p.ethernet(p.ipv4(ip[660:], p.FTD, p.FMC, fragment=80))),
    ]
    return p.pcap([*tls, *pasted[4:], *hole[:3], *hole[4:], *end, *reset, *after, *pieces])


def _unwrapped_by_nobody(pem: bytes, der: bytes) -> bytes:
    """Below a link layer that only tshark knows; also a password and a binary key in packets of their own."""
    start = p.Dialogue(link=105).open().packets
    short = p.Dialogue(client_port=2).open().say([("client", b"PASS " + password("pasted").encode() + b"\n")]).packets
    binary = p.Dialogue(client_port=3).open().say([("client", der)]).packets
    wrapped = [*start, *_pasted(pem).packets[3:], *short, *binary]
    return p.section([p.Packet(packet.time, wifi(packet.data[14:]), 105) for packet in wrapped])


def _cut(*members: tuple[str, bytes]) -> bytes:
    whole = gz(tar(*members))
    return whole[: len(whole) - 60]


@cache
def planted() -> dict[str, Planted]:
    """Everything, by the name of what it is planted in."""
    fmc = "var/sf/peers/c8d5d5c6-87c9-11ef-a993-b9831565bc4e/certs_pushed"
    session, log, capture = _pem(rsa_key("session")), _pem(rsa_key("log")), _pem(rsa_key("capture"))
    tail = _pem(rsa_key("tail"))
    der, der1, ecder = (
        rsa_key("der").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        rsa_key("der1").private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        ec_key("der").private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
    )
    store = pkcs12.serialize_key_and_certificates(b"x", rsa_key("store"), None, None, NoEncryption())
    return {
        "pkcs8": _in("sftunnel-key.pem", _pem(rsa_key("pkcs8"))),
        "pkcs1": _in("old-key.pem", _pem(rsa_key("pkcs1"), PrivateFormat.TraditionalOpenSSL)),
        "ec": _in("ec-key.pem", _pem(ec_key("ec"), PrivateFormat.TraditionalOpenSSL)),
        "ec in pkcs8": _in("ec8.pem", _pem(ec_key("ec8"))),
        "openssh": _in("id_rsa", _pem(rsa_key("ssh"), PrivateFormat.OpenSSH)),
        "encrypted pkcs8": _in("encrypted.pem", _pem(rsa_key("enc8"), secret="x" * 20)),
        "encrypted pkcs1": _in("dek.pem", _pem(rsa_key("enc1"), PrivateFormat.TraditionalOpenSSL, "x" * 20)),
        "der": Planted({"key.der": der}, raw=(der,)),
        "der pkcs1": Planted({"key1.key": der1}, raw=(der1,)),
        "der ec": Planted({"ec.key": ecder}, raw=(ecder,)),
        "pkcs12": Planted({"store.p12": store}, raw=(_body(_pem(rsa_key("store"))),)),
        "tar.gz": _in(
            "etc/sf/ca_root/private/cakey.pem", _pem(rsa_key("tgz")), lambda d: gz(tar(("etc/sf/ca_root/private/cakey.pem", d))), "b.tgz"
        ),
        "zip in tar in zip": _in(
            "k.pem", _pem(rsa_key("zip")), lambda d: zipped(("b.tar", tar(("c.zip", zipped(("k.pem", d)))))), "nested.zip"
        ),
        "pushed": _in(f"{fmc}/sftunnel-key.pem", _pem(rsa_key("pushed")), file=f"fmc-1/{fmc}/sftunnel-key.pem"),
        "crlf": _in("windows.pem", _pem(rsa_key("crlf")), _crlf),
        "utf-16": _in("utf16.txt", _pem(rsa_key("utf16")), lambda d: d.decode().encode("utf-16")),
        "utf-16 big": _in("utf16be.txt", _pem(rsa_key("utf16be")), lambda d: b"\xfe\xff" + d.decode().encode("utf-16-be")),
        "nul bytes": _in("nul.txt", _pem(rsa_key("nul")), lambda d: d.replace(b"\n", b"\0\n")),
        "quoted in a mail": _in("mail.txt", _pem(rsa_key("mail")), lambda d: b"> " + d.replace(b"\n", b"\n> ")),
        "in a json string": _in("config.json", _pem(rsa_key("json")), lambda d: b'{"key": "' + d.replace(b"\n", b"\\n") + b'"}'),
        "cut": _in("cut-key.pem", _pem(rsa_key("cut")), lambda d: d[:900]),
        "damaged": _in("bad-key.pem", _pem(rsa_key("bad")), lambda d: d[:400] + b"#" + d[401:]),
        "without its head": Planted({"tail.txt": b"root@fmc-1:~# cat x\n" + b"\n".join(tail.splitlines()[3:])}, raw=(_body(tail),)),
        "damaged archive": _in(
            "k.pem", _pem(rsa_key("cutgz")), lambda d: _cut(("k.pem", d), ("devices.csv", _row("cut").encode())), "cut.tgz"
        ),
        "terminal": Planted({"session.txt": _session(session)}, (password("session"), password("typed")), (_body(session),)),
        "log": Planted({"messages": _log(log)}, (password("log"), password("log-option")), (_body(log),)),
        "large log": Planted(
            {"large/messages": b"Nov 20 09:00:00 ftd-1 other[1]: nothing\n" * 120_000 + _log(log)}, (password("log"),), (_body(log),)
        ),
        "capture": Planted({"8305.pcap": _capture(capture)}, (password("pasted"),), (_body(capture),)),
        "capture begun late": Planted({"late.pcap": _begun_late(capture)}, (password("pasted"),), (_body(capture),)),
        "wrapped capture": Planted({"wrapped.pcap": _unwrapped_by_nobody(capture, der)}, (password("pasted"),), (_body(capture), der)),
        "member names": Planted(
            {
                "names.tar": tar(
                    (f"a/password={password('name')}.txt", b"x"), (f"b/{_pem(rsa_key('name')).decode()}", b"x"), (_base64_name(), b"x")
                )
            },
            (password("name"),),
            (_body(_pem(rsa_key("name"))),),
        ),
        "file name": Planted({f"lists/pwd={password('file')}.txt": b"nothing"}, (password("file"),)),
        "devices.csv": Planted({"devices.csv": (_row("csv") * 2).encode()}, (password("csv"),)),
        "devices.csv in utf-16": Planted({"w/devices.csv": _row("csv16").encode("utf-16")}, (password("csv16"),)),
        "devices.csv, cut": Planted({"x/devices.csv": ("\n" + _row("csvcut")).encode()[:-1]}, (password("csvcut"),)),
        "csv in zip": Planted({"lists.zip": zipped(("devices.csv", _row("csvzip").encode()))}, (password("csvzip"),)),
    }


def plant(folder: Path, names: list[str] | None = None) -> None:
    """Write the files of some (or all) into a folder."""
    for name, one in planted().items():
        if names is None or name in names:
            for path, content in one.files.items():
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)


def _windows(data: bytes) -> Iterator[bytes]:
    for at in range(len(data) - WINDOW + 1):
        yield data[at : at + WINDOW]


@cache
def _forms() -> dict[bytes, str]:
    """Every window of every secret, in every form in which it could come out."""
    found: dict[bytes, str] = {}
    for name, one in planted().items():
        for text in one.texts:
            found |= dict.fromkeys(_windows(text.encode()), f"password of {name}")
        for raw in one.raw:
            found |= dict.fromkeys(_windows(raw), f"bytes of {name}")
            found |= dict.fromkeys(_windows(raw.hex().encode()), f"hex of {name}")
            found |= dict.fromkeys(_windows(raw.hex().upper().encode()), f"hex of {name}")
            for shift in range(3):  # base64 looks different at each of three places
                found |= dict.fromkeys(_windows(base64.b64encode(raw[shift:])[4:-4]), f"base64 of {name}")
    for public in _public():
        base64s = (base64.b64encode(public[shift:])[:-4] for shift in range(3))
        for form in (public, public.hex().encode(), public.hex().upper().encode(), *base64s):
            for window in _windows(form):
                found.pop(window, None)
    return {window: name for window, name in found.items() if len(set(window)) > 4}  # a run of zeros gives nothing away


def _public() -> Iterator[bytes]:
    """What a key's public half, and every key of its kind, holds too."""
    yield bytes.fromhex("020100300d06092a864886f70d0101010500048204a6308204a2020100028201010203010001")
    yield bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420a14403420004")
    yield bytes.fromhex("020101300b06092a864886f70d010701a0")


def leaks(data: bytes) -> set[str]:
    """Which secrets show in the data, in any form and in UTF-16 too."""
    forms = _forms()
    found: set[str] = set()
    for text in (data, data.replace(b"\0", b"")) if b"\0" in data else (data,):
        view = text
        found |= {forms[window] for at in range(len(view) - WINDOW + 1) if (window := view[at : at + WINDOW]) in forms}
    return found
