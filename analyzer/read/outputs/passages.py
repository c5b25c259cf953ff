"""Who speaks where in a text: one passage per output (`sessions`), or one for the whole text where it has no prompt."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.passage import Passage
from analyzer.read.outputs.page import Page


def passages(page: Page) -> Iterator[Passage]:
    """The passages of a text, in order."""
    yield from page.passages
