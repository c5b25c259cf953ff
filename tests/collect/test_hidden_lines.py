"""Texts within strings and pages have members, and so lines, of their own."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.collect.documents.strings import relined, strings_of
from analyzer.gather import gather
from analyzer.read.context import ReadContext
from tests.builders.cases import utc
from tests.collect import wrappings as w
from tests.collect.builders_archives import put, run_bytes

TEXT = 'root@fmc-1:/# cat x\nnotAfter=Sep 22 12:16:56 2026 GMT\n\n\tsays "a" \\ b\n한글 😀\n'


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200), st.dictionaries(st.sampled_from("abcdef"), st.text(max_size=20)))
def test_a_string_of_json_is_its_text_and_the_rest_keeps_its_places(text: str, others: dict[str, str]) -> None:
    for form in (json.dumps, lambda value: json.dumps(value, ensure_ascii=False, indent=2)):
        data = form({"id": 1, **others, "body": text, "last": "z"}).encode("utf-8", "surrogatepass")
        found = strings_of(data)
        if text.count("\n") < 2:
            continue
        assert found is not None
        parts, left = found
        assert text in [part.data.decode() for part in parts]
        assert len(left) == len(data)
        assert set(json.loads(left)) == set(json.loads(data))
        assert left.index(b'"z"') == data.index(b'"z"')


def test_each_string_is_a_member_named_after_its_key(tmp_path: Path) -> None:
    rows = [{"id": n, "body": f"one {n}\ntwo\nthree\n"} for n in range(3)]

    result = run_bytes("\n".join(map(json.dumps, rows)).encode())

    assert [source for source, _ in result.members] == ["-!/string-1-body", "-!/string-2-body", "-!/string-3-body", "-"]
    assert result.members[1][1] == b"one 1\ntwo\nthree\n"


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("prefix", ["", "b", "u", "\n "])
def test_a_string_as_a_program_prints_it(quote: str, prefix: str) -> None:
    body = TEXT.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace(quote, "\\" + quote)

    ((_, data),) = run_bytes(f"{prefix}{quote}{body}{quote}\n".encode()).members

    assert data.decode() == TEXT


@pytest.mark.parametrize(
    "page",
    [
        f"<html><body>{TEXT.replace(chr(10), '<br>')}</body></html>",
        f"<div>{'</div><div>'.join(TEXT.split(chr(10)))}</div>",
        f'<?xml version="1.0"?><t><n>{TEXT.replace(chr(10), "&#10;")}</n></t>',
        f'<?xml version="1.0"?><t><n>{TEXT.replace(chr(10), "&#x0A;")}</n></t>',
    ],
)
def test_a_page_in_one_line_gets_its_lines(page: str) -> None:
    ((source, data),) = run_bytes(page.encode()).members

    assert source == "-!/text"
    assert sum(b"notAfter=Sep 22 12:16:56 2026 GMT" in line and b"root@" not in line for line in data.split(b"\n")) == 1


@pytest.mark.parametrize(
    "text",
    [
        b'[root@fmc-1 ~]# printf "a\\nb\\nc\\n" > x\nok\n',
        b'{"id": 1, "note": "one\\ntwo"}\n',
        b"'single' quotes\\n begin a sentence\\n\\n that ends otherwise.\n",
        b"<189>Nov 22 18:59:00 ftd x: a<br>b<br>c\n",
        b"<html>\n<p>one</p>\n<p>two</p>\n</html>\n",
        b'{"path": "C:\\\\new\\\\nodes\\\\names"}\n',
    ],
)
def test_other_texts_stay_whole(text: bytes) -> None:
    assert run_bytes(text).members == [("-", text)]


def test_what_this_program_wrote_is_never_taken_apart(tmp_path: Path) -> None:
    ours = {"schema_version": 1, "tool_version": "1", "rules_version": "1", "as_of": "", "as_of_source": "", "text": "Nov\n22\n" * 9}
    put(tmp_path, "r.json", json.dumps(ours).encode())
    page = b'<!DOCTYPE html><html><head><meta name="generator" content="sftunnel-analyzer 1"></head><body>a<br>b<br>c</body></html>'
    put(tmp_path, "r.html", page)

    read = gather([tmp_path], ReadContext(utc("2026-11-23")), lambda _: None)

    assert read.members == 2


@pytest.mark.parametrize(
    "bait",
    [b'{"' + b'\\n"' * 400_000, b"[" + b'"' * 999_999, b'{"a":"' + b"\\n" * 500_000, b"<" + b"<br>" * 250_000, b"<p" + b"&#10;" * 200_000],
    ids=["escapes", "quotes", "no end", "breaks", "numbers"],
)
def test_bait_costs_no_more_than_its_size(bait: bytes) -> None:
    started = time.process_time()

    strings_of(bait)
    relined(bait)

    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", ["json", "ndjson"])
def test_the_text_in_a_string_is_found(name: str) -> None:
    assert TEXT.encode() in run_bytes(w.WRAPPINGS[name][1](TEXT)).contents.values()
