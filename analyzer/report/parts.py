"""The smallest parts of a page: links to evidence, chips, moments.

A report on a thousand devices draws them forty thousand times. They are functions because a macro of jinja2 costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup, escape

from analyzer.model.location import Evidence
from analyzer.report.citations import Citations
from analyzer.report.labels import SIGNS, Label, Tone
from analyzer.report.timestamps import timestamp
from analyzer.report.wording import moment
from analyzer.texts import ngettext

# Everything that is put together here is ours or made of digits: words of the labels are escaped, evidence itself never comes by.
# ruff: noqa: S704


class Parts:
    """The small parts of one report, in its language. In a ``large`` fleet they are shorter."""

    def __init__(self, cite: Citations, *, large: bool) -> None:
        self._cite = cite
        self._large = large
        self._chips: dict[tuple[Tone, str], Markup] = {}
        self._more: dict[int, Markup] = {}

    def cites(self, evidence: Sequence[Evidence], limit: int = 4, rest: bool = True) -> Markup:
        """Links to the first pieces of evidence, one in a large fleet, and with ``rest`` how many more there are."""
        if not evidence:
            return Markup("")
        limit = 1 if self._large else limit
        links = " ".join(f'<a href="#{cited.anchor}">E{cited.number}</a>' for cited in map(self._cite, evidence[:limit]))
        left = len(evidence) - limit
        more = f" {self.more(left)}" if rest and left > 0 else ""
        return Markup(f" <small>{links}{more}</small>")

    def more(self, number: int) -> Markup:
        """How many are not listed."""
        known = self._more.get(number)
        if known is None:
            known = self._more[number] = Markup(ngettext("and {n} more", "and {n} more", number).format(n=f"{number:,}"))
        return known

    def chip(self, label: Label) -> Markup:
        """The words of a label with the sign and colour of its tone."""
        known = self._chips.get((label.tone, label.english))
        if known is None:
            sign = f'<span aria-hidden="true">{SIGNS[label.tone]}</span>'
            known = Markup(f'<span class="chip tone-{label.tone.value}">{sign}&nbsp;{escape(label.text)}</span>')
            self._chips[label.tone, label.english] = known
        return known

    def time(self, when: datetime) -> Markup:
        """A moment. In a large fleet it stands without its form for machines, which is half of its bytes."""
        return Markup(moment(when) if self._large else f'<time datetime="{timestamp(when)}">{moment(when)}</time>')
