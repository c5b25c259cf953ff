"""What speaks of trouble in the tunnel and no reader used, as one notice: it keeps the evidence from being taken for an all-clear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.model.case import Notice
from analyzer.model.passage import NotUnderstood
from analyzer.texts import _, ngettext

_QUOTED = 3
_WORDS = 160
_PLACES = 12


def in_order(found: Sequence[NotUnderstood]) -> tuple[NotUnderstood, ...]:
    """In the order of their places."""
    return tuple(sorted(found, key=lambda one: one.evidence))


def notices(found: Sequence[NotUnderstood]) -> Iterator[Notice]:
    """The notice, when there is anything."""
    if not found:
        return
    lines = sum(one.count for one in found)
    text = ngettext(
        "{n} line is about the tunnel, its port, a certificate or a device that is not connected and was not understood: {words}. "
        "Nothing was concluded from it, and it may indicate a problem; --explain unread lists all such lines.",
        "{n} lines are about the tunnel, its port, a certificate or a device that is not connected and were not understood: {words}. "
        "Nothing was concluded from them, and they may indicate a problem; --explain unread lists all such lines.",
        lines,
    ).format(n=f"{lines:,}", words=_quoted(found))
    yield Notice(text=text, grave=False, evidence=tuple(one.evidence for one in found[:_PLACES]), doubts=True)


def _quoted(found: Sequence[NotUnderstood]) -> str:
    shown = [_("“{words}”").format(words=one.words[:_WORDS]) for one in found[:_QUOTED]]
    if len(found) > _QUOTED:
        shown.append(_("and {n} more wordings").format(n=f"{len(found) - _QUOTED:,}"))
    return ", ".join(shown)
