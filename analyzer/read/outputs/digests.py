"""Digests: ``md5sum`` and its like over files, ``openssl dgst``, and the public keys of certificates and private keys.

``openssl x509 -modulus`` and ``openssl rsa -modulus`` print the same for a certificate and its key: what the document's check compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import md5, sha256

from analyzer.model.certificate import KeyDigest
from analyzer.model.outputs import FileDigest
from analyzer.read.outputs.commands import Command
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.typed import outputs

_ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_SUM = re.compile(r"([0-9a-f]{32,128})[ \t]{1,3}\*?(\S.{0,400})", re.IGNORECASE)
_DGST = re.compile(r"(?:(MD5|SHA1|SHA(?:2-)?256|SHA(?:2-)?512)\((.{1,400})\)|\((stdin)\)) ?= ?([0-9a-f]{32,128})", re.IGNORECASE)
_MODULUS = re.compile(r"Modulus=([0-9A-F]{100,4096})", re.IGNORECASE)
_OF_NOTHING = frozenset((md5(b"", usedforsecurity=False).hexdigest(), sha256(b"").hexdigest()))
"""What a digest is when the command before the pipe failed."""

_FILES_OF_OURS = re.compile(r"sftunnel|cacert|/peers/|/ca_root/|certs_pushed", re.IGNORECASE)


def wanted(page: Page) -> bool:
    """A command or a label of a digest."""
    return page.has("modulus=", "md5sum", "sha1sum", "sha256sum", "sha512sum", "dgst", "-modulus", "(stdin)=", "openssl md5", "openssl sha")


def recognise(page: Page) -> Iterator[FileDigest | KeyDigest]:
    """Digests of the files of the tunnel, and of keys. A digest of nothing (the command before the pipe failed) is none."""
    for output in outputs(page):
        keys = [command for command in output.ran("openssl") if command.arguments[:1] in (("x509",), ("rsa",), ("pkey",), ("ec",))]
        keys = [command for command in keys if _form(command)]
        number = 0
        for index in range(output.first, output.end):
            text = page.text.lines[index].text.strip()  # a modulus is public, and long enough to be taken for a key
            if len(text) < 32:
                continue
            if (modulus := _MODULUS.fullmatch(text)) is not None:
                if number < len(keys):
                    value = sha256(bytes.fromhex(modulus[1] if len(modulus[1]) % 2 == 0 else f"0{modulus[1]}")).hexdigest()
                    yield _of_key(page, index, keys[number], "modulus", value)
                number += 1
                continue
            named, digest = _digest(text)
            if not digest or digest in _OF_NOTHING:
                number += bool(digest)
                continue
            if named in ("-", "stdin", ""):
                if number < len(keys):
                    yield _of_key(page, index, keys[number], f"{_form(keys[number])} {_ALGORITHMS[len(digest)]}", digest)
                number += 1
            elif _FILES_OF_OURS.search(named) or _FILES_OF_OURS.search(_folder(output.commands)):
                path = output.commands[0].path(named) if output.commands else named
                yield FileDigest(path or named, _ALGORITHMS[len(digest)], digest, page.evidence(index))


def _digest(text: str) -> tuple[str, str]:
    """The file (``-`` or ``stdin`` for a pipe) and the digest of a line, "" and "" for any other line."""
    if (found := _SUM.fullmatch(text)) is not None and len(found[1]) in _ALGORITHMS:
        return found[2].strip(), found[1].lower()
    if (found := _DGST.fullmatch(text)) is not None and len(found[4]) in _ALGORITHMS:
        return found[2] or found[3], found[4].lower()
    if len(text) in (32, 64) and re.fullmatch(r"[0-9a-f]{32,64}", text):
        return "", text
    return "", ""


def _form(command: Command) -> str:
    """What a command prints of a key: its modulus, or the whole public key; "" for neither."""
    if "-modulus" in command.arguments:
        return "modulus"
    if "-pubkey" in command.arguments or "-pubout" in command.arguments:
        return "public key"
    return ""


def _of_key(page: Page, index: int, command: Command, form: str, digest: str) -> KeyDigest:
    quote = f"{form}: {digest}" if form == "modulus" else page.lines[index].text.strip()[:200]
    path = command.path(command.option("-in") or command.reads)
    return KeyDigest(path, command.arguments[0] != "x509", form, digest, page.evidence(index, text=quote))


def _folder(typed: tuple[Command, ...]) -> str:
    return typed[0].folder + "/" if typed else ""
