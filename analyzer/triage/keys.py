"""Names for what was read and for what was concluded: the same inputs, program and settings give the same name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from analyzer import __version__
from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.model.member import Artifact
from analyzer.triage.facts_file import FORMAT, MODEL
from analyzer.triage.settings import NOTHING_STATED, Settings, Stated


def _digest(*parts: object) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(str(part).encode("utf-8", "surrogateescape"))
        digest.update(b"\0")
    return digest.hexdigest()[:32]


def content_digest(digests: Iterable[str]) -> str:
    """The bytes of a case: the SHA-256 of each of its files, in no order and without names."""
    return _digest(*sorted(digests))


def reading_key(settings: Settings) -> str:
    """How inputs are read: version of the readers, limits, port, dissector, redaction."""
    limits = replace(settings.limits, case_seconds=DEFAULT_LIMITS.case_seconds, case_bytes=DEFAULT_LIMITS.case_bytes)
    told = (settings.port, settings.use_tshark, bool(settings.names))
    return _digest(__version__, FORMAT, MODEL, msgspec.json.encode(limits), *told)


def facts_key(artifacts: Iterable[Artifact], settings: Settings) -> str:
    """What was read: digests and names of the inputs, and how."""
    return _digest(sorted((one.sha256, one.path) for one in artifacts), reading_key(settings))


def result_key(facts: str, settings: Settings, rules_version: str, stated: Stated) -> str:
    """What was concluded: of which facts, by which program and rules, as of which day, with which statements, in which language."""
    told = msgspec.json.encode(stated) if stated != NOTHING_STATED else b""
    return _digest(facts, __version__, rules_version, settings.as_of.isoformat(), told, settings.language)
