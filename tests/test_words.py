"""The words of the sentences for people: plain English, one term for one thing. CONTRIBUTING.md lists the terms, under "Words".

A row names what is not written, an example, why, and what is written instead. The test reads every sentence of the program (the catalogue
has those of Python, the templates, the rules, the remedies and the tables) and the documents. It does not read values in braces, code, and
ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from msgspec import Struct

from scripts.catalogues import ROOT, gathered


class NotWritten(Struct, frozen=True):
    """``pattern`` ignores case and matches whole words; ``example`` is a text that it finds."""

    pattern: str
    example: str
    why: str
    instead: str


NOT_WRITTEN = (
    NotWritten(r"told", "the state is not told", "who told whom?", "known, shown by, derived from"),
    NotWritten(r"tells?", "the path tells", "evidence does not talk", "show, report, distinguish"),
    NotWritten(r"speaks?", "a line speaks of it", "evidence does not talk", "mention, name, be about"),
    NotWritten(r"says? nothing (of|about)|said of", "it says nothing of today", "evidence does not talk", "does not show"),
    NotWritten(r"lives|alive|living", "a living tunnel", "a tunnel has no life", "up, connected"),
    NotWritten(r"box(es)?", "the box", "an FMC, an FTD, or both?", "appliance; device for an FTD"),
    NotWritten(r"managers?", "the manager", "two words for one thing", "FMC"),
    NotWritten(r"mend(s|ed|ing)?", "mend the access", "not said of files", "fix, repair, replace"),
    NotWritten(r"(?<!there )(is|are) no(?! (longer|more)\b)", "that is no error", "a negated verb reads faster", "is not a"),
    NotWritten(r"in force", "the CA in force", "a law is in force", "current"),
    NotWritten(r"present (CA|InternalCA|set|one)", "the present CA", "present has three meanings", "current"),
    NotWritten(r"br(ing|ings|ought)", "bring the dates", "nothing is carried", "collect, provide, install, restore"),
    NotWritten(r"anew", "set up anew", "old-fashioned", "again, re-"),
    NotWritten(r"wholly|altogether", "not wholly read", "old-fashioned", "completely, all"),
    NotWritten(r"shall", "which FMC shall manage it", "a duty, a plan or a prediction?", "must, will, or the present tense"),
    NotWritten(r"settle[sd]?", "what would settle it", "a quarrel is settled", "resolve, decide, answer"),
    NotWritten(r"(?<!neither )in evidence", "not in evidence", "the English of a court", "in the evidence, unknown"),
    NotWritten(r"(come|comes|came) back", "a tunnel comes back", "from where?", "reconnect, come up"),
    NotWritten(r"dial(s|led|ling)?", "the end that dials", "nothing is dialled", "initiate, connect"),
    NotWritten(r"(?-i:See (that|whether|who|how far))", "See that it runs", "to see is not an instruction", "Verify that, Check whether"),
    NotWritten(r"(stands|stood)(?! for)", "it stands in the folder", "a file does not stand", "is, is in"),
    NotWritten(r"beside", "the backup beside it", "next to, or except?", "next to, in addition to"),
    NotWritten(r"judge[sd]?", "nothing was judged", "a court judges", "evaluate, assess, check"),
    NotWritten(r"give (it|the|those|that) (to|file|files|part)", "give it to this program", "to whom?", "provide, pass, specify"),
    NotWritten(r"look(s|ed)? at", "no certificate was looked at", "to look is not to check", "check, read"),
    NotWritten(r"cuts? (every|the) tunnels?", "a restart cuts every tunnel", "a cable is cut", "drop"),
    NotWritten(r"no \w+ of it", "no FTD of it", "whose?", "none of its"),
)

ALLOWED = {
    "Cannot tell, because": "the phrase that begins every answer without enough evidence",
    "No managers configured": "the words of show managers",
    "show managers": "a command",
    "configure manager": "a command",
    "without any manager": "what the device's own command line calls it, here and in the next nine rows",
    "no manager configured": "",
    "no manager is configured": "",
    "names no manager": "",
    "the manager with": "",
    "The manager is {manager}": "",
    "Peer and manager": "",
    "the current manager": "",
    "which manager": "",
    "the manager that": "",
    "Delete the manager": "",
    "07-another-manager": "the name of a sample",
    "22-manager-leaf-stale": "the name of a sample",
    "30-manager-file-damaged": "the name of a sample",
    "device manager": "a product: the manager on the appliance itself",
}
"""What a pattern finds and may stay, and why."""

DOCUMENTS = (
    *("README.md", "docs/how-it-decides.md", "docs/page.md", "docs/ten-seconds.md", "docs/triage.md", "samples/README.md"),
    *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("samples/*/README.md")),
)

_BLOCK = re.compile(r"```.*?```", re.DOTALL)
_NOT_READ = re.compile(r"`[^`]*`|\{[^{}]*\}|<[^<>]*>|\]\([^)]*\)|\b[a-z]+(?:-[a-z]+){2,}\b")


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence of the program with the file that has it, then every paragraph of the documents."""
    for message in gathered():
        forms = message.id if isinstance(message.id, list | tuple) else (message.id,)
        yield from ((message.locations[0][0], form) for form in forms if form)
    for name in DOCUMENTS:
        text = _BLOCK.sub("", (ROOT / name).read_text(encoding="utf-8"))
        yield from ((name, paragraph) for paragraph in re.split(r"\n\s*\n", text))


def prose_of(text: str) -> str:
    """What of a sentence is English prose."""
    for allowed in ALLOWED:
        text = re.sub(rf"{re.escape(allowed)}s?(?!\w)", " ", text, flags=re.IGNORECASE)
    return " ".join(_NOT_READ.sub(" ", text).split())


def finder(word: NotWritten) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{word.pattern})(?!\w)", re.IGNORECASE)


@pytest.fixture(scope="module")
def prose() -> list[tuple[str, str]]:
    return [(where, prose_of(text)) for where, text in sentences()]


@pytest.mark.parametrize("word", NOT_WRITTEN, ids=lambda word: word.example)
def test_a_word_of_the_dialect_is_not_written(word: NotWritten, prose: list[tuple[str, str]]) -> None:
    pattern = finder(word)

    assert pattern.search(prose_of(word.example)), "a row that finds nothing"
    assert [f"{where}: {text}" for where, text in prose if pattern.search(text)] == [], f"{word.why} Write: {word.instead}."


def test_every_exception_is_needed() -> None:
    read = " ".join(" ".join(text.split()) for _where, text in sentences()).lower()

    assert [allowed for allowed in ALLOWED if allowed.lower() not in read] == []
