"""Old evidence speaks of its day: "were connected on 20 September", never "are"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from analyzer.model.answer import YOUNG, Known
from analyzer.model.case import Tunnel


def seen_then(tunnels: Iterable[Tunnel], as_of: datetime) -> str:
    """The day that the newest word about these tunnels is of, where that is too old to speak of today; else ""."""
    moments = [tunnel.state.age.at for tunnel in tunnels if isinstance(tunnel.state, Known)]
    dated = [moment for moment in moments if moment is not None]
    if not dated or len(dated) < len(moments):
        return ""
    newest = max(dated)
    return f"{newest.astimezone(UTC):%Y-%m-%d}" if is_old(newest, as_of) else ""


def is_old(moment: datetime, as_of: datetime) -> bool:
    """A state of this moment says nothing of today."""
    return as_of - moment > YOUNG
