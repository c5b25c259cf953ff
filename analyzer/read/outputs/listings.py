"""``ls -l`` and ``ls -hal`` listings: names with invisible characters come from pasted commands (field notes 9).

A listing counts when its folder or one of its names has to do with the tunnel's certificates; then every row of it is given.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from analyzer.model.outputs import ListedFile
from analyzer.read.outputs.page import LINE_CHARACTERS, Page
from analyzer.read.outputs.typed import typed_at
from analyzer.read.patterns import UUID

_ROW = re.compile(
    r"[ \t]{0,8}(?P<mode>[-dlbcps][-rwxsStT]{9}[.+@]?)[ \t]{1,8}\d{1,9}[ \t]{1,20}(?P<owner>\S{1,64})[ \t]{1,20}"
    r"(?P<group>\S{1,64})[ \t]{1,20}(?P<size>\d[\d.,]{0,19}[KMGTP]?)[ \t]{1,8}"
    r"(?:[A-Z][a-z]{2}[ \t]{1,3}\d{1,2}[ \t]{1,3}(?:\d{2}:\d{2}|\d{4})"
    r"|\d{4}-\d\d-\d\d[ \t]\d\d:\d\d(?::[\d.]{2,16}(?:[ \t][+-]\d{4})?)?)[ \t](?P<name>.+)"
)
_HEADING = re.compile(r"[ \t]{0,8}((?:/|\./)[^:]{1,500}):[ \t]{0,8}")
_OURS = re.compile(r"sftunnel|cacert|\.pem|FAILED_PUSH|generate_certs|LIGHT_REGISTRATION", re.IGNORECASE)
_OUR_FOLDER = re.compile(r"/peers(?:/|$)|/ca_root|/sf/keys|/certs(?:/|$|_pushed)")
_FLATTENED = re.compile(rf"[/-]var[/-]sf[/-]peers[/-]({UUID})|[/-]etc[/-]sf[/-](ca_root|keys)")


def wanted(page: Page) -> bool:
    """A mode column."""
    return page.has("-rw", "-r--", "drwx", "---------")


def recognise(page: Page) -> Iterator[ListedFile]:
    """The rows of every listing that counts."""
    rows: list[tuple[int, re.Match[str]]] = []
    heading = ""
    for index in range(len(page.lines) + 1):
        text = page.lines[index].text[:LINE_CHARACTERS] if index < len(page.lines) else ""
        row = _ROW.fullmatch(text) if len(text) > 30 else None
        if row is not None:
            rows.append((index, row))
            continue
        if rows:
            yield from _listing(page, rows, heading)
            rows = []
        if index in page.prompts:
            heading = ""
        elif (found := _HEADING.fullmatch(text)) is not None:
            heading = found[1]


def _listing(page: Page, rows: list[tuple[int, re.Match[str]]], heading: str) -> Iterator[ListedFile]:
    folder = _folder(page, rows, heading)
    if not _OUR_FOLDER.search(folder) and not any(_OURS.search(row["name"]) for _, row in rows):
        return
    for index, row in rows:
        name = row["name"]
        if row["mode"].startswith("l"):
            name = name.split(" -> ", 1)[0]
        inside = folder
        if "/" in name:
            head, _, name = name.rpartition("/")
            inside = posixpath.normpath(posixpath.join(folder, head)) if head.startswith("/") or folder else head
        if name not in (".", "..", ""):
            yield ListedFile(name, row["size"], row["mode"], row["owner"], row["group"], inside, page.evidence(index), page.host(index))


def _folder(page: Page, rows: list[tuple[int, re.Match[str]]], heading: str) -> str:
    """The folder listed: from the heading of ``ls -R``, the prompt, the argument of ``ls``, or the name of the bundle member; else ""."""
    at = page.prompt_index(rows[0][0])
    if at is None:
        flattened = _FLATTENED.search(page.path)
        if heading.startswith("/"):
            return heading.rstrip("/")
        return "" if flattened is None else f"/var/sf/peers/{flattened[1]}" if flattened[1] else f"/etc/sf/{flattened[2]}"
    prompt = page.prompts[at]
    here = prompt.folder if prompt.folder.startswith("/") else ""
    if heading:
        return prompt.path(heading).rstrip("/")
    listing = next((command for command in reversed(typed_at(page, at)) if command.program in ("ls", "ll", "dir")), None)
    if listing is None:
        return here.rstrip("/")
    named = [word for word in listing.arguments if not word.startswith("-")]
    if len(named) != 1:
        return (listing.folder or here).rstrip("/")
    return _of_argument(listing.path(named[0]), named[0], {row["name"] for _, row in rows}, listing.folder or here)


def _of_argument(path: str, written: str, names: set[str], here: str) -> str:
    """``ls`` prints a file argument as it was written, and the names inside a folder argument."""
    if written in names or any(sign in written for sign in "*?[") or any("/" in name for name in names):
        return here.rstrip("/")
    return path.rstrip("/") if path.startswith("/") else ""
