"""Mails, rich text and office documents are taken apart, and what cannot be read is named."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import UTC, datetime
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.collect import open_at
from analyzer.collect.documents.compound import unpacked
from analyzer.collect.documents.recognise import recognise
from analyzer.model.limits import Limits
from analyzer.model.location import Location
from analyzer.model.member import DamageKind
from tests.collect import wrappings as w
from tests.collect.builders_archives import gz, put, run, run_bytes, tar, zipped

TEXT = (
    "root@fmc-1:/Volume/home/admin# openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem\n"
    "notBefore=Sep 24 12:16:56 2016 GMT\nnotAfter=Sep 22 12:16:56 2026 GMT\n\n"
    "Nov 22 18:59:00 ftd-seoul SF-IMS[5]: [7] sftunneld:sf_ssl [ERROR]   a <b> & \"c\" {d} \\e 'f'\tafter a tab\n"
    "한글 – ü 😀 one two  three   four\n"
    "the same line\nthe same line\n"
)
OPENED = [
    name
    for name, (ending, _) in w.WRAPPINGS.items()
    if ending in (".eml", ".emlx", ".mbox", ".msg", ".rtf", ".docx", ".xlsx", ".pptx", ".odt")
]


def said(text: str) -> list[str]:
    """The lines that hold something, without the blanks at their ends."""
    return [line.rstrip().replace("\xa0", " ") for line in text.splitlines() if line.strip()]


def holds(lines: list[str], wanted: list[str]) -> bool:
    """The lines stand there, next to one another."""
    return any(lines[at : at + len(wanted)] == wanted for at in range(len(lines)))


@pytest.mark.parametrize("name", [name for name in OPENED if "page" not in name])
def test_the_text_of_a_document_is_a_member(name: str, tmp_path: Path) -> None:
    ending, wrap = w.WRAPPINGS[name]
    result = run(put(tmp_path, f"case{ending}", wrap(TEXT)))

    assert result.damage == []
    assert any(holds(said(data.decode("utf-8")), said(TEXT)) for _, data in result.members)
    assert all("!/" in source for source, _ in result.members)


@pytest.mark.parametrize("name", OPENED)
def test_a_part_is_found_again_by_its_location(name: str, tmp_path: Path) -> None:
    ending, wrap = w.WRAPPINGS[name]
    path = put(tmp_path, f"case{ending}", wrap(TEXT))
    result = run(path)

    for source, data in result.members:
        artifact, _, member = source.partition("!/")
        assert open_at(Location(artifact, member), [path]) == data


@pytest.mark.parametrize(("name", "ending"), [("docx", ".docx"), ("rtf", ".rtf"), ("mail", ".eml"), ("msg", ".msg")])
def test_the_text_of_a_document_goes_by_the_name_of_the_document(name: str, ending: str, tmp_path: Path) -> None:
    result = run(put(tmp_path, f"FAILED_PUSH{ending}", w.WRAPPINGS[name][1](TEXT)))

    assert "FAILED_PUSH" in [member.name for member in result.handed]


@pytest.mark.parametrize("name", ["mail", "mail, attached", "mail, forwarded", "mailbox", "msg"])
def test_what_a_mail_holds_is_not_younger_than_the_mail(name: str, tmp_path: Path) -> None:
    result = run(put(tmp_path, "case.eml", w.WRAPPINGS[name][1](TEXT)))

    assert {member.modified for member in result.handed} == {datetime(2026, 11, 23, 9, 12, tzinfo=UTC)}


def test_what_an_office_document_holds_has_the_time_of_the_document(tmp_path: Path) -> None:
    result = run(path := put(tmp_path, "case.docx", w.docx(TEXT)))

    assert {member.modified for member in result.handed} == {datetime.fromtimestamp(path.stat().st_mtime, UTC)}


def test_of_two_forms_of_one_text_one_is_given() -> None:
    assert sum(b"notAfter" in data for _, data in run_bytes(w.mail_alternative(TEXT)).members) == 1
    assert sum(b"notAfter" in data for _, data in run_bytes(w.mail_page_only(TEXT)).members) == 1


def test_documents_within_archives_and_archives_within_documents() -> None:
    packed = zipped(("mails/case.eml", w.mail_with_archive(TEXT)))

    result = run_bytes(gz(tar(("case.zip", packed))))

    assert TEXT.encode() in result.contents.values()
    assert "-!/case.zip!/mails/case.eml!/part-3/logs.tar.gz!/text.txt" in result.contents


def test_a_mail_without_mime_is_a_text() -> None:
    text = b"From: a@example.com\nTo: b@example.com\nSubject: x\nDate: " + w.DATE.encode() + b"\n\nnotAfter=Sep 22 12:16:56 2026 GMT\n"

    assert run_bytes(text).members == [("-", text)]


@pytest.mark.parametrize(
    "head",
    [
        b"Nov 22 18:59:00 ftd SF-IMS[1]: [2] sftunneld: Content-Type: text/plain\n",
        b"Model: x\nVersion: y\nContent: z\n",
        b"Content-Type: text/html\n",
        b"HTTP/1.1 200 OK\nContent-Type: text/html\nDate: Mon\n\n",
        b"From here on it is prose.\n",
        b"{\n",
        b"",
    ],
)
def test_other_texts_are_no_documents(head: bytes) -> None:
    assert recognise(head) is None


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (w.PNG, "picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "picture"),
        (b"GIF89a\1\0\1\0", "picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "picture"),
        (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\0\0\0\x18ftypisom", "recording"),
        (b"Salted__abcdefgh", "encrypted"),
        (b"-----BEGIN PGP MESSAGE-----\n\nabc\n", "encrypted"),
        (b"\x7fELF\2\1\1" + bytes(9) + b"\4\0>\0", "memory dump"),
        (b"MDMP\x93\xa7\0\0", "memory dump"),
        (b"KDMV\1\0\0\0", "disk"),
        (b"!BDN\0\0\0\0", "Outlook"),
        (b"\x78\x9f\x3e\x22\1\0", "winmail"),
        (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\0", "OneNote"),
        (b"bplist00\xd1", "Apple"),
        (b"snoop\0\0\0\0\0\0\2", "Wireshark"),
        (b"GMBU\0\2\1\0", "Wireshark"),
        (b"Rar!\x1a\x07\x01\0", "unpack"),
        (b"070701" + b"0" * 104, "unpack"),
        (w.compound({"WordDocument": b"x" * 5000}), "Word"),
        (w.compound({"Workbook": b"x" * 5000}), "Excel"),
        (w.compound({"EncryptedPackage": b"x" * 5000}), "encrypted"),
        (w.compound({"Other": b"x"}), "compound"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cut off or damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_not_read_is_named_with_what_to_do(head: bytes, word: str, tmp_path: Path) -> None:
    result = run(put(tmp_path, "evidence.bin", head + b"\x01" * 64))

    (damage,) = result.damage
    assert result.members == []
    assert word in damage.reason
    assert damage.reason.endswith(".")


def test_pictures_of_an_appliance_and_ornaments_of_a_mail_are_not_worth_a_word() -> None:
    assert run_bytes(gz(tar(("htdocs/logo.png", w.PNG + bytes(20_000))))).damage == []
    assert run_bytes(w.mail_attached(TEXT)).damage == []


def test_a_screen_in_a_document_is_named(tmp_path: Path) -> None:
    buffer = io.BytesIO(w.docx("see the picture"))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/media/image1.png", w.PNG + bytes(range(256)) * 100)

    (damage,) = run(put(tmp_path, "case.docx", buffer.getvalue())).damage

    assert damage.location.member == "word/media/image1.png"
    assert "picture" in damage.reason


# -- hostile documents -----------------------------------------------------------------------------------------------


def nested_mails(depth: int) -> bytes:
    inner: MIMEText | MIMEMultipart = MIMEText(TEXT, "plain", "utf-8")
    for _ in range(depth):
        outer = MIMEMultipart("mixed")
        outer.attach(inner)
        inner = outer
    inner["From"], inner["Date"] = "a@example.com", w.DATE
    return inner.as_bytes()


@pytest.mark.parametrize("depth", [1, 50])
def test_a_mail_nested_a_little_is_read(depth: int) -> None:
    assert any(data == TEXT.encode() for _, data in run_bytes(nested_mails(depth)).members)


def deep(count: int) -> bytes:
    lines = [f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}' for n in range(count)]
    return b"From: a\nMIME-Version: 1.0\n" + "\n".join(lines).encode() + b"\n\nx\n"


HOSTILE = {
    "multiparts in one another": deep(3_000),
    "multiparts in one another around many lines": deep(400) + b"x\n" * 400_000,
    "a parameter without end": b'From: a\nMIME-Version: 1.0\nContent-Type: text/plain; a="' + b'\\";' * 300_000 + b"\n\nx\n",
    "ten thousand parameters": b"From: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed" + b"; a=b" * 300_000 + b"\n\nx\n",
    "one header of a megabyte": b"From: a\nMIME-Version: 1.0\nSubject: " + b"=?utf-8?q?a?= " * 80_000 + b"\n\nx\n",
    "empty parts": b'From: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\n" * 200_000,
    "pre without end": w.mail_of_pages("", "<pre>" * 100_000),
    "remarks without end": w.mail_of_pages("x", "<!--" * 300_000),
    "styles without end": w.mail_of_pages("x", "<style>" * 200_000),
    "tags without end": w.mail_of_pages("x", "<p " * 300_000),
    "rich text in groups": b"{\\rtf1" + b"{" * 500_000 + b"x",
    "rich text of octets": b"{\\rtf1 " + b"\\'41" * 300_000 + b"}",
    "rich text with bytes beyond its end": b"{\\rtf1 {\\pict\\bin999999999 " + b"x" * 100 + b"}}",
    "rich text of fonts": b"{\\rtf1{\\fonttbl" + b"".join(b"{\\f%d\\fcharset129 a;}" % n for n in range(50_000)) + b"}x}",
    "XML with entities": w._zip(
        w._TYPES,
        (
            "word/document.xml",
            '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30)) + "]>"
            "<w:document><w:body><w:p><w:r><w:t>&a29;</w:t></w:r></w:p></w:body></w:document>",
        ),
    ),
    "XML of sections without end": w._zip(w._TYPES, ("word/document.xml", "<![CDATA[" * 300_000)),
    "XML of tags without end": w._zip(w._TYPES, ("word/document.xml", "<w:t" * 300_000)),
    "XML of remarks": w._zip(w._TYPES, ("word/document.xml", "<!--" * 300_000)),
    "blanks by number": w._zip(("mimetype", "x"), ("content.xml", "<text:p>" + '<text:s text:c="99999999"/>' * 20_000 + "</text:p>")),
    "cells that name no string": w._zip(
        _ := w._TYPES, ("xl/worksheets/s.xml", '<row><c t="s"><v>99999999999999999999</v></c></row>' * 20_000)
    ),
    "a bomb within a docx": w._zip(w._TYPES, ("word/document.xml", "<w:t>" + "a" * (64 << 20))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_costs_no_more_than_its_size(name: str) -> None:
    started = time.process_time()

    result = run_bytes(HOSTILE[name])

    assert time.process_time() - started < 20
    assert result.damage or result.members
    assert sum(len(data) for _, data in result.members) < 16 << 20


def test_a_part_that_swells_is_a_limit() -> None:
    (damage,) = run_bytes(HOSTILE["a bomb within a docx"]).damage

    assert (damage.kind, "document_bytes" in damage.reason) == (DamageKind.LIMIT, True)


def test_mails_in_mails_end_at_the_depth() -> None:
    inner = TEXT.encode()
    for _ in range(12):
        mail = MIMEMultipart("mixed")
        part = w.MIMEApplication(inner, "octet-stream")
        part.add_header("Content-Disposition", "attachment", filename="inner.eml")
        mail.attach(part)
        mail["From"], mail["Date"] = "a@example.com", w.DATE
        inner = mail.as_bytes()

    (damage,) = run_bytes(inner, Limits(depth=5)).damage

    assert (damage.kind, "limit depth" in damage.reason) == (DamageKind.LIMIT, True)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(w.WRAPPINGS)), st.data())
def test_no_damaged_document_raises(name: str, data: st.DataObject) -> None:
    whole = bytearray(w.WRAPPINGS[name][1](TEXT))
    for _ in range(data.draw(st.integers(0, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))

    run_bytes(bytes(whole[:cut] if cut > 40 else whole))


def test_packed_rich_text_of_outlook() -> None:
    """The example of [MS-OXRTFCP], 4.1.1."""
    packed = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"

    assert unpacked(bytes.fromhex(packed)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
