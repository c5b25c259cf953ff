"""From the case and its findings to what to type, in order. Knows nothing of HTML."""

from __future__ import annotations

from analyzer.prescribe.plan import prescribe
from analyzer.prescribe.remedies import Remedies
from analyzer.prescribe.tables import check_steps, load_remedies

__all__ = ["Remedies", "check_steps", "load_remedies", "prescribe"]
