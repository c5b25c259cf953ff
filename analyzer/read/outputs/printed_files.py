"""Certificates that a command printed at a prompt: ``cat FILE``, ``openssl x509 -in FILE``. The command tells which file it is."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from analyzer.model.certificate import Certificate
from analyzer.read.outputs.commands import Command
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.typed import typed_at

_PRINTERS = ("cat", "more", "less", "head", "tail", "zcat")

T = TypeVar("T")


def with_paths(page: Page, found: Sequence[T]) -> Iterator[T]:
    """The same facts; a certificate that a command of the text printed knows the file.

    Several certificates below a command that names as many files belong to them in order. Where the numbers differ, only one file's name is
    sure.
    """
    below: dict[int, list[int]] = defaultdict(list)
    numbers = [line.number for line in page.lines]
    for place, fact in enumerate(found):
        if isinstance(fact, Certificate) and fact.evidence.location.line is not None and page.prompts:
            at = page.prompt_index(max(0, bisect_right(numbers, fact.evidence.location.line) - 1))
            if at is not None:
                below[at].append(place)
    paths: dict[int, str] = {}
    for at, places in below.items():
        files = [path for command in typed_at(page, at) for path in _files(command)]
        if len(files) in (1, len(places)):
            paths.update(zip(places, files * len(places) if len(files) == 1 else files, strict=False))
    for place, fact in enumerate(found):
        path = paths.get(place, "")
        yield replace(fact, path=path) if path and isinstance(fact, Certificate) else fact


def _files(command: Command) -> list[str]:
    """The files whose text a command prints; [] where their number is not known."""
    if command.program == "openssl" and command.arguments[:1] == ("x509",) and "-noout" not in command.arguments:
        written = [command.option("-in") or command.reads]
    elif command.program in _PRINTERS:
        written = [word for word in command.arguments if not word.startswith("-") and not word.isdigit()]
    else:
        return []
    paths = [command.path(one) for one in written if one]
    return paths if all(path.startswith("/") for path in paths) else []
