"""One text in every container that people send: mails, documents, exports, encodings, archives."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import quopri
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

from tests.collect.builders_archives import gz, tar

DATE = "Mon, 23 Nov 2026 09:12:00 +0000"
_SENT = int((datetime(2026, 11, 23, 9, 12, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
"""The same moment as Windows counts."""

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
"""The beginning of a picture, smaller than any that shows a text."""

Wrap = Callable[[str], bytes]


def _head(mail: EmailMessage | MIMEMultipart | MIMEText) -> bytes:
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = "a@example.com", "b@example.com", "the case", DATE
    mail["Message-ID"] = "<1@example.com>"
    return mail.as_bytes()


def mail_plain(text: str) -> bytes:
    head = f"Received: from x by y; {DATE}\r\nFrom: a@example.com\r\nTo: b@example.com\r\nSubject: the case\r\nDate: {DATE}\r\n"
    head += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return head.encode() + text.replace("\n", "\r\n").encode()


def mail_of_apple(text: str) -> bytes:
    """Its length in front, a property list behind."""
    mail = mail_plain(text)
    return b"%-11d\n" % len(mail) + mail + b'\n<?xml version="1.0"?><plist version="1.0"><dict/></plist>\n'


def page_archive(text: str) -> bytes:
    """A page as browsers save it whole (MHTML)."""
    mail = MIMEMultipart("related")
    mail.attach(MIMEText(page_pre(text), "html", "utf-8"))
    mail.attach(MIMEText("p { margin: 0 }", "css", "utf-8"))
    head = b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.com/\r\nSubject: thread\r\nDate: " + DATE.encode()
    return head + b"\r\n" + mail.as_bytes()


def mail_base64(text: str) -> bytes:
    return _head(MIMEText(text, "plain", "utf-8"))


def mail_quoted_printable(text: str) -> bytes:
    head = mail_plain("").replace(b"8bit", b"quoted-printable")
    return head + quopri.encodestring(text.encode()).replace(b"\n", b"\r\n")


def mail_utf16(text: str) -> bytes:
    head = mail_plain("").replace(b"charset=utf-8", b'charset="utf-16le"').replace(b"8bit", b"base64")
    return head + base64.encodebytes(text.encode("utf-16-le"))


def page_pre(text: str) -> str:
    return f"<html><head><title>case</title><style>p {{ margin: 0 }}</style></head><body><pre>{html.escape(text)}</pre></body></html>"


def page_of_outlook(text: str) -> str:
    """A paragraph per line, blanks as entities, and line ends of the source where no line ends."""
    rows = (html.escape(line).replace("  ", "&nbsp; ") or "<o:p>&nbsp;</o:p>" for line in text.split("\n"))
    body = "\n".join(f"<p class=MsoNormal><span\nstyle='font-family:Consolas'>{row}<o:p></o:p></span></p>" for row in rows)
    return f"<html xmlns:o='urn:schemas-microsoft-com:office:office'>\n<body lang=EN-US>\n{body}\n</body></html>"


def page_br(text: str) -> str:
    return "<!DOCTYPE html><html><body><div>" + "<br>\n".join(html.escape(line) for line in text.split("\n")) + "</div></body></html>"


def mail_of_pages(plain: str, page: str) -> bytes:
    mail = MIMEMultipart("alternative")
    mail.attach(MIMEText(plain, "plain", "utf-8"))
    mail.attach(MIMEText(page, "html", "utf-8"))
    return _head(mail)


def mail_alternative(text: str) -> bytes:
    return mail_of_pages(text, page_of_outlook(text))


def mail_page_only(text: str) -> bytes:
    return mail_of_pages("See the HTML part.", page_pre(text))


def mail_outlook_page(text: str) -> bytes:
    return mail_of_pages("", page_of_outlook(text))


def mail_attached(text: str) -> bytes:
    mail = MIMEMultipart("mixed")
    mail.attach(MIMEText("Hello,\nplease see the attached text.\n", "plain", "utf-8"))
    file = MIMEApplication(text.encode(), "octet-stream")
    file.add_header("Content-Disposition", "attachment", filename=("utf-8", "", "output.txt"))
    mail.attach(file)
    logo = MIMEApplication(PNG, "octet-stream")
    logo.add_header("Content-ID", "<logo>")
    mail.attach(logo)
    return _head(mail)


def mail_forwarded(text: str) -> bytes:
    mail = MIMEMultipart("mixed")
    mail.attach(MIMEText("FYI\n", "plain", "utf-8"))
    inner = MIMEText(text, "plain", "utf-8")
    inner["Subject"], inner["Date"] = "original", DATE
    mail.attach(MIMEMessage(inner))
    return _head(mail)


def mail_with_archive(text: str) -> bytes:
    mail = MIMEMultipart("mixed")
    mail.attach(MIMEText("logs\n", "plain", "utf-8"))
    file = MIMEApplication(gz(tar(("text.txt", text.encode()))), "gzip")
    file.add_header("Content-Disposition", "attachment", filename="logs.tar.gz")
    mail.attach(file)
    return _head(mail)


def mailbox(text: str) -> bytes:
    other = MIMEText("lunch?\n", "plain", "utf-8")
    return b"".join(b"From a@example.com Mon Nov 23 09:12:00 2026\n" + one + b"\n" for one in (_head(other), mail_base64(text)))


def rtf(text: str) -> bytes:
    body = "".join(_rtf_sign(sign) for sign in text)
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Courier New;}}{\colortbl;\red0\green0\blue0;}{\*\generator X;}"
    return (head + r"\viewkind4\uc1\pard\f0\fs20 " + body + "}").encode("ascii")


def _rtf_sign(sign: str) -> str:
    if sign in "\\{}":
        return "\\" + sign
    if sign == "\n":
        return "\\par\r\n"
    if sign == "\t":
        return "\\tab "
    return sign if sign.isascii() else "".join(f"\\u{unit - 65536 if unit > 32767 else unit}?" for unit in _units(sign))


def _units(sign: str) -> Sequence[int]:
    data = sign.encode("utf-16-le")
    return struct.unpack(f"<{len(data) // 2}H", data)


def _zip(*members: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


_TYPES = ("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="t"/>')
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _xml(text: str) -> str:
    return html.escape(text, quote=False)


def docx(text: str) -> bytes:
    rows = "".join(f'<w:p><w:r><w:t xml:space="preserve">{_xml(line)}</w:t></w:r></w:p>' for line in text.split("\n"))
    return _zip(_TYPES, ("word/document.xml", f'<?xml version="1.0"?><w:document {_W}><w:body>{rows}</w:body></w:document>'))


def docx_in_runs(text: str) -> bytes:
    """As Word writes it: a line in pieces wherever its spelling was looked at, tabs and breaks as tags, a deleted word."""
    pieces = []
    for line in text.split("\n"):
        runs = []
        for at in range(0, len(line), 7):
            inner = "<w:tab/>".join(f'<w:t xml:space="preserve">{_xml(part)}</w:t>' for part in line[at : at + 7].split("\t"))
            runs.append(f'<w:proofErr w:type="spellStart"/><w:r w:rsidR="00A"><w:rPr><w:lang w:val="en-US"/></w:rPr>{inner}</w:r>')
        pieces.append("".join(runs))
    gone = '<w:del w:id="1"><w:r><w:delText>gone</w:delText></w:r></w:del>'
    head = '<w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr>'
    body = f"<w:p>{head}{gone}" + "<w:r><w:br/></w:r>".join(pieces) + "</w:p>"
    return _zip(_TYPES, ("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>"), ("docProps/app.xml", "<x/>"))


def xlsx_rows(text: str) -> bytes:
    """A line per row; a string that occurs twice is kept once."""
    lines = text.split("\n")
    known = list(dict.fromkeys(line for line in lines if line))
    strings = "".join(f'<si><t xml:space="preserve">{_xml(line)}</t></si>' for line in known)
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{known.index(line)}</v></c></row>' if line else f'<row r="{n}"/>'
        for n, line in enumerate(lines, 1)
    )
    sheet = f'<worksheet xmlns="s"><sheetData>{rows}</sheetData></worksheet>'
    return _zip(_TYPES, ("xl/workbook.xml", "<w/>"), ("xl/worksheets/sheet1.xml", sheet), ("xl/sharedStrings.xml", f"<sst>{strings}</sst>"))


def xlsx_cell(text: str) -> bytes:
    """The whole text in one cell of a list of tickets."""
    cell = f'<c r="B2" t="inlineStr"><is><t xml:space="preserve">{_xml(text)}</t></is></c>'
    rows = f'<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row><row r="2"><c r="A2"><v>4711</v></c>{cell}</row>'
    return _zip(_TYPES, ("xl/worksheets/sheet1.xml", f'<worksheet xmlns="s"><sheetData>{rows}</sheetData></worksheet>'))


def pptx(text: str) -> bytes:
    rows = "".join(f"<a:p><a:r><a:t>{_xml(line)}</a:t></a:r></a:p>" for line in text.split("\n"))
    return _zip(_TYPES, ("ppt/slides/slide1.xml", f"<p:sld><a:txBody>{rows}</a:txBody></p:sld>"))


def odt(text: str) -> bytes:
    def blanks(line: str) -> str:
        out = _xml(line).replace("\t", "<text:tab/>")
        for count in range(9, 1, -1):
            out = out.replace(" " * count, f' <text:s text:c="{count - 1}"/>')
        return f"<text:s/>{out[1:]}" if out.startswith(" ") else out

    rows = "".join(f"\n  <text:p>{blanks(line)}</text:p>" for line in text.split("\n"))
    content = f'<?xml version="1.0"?><office:document-content><office:text>{rows}</office:text></office:document-content>'
    return _zip(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", content))


def msg(text: str) -> bytes:
    """An Outlook message with its text in UTF-16, sent on 2026-11-23."""
    sent = struct.pack("<HHIQ", 0x40, 0x0039, 6, _SENT)
    return compound(
        {
            "__properties_version1.0": bytes(32) + sent,
            "__substg1.0_0037001F": "the case".encode("utf-16-le"),
            "__substg1.0_1000001F": text.replace("\n", "\r\n").encode("utf-16-le"),
        }
    )


def msg_attached(text: str) -> bytes:
    return compound(
        {
            "__properties_version1.0": bytes(32),
            "__substg1.0_1000001F": "see the attachment".encode("utf-16-le"),
            "__attach_version1.0_#00000000": {
                "__properties_version1.0": bytes(8),
                "__substg1.0_3707001F": "out.txt".encode("utf-16-le"),
                "__substg1.0_37010102": text.encode(),
            },
        }
    )


Folder = dict[str, "bytes | Folder"]


class _Sectors:
    """Sectors of one size, and the chain of each stream in them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.data = bytearray()
        self.chains: list[int] = []

    def place(self, content: bytes) -> int:
        start = len(self.chains)
        count = max(1, -(-len(content) // self.size))
        self.chains += [*range(start + 1, start + count), _END]
        self.data += content.ljust(count * self.size, b"\0")
        return start

    def table(self) -> bytes:
        return struct.pack(f"<{len(self.chains)}I", *self.chains)


_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(root: Folder) -> bytes:
    """A compound document ([MS-CFB], version 3)."""
    entries: list[list[Any]] = []  # name, type, child, right sibling, start, size
    large, small = _Sectors(512), _Sectors(64)

    def add(name: str, content: bytes | Folder) -> int:
        index = len(entries)
        if isinstance(content, bytes):
            start = (small if len(content) < 4096 else large).place(content)
            entries.append([name, 2, _FREE, _FREE, start, len(content)])
            return index
        entries.append([name, 1 if index else 5, _FREE, _FREE, _END, 0])
        last = _FREE
        for inner in sorted(content, key=lambda one: (len(one), one.upper()), reverse=True):
            child = add(inner, content[inner])
            entries[child][3] = last
            last = child
        entries[index][2] = last
        return index

    add("Root Entry", root)
    minis = large.place(small.table().ljust(512, b"\xff"))
    entries[0][4:] = large.place(bytes(small.data)), len(small.data)
    rows = b""
    for name, kind, child, right, start, size in entries:
        wide = name.encode("utf-16-le") + b"\0\0"
        rows += wide.ljust(64, b"\0") + struct.pack("<HBBIII16xI16xIQ", len(wide), kind, 1, _FREE, right, child, 0, start, size)
    directory = large.place(rows)
    first = len(large.chains)
    count = -(-(first + 1) // 127)
    large.chains += [_TABLE] * count
    head = struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, 4096, minis, 1, _END, 0)
    places = struct.pack("<109I", *range(first, first + count), *[_FREE] * (109 - count))
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    return magic + head + places + bytes(large.data) + large.table().ljust(count * 512, b"\xff")


def json_ticket(text: str) -> bytes:
    return json.dumps({"id": 4711, "subject": "tunnel", "comments": [{"by": "a", "body": text}]}, indent=1).encode()


def ndjson(text: str) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in ({"id": 1, "body": "hello"}, {"id": 2, "body": text}))


def csv_cell(text: str) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["id", "by", "text"], ["4711", "a", text]])
    return buffer.getvalue().encode()


def xml_cdata(text: str) -> bytes:
    return f'<?xml version="1.0"?>\n<ticket><id>4711</id><body><![CDATA[{text}]]></body></ticket>\n'.encode()


def xml_escaped(text: str) -> bytes:
    return f'<?xml version="1.0"?>\n<ticket>\n <body>{_xml(text)}</body>\n</ticket>\n'.encode()


WRAPPINGS: dict[str, tuple[str, Wrap]] = {
    "mail": (".eml", mail_plain),
    "mail of Apple": (".emlx", mail_of_apple),
    "page, saved whole": (".mht", page_archive),
    "mail, base64": (".eml", mail_base64),
    "mail, quoted-printable": (".eml", mail_quoted_printable),
    "mail, UTF-16": (".eml", mail_utf16),
    "mail, both forms": (".eml", mail_alternative),
    "mail, a page": (".eml", mail_page_only),
    "mail, a page of Outlook": (".eml", mail_outlook_page),
    "mail, attached": (".eml", mail_attached),
    "mail, forwarded": (".eml", mail_forwarded),
    "mail, an archive attached": (".eml", mail_with_archive),
    "mailbox": (".mbox", mailbox),
    "msg": (".msg", msg),
    "msg, attached": (".msg", msg_attached),
    "rtf": (".rtf", rtf),
    "docx": (".docx", docx),
    "docx, in runs": (".docx", docx_in_runs),
    "xlsx, a row a line": (".xlsx", xlsx_rows),
    "xlsx, one cell": (".xlsx", xlsx_cell),
    "pptx": (".pptx", pptx),
    "odt": (".odt", odt),
    "page, pre": (".html", lambda text: page_pre(text).encode()),
    "page, br": (".html", lambda text: page_br(text).encode()),
    "json": (".json", json_ticket),
    "ndjson": (".ndjson", ndjson),
    "csv": (".csv", csv_cell),
    "xml, cdata": (".xml", xml_cdata),
    "xml, escaped": (".xml", xml_escaped),
    "zip": (".zip", lambda text: _zip(("out.txt", text))),
    "gz": (".txt.gz", lambda text: gz(text.encode())),
    "utf-16le with mark": (".txt", lambda text: text.encode("utf-16")),
    "utf-16le": (".txt", lambda text: text.encode("utf-16-le")),
    "utf-16be": (".txt", lambda text: text.encode("utf-16-be")),
    "utf-8 with mark": (".txt", lambda text: text.encode("utf-8-sig")),
    "CR alone": (".txt", lambda text: text.replace("\n", "\r").encode()),
    "CR LF": (".txt", lambda text: text.replace("\n", "\r\n").encode()),
    "EUC-KR": (".txt", lambda text: ("안녕하세요. 아래를 봐 주세요.\n\n" + text).encode("euc-kr", "replace")),
}
