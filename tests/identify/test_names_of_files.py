"""Which file somebody named: a text in a mail, a document or an export goes by what it stands in."""

from __future__ import annotations

import pytest

from analyzer.identify.names import file_of, hint_of_path
from tests.collect.builders_archives import run_bytes
from tests.collect.wrappings import WRAPPINGS


@pytest.mark.parametrize("name", WRAPPINGS)
def test_no_part_of_a_document_names_an_appliance(name: str) -> None:
    """Whatever `collect` calls a text that has no name of its own."""
    ending, wrap = WRAPPINGS[name]
    for source, data in run_bytes(wrap("root@fmc-1:/# one\ntwo\nthree\n")).members:
        if b"root@fmc-1" in data and "out.txt" not in source and "text.txt" not in source and "output.txt" not in source:
            assert hint_of_path(source.replace("-", f"ftd-lima{ending}", 1)) == "ftd-lima"


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("a/ftd-1.eml!/part-2", "a/ftd-1.eml"),
        ("a.zip!/mails/ftd-1.eml!/part-2", "a.zip!/mails/ftd-1.eml"),
        ("a.eml!/part-3/ftd-1.txt", "a.eml!/ftd-1.txt"),
        ("a.eml!/part-3/ftd-1.docx!/word/document.xml", "a.eml!/ftd-1.docx"),
        ("a.tar.gz!/var/log/messages", "a.tar.gz!/var/log/messages"),
        ("part-2", "part-2"),
    ],
)
def test_the_file_that_was_named(path: str, file: str) -> None:
    assert file_of(path) == file
