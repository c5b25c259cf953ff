"""Moved to `analyzer.identify.certificate_roles`."""

from analyzer.identify.certificate_roles import INTERNAL_CA_TITLE, role_of

__all__ = ["INTERNAL_CA_TITLE", "role_of"]
