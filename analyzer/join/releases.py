"""Releases as numbers, so that a rule can compare them: 7.2.10 comes after 7.2.9, and 10.0 after 7.7 (field notes 1, fact 9)."""

from __future__ import annotations

import re

from analyzer.model.answer import Answer, Known, Missing
from analyzer.texts import _

_RELEASE = re.compile(r"v?([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,4}))?(?:\.([0-9]{1,4}))?(?![0-9])")


def release_number(text: str) -> int | None:
    """``7.2.9`` as 7020900, ``10.0.1-55`` as 10000100; None for what is no release. Builds and further parts do not count."""
    match = _RELEASE.match(text.strip())
    if match is None:
        return None
    first, second, third, fourth = (int(part or 0) for part in match.groups())
    if max(first, second, third, fourth) > 99:
        return None
    return ((first * 100 + second) * 100 + third) * 100 + fourth


def numbered(version: Answer[str]) -> Answer[int]:
    """The same of an answer."""
    if isinstance(version, Missing):
        return version
    number = release_number(version.value)
    if number is None:
        return Missing(_("'{version}' is no release number").format(version=version.value[:40]), "", version.evidence)
    return Known(number, version.evidence, version.assumed)
