"""The text of a rich text file (RTF 1.9.1): paragraphs as lines, without fonts, styles, pictures and the code of fields.

`striprtf` does the same with expressions whose time grows with the square of hostile input; this reads each byte once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?"
    rb"|\\'([0-9A-Fa-f]{2})"
    rb"|\\([^A-Za-z0-9'])"
    rb"|([{}])"
    rb"|([^\\{}\r\n]+)"
    rb"|[\r\n]+|\\",
    re.DOTALL,
)
_HIDDEN = frozenset(
    b"fonttbl colortbl stylesheet info pict object objdata themedata colorschememapping latentstyles datastore listtable listoverridetable"
    b" rsidtbl generator fldinst header headerl headerr headerf footer footerl footerr footerf xmlnstbl filetbl revtbl bkmkstart bkmkend"
    b" mmathPr nonshppict pnseclvl pntext".split()
)
"""Groups whose text is no text of the document."""

_BREAKS = {
    b"par": "\n",
    b"line": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"row": "\n",
    b"tab": "\t",
    b"cell": "\t",
    b"nestcell": "\t",
    b"nestrow": "\n",
    b"emdash": "\u2014",
    b"endash": "\u2013",
    b"bullet": "*",
    b"lquote": "'",
    b"rquote": "'",
    b"ldblquote": '"',
    b"rdblquote": '"',
    b"emspace": " ",
    b"enspace": " ",
}
_CHARSETS = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    177: "cp1255",
}
_CHARSETS |= {178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}
_MAX_DEPTH = 1_000


def text_of(data: bytes) -> str:
    """The text of a rich text file, whatever of it is there."""
    return "".join(_pieces(data))


class _State:
    """What a group inherits and gives back: whether it is hidden, its code page, and the fall-back signs that follow ``\\u``."""

    __slots__ = ("fallback", "hidden", "page")

    def __init__(self, hidden: bool, page: str, fallback: int) -> None:
        self.hidden = hidden
        self.page = page
        self.fallback = fallback


def _pieces(data: bytes) -> Iterator[str]:
    state = _State(hidden=False, page="cp1252", fallback=1)
    groups: list[_State] = []
    fonts: dict[int, str] = {}
    font, skip, begins, too_deep = 0, 0, False, 0
    default = "cp1252"
    raw = bytearray()  # bytes of one code page, which may need their neighbours
    high = 0  # the first half of a sign outside the basic plane
    at = 0
    while (token := _TOKEN.match(data, at)) is not None:
        at = token.end()
        word, number, octet, sign, brace, text = token.groups()
        if octet is not None or text is not None:
            begins = False
            shown = bytes.fromhex(octet.decode()) if octet is not None else text
            left, skip = shown[skip:], max(0, skip - len(shown))
            if not state.hidden:
                raw += left
            continue
        if raw and (word or sign or brace):
            yield _decoded(raw, state.page)
            raw.clear()
        if brace == b"{":
            if len(groups) >= _MAX_DEPTH:
                too_deep += 1
                continue
            groups.append(state)
            state = _State(state.hidden, state.page, state.fallback)
            begins, skip = True, 0
        elif brace is not None:
            if too_deep:
                too_deep -= 1
            elif groups:
                state = groups.pop()
            begins, skip = False, 0
        elif sign is not None:
            if sign == b"*" and begins:
                state.hidden = True  # a destination that older readers are told to leave out
                continue
            begins = False
            if skip:
                skip -= 1
            elif not state.hidden:
                yield {b"~": " ", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n", b"\t": "\t"}.get(sign, sign.decode("latin-1"))
        elif word is not None:
            value = int(number) if number is not None else None
            if begins and word in _HIDDEN:
                state.hidden = True
            if word == b"bin" and value is not None and value > 0:
                at += value
            elif word == b"u" and value is not None and not state.hidden:
                code = value & 0xFFFF
                if 0xD800 <= code < 0xDC00:
                    high = code
                elif 0xDC00 <= code < 0xE000:
                    if high:
                        yield chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00))
                    high = 0
                else:
                    yield chr(code)
                skip = state.fallback
            elif word == b"uc" and value is not None:
                state.fallback = min(max(value, 0), 100)
            elif word == b"ansicpg" and value is not None:
                default = state.page = _page(f"cp{value}")
            elif word == b"f" and value is not None:
                font = value
                if not state.hidden:
                    state.page = fonts.get(value, default)
            elif word == b"fcharset" and value is not None and len(fonts) < 10_000:
                fonts[font] = default if value in (0, 1) else _page(_CHARSETS.get(value, "cp1252"))
            elif word in _BREAKS and not state.hidden:
                yield _BREAKS[word]
            begins = False
    if raw:
        yield _decoded(raw, state.page)


def _page(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def _decoded(raw: bytes | bytearray, page: str) -> str:
    return bytes(raw).decode(page, "replace")
