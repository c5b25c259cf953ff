"""From the case and its findings to what to type, in order. Knows nothing of HTML."""

from __future__ import annotations

from analyzer.prescribe.plan import prescribe
from analyzer.prescribe.tables import Tables, load_tables

__all__ = ["Tables", "load_tables", "prescribe"]
