"""No text of a fact escapes: each is named for what it may identify, and every form of an identifier is replaced wherever it stands."""

from __future__ import annotations

import typing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct

from analyzer.model.facts import Fact
from analyzer.model.location import Evidence, Location
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.member import Artifact
from analyzer.model.outputs import IssuedSerial
from analyzer.redact import Redaction
from analyzer.redact.sensitive import DISTINGUISHED, NAMELESS, NAMES

PLACE = Evidence(Location("messages", line=1), "")


def _within(hint: object) -> set[type]:
    """Our own types that a hint names, at any depth."""
    if isinstance(hint, type) and issubclass(hint, Struct):
        return {hint}
    return {one for inner in typing.get_args(hint) for one in _within(inner)}


def _types() -> set[type]:
    found: set[type] = set()
    waiting = set(typing.get_args(Fact))
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting |= {inner for hint in typing.get_type_hints(one).values() for inner in _within(hint)} - found
    return found - {Evidence, Location}


TEXTS = sorted(
    (one.__name__, field)
    for one in _types()
    for field, hint in typing.get_type_hints(one).items()
    if hint is str or str in typing.get_args(hint) or "str," in str(hint)
)
BY_NAME = {one.__name__: one for one in _types()}


@pytest.mark.parametrize(("fact", "field"), TEXTS, ids=lambda one: str(one))
def test_every_text_of_a_fact_stands_in_one_of_the_tables(fact: str, field: str) -> None:
    kind = BY_NAME[fact]

    assert [field in table.get(kind, ()) for table in (NAMES, DISTINGUISHED, NAMELESS)].count(True) == 1


@pytest.mark.parametrize("table", [NAMES, DISTINGUISHED, NAMELESS], ids=["names", "distinguished", "nameless"])
def test_no_table_names_what_is_not_there(table: dict[type, tuple[str, ...]]) -> None:
    assert {
        (kind.__name__, field) for kind, fields in table.items() for field in fields if field not in typing.get_type_hints(kind)
    } == set()


def event(message: str) -> LogEvent:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    return LogEvent(LogKind.OTHER, moment, "", "", "ftd-1", 1, 2, "INFO", message, Evidence(Location("messages", line=1), message))


KNOWN = "203.0.113.77 b255f680-a1a6-11e6-8101-00005e005301 "

FORMS = {
    "address behind a v": ("v203.0.113.77", "203.0.113.77"),
    "address with hyphens": ("ip-203-0-113-77.ec2", "203-0-113-77"),
    "address with hyphens alone": ("host 203-0-113-77", "203-0-113-77"),
    "address in hex": ("from 0xCB00714D", "CB00714D"),
    "mapped address": ("::ffff:203.0.113.77", "203.0.113"),
    "reversed address": ("77.113.0.203.in-addr.arpa", "77.113.0.203"),
    "address with a port": ("203.0.113.77:8305", "203.0.113.77"),
    "address in brackets": ("[2001:db8:77::5]:8305", "2001:db8:77::5"),
    "UUID without hyphens": ("b255f680a1a611e6810100005e005301", "b255f680a1a611e6"),
    "UUID with underscores": ("b255f680_a1a6_11e6_8101_00005e005301", "b255f680_a1a6"),
    "UUID in capitals": ("B255F680-A1A6-11E6-8101-00005E005301", "b255f680"),
    "MAC": ("ac:de:48:00:11:22", "ac:de:48"),
    "MAC with hyphens": ("AC-DE-48-00-11-22", "ac-de-48"),
    "MAC with dots": ("acde.4800.1122", "acde.4800"),
    "serial number": ("S/N FCH2049V0AB", "FCH2049V0AB"),
    "serial number of another form": ("Serial Number: JAD12345678", "JAD12345678"),
    "login that failed": ("Invalid user jdoe from 203.0.113.9", "jdoe"),
    "login": ("Accepted publickey for jdoe from 203.0.113.9", "jdoe"),
    "session": ("pam_unix(sshd:session): session opened for user jdoe by", "jdoe"),
    "home": ("/home/jdoe/x", "jdoe"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_an_identifier_is_replaced(form: str) -> None:
    text, secret = FORMS[form]
    facts = [event(KNOWN + text)]

    shown = repr(Redaction(facts).applied(facts)).lower()

    assert secret.lower() not in shown


NAME = "/C=KR/ST=Gyeonggi-Do/L=Pangyo/street=Seohyeon-ro 12/postalCode=13591/O=Acme Networks/OU=Floor 7/OU=Firewall Team/UID=jdoe/DC=acme"
NAME += "/GN=Jane/SN=Doe/emailAddress=jane@acme.example/serialNumber=KR-998/2.5.4.97=VATKR-5550123/CN=fw-hq.acme.example"


@pytest.mark.parametrize("part", [part.partition("=")[2] for part in NAME.split("/")[2:]])
def test_every_part_of_a_name_of_a_certificate_is_replaced(part: str) -> None:
    facts = [IssuedSerial("V", 7, NAME, datetime(2027, 1, 1, tzinfo=UTC), PLACE), event(f"issuer = {NAME}")]

    shown = repr(Redaction(facts).applied(facts))

    assert part not in shown
    assert "C=KR" in shown


PATHS = [
    "acme-SR612345678/messages",
    "Acme_Corp/fmc-1/etc/sf/ims.conf",
    "612345678-results.tar.gz",
    "./jdoe-laptop/capture.pcapng",
    "acme.zip",
]


@pytest.mark.parametrize("path", PATHS)
def test_the_names_of_inputs_are_replaced_and_those_of_the_appliance_stay(path: str) -> None:
    artifact = Artifact(path, 1, "00" * 32)
    fact = event("x")
    facts = [LogEvent(**{**{name: getattr(fact, name) for name in fact.__struct_fields__}, "evidence": Evidence(Location(path), "x")})]

    redaction = Redaction([*facts, artifact])
    shown = repr((redaction.applied(facts), redaction.applied([artifact])))

    for word in ("acme", "612345678", "jdoe", "laptop", "corp"):
        assert word not in shown.lower()
    assert Path(path).suffix in shown
    assert ("etc/sf/ims.conf" in path) == ("etc/sf/ims.conf" in shown)
    assert [original for kind, original, _ in redaction.entries() if kind == "input"]


def test_the_words_of_a_path_are_replaced_in_paths_only() -> None:
    """Of a folder called "expired" the log keeps its words, and so the verdict."""
    facts = [event("certificate has expired")]
    place = Artifact("expired/messages", 1, "00" * 32)

    redaction = Redaction([*facts, place])

    assert "certificate has expired" in repr(redaction.applied(facts))
    assert redaction.applied([place])[0].path == "input-1/messages"
