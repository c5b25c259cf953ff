"""Text from evidence is made harmless to look at, and loses nothing that a person should see."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.report.neutralise import neutralise, withhold_keys


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ftd-1", "ftd-1"),
        ("", ""),
        ("방화벽 서울", "방화벽 서울"),
        ("Zürich", "Zürich"),
        ("\u202egpj.exe", "[U+202E]gpj.exe"),
        ("sftunnel-key.pem\u200b", "sftunnel-key.pem[U+200B]"),
        ("\x1b[31mred", "[U+001B][31mred"),
        ("a\x00b", "a[U+0000]b"),
        ("a\x7fb\x9bc", "a[U+007F]b[U+009B]c"),
        ("no\u00a0break", "no[U+00A0]break"),
        ("half \ud83d", "half [U+D83D]"),
        ("\ufeffbom", "[U+FEFF]bom"),
        ("tag\U000e0041", "tag[U+E0041]"),
        ("fi\ufe0f\u3164", "fi[U+FE0F][U+3164]"),
    ],
)
def test_invisible_and_control_characters_are_shown_as_their_code_point(text: str, shown: str) -> None:
    assert neutralise(text) == shown


def test_a_line_stays_one_line_unless_lines_are_asked_for() -> None:
    assert neutralise("a\n\tb\r\u2028") == "a[U+000A][U+0009]b[U+000D][U+2028]"
    assert neutralise("a\n\tb\r\u2028", lines=True) == "a\n\tb[U+000D][U+2028]"


@given(st.text(alphabet=st.characters(), max_size=80))
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    shown = neutralise(text)

    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert neutralise(shown) == shown


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "ENCRYPTED "])
def test_what_follows_the_header_of_a_private_key_is_withheld(kind: str) -> None:
    header = f"-----BEGIN {kind}PRIVATE KEY-----"

    assert withhold_keys(f"cat: {header}MIIEvCANARY\nMIIC") == f"cat: {header} [withheld: a private key]"
    assert withhold_keys(header) == header
    assert withhold_keys("-----END PRIVATE KEY-----") == "-----END PRIVATE KEY-----"
