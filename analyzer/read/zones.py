"""Names of time zones whose offset from UTC is known wherever they are written.

CST, IST, BST, AST and the like are written for several zones: a time in one of those has no moment. Source: the IANA time zone database,
of which only names with one offset in use today are taken.
"""

from __future__ import annotations

MINUTES: dict[str, int] = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "UCT": 0,
    "WET": 0,
    "WEST": 60,
    "CET": 60,
    "CEST": 120,
    "MET": 60,
    "MEST": 120,
    "EET": 120,
    "EEST": 180,
    "SAST": 120,
    "MSK": 180,
    "KST": 540,
    "JST": 540,
    "HKT": 480,
    "SGT": 480,
    "AWST": 480,
    "ACST": 570,
    "ACDT": 630,
    "AEST": 600,
    "AEDT": 660,
    "NZST": 720,
    "NZDT": 780,
    "EST": -300,
    "EDT": -240,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
    "AKST": -540,
    "AKDT": -480,
    "HST": -600,
}
"""Minutes east of UTC."""

AMBIGUOUS = frozenset(("CST", "IST", "BST", "AST", "ADT", "ECT", "GST", "SST"))
"""Names that are read as a zone and whose offset cannot be told."""
