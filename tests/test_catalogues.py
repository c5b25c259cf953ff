"""The message catalogues: whole, current, and true to what must be typed."""

from __future__ import annotations

import gettext
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from jinja2.ext import babel_extract
from typer.testing import CliRunner

from analyzer.authoring.rule_tests import load_rule_tests, run_rule_test
from analyzer.cli.exit_codes import ExitCode
from analyzer.cli.rules import app as rules_app
from analyzer.judge import builtin_rules_folder, load_rules
from analyzer.prescribe import load_remedies
from analyzer.texts import DOMAIN, ENGLISH, LANGUAGES, LOCALE, _, speaking
from scripts.catalogues import ROOT, gathered, mo_bytes, po_bytes, po_path, read, sources, updated

TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]

SAME_IN_KOREAN = {
    *("UUID", "VDB", "TLS", "SHA-256", "InternalCA", "Cisco TAC", "generate_certs.pl", "7.3.x", "7.6.0", "alert {alert}", ", "),
    *("InternalCA {expires}", "verify code {code} {meaning}"),
    *("FMC", "FMC {box}", "JSON", "XML"),
    *("PEERS_MAP.JSON", "ca_root/index.txt", "show network", "pmtool status, ps, pgrep, pidof, lsof"),
    *("openssl crl -text", "openssl s_client -connect ADDRESS:8305", "openssl verify -CAfile CA CERTIFICATE"),
}
"""Names, punctuation, files and commands that Korean engineers write the same way."""

PLACE = re.compile(r"\{[^{}]*\}")
TAG = re.compile(r"</?[a-z]+[^<>]*>")
TYPED = re.compile(
    r"<UUID of the [a-zA-Z]+>|<number>"  # what stands for a value within a path
    r"|(?<![\w.])/[A-Za-z][\w./*-]*\w"  # an absolute path
    r"|\b[\w-]+\.(?:pl|py|pem|csv|conf|txt|JSON|json)\b"
    r"|-----[A-Z ]+-----|:wq\b|\bcp -n\b|\bsudo su\b|(?<=\s)--?[a-z][a-z-]*"
    r"|\b(?:pmtool|openssl|netstat|grep|ls|show managers|show version|configure network [a-z-]+|ip route get)\b(?: -[a-zA-Z]+)*"
    r"|\bCSC[a-z]{2}\d{5}\b|\bFN\d{5}\b|\bCVE-\d{4}-\d+\b|\bFAILED_PUSH\b|\b(?:8305|222464|225502)\b",
    re.ASCII,  # a Korean particle that follows is no part of the word
)
"""What an engineer types, opens or looks up: it stands in a translation exactly as in English."""


@pytest.fixture(scope="module")
def template() -> Catalog:
    return gathered()


@pytest.fixture(scope="module", params=TRANSLATED)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def catalog(language: str) -> Catalog:
    return read(language)


def sentences(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def forms(text: str | list[str] | tuple[str, ...]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def pairs(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Each translated form with the English of the plural, which a language with one form follows."""
    for message in sentences(catalog):
        yield from ((forms(message.id)[-1], form) for form in forms(message.string))


def keys(catalog: Catalog) -> set[tuple[str | None, str]]:
    return {(message.context, forms(message.id)[0]) for message in sentences(catalog)}


def test_every_sentence_of_the_program_is_in_the_catalogue_and_nothing_else(template: Catalog, catalog: Catalog) -> None:
    assert sorted(keys(template) - keys(catalog), key=str) == [], "run `make catalogues` and translate these"
    assert sorted(keys(catalog) - keys(template), key=str) == [], "run `make catalogues`: no one says these any more"


def test_no_sentence_is_asked_for_both_with_and_without_a_plural() -> None:
    """Where a catalogue has plural forms of it, the Python of before 3.11.5 answers in English when it is asked without a number."""
    alone, counted = set(), set()
    for path, how, options in sources():
        method = babel_extract if how == "jinja2:babel_extract" else how
        with (ROOT / path).open("rb") as file:
            for _line, text, _comments, _context in extract(method, file, keywords=DEFAULT_KEYWORDS, options=dict(options)):
                if isinstance(text, tuple):
                    counted.add(text[0])
                else:
                    alone.add(text)

    assert sorted(alone & counted) == []
    assert counted != set()


def test_every_sentence_is_translated(catalog: Catalog) -> None:
    assert [message.id for message in sentences(catalog) if not all(forms(message.string))] == []


def test_no_translation_is_a_guess(catalog: Catalog) -> None:
    assert [message.id for message in sentences(catalog) if message.fuzzy] == []


def test_the_file_is_as_make_catalogues_writes_it(language: str, template: Catalog) -> None:
    assert po_path(language).read_bytes() == po_bytes(updated(language, template))


def test_the_compiled_catalogue_is_of_this_text(language: str, catalog: Catalog) -> None:
    compiled = gettext.GNUTranslations(io.BytesIO(mo_bytes(catalog)))
    shipped = gettext.translation(DOMAIN, LOCALE, languages=[language])

    def heard(translations: gettext.NullTranslations) -> list[str]:
        return [
            translations.npgettext(message.context, *message.id, 2)
            if message.context and isinstance(message.id, tuple)
            else translations.ngettext(*message.id, 2)
            if isinstance(message.id, tuple)
            else translations.pgettext(message.context, message.id)
            if message.context
            else translations.gettext(message.id)
            for message in sentences(catalog)
        ]

    assert heard(shipped) == heard(compiled)


def test_a_translation_has_the_places_for_values_of_the_english(catalog: Catalog) -> None:
    assert [pair for pair in pairs(catalog) if Counter(PLACE.findall(pair[0])) != Counter(PLACE.findall(pair[1]))] == []


def test_a_translation_has_the_tags_of_the_english(catalog: Catalog) -> None:
    assert [pair for pair in pairs(catalog) if Counter(TAG.findall(pair[0])) != Counter(TAG.findall(pair[1]))] == []


def test_commands_paths_and_numbers_of_bugs_are_never_translated(catalog: Catalog) -> None:
    changed = [
        (sorted((Counter(TYPED.findall(english)) - Counter(TYPED.findall(other))).elements()), other)
        for english, other in pairs(catalog)
        if Counter(TYPED.findall(english)) - Counter(TYPED.findall(other))
    ]

    assert changed == []


def test_no_translation_is_the_english(catalog: Catalog) -> None:
    same = {english for english, other in pairs(catalog) if english == other and re.search(r"\w", PLACE.sub("", english))}

    assert sorted(same - SAME_IN_KOREAN) == []


def test_a_translation_ends_like_the_english(catalog: Catalog) -> None:
    """The program puts some sentences together: one must not end where the English goes on, nor begin or end with another blank."""
    for english, other in pairs(catalog):
        assert (english[:1] == " ", english[-1:] == " ") == (other[:1] == " ", other[-1:] == " "), english


@pytest.mark.parametrize("path", sorted(ROOT.glob("analyzer/locale/*/LC_MESSAGES/*.mo")), ids=lambda path: path.parts[-3])
def test_a_compiled_catalogue_is_of_a_language_that_is_spoken(path: Path) -> None:
    assert path.parts[-3] in TRANSLATED


def test_rules_and_remedies_speak_the_language_they_are_loaded_in(language: str) -> None:
    folder = builtin_rules_folder()
    english, english_tables = load_rules([folder]), load_remedies([folder])
    with speaking(language):
        other, other_tables = load_rules([folder]), load_remedies([folder])

    assert english.version == other.version
    assert [rule.id for rule in english.rules] == [rule.id for rule in other.rules]
    assert [rule.id for rule, same in zip(english.rules, other.rules, strict=True) if rule.title == same.title] == []
    assert english_tables.steps.keys() == other_tables.steps.keys()
    for step_id, step in english_tables.steps.items():
        assert [command.words for command in step.commands] == [command.words for command in other_tables.steps[step_id].commands]
        assert step.prose["title"] != other_tables.steps[step_id].prose["title"]


def test_the_tests_of_rules_are_judged_in_english_whatever_the_reader_speaks(language: str) -> None:
    rules = load_rules([builtin_rules_folder()])
    tests = [one for one in load_rule_tests(rules) if one.rule == "internal-ca-expired"]
    with speaking(language):
        assert [one.name for one in tests if not run_rule_test(one, rules).passed] == []


def test_rules_test_passes_for_a_reader_of_another_language(language: str, tmp_path: Path) -> None:
    for path in builtin_rules_folder().glob("vdb-without-expiry-alert.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes().replace(b"vdb-without-expiry-alert", b"vdb-of-ours"))
        (tmp_path / path.name).rename(tmp_path / path.name.replace("vdb-without-expiry-alert", "vdb-of-ours"))
    with speaking(language):
        done = CliRunner().invoke(rules_app, ["test", str(tmp_path)])

    assert done.exit_code == ExitCode.CLEAR, done.output


def test_a_sentence_that_no_catalogue_has_stays_as_it_was_written(language: str) -> None:
    with speaking(language):
        assert _("a sentence of a team's own rule") == "a sentence of a team's own rule"


def test_every_template_is_gathered() -> None:
    """A template that stands where the gathering does not look is never translated."""
    places = {place.rpartition(":")[0] or place for message in gathered() for place, _line in message.locations}

    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "analyzer").rglob("*.j2") if "_(" in path.read_text("utf-8")} <= places
