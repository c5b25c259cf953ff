"""A value from evidence reaches a root shell only when it looks like what it must be, and the text parses back to the same words."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.plan import Argument, ArgumentKind, Command, Refused, Word
from analyzer.prescribe.shell import UnsafeCommand, argument, looks_like, render
from tests.builders.cases import MANAGER_UUID, at, known, missing

HOSTILE = [
    "$(reboot)",
    "; reboot",
    "a;b",
    "`id`",
    "10.0.0.1\nreboot",
    "a|b",
    "a&b",
    "\u202egnp",
    "a\u200b",
    "",
    " ",
    "a b ",
    "'",
    '"',
    "a\tb",
    "\x00",
    "-rf",
]


def command(*words: str | Argument) -> Command:
    return Command(words=tuple(Word((word,)) for word in words))


@pytest.mark.parametrize("kind", list(ArgumentKind))
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_of_no_kind(kind: ArgumentKind, value: str) -> None:
    assert not looks_like(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ArgumentKind.UUID, MANAGER_UUID),
        (ArgumentKind.ADDRESS, "192.0.2.11"),
        (ArgumentKind.ADDRESS, "2001:db8::11"),
        (ArgumentKind.PATH, "/var/sf/peers/cdb123c8-4347-11ef-aca1-f3aa241412a1/certs_pushed//sftunnel-key.pem"),
        (ArgumentKind.NAME, "BSNS-1120-1"),
        (ArgumentKind.NAME, "Seoul branch 2"),
        (ArgumentKind.EPOCH, "1728915794"),
        (ArgumentKind.DATE, "2024-02-29"),
    ],
)
def test_a_value_of_its_kind_is_taken(kind: ArgumentKind, value: str) -> None:
    assert looks_like(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ArgumentKind.UUID, MANAGER_UUID + "\n"),
        (ArgumentKind.UUID, MANAGER_UUID[:-1]),
        (ArgumentKind.UUID, MANAGER_UUID.replace("c", "\uff43", 1)),  # a full-width c
        (ArgumentKind.ADDRESS, "fe80::1%$(reboot)"),
        (ArgumentKind.ADDRESS, "192.0.2.256"),
        (ArgumentKind.ADDRESS, "\u0661.2.3.4"),  # an Arabic digit
        (ArgumentKind.PATH, "/var/sf/../../etc/shadow"),
        (ArgumentKind.PATH, "var/sf"),
        (ArgumentKind.PATH, "/"),
        (ArgumentKind.PATH, "/tmp/-rf"),
        (ArgumentKind.PATH, "/" + "a" * 400),
        (ArgumentKind.NAME, "=cmd"),
        (ArgumentKind.NAME, "@ftd"),
        (ArgumentKind.NAME, "+1"),
        (ArgumentKind.NAME, "a,b"),
        (ArgumentKind.NAME, "서울"),
        (ArgumentKind.EPOCH, "0"),
        (ArgumentKind.EPOCH, "-1728915794"),
        (ArgumentKind.DATE, "2023-02-29"),
    ],
)
def test_a_value_that_only_resembles_its_kind_is_not_taken(kind: ArgumentKind, value: str) -> None:
    assert not looks_like(kind, value)


def test_an_argument_keeps_its_evidence_in_order() -> None:
    first, second = at("FAILED_PUSH", line=3), at("messages", line=9)
    assert argument(ArgumentKind.UUID, known(MANAGER_UUID, first, second)) == Argument(ArgumentKind.UUID, MANAGER_UUID, (first, second))


def test_a_missing_value_is_refused_with_the_reason_and_the_way_to_get_it() -> None:
    assert argument(ArgumentKind.UUID, missing("no log", "show version"), "the UUID of ftd-1") == Refused(
        "the UUID of ftd-1", "no log", "show version"
    )


def test_a_hostile_value_is_refused_and_not_repeated() -> None:
    refused = argument(ArgumentKind.ADDRESS, known("$(reboot)", at("status.txt", line=4)), "the address of ftd-1")

    assert isinstance(refused, Refused)
    assert "reboot" not in refused.what + refused.why + refused.obtain
    assert refused.evidence == (at("status.txt", line=4),)


def test_words_are_quoted_only_where_a_shell_needs_it() -> None:
    assert render(command("grep", "-E", "a|b", "/etc/sf/ims.conf")) == "grep -E 'a|b' /etc/sf/ims.conf"


def test_a_file_is_emptied_in_place_by_a_command_without_words() -> None:
    path = Word(("/var/sf/peers/", Argument(ArgumentKind.UUID, MANAGER_UUID, ()), "/cacert.pem"))
    assert render(Command(words=(), output_to=path)) == f"> /var/sf/peers/{MANAGER_UUID}/cacert.pem"


def test_a_here_document_is_closed_and_taken_literally() -> None:
    cat = Command(words=(Word(("cat",)),), output_to=Word(("cacert.pem",)), here_document=("-----BEGIN", "$HOME"))
    assert render(cat) == "cat > cacert.pem << 'EOF'\n-----BEGIN\n$HOME\nEOF"


@pytest.mark.parametrize("line", ["EOF", "blank at the end ", "tab\t", "-----BEGIN RSA PRIVATE KEY-----", "\u200b"])
def test_a_here_document_with_a_line_that_breaks_or_betrays_it_is_not_printed(line: str) -> None:
    with pytest.raises(UnsafeCommand):
        render(Command(words=(Word(("cat",)),), here_document=(line,)))


def test_an_argument_that_was_made_by_hand_is_judged_again() -> None:
    with pytest.raises(UnsafeCommand):
        render(command("cat", Argument(ArgumentKind.UUID, "$(reboot)", ())))


@pytest.mark.parametrize("words", [(), ("",), ("a\nb",), ("a\u202eb",), ("a ",)])
def test_a_command_that_cannot_be_seen_is_not_printed(words: tuple[str, ...]) -> None:
    with pytest.raises(UnsafeCommand):
        render(command(*words))


@given(
    st.lists(
        st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1).filter(lambda text: not text.endswith(" ")), min_size=1
    )
)
@settings(max_examples=60)
def test_what_is_printed_parses_back_to_the_same_words(words: list[str]) -> None:
    assert shlex.split(render(command(*words))) == words


@given(st.sampled_from(list(ArgumentKind)), st.text(max_size=60))
@settings(max_examples=120)
def test_an_accepted_value_is_one_word_of_visible_ascii(kind: ArgumentKind, value: str) -> None:
    taken = argument(kind, known(value))
    if isinstance(taken, Argument):
        assert shlex.split(render(command("cat", taken))) == ["cat", value]
        assert value.isascii()
        assert value.isprintable()


@pytest.mark.parametrize("name", ["서울-본사", "München-01", "上海 2", "大阪_fw.1"])
def test_a_name_with_letters_of_another_script_is_refused_for_what_it_is(name: str) -> None:
    refused = argument(ArgumentKind.NAME, known(name), "the name")

    assert isinstance(refused, Refused)
    assert "ASCII" in refused.why
    assert "by hand" in refused.obtain


@pytest.mark.parametrize("name", ["서울;id", "a\u202eb", "=서울", "fw\u200b1", "x,서울"])
def test_a_name_with_more_than_letters_looks_like_no_name(name: str) -> None:
    refused = argument(ArgumentKind.NAME, known(name), "the name")

    assert isinstance(refused, Refused)
    assert "does not look like" in refused.why
