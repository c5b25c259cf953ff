"""What was made of our own files is kept in the cache folder of the user, and made again whenever it could be another."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import Struct

from analyzer import cache
from analyzer.judge import RuleError, builtin_rules_folder, load_rules
from analyzer.judge import load as load_module
from analyzer.prescribe import load_remedies
from analyzer.rulefiles import yaml as rule_yaml
from analyzer.texts import speaking
from tests.judge.builders_rules import write_rule


class Made(Struct, frozen=True):
    """Something that is made of files."""

    text: str
    places: tuple[Path, ...] = ()


@pytest.fixture(autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that things are kept in."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    return home / "sftunnel-analyzer"


@pytest.fixture
def files_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the YAML files that are read from now on."""
    names: list[str] = []
    parse = rule_yaml.parse

    def noting(path: Path, data: bytes) -> object:
        names.append(path.name)
        return parse(path, data)

    monkeypatch.setattr(rule_yaml, "parse", noting)
    return names


@pytest.fixture
def builtin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the built-in rules, in which three are left, and which the program takes for its own."""
    folder = tmp_path / "rules"
    shutil.copytree(builtin_rules_folder(), folder, ignore=shutil.ignore_patterns("__pycache__", "*.tests.yaml"))
    for path in folder.glob("*.yaml"):
        if path.stem not in ("clock-skew", "internal-ca-expired", "other-certificate-expired"):
            path.unlink()
    for path in folder.glob("*.yaml"):
        if "caused_by" in path.read_text(encoding="utf-8"):
            path.unlink()
    monkeypatch.setattr(load_module, "builtin_rules_folder", lambda: folder)
    return folder


def made(tmp_path: Path, text: str, *makers: Path, source: bytes = b"source") -> Made:
    path = tmp_path / "made.yaml"
    made_of = cache.digest_of([(path, source)], makers)
    return cache.kept_or_made(path, made_of, Made, lambda: Made(text, (path,)))


def test_what_was_made_is_given_again_and_not_made_again(tmp_path: Path) -> None:
    first = made(tmp_path, "first")

    assert first == Made("first", (tmp_path / "made.yaml",))
    assert made(tmp_path, "second") == first


def test_another_source_is_made_again(tmp_path: Path) -> None:
    made(tmp_path, "first")

    assert made(tmp_path, "second", source=b"another").text == "second"


def test_a_change_of_what_makes_it_makes_it_again(tmp_path: Path) -> None:
    maker = tmp_path / "maker.py"
    maker.write_text("a")
    made(tmp_path, "first", maker)
    os.utime(maker, ns=(1, 1))

    assert made(tmp_path, "second", maker).text == "second"


@pytest.mark.parametrize("other", [b"", b"\x81\xa4text", b"\xc1", b"\x81\xa4text\x07\xa6places\x90"])
def test_what_is_of_another_form_is_made_again(tmp_path: Path, other: bytes) -> None:
    made_of = cache.digest_of([(tmp_path / "made.yaml", b"source")], ())
    cache.keep(tmp_path / "made.yaml", made_of.hex(), other)

    assert made(tmp_path, "second").text == "second"
    assert made(tmp_path, "third").text == "second"


@pytest.mark.parametrize(
    ("whole", "damaged"),
    [(b"first", b"f\xffrst"), (b"first", b"f\0\0st"), (b"first", b"worst"), (b"\x82\xa4text", b"\x81\xa4text"), (b"made.yaml", b"made")],
)
def test_what_is_damaged_is_made_again(tmp_path: Path, kept: Path, whole: bytes, damaged: bytes) -> None:
    made(tmp_path, "first")
    (file,) = kept.iterdir()
    assert whole in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(whole, damaged))

    assert made(tmp_path, "second").text == "second"
    assert made(tmp_path, "third").text == "second"


def a_file(folder: Path) -> None:
    folder.write_text("a file where the folder would be")


def a_link(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    folder.symlink_to("elsewhere")


def a_folder_for_everybody(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes of Unix")
@pytest.mark.parametrize("waiting", [a_file, a_link, a_folder_for_everybody])
def test_a_folder_that_is_not_its_users_alone_keeps_nothing_and_nothing_is_wrong(
    waiting: Callable[[Path], None], tmp_path: Path, kept: Path
) -> None:
    """What is kept is run: who may write there could have a user run anything."""
    waiting(kept)

    assert [made(tmp_path, text).text for text in ("first", "second")] == ["first", "second"]
    assert not kept.is_dir() or list(kept.iterdir()) == []


@pytest.mark.parametrize("home", ["", "not/absolute"])
def test_without_a_home_nothing_is_kept_and_nothing_is_wrong(home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, home)
    monkeypatch.chdir(tmp_path)

    assert [made(tmp_path, text).text for text in ("first", "second")] == ["first", "second"]
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_beside_our_own_files(tmp_path: Path, kept: Path) -> None:
    made(tmp_path, "first")

    assert list(tmp_path.iterdir()) == []
    assert [file.suffix for file in kept.iterdir()] == [".kept"]


def test_the_builtin_rules_are_read_once_and_are_the_same_after(builtin: Path, files_read: list[str]) -> None:
    first = load_rules([builtin])
    read = len(files_read)
    second = load_rules([builtin])

    assert read == len(first.rules) > 0
    assert len(files_read) == read
    assert second == first


def test_a_changed_builtin_rule_is_read_again(builtin: Path) -> None:
    before = load_rules([builtin])
    path = before.rules[0].path
    path.write_text(path.read_text(encoding="utf-8").replace("severity: ", "severity:  "), encoding="utf-8")
    after = load_rules([builtin])

    assert after.version != before.version
    assert after.rules == before.rules


def test_a_builtin_rule_that_became_wrong_is_told_with_its_line(builtin: Path) -> None:
    path = load_rules([builtin]).rules[0].path
    path.write_text("id: x\n", encoding="utf-8")

    with pytest.raises(RuleError, match=r":1: the field of a rule 'title' is missing"):
        load_rules([builtin])


def test_rules_of_others_are_read_each_time(tmp_path: Path, builtin: Path, files_read: list[str]) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    path = write_rule(folder)
    load_rules([builtin, folder])
    files_read.clear()
    load_rules([builtin, folder])

    assert files_read == [path.name]
    assert [one.name for one in folder.iterdir()] == [path.name]


def test_what_is_kept_is_of_no_language(builtin: Path) -> None:
    with speaking("ko"):
        korean, tables = load_rules([builtin]), load_remedies([builtin])
    english, english_tables = load_rules([builtin]), load_remedies([builtin])
    with speaking("ko"):
        again, tables_again = load_rules([builtin]), load_remedies([builtin])

    assert (again, tables_again) == (korean, tables)
    assert english.rules[0].title.parts != korean.rules[0].title.parts
    assert str(english_tables.cautions["no-restart"].text).isascii()


def test_the_tables_are_read_once(builtin: Path, files_read: list[str]) -> None:
    first = load_remedies([builtin])
    files_read.clear()

    assert load_remedies([builtin]) == first
    assert files_read == []
