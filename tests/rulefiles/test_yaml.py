"""Rule files are plain YAML: what could cost memory, run code or hide something is refused before it is built."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.rulefiles.node import RuleError
from analyzer.rulefiles.read import MAX_FILE_BYTES, read_yaml
from analyzer.rulefiles.yaml import MAX_DEPTH


def read(folder: Path, data: bytes | str) -> object:
    path = folder / "x.yaml"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_yaml(path)[0].value


def refusal(folder: Path, data: bytes | str) -> str:
    with pytest.raises(RuleError) as caught:
        read(folder, data)
    return str(caught.value).removeprefix(f"{folder / 'x.yaml'}:")


def test_aliases_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a: &x [1]\nb: *x\n") == "1: anchors and aliases (& and *) are not allowed"


def test_a_bomb_of_aliases_costs_nothing(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))

    assert "anchors and aliases" in refusal(tmp_path, bomb)


def test_tags_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a: 1\nb: !!python/object/apply:os.system [id]\n") == "2: tags (!) are not allowed"


def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a: 1\nb: 2\na: 3\n") == "3: 'a' stands here twice, first on line 1"


def test_a_second_document_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a: 1\n---\nb: 2\n") == "3: a second document in one file"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "") == "1: the file is empty"


@pytest.mark.parametrize("deeper", [1, 2, 20])
def test_deep_nesting_is_refused(tmp_path: Path, deeper: int) -> None:
    assert refusal(tmp_path, "[" * (MAX_DEPTH + deeper) + "x") == f"1: nested deeper than {MAX_DEPTH}"


def test_nesting_that_the_library_refuses_first_is_refused(tmp_path: Path) -> None:
    """From 6.0.4 on PyYAML has a limit of its own, in its own words."""
    assert refusal(tmp_path, "[" * 5_000).startswith(("1: not YAML: ", "1: nested deeper than "))


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"#" * (MAX_FILE_BYTES + 1)) == f"1: larger than {MAX_FILE_BYTES} bytes"


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, b"x" + b" " * (MAX_FILE_BYTES - 1)) == "x"


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"a: 1\nb: \xff\n") == "2: not UTF-8 text"


def test_broken_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a: 1\nb: [1\nc: 2\n").startswith("3: not YAML: ")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot be read"):
        read_yaml(tmp_path / "none.yaml")


def test_words_stay_words(tmp_path: Path) -> None:
    node, _ = read_yaml(_file(tmp_path, "[no, 2024-10-14, 0x10, ~, 1e3]"))

    assert [item.text for item in node.items] == ["no", "2024-10-14", "0x10", "~", "1e3"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), st.text(alphabet="{}[]:&*!|>-#'\"\n ,ab%@", max_size=120)))
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes | str) -> None:
    try:
        read(tmp_path, data)
    except RuleError:
        return


def _file(folder: Path, text: str) -> Path:
    path = folder / "x.yaml"
    path.write_text(text)
    return path
