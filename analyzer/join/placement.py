"""Moved to `analyzer.identify.placement`."""

from analyzer.identify.placement import UUID, Placement, place

__all__ = ["UUID", "Placement", "place"]
