"""What changed between two results, as a page that looks like the report: one file, without network and without script."""

from __future__ import annotations

from markupsafe import Markup
from msgspec import Struct

from analyzer.model.comparison import Change, Compared, Comparison
from analyzer.model.result import Result
from analyzer.report.comparison import WORDS, certificate_words, place_words, replaced_words
from analyzer.report.html import content_security_policy, environment_of, inline_style, templates_folder
from analyzer.report.labels import SIGNS, Label, Tone
from analyzer.texts import N_, _, speaking

_TONES = {Change.STILL_THERE: Tone.CRITICAL, Change.NEW: Tone.CRITICAL, Change.CANNOT_TELL: Tone.UNKNOWN, Change.FIXED: Tone.GOOD}

_VERDICTS = {
    Tone.CRITICAL: N_("Not fixed"),
    Tone.UNKNOWN: N_("Not proven to be fixed"),
    Tone.GOOD: N_("Fixed"),
    Tone.NEUTRAL: N_("Nothing to compare"),
}


class Row(Struct, frozen=True):
    """A finding with what became of it, and where each side shows it."""

    label: Label
    title: str
    rule: str
    subject: str
    before: str
    after: str


class Holder(Struct, frozen=True):
    """The certificate of a device on both sides."""

    told: str
    before: str
    after: str


def render_comparison(comparison: Comparison, after: Result) -> str:
    """The page, in the language of the later result. The same comparison gives the same text."""
    with speaking(after.language):
        style = inline_style()
        tone = _tone(comparison, is_open=after.undecided or bool(after.incomplete))
        counts = [(comparison.count(change), _(WORDS[change]), _TONES[change]) for change in Change]
        return (
            environment_of(templates_folder())
            .get_template("comparison.html.j2")
            .render(
                language=after.language,
                policy=content_security_policy(style, ""),
                style=Markup(style),  # noqa: S704 - our own file
                tone=tone,
                sign=SIGNS[tone],
                word=_(_VERDICTS[tone]),
                counts=[(number, words, tone.value, SIGNS[tone]) for number, words, tone in counts],
                rows=[_row(one) for one in comparison.findings if one.for_repair],
                beside=[_row(one) for one in comparison.beside],
                certificates=[
                    Holder(
                        replaced_words(change),
                        certificate_words(change.before),
                        certificate_words(change.after),
                    )
                    for change in comparison.certificates
                ],
                after=after,
                is_open=after.undecided or bool(after.incomplete),
            )
        )


def _tone(comparison: Comparison, *, is_open: bool) -> Tone:
    """Fixed only where nothing is left, new or unknown, and the later evidence leaves no question open."""
    if comparison.count(Change.STILL_THERE) or comparison.count(Change.NEW):
        return Tone.CRITICAL
    if comparison.count(Change.CANNOT_TELL) or is_open:
        return Tone.UNKNOWN
    return Tone.GOOD if comparison.count(Change.FIXED) else Tone.NEUTRAL


def _row(one: Compared) -> Row:
    finding = one.before or one.after
    if finding is None:
        raise ValueError("a compared finding is of one side at least")
    before = place_words(one.before) if one.before is not None else "–"
    return Row(
        Label(WORDS[one.change], _TONES[one.change]),
        finding.title,
        finding.rule,
        finding.subject_label,
        before,
        one.why or place_words(one.after),
    )
