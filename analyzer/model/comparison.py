"""What changed between two results of one case."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from analyzer.model.answer import Answer, Missing
from analyzer.model.certificate import Certificate
from analyzer.model.finding import Finding, Severity


class Change(StrEnum):
    """What became of a finding. FIXED only where the later evidence says so: silence is never FIXED."""

    STILL_THERE = "still there"
    NEW = "new"
    CANNOT_TELL = "cannot tell"
    FIXED = "fixed"


class Compared(Struct, frozen=True):
    """A finding of either side. ``why`` says why it cannot be told, "" otherwise."""

    change: Change
    before: Finding | None
    after: Finding | None
    why: str = ""

    @property
    def for_repair(self) -> bool:
        """The repair is asked about it: what is left of it, or what there was of it where that is gone or cannot be told."""
        left = self.after if self.change in (Change.STILL_THERE, Change.NEW) else self.before
        return left is not None and is_for_repair(left)


def is_for_repair(finding: Finding) -> bool:
    """A plan sets out to fix it: it has a remedy, or its severity is medium or higher. What is left is information."""
    return bool(finding.remedy) or finding.severity >= Severity.MEDIUM


class CertificateChange(Struct, frozen=True):
    """What a device held for a manager, and what it holds now. The answers carry the evidence of their own side."""

    tunnel: str
    before: Answer[Certificate]
    after: Answer[Certificate]

    @property
    def replaced(self) -> bool | None:
        """Whether it is another certificate; None where one of the two is not in evidence."""
        if isinstance(self.before, Missing) or isinstance(self.after, Missing):
            return None
        return self.before.value.sha256 != self.after.value.sha256


class Comparison(Struct, frozen=True):
    """Everything that changed, the worst first; what the repair is not asked about comes last."""

    findings: tuple[Compared, ...]
    certificates: tuple[CertificateChange, ...]

    def count(self, change: Change) -> int:
        """How many findings that the repair is asked about changed like this."""
        return sum(one.change is change and one.for_repair for one in self.findings)

    @property
    def beside(self) -> tuple[Compared, ...]:
        """What no repair of the tunnels is asked about."""
        return tuple(one for one in self.findings if not one.for_repair)
