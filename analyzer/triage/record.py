"""What is known of one case of a triage, as it stands in ``case.json`` beside its report."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from analyzer.texts import said

SCHEMA_VERSION = 2


class CaseState(StrEnum):
    """How a case ended. Only DONE may look clean, and it ranks by what was found."""

    DONE = "done"
    DUPLICATE = "duplicate"  # the same bytes as another case
    INCOMPLETE = "incomplete"  # findings or none, and something could not be read
    UNREADABLE = "unreadable"  # nothing could be read
    NOTHING = "nothing"  # read, and nothing in it is evidence
    TIMEOUT = "timeout"  # the limit case_seconds
    MEMORY = "memory"  # the limit case_bytes
    CRASHED = "crashed"  # the child ended by itself, or was killed from outside
    SKIPPED = "skipped"  # not begun: the run was stopped


FAILED = (CaseState.TIMEOUT, CaseState.MEMORY, CaseState.CRASHED, CaseState.SKIPPED)
"""Nothing was concluded. The next run tries again what is TRANSIENT; ``--retry-failed`` tries the others."""

TRANSIENT = (CaseState.CRASHED, CaseState.SKIPPED)

NOT_READ = (CaseState.UNREADABLE, CaseState.NOTHING, *FAILED)
"""States without a verdict: they stand as high in the index as a critical one."""


class InputFile(Struct, frozen=True):
    """One file of a case. ``size`` in bytes and ``modified`` (nanoseconds since 1970) say without reading whether it is unchanged."""

    path: str
    size: int
    modified: int


class About(Struct, frozen=True):
    """What ``case.yaml`` beside a case says of it: whose it is. It is quoted, and nothing is concluded from it."""

    sr: str = ""
    customer: str = ""
    owner: str = ""


class Case(Struct, frozen=True, kw_only=True):
    """One case: its label, the paths that are analyzed as one, what ``case.yaml`` says, and its files as they lie there.

    ``label``, ``about`` and ``inputs`` are what is kept and shown; of a redacted triage these are substitutes, and ``files`` alone names
    the files.
    """

    label: str
    folder: str
    paths: tuple[str, ...] = ()
    about: About = About()
    inputs: tuple[InputFile, ...] = ()
    files: tuple[str, ...] = ()


class ManagerLine(Struct, frozen=True):
    """One FMC of a case, as the index shows it. ``ca_ends`` is aware, UTC; None where it is not known. ``missed`` are the devices that
    missed its renewal. ``accepted``: all that is wrong with it and its tunnels is accepted."""

    label: str
    uuid: str
    release: str
    hotfix_known: bool | None
    ca_ends: datetime | None
    situation: str
    devices: int
    up: int
    down: int
    unknown: int
    missed: tuple[str, ...] = ()
    accepted: bool = False


class FindingLine(Struct, frozen=True):
    """One finding of a case that counts. ``explained`` by another finding. ``accepted`` by a person: it does not count before a day."""

    rule: str
    severity: str
    subject: str
    title: str
    explained: bool
    accepted: bool = False


class AcceptedLine(Struct, frozen=True):
    """What a person accepts of a case. ``found``: the case has such a finding. It ``holds`` before the day ``until`` (UTC)."""

    rule: str
    subject: str
    until: date
    reason: str
    owner: str
    found: bool
    holds: bool


class Question(Struct, frozen=True):
    """What a case lacks: ``title`` says what to bring, ``text`` is what to send to whoever can."""

    title: str
    text: str = ""


class Took(Struct, frozen=True):
    """What a case cost: seconds of wall time, the largest resident size in bytes, bytes read."""

    seconds: float
    peak_bytes: int
    bytes_read: int


class CaseRecord(Struct, frozen=True, kw_only=True):
    """One case. ``label`` is its name, ``folder`` its place below ``cases/``.

    ``digest`` is that of the bytes of all inputs: two cases with one digest are one. ``reading`` names how they were read (version of the
    readers, limits; "" where the system could not read something: the next run reads again), ``facts_key`` what was read (the digests, and
    how), ``result_key`` what was concluded of it (facts key,
    version, rules, day, statements). ``newest_file`` is the latest time of a file that gave facts: the reading holds for every day from
    then on; None where a file has no time, so that it holds for ``as_of`` alone. ``exit_code`` and ``severity`` are those of
    ``analyze`` without what is accepted. ``reason`` completes the state with a sentence. ``reason_made`` is what it is made of
    (`analyzer.texts.Made`) where the case failed, so that it can be said in another ``language``; "" elsewhere. ``asked`` are the
    open questions, ``conflicts`` where the evidence contradicts itself, ``gaps`` what it does not cover. ``failures`` counts the runs
    in a row that ended in a failure. ``first_seen`` is when the run began that saw the case first.
    """

    schema_version: int = SCHEMA_VERSION
    label: str
    folder: str
    state: CaseState
    reason: str = ""
    reason_made: Any = ""
    inputs: tuple[InputFile, ...] = ()
    about: About = About()
    digest: str = ""
    reading: str = ""
    newest_file: datetime | None = None
    facts_key: str = ""
    result_key: str = ""
    duplicate_of: str = ""
    exit_code: int | None = None
    headline: str = ""
    situation: str = ""
    severity: str = ""
    first_step: str = ""
    managers: tuple[ManagerLine, ...] = ()
    findings: tuple[FindingLine, ...] = ()
    accepted: tuple[AcceptedLine, ...] = ()
    asked: tuple[Question, ...] = ()
    conflicts: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    tool_version: str = ""
    rules_version: str = ""
    as_of: datetime | None = None
    language: str = "en"
    failures: int = 0
    first_seen: datetime | None = None
    took: Took = Took(0.0, 0, 0)

    def speaking(self, language: str) -> CaseRecord:
        """The record with its reason in this language, where it knows what that is made of. Raises ValueError for a damaged one."""
        if language == self.language or not self.reason_made:
            return self
        return replace(self, reason=said(self.reason_made, language), language=language)

    @property
    def size(self) -> int:
        """Bytes of its inputs."""
        return sum(one.size for one in self.inputs)
