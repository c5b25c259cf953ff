"""``index.html``: the index as one page that needs neither network nor script."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from analyzer import __version__
from analyzer.model.finding import Severity
from analyzer.report.html import content_security_policy, environment_of, inline_style
from analyzer.report.labels import SEVERITIES, SIGNS, SITUATIONS, Tone
from analyzer.report.urgency import EXPIRED, Urgency
from analyzer.texts import N_, _, ngettext, speaking
from analyzer.triage.index import Index, days_until, failures, is_undecided
from analyzer.triage.record import CaseRecord, CaseState

PAGE = "index.html"
_TEMPLATES = Path(__file__).with_name("templates")
_RANKS = {"": 9, "?": 5} | {severity.name.lower(): 4 - severity for severity in Severity}


STATES = {
    CaseState.DONE: N_("done"),
    CaseState.DUPLICATE: N_("duplicate"),
    CaseState.INCOMPLETE: N_("incomplete"),
    CaseState.UNREADABLE: N_("unreadable"),
    CaseState.NOTHING: N_("no evidence"),
    CaseState.TIMEOUT: N_("took too long"),
    CaseState.MEMORY: N_("too much memory"),
    CaseState.CRASHED: N_("crashed"),
    CaseState.SKIPPED: N_("skipped"),
}
_BARS = 20
"""InternalCAs that are named behind a bar of the calendar."""


def render_page(index: Index, language: str, rules_version: str, retry: str = "") -> str:
    """The page, in this language. ``retry`` is the command that tries the failures again."""
    with speaking(language):
        style = inline_style() + (_TEMPLATES / "index.css").read_text("utf-8")
        script = (_TEMPLATES / "index.js").read_text("utf-8")
        tone, word, headline = _verdict(index)
        return (
            _environment()
            .get_template("index.html.j2")
            .render(
                index=index,
                language=language,
                style=Markup(style),  # noqa: S704 - our own file
                script=Markup(script),  # noqa: S704 - our own file
                policy=content_security_policy(style, script),
                tone=tone.value,
                word=word,
                headline=headline,
                situations={situation.value: label for situation, label in SITUATIONS.items()},
                signs_critical=SIGNS[Tone.CRITICAL],
                most=max((month.count for month in index.months), default=1),
                ranks=_RANKS,
                is_undecided=is_undecided,
                soonest=lambda record: _soonest(record, index.as_of),
                fresh=frozenset(index.fresh),
                state_of={state: _(name) for state, name in STATES.items()},
                severity_of={severity.name.lower(): label.text for severity, label in SEVERITIES.items()},
                rarest=sorted(index.findings, key=lambda one: (one.cases, one.name)),
                bars=_BARS,
                failed=failures(index),
                retry=retry,
                version=__version__,
                rules=rules_version,
            )
        )


def _verdict(index: Index) -> tuple[Tone, str, str]:
    """How urgent the whole is: the worst of what was found and of what could not be read."""
    urgent, unread, open_ones = len(index.actions), len(index.not_read), len(index.undecided)
    parts = []
    if urgent:
        parts.append(ngettext("{n} FMC or case needs action.", "{n} FMCs or cases need action.", urgent).format(n=f"{urgent:,}"))
    if unread:
        parts.append(ngettext("{n} case has no verdict.", "{n} cases have no verdict.", unread).format(n=f"{unread:,}"))
    if open_ones:
        told = ngettext("{n} case leaves a question open.", "{n} cases leave a question open.", open_ones)
        parts.append(told.format(n=f"{open_ones:,}"))
    if index.actions and index.critical:
        return Tone.CRITICAL, _urgency(index).word, " ".join(parts)
    if parts:
        return Tone.WARNING, _("Start with these"), " ".join(parts)
    return Tone.GOOD, _("Nothing urgent"), _("Every case has a verdict, and none is urgent.")


def _urgency(index: Index) -> Urgency:
    """The most urgent word of its FMCs, as `analyzer.report.urgency` has it for one case, from what a record keeps of a case."""
    lines = [line for record in index.records for line in record.managers if not line.accepted]
    if any(line.situation in EXPIRED and (line.up or line.unknown or not line.down) for line in lines):
        return Urgency.NOW
    return Urgency.TODAY if any(line.down for line in lines) else Urgency.WEEK


def _soonest(record: CaseRecord, as_of: datetime) -> int | None:
    return min((days_until(one.ca_ends, as_of) for one in record.managers if one.ca_ends is not None), default=None)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = environment_of(_TEMPLATES)
    environment.filters["day"] = lambda moment: f"{moment.astimezone(UTC):%Y-%m-%d}"
    return environment
