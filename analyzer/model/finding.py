"""What a rule says of a subject."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum

from msgspec import Struct

from analyzer.model.answer import Missing
from analyzer.model.location import Evidence
from analyzer.model.plan import Situation


class State(StrEnum):
    """The answer of a rule. "Could not tell" is an answer; silence is never CLEAR."""

    AFFECTED = "affected"
    AT_RISK = "at_risk"
    CLEAR = "clear"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


class Severity(IntEnum):
    """How bad it is if the state is AFFECTED or AT_RISK. Ordered."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class SubjectKind(StrEnum):
    """What a rule is about."""

    MANAGER = "manager"
    DEVICE = "device"
    TUNNEL = "tunnel"
    CERTIFICATE = "certificate"


_COUNT = (State.AFFECTED, State.AT_RISK)
"""What is found: asked of each check of each appliance, again and again."""


class Finding(Struct, frozen=True, kw_only=True):
    """One rule's answer about one subject.

    ``state`` holds for ``as_of`` (today, as given to the program); ``state_at_evidence`` for the moment that the evidence speaks of.
    ``primary`` is None only for UNKNOWN, NOT_APPLICABLE and ERROR. ``date`` is the moment that matters for AT_RISK or an expiry.
    ``missing`` is what an UNKNOWN
    would need. ``caused_by`` is the key ``rule:subject`` of the finding that explains this one (one expired CA, many failing leaves),
    else "".
    ``affects`` lists labels of devices that this finding takes down. ``remedy`` is the id of a remedy, "" when there is nothing to type.
    ``leads_to`` is the situation that this finding puts its subject in, None when it only informs. ``steps`` are ids of steps of the
    remedies that look at the very thing, or do what only this finding asks for.
    """

    rule: str
    subject_kind: SubjectKind
    subject: str
    subject_label: str
    state: State
    state_at_evidence: State
    severity: Severity
    title: str
    explanation: str
    primary: Evidence | None
    related: tuple[Evidence, ...]
    missing: tuple[tuple[str, Missing], ...]
    date: datetime | None
    remedy: str
    affects: tuple[str, ...]
    caused_by: str
    references: tuple[str, ...]
    error: str = ""
    leads_to: Situation | None = None
    steps: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """``rule:subject``: unique within a result."""
        return f"{self.rule}:{self.subject}"

    @property
    def unexplained(self) -> bool:
        """It counts, and no other finding is its cause."""
        return self.counts and not self.caused_by

    @property
    def counts(self) -> bool:
        """It is something to act on or to know."""
        return self.state in _COUNT
