"""By which host names the cloud-delivered FMC is told."""

from __future__ import annotations

CLOUD_DOMAINS = (".cdo.cisco.com", ".defenseorchestrator.com", ".defenseorchestrator.eu", ".security.cisco.com")
"""Domains of the host that devices are onboarded to (assumed: the list is recalled, not taken from a document)."""
