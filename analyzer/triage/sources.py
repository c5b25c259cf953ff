"""Which cases there are: each child folder or file of a source, files grouped by an expression, or the paths of a list."""

from __future__ import annotations

import os
import re
import stat
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from analyzer.collect.items import printable
from analyzer.texts import _
from analyzer.triage import remote
from analyzer.triage.record import About, Case, InputFile
from analyzer.triage.remote import ABOUT, ABOUT_BYTES
from analyzer.triage.store import folder_of


class SourceError(ValueError):
    """A source, list or expression that cannot be used. The message says which and what to do."""


def find_cases(sources: Sequence[str], *, expression: str = "", listed: Iterable[str] | None = None) -> list[Case]:
    """The cases, by label. With ``listed`` each line is a path or ``label<TAB>path``; else each child of a source is a case.

    With ``expression`` everything that it finds the same text in (its first group, else all of it) is one case; what it finds nothing in
    is a case of its own. Raises `SourceError`.
    """
    pattern = _compiled(expression)
    groups: dict[str, list[str]] = defaultdict(list)
    for label, path in _listed(listed) if listed is not None else _children(sources):
        found = pattern.search(label if pattern is not None else "") if pattern is not None else None
        key = (
            found[1] if found is not None and pattern is not None and pattern.groups else found[0] if found is not None else label
        ) or label
        if path not in groups[key]:
            groups[key].append(path)
    return [_case(label, sorted(paths)) for label, paths in sorted(groups.items())]


def _compiled(expression: str) -> re.Pattern[str] | None:
    try:
        return re.compile(expression) if expression else None
    except re.error as error:
        raise SourceError(
            _("--case: {expression} is not a regular expression: {error}").format(expression=repr(expression), error=error)
        ) from None


def _children(sources: Sequence[str]) -> Iterator[tuple[str, str]]:
    taken: dict[str, str] = {}
    for source in sources:
        if remote.is_address(source):
            yield from ((name, address) for name, address in _remote(remote.children, source) if not _is_about(name))
            continue
        root = Path(source)
        if not source or not root.exists():
            raise SourceError(_("{path}: no such file or folder").format(path=printable(source) or '""'))
        children = sorted(root.iterdir()) if root.is_dir() else [root]
        for child in children:
            if _is_about(child.name):
                continue
            label = child.name
            if taken.setdefault(label, str(child)) != str(child):
                label = f"{child.name} ({child.parent.name})"
                if taken.setdefault(label, str(child)) != str(child):
                    label = str(child)
            yield label, str(child)


def _is_about(name: str) -> bool:
    return name.startswith(".") or name == ABOUT or name.endswith(f".{ABOUT}")


T = TypeVar("T")


def _remote(ask: Callable[[str], Iterable[T]], source: str) -> list[T]:
    try:
        return list(ask(source))
    except remote.RemoteError as error:
        raise SourceError(str(error)) from None


def _listed(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n")
        if not line.strip() or line.startswith("#"):
            continue
        label, tab, path = line.partition("\t")
        path = path if tab else label
        if remote.is_address(path):
            yield label if tab and label else path.rstrip("/").rpartition("/")[2], path
            continue
        if not Path(path).exists():
            raise SourceError(_("--list, line {number}: {path}: no such file or folder").format(number=number, path=printable(path)))
        yield label if tab and label else Path(path).name, path


def _case(label: str, paths: list[str]) -> Case:
    inputs = tuple(sorted((one for path in paths for one in _files(path)), key=lambda one: one.path))
    return Case(
        label=printable(label),
        folder=folder_of(label),
        paths=tuple(paths),
        about=_about(paths),
        inputs=inputs,
        files=tuple(one.path for one in inputs),
    )


def _files(path: str) -> Iterator[InputFile]:
    """Every file of a case with size and time. No link is followed; a place that cannot be looked into gives nothing here, and the run of
    the case says so."""
    if remote.is_address(path):
        yield from _remote(remote.files, path)
        return
    waiting = [path]
    while waiting:
        here = waiting.pop()
        try:
            found = os.lstat(here) if here != path else Path(here).stat()
            if stat.S_ISDIR(found.st_mode):
                waiting.extend(str(Path(here, name)) for name in sorted(os.listdir(here)))  # noqa: PTH208 - names alone are needed
            elif stat.S_ISREG(found.st_mode) and here != str(Path(path, ABOUT)):
                yield InputFile(here, found.st_size, found.st_mtime_ns)
        except OSError:
            continue


def about_of(path: str) -> str:
    """The full path of the ``case.yaml`` in a case's folder: it says whose the case is, and is no evidence."""
    return str(Path(os.path.realpath(path), ABOUT))


def _about(paths: list[str]) -> About:
    """What ``case.yaml`` in the folder of a case, or ``<file>.case.yaml`` beside its file, says. One that cannot be read says nothing."""
    for path in paths:
        if remote.is_address(path):
            if text := "".join(_remote(remote.about_text, path)):
                return _said(text)
            continue
        place = Path(path, ABOUT) if Path(path).is_dir() else Path(f"{path}.{ABOUT}")
        if place.is_file() and not place.is_symlink() and place.stat().st_size <= ABOUT_BYTES:
            return _read_about(place)
    return About()


def _read_about(place: Path) -> About:
    try:
        return _said(place.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return About()


def _said(text: str) -> About:
    import yaml

    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError:
        return About()
    if not isinstance(said, dict):
        return About()
    values = {name: str(said[name])[:200] for name in ("sr", "customer", "owner") if isinstance(said.get(name), str | int)}
    return About(**values)
