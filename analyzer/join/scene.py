"""Moved to `analyzer.identify.scene`."""

from analyzer.identify.scene import Scene, is_address

__all__ = ["Scene", "is_address"]
