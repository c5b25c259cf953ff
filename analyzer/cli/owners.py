"""Another distribution that owns a package ``analyzer``: pip installs the files of one over those of the other, without a word."""

from __future__ import annotations

from importlib.metadata import packages_distributions

OURS = "sftunnel-analyzer"


def other_owners() -> list[str]:
    """The names of the distributions beside ours that own the package ``analyzer``, in order."""
    return sorted({name for name in packages_distributions().get("analyzer", ()) if name.lower() != OURS})
