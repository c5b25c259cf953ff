"""Message catalogues: gather every sentence, bring each language's .po up to date, compile it. ``python -m scripts.catalogues``.

Sentences stand in Python and in the HTML templates as calls of `analyzer.texts`, and in rules, remedies and tables as the fields named in
`RULE_FIELDS`. Nothing is guessed: a sentence whose English changed is a new one, to be translated anew (`analyzer.texts` says why English
is the message id). Comments name files without lines, so that two branches rarely touch the same entry.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from analyzer.texts import DOMAIN, ENGLISH, LANGUAGES, LOCALE

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 120

GENERATED_BY = b'"Generated-By: Babel '
"""The line of the head that names the release of Babel: with it, each release would change the file."""

RULE_FIELDS = frozenset(
    {
        "title",
        "explanation",
        "looks_like",
        "why",
        "precondition",
        "check",
        "if_check_fails",
        "undo_note",
        "assumed",
        "expect",
        "then",
        "text",
        "document",
        "what",
    }
)
"""The fields of a rule, remedy or table that hold a sentence for people."""

TESTS_OF_RULES = ".tests.yaml"

Extracted = Iterator[tuple[int, str, Any, list[str]]]


def yaml_texts(file: IO[bytes], keywords: object, tags: object, options: object) -> Extracted:
    """A Babel extractor: the sentences of a file of rules, on one line each, as `analyzer.rulefiles.node.one_line` gives them."""

    def walk(node: yaml.Node) -> Iterator[tuple[int, str]]:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value in RULE_FIELDS and isinstance(value, yaml.ScalarNode):
                    yield value.start_mark.line + 1, " ".join(value.value.split())
                else:
                    yield from walk(value)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from walk(item)

    root = yaml.compose(file, Loader=yaml.SafeLoader)
    if root is not None:
        yield from ((line, "_", text, []) for line, text in walk(root) if text)


def sources(root: Path = ROOT) -> Iterator[tuple[str, Any, Mapping[str, str]]]:
    """Every file that holds sentences: its path below ``root``, how Babel reads it, and with which options."""
    for path in sorted(root.glob("analyzer/**/*.py")):
        yield path.relative_to(root).as_posix(), "python", {}
    for path in sorted(root.glob("analyzer/*/templates/**/*.j2")):
        yield path.relative_to(root).as_posix(), "jinja2:babel_extract", {"silent": "false"}
    for path in sorted((*root.glob("rules/**/*.yaml"), *root.glob("analyzer/read/formats.yaml"))):
        if not path.name.endswith(TESTS_OF_RULES):
            yield path.relative_to(root).as_posix(), yaml_texts, {}


def gathered(root: Path = ROOT) -> Catalog:
    """Every sentence of the program, as a template."""
    template = Catalog(project="sftunnel-analyzer", fuzzy=False)
    for name, method, options in sources(root):
        if method == "jinja2:babel_extract":
            from jinja2.ext import babel_extract

            method = babel_extract
        with (root / name).open("rb") as file:
            for _line, text, comments, context in extract(method, file, keywords=DEFAULT_KEYWORDS, options=dict(options)):
                template.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    return template


def po_path(language: str) -> Path:
    """The catalogue that people edit."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """The catalogue of a language as it stands; an empty one for a new language."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, project="sftunnel-analyzer", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str, template: Catalog) -> Catalog:
    """The catalogue with exactly the sentences of the template: new ones untranslated, those that are gone left out."""
    catalog = read(language)
    template.creation_date = catalog.creation_date
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """The text of a catalogue, in an order that does not depend on where a sentence stands, without the version of Babel that wrote it."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=WIDTH, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return b"".join(line for line in buffer.getvalue().splitlines(keepends=True) if not line.startswith(GENERATED_BY))


def mo_bytes(catalog: Catalog) -> bytes:
    """The compiled form that the program reads."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def untranslated(catalog: Catalog) -> Iterator[str]:
    """The English of each sentence that has no translation yet."""
    for message in catalog:
        strings: Iterable[str] = message.string if isinstance(message.string, list | tuple) else (message.string,)
        if message.id and not all(strings):
            yield message.id[0] if isinstance(message.id, list | tuple) else message.id


def main() -> int:
    """Update and compile every language. 1 when something is not translated."""
    template = gathered()
    left = 0
    for language in (one for one in LANGUAGES if one != ENGLISH):
        catalog = updated(language, template)
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(catalog))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalog))
        waiting = list(untranslated(catalog))
        left += len(waiting)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(catalog)} sentences, {len(waiting)} to translate\n")
        sys.stdout.writelines(f"  {text}\n" for text in waiting[:20])
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
