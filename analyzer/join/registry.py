"""Moved to `analyzer.identify.appliance`."""

from analyzer.identify.appliance import Appliance, Registry, Values

__all__ = ["Appliance", "Registry", "Values"]
