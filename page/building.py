"""Putting the page together. The same inputs give the same bytes: names are sorted, times are fixed, nothing of this machine goes in.

(zlib packs our own part. Another zlib than that of the machine that published the page may pack it into other bytes.)
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from analyzer import __version__
from analyzer.report.page_words import words
from analyzer.stated.case_file import case_schema
from analyzer.texts import LANGUAGES
from page.inputs import HERE, Inputs, Pin

ROOT = HERE.parent
LARGEST = 12_000_000
"""Bytes that the page may have."""

_LEFT_OUT = ("cli", "triage")
"""Rooms that a page has no use for: the command line, and the triage of many cases in processes of their own."""

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:",
        "worker-src blob:",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "connect-src blob:",
        "form-action 'none'",
        "base-uri 'none'",
    ]
)
"""What the browser allows the page: its own script and style, workers and modules that it makes itself (blob:), and no address at all."""


def build(inputs: Inputs) -> bytes:
    """The page. Raises `ValueError` when it is too large."""
    program = _packed(_program(inputs))
    parts = {
        "runtime": inputs.runtime.read_bytes(),
        "program": program,
        **{f"wheel {pin.name}": path.read_bytes() for pin, path in inputs.wheels if pin.platform == "emscripten"},
    }
    stored = "\n".join(
        f'<script type="text/plain" data-part="{name}">{base64.b64encode(data).decode()}</script>' for name, data in parts.items()
    )
    facts = {
        "version": __version__,
        "program": hashlib.sha256(program).hexdigest(),
        "rules": _rules_digest(),
        "schema": case_schema(),
        "words": {language: words(language) for language in LANGUAGES},
        "licences": [f"{pin.name} {pin.version}: {pin.licence}" for pin in inputs.pins],
    }
    text = (HERE / "shell.html").read_text(encoding="utf-8")
    for place, content in (
        ("{{policy}}", POLICY),
        ("{{style}}", (HERE / "shell.css").read_text(encoding="utf-8")),
        ("{{facts}}", _in_script(json.dumps(facts, ensure_ascii=False, sort_keys=True))),
        ("{{statements}}", _in_script((HERE / "statements.js").read_text(encoding="utf-8"))),
        ("{{worker}}", _in_script((HERE / "worker.js").read_text(encoding="utf-8"))),
        ("{{script}}", _in_script((HERE / "shell.js").read_text(encoding="utf-8"))),
        ("{{parts}}", stored),
    ):
        if text.count(place) != 1:
            raise ValueError(f"shell.html holds {place} {text.count(place)} times")
        text = text.replace(place, content)
    page = text.encode()
    if len(page) > LARGEST:
        raise ValueError(f"the page has {len(page):,} bytes, more than {LARGEST:,}")
    return page


def _in_script(text: str) -> str:
    """Text that ends no script element."""
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")


def _rules_digest() -> str:
    from analyzer.judge import builtin_rules_folder, load_rules

    return load_rules([builtin_rules_folder()]).digest


def _program(inputs: Inputs) -> Iterator[tuple[str, bytes]]:
    """Our own files, and those of pure Python of the wheels that have no build for a browser, with their names in site-packages."""
    for path in sorted((ROOT / "analyzer").rglob("*")):
        name = path.relative_to(ROOT)
        if path.is_file() and "__pycache__" not in name.parts and name.parts[1] not in _LEFT_OUT and path.suffix != ".po":
            yield name.as_posix(), path.read_bytes()
    for path in sorted((ROOT / "rules").rglob("*")):
        if path.is_file() and path.name[-11:] != ".tests.yaml":
            yield f"analyzer/builtin_rules/{path.relative_to(ROOT / 'rules').as_posix()}", path.read_bytes()
    yield "in_worker.py", (HERE / "in_worker.py").read_bytes()
    yield "LICENSE", (ROOT / "LICENSE").read_bytes()
    for pin, path in inputs.wheels:
        if pin.platform == "linux":
            yield from _pure_files(pin, path)


def _pure_files(pin: Pin, path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as wheel:
        for name in sorted(wheel.namelist()):
            if name.endswith(".py") or "/licenses/" in name:
                yield name, wheel.read(name)


def _packed(files: Iterator[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, data, compresslevel=9)
    return packed.getvalue()
