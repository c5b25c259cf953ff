"""What speaks of other software, and so of no appliance of a case."""

from __future__ import annotations

from analyzer.model.certificate import CertificateDates
from analyzer.model.facts import Fact


def is_of_others(fact: Fact) -> bool:
    """A certificate of other software, which is nobody's of this case."""
    if not isinstance(fact, CertificateDates):
        return False
    elsewhere = fact.path.startswith("/") and "/sf/" not in fact.path
    return fact.of_other_software or elsewhere or (bool(fact.subject) and "Intrusion Management System" not in fact.subject + fact.issuer)
