"""What is the same for every case of a run: how to judge, and the limits."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.triage.record import About, InputFile


class Settings(Struct, frozen=True, kw_only=True):
    """``as_of`` is "today", aware UTC: the end of a day, so that a day is judged once. ``rules`` and ``facts`` are folders."""

    as_of: datetime
    as_of_source: str
    rules: tuple[str, ...] = ()
    facts: str = ""
    port: int = 8305
    use_tshark: bool = True
    language: str = "en"
    limits: Limits = DEFAULT_LIMITS
    redact: bool = False


class Job(Struct, frozen=True, kw_only=True):
    """One case to run. ``out`` is the folder of the triage. ``rejudge``: conclude again from the stored facts, open no input."""

    label: str
    folder: str
    paths: tuple[str, ...]
    out: str
    settings: Settings
    inputs: tuple[InputFile, ...] = ()
    about: About = About()
    rejudge: bool = False
