"""Times as machines read them."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp(moment: datetime) -> str:
    """``2034-10-12T14:23:28Z``. ValueError for a time without zone: nothing in a Result may lack one."""
    if moment.tzinfo is None:
        raise ValueError("a time without zone reached the document")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
