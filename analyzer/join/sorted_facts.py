"""Moved to `analyzer.identify.sorted_facts`."""

from analyzer.identify.sorted_facts import SortedFacts, evidence_of, location_of

__all__ = ["SortedFacts", "evidence_of", "location_of"]
