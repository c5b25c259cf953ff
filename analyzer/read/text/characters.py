"""Signs that word processors, mail programs and web pages put in the place of plain ones."""

from __future__ import annotations

import re

_BLANKS = "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_NOTHING = "\xad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_BREAKS = "\x0b\x0c\x85\u2028\u2029"
_VISIBLE = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\x91\x92", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\x93\x94", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\x96", "-"),
    **dict.fromkeys("\u2014\u2015\x97", "--"),
    "\u2026": "...",
    "\u2502": "|",
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}
"""U+0091 to U+0097 are the quotes and dashes of Windows-1252, read as Latin-1. U+FF01 on are the wide forms of ASCII."""

_PLAIN = str.maketrans({**dict.fromkeys(_BLANKS, " "), **dict.fromkeys(_NOTHING, ""), **dict.fromkeys(_BREAKS, "\n"), **_VISIBLE})
_SHOWN = str.maketrans({**dict.fromkeys(_BREAKS, "\n"), **_VISIBLE})
_LISTED = re.compile(r"[\s>|\xa0]{0,20}[-dlbcps][-rwxsStT]{9}")


def is_listed(text: str) -> bool:
    """The text is a row of ``ls -l``, in which what does not show is kept: a file name that ends with it is what such a row is read for
    (field notes 9)."""
    return _LISTED.match(text) is not None


def plain(text: str) -> str:
    """The text with plain blanks, quotes and dashes, and without signs that do not show. LF stands for every other break of lines.

    In a row of ``ls -l`` what does not show is kept (`is_listed`).
    """
    if text.isascii():
        return text.replace("\x0b", "\n").replace("\x0c", "\n") if "\x0b" in text or "\x0c" in text else text
    if not is_listed(text):
        return text.translate(_PLAIN)
    # A word processor made hard blanks of all; one alone is part of a name.
    return text.translate(_SHOWN) if text.count("\xa0") < 4 else text.translate(_SHOWN).replace("\xa0", " ")
