"""Releases as numbers: 7.2.10 comes after 7.2.9, and 10.0 after 7.7 (field notes 1, fact 9). The one place where a release is parsed."""

from __future__ import annotations

import re

from analyzer.model.answer import Answer, Known, Missing
from analyzer.texts import _

Release = tuple[int, ...]
"""Five numbers, the absent ones 0. A build is not part of it."""

_RELEASE = re.compile(r"v?([0-9]{1,2}(?:\.[0-9]{1,4}){1,4})(?:[- (].{0,40})?")
_NUMBERS = 5


def release_of(text: str) -> Release | None:
    """``7.2.5``, ``v7.2.5``, ``7.2.5-208`` or ``7.2.5 (build 208)``; None for anything else."""
    match = _RELEASE.fullmatch(text.strip())
    if match is None:
        return None
    numbers = [int(number) for number in match[1].split(".")]
    return tuple(numbers + [0] * (_NUMBERS - len(numbers)))


def release_number(text: str) -> int | None:
    """``7.2.9`` as 7020900, ``10.0.1-55`` as 10000100, for a rule to compare; None for what is no release, or has a part above 99."""
    release = release_of(text)
    if release is None or max(release[:4]) > 99:
        return None
    first, second, third, fourth = release[:4]
    return ((first * 100 + second) * 100 + third) * 100 + fourth


def numbered(version: Answer[str]) -> Answer[int]:
    """The same of an answer."""
    if isinstance(version, Missing):
        return version
    number = release_number(version.value)
    if number is None:
        return Missing(_("'{version}' is not a release number").format(version=version.value[:40]), "", version.evidence)
    return Known(number, version.evidence, version.assumed)
