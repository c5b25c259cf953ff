"""What a TLS conversation shows in plain, as a list of events: the same from either dissector.

Numbers are those of the IANA TLS registries; RFC 5246 (1.2) and RFC 8446 (1.3).
"""

from __future__ import annotations

from msgspec import Struct

from analyzer.model.capture import Sender

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA, HEARTBEAT = 20, 21, 22, 23, 24
CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, FINISHED = 1, 2, 11, 20
TLS_1_2, TLS_1_3 = 0x0303, 0x0304
VERSIONS = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", TLS_1_2: "TLSv1.2", TLS_1_3: "TLSv1.3"}
CLOSE_NOTIFY, USER_CANCELED = 0, 90
AES_128_CCM_8_SHA256 = 0x1305


class ClientHello(Struct, frozen=True):
    """The client's offer. ``frame`` is, here and below, the number of the frame in the original capture that completed the record."""

    sender: Sender
    frame: int
    session_id: bytes


class ServerHello(Struct, frozen=True):
    """The server's choice: ``version`` by supported_versions where it is there. ``resumes``: a TLS 1.3 pre-shared key was taken."""

    sender: Sender
    frame: int
    version: int
    session_id: bytes
    cipher: int
    resumes: bool


class CertificateMessage(Struct, frozen=True):
    """A Certificate message of TLS 1.2 or older, whole: DER certificates, leaf first. Empty when the sender has none."""

    sender: Sender
    frame: int
    chain: tuple[bytes, ...]


class OtherHandshake(Struct, frozen=True):
    """Any other handshake message in plain."""

    sender: Sender
    frame: int
    kind: int


class PlainAlert(Struct, frozen=True):
    """An alert that can be read. Level 1 is a warning, 2 fatal."""

    sender: Sender
    frame: int
    level: int
    number: int


class ChangeCipherSpec(Struct, frozen=True):
    """From here the sender encrypts (TLS 1.2); without meaning in TLS 1.3."""

    sender: Sender
    frame: int


class Encrypted(Struct, frozen=True):
    """A record whose content cannot be read: its outer type and its length in bytes without the five of the header."""

    sender: Sender
    frame: int
    kind: int
    length: int


TlsEvent = ClientHello | ServerHello | CertificateMessage | OtherHandshake | PlainAlert | ChangeCipherSpec | Encrypted
