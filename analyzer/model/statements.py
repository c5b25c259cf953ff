"""What a person states about a case (``--facts``). It is evidence with a speaker: each statement is quoted, and can be contradicted."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from analyzer.model.location import Evidence


class ApplianceStated(Struct, frozen=True):
    """A person says who an appliance is. ``same_as`` are names, addresses and UUIDs that are all of this one appliance. ``role`` is
    ``primary``, ``secondary``, ``standalone`` or "" for not said. ``manager``: it is an FMC, else an FTD.

    ``time_zone`` is that of its log lines that state none: an offset (``+09:00``) or a name of the IANA database, "" for not said."""

    name: str
    manager: bool
    same_as: tuple[str, ...]
    role: str
    evidence: Evidence
    time_zone: str = ""


class FileStated(Struct, frozen=True):
    """A person says where a file is from. ``file`` is its path as given, or the end of it. ``of`` is the name of an appliance.

    ``internal_ca``: the file is the InternalCA of that FMC; else what the file shows was written on that appliance.
    """

    file: str
    of: str
    internal_ca: bool
    evidence: Evidence


Statement = ApplianceStated | FileStated


class Accepted(Struct, frozen=True):
    """A person accepts a finding: triage does not count it before the day ``until`` (UTC), and shows it as accepted.

    ``finding`` is the id of a rule. ``subject`` is an appliance by name, UUID or address, "" for every one of the case. ``owner`` is who
    answers for it.
    """

    finding: str
    subject: str
    until: date
    reason: str
    owner: str
    evidence: Evidence
