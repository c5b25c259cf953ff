"""What is the same for every case of a run: how to judge, and the limits. A job is one case with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from analyzer import __version__
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.statements import Accepted, ApplianceStated, FileStated, Statement
from analyzer.triage.record import Case, CaseRecord, CaseState


class Settings(Struct, frozen=True, kw_only=True):
    """``as_of`` is "today", aware UTC: the end of a day, so that a day is judged once. ``rules`` are folders. ``names`` is the folder of
    the map of a redacted triage (`analyzer.triage.names`), "" for one that is not redacted."""

    as_of: datetime
    as_of_source: str
    rules: tuple[str, ...] = ()
    port: int = 8305
    use_tshark: bool = True
    language: str = "en"
    limits: Limits = DEFAULT_LIMITS
    names: str = ""


class Stated(Struct, frozen=True, kw_only=True):
    """What a person states of a case, and what he accepts of it (``--facts``)."""

    appliances: tuple[ApplianceStated, ...] = ()
    files: tuple[FileStated, ...] = ()
    accepted: tuple[Accepted, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Those that are evidence."""
        return (*self.appliances, *self.files)


NOTHING_STATED = Stated()


class Job(Struct, frozen=True, kw_only=True):
    """One case to run. ``out`` is the folder of the triage. ``rejudge``: conclude again from the stored facts, open no input.
    ``digest`` is that of the bytes where it is known already, ``first_seen`` as in `CaseRecord`."""

    case: Case
    out: str
    settings: Settings
    stated: Stated = NOTHING_STATED
    rejudge: bool = False
    digest: str = ""
    first_seen: datetime | None = None

    def record(self, state: CaseState, reason: str = "", **more: Any) -> CaseRecord:
        """The record of this case, with the fields of ``more``."""
        given: dict[str, Any] = {
            "label": self.case.label,
            "folder": self.case.folder,
            "inputs": self.case.inputs,
            "about": self.case.about,
            "tool_version": __version__,
            "as_of": self.settings.as_of,
            "language": self.settings.language,
            "first_seen": self.first_seen,
        }
        return CaseRecord(**given | {"state": state, "reason": reason} | more)
