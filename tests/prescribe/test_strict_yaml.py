"""Data files are refused with file and line, whatever is in them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.prescribe.strict_yaml import LARGEST_FILE, DataError, read_yaml


def written(folder: Path, data: bytes) -> Path:
    path = folder / "table.yaml"
    path.write_bytes(data)
    return path


def test_a_release_number_stays_text(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, b"release: 7.10\n")).fields(("release",))["release"].text == "7.10"


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
        (b"a: 1\n---\nb: 2\n", 2, "not YAML"),
        (b"a: &x [*x\n", 2, "not YAML"),
        (b"# nothing\n", 1, "empty"),
        (b"x" * (LARGEST_FILE + 1), 1, "larger than"),
    ],
)
def test_what_is_no_single_small_document_is_refused(tmp_path: Path, data: bytes, line: int, problem: str) -> None:
    with pytest.raises(DataError, match=problem) as refused:
        read_yaml(written(tmp_path, data))
    assert refused.value.line == line


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_yaml(tmp_path / "gone.yaml")


def test_a_field_that_stands_twice_is_refused_at_its_second_place(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="twice") as refused:
        read_yaml(written(tmp_path, b"a: 1\na: 2\n")).fields(("a",))
    assert refused.value.line == 2


def test_a_tag_that_names_a_python_object_makes_none(tmp_path: Path) -> None:
    item = read_yaml(written(tmp_path, b"a: !!python/object/apply:os.getcwd []\n")).fields(("a",))["a"]
    with pytest.raises(DataError, match="a text is needed"):
        _ = item.text


@given(st.binary(max_size=200))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_raise_anything_but_the_error_of_a_data_file(tmp_path: Path, data: bytes) -> None:
    with suppress(DataError):
        read_yaml(written(tmp_path, data)).fields(("a",))
