"""The same evidence in every encoding that it is sent in, small and larger than what is kept whole: the same facts."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.gather import gather
from analyzer.model.certificate import Certificate, PrivateKey
from analyzer.model.facts import NO_EVIDENCE, Fact
from analyzer.model.limits import Limits
from analyzer.model.log import LogEvent
from analyzer.read.context import ReadContext
from tests.collect.builders_archives import put
from tests.read import builders_certificates as build

LINES = (
    "Nov 20 10:00:00 ftd-1 SF-IMS[4242]: [4243] sftunnel:sf_ssl [INFO] Initiating IPv4 connection to 192.0.2.10:8305/tcp\n"
    "Nov 20 10:00:01 ftd-1 other[1]: caf\u00e9\n"
    * 3
    + build.pem(build.certificate_der())
    + build.pem(build.key_der(build.rsa_key("leaf")), "PRIVATE KEY")
    + "Nov 20 10:00:02 ftd-1 SF-IMS[4242]: [4243] sftunnel:sf_connections [INFO] Peer 192.0.2.10 ferm\u00e9\n"
)

ENCODED: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "latin-1": lambda text: text.encode("latin-1"),
    "utf-16 little": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16 big": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "utf-16 crlf": lambda text: text.replace("\n", "\r\n").encode("utf-16"),
    "nul bytes between lines": lambda text: text.replace("café\n", "café\n\0\0\n").encode(),
    "nul bytes first": lambda text: bytes(6000) + b"\n" + text.encode(),
}


def said(fact: Fact) -> object:
    """What a fact says, without its place: lines are counted alike, bytes are not."""
    match fact:
        case LogEvent():
            return fact.kind, fact.time, fact.host, fact.message
        case Certificate():
            return fact.sha256
        case PrivateKey():
            return fact.key_sha256
    return type(fact)


def read(folder: Path, data: bytes, limits: Limits) -> list[object]:
    put(folder, "case/messages", data)
    gathered = gather([folder / "case"], ReadContext(datetime(2026, 11, 23, tzinfo=UTC), limits=limits), lambda _: None)
    assert gathered.incomplete == []
    return [said(fact) for fact in gathered.facts if not isinstance(fact, NO_EVIDENCE)]


@pytest.mark.parametrize("limits", [Limits(), Limits(text_bytes=1000)], ids=["whole", "large"])
@pytest.mark.parametrize("encoding", ENCODED)
def test_every_encoding_gives_the_same_facts(encoding: str, limits: Limits, tmp_path: Path) -> None:
    found = read(tmp_path / "one", ENCODED[encoding](LINES), limits)

    assert sorted(found, key=repr) == sorted(read(tmp_path / "other", LINES.encode(), limits), key=repr)
    assert len(found) == 6
