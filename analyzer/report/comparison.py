"""A comparison as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from analyzer.model.answer import Answer, Missing
from analyzer.model.certificate import Certificate
from analyzer.model.comparison import CertificateChange, Change, Compared, Comparison
from analyzer.model.finding import Finding
from analyzer.report.neutralise import neutralise
from analyzer.report.wording import openssl_time
from analyzer.texts import N_, _

WORDS = {
    Change.STILL_THERE: N_("REMAINS"),
    Change.NEW: N_("NEW"),
    Change.CANNOT_TELL: N_("UNKNOWN"),
    Change.FIXED: N_("FIXED"),
}
"""What became of a finding, in a word."""

_REPLACED = {True: N_("{tunnel}: replaced"), False: N_("{tunnel}: the same"), None: N_("{tunnel}: unknown")}


def comparison_text(comparison: Comparison) -> str:
    """Each finding with the evidence of both sides, each device's certificate, and a last line that counts what a repair is for."""
    lines = [line for one in comparison.findings if one.for_repair for line in _finding(one)]
    if comparison.certificates:
        lines += ["", _("Certificates of the devices:")]
    for change in comparison.certificates:
        lines += [f"  {replaced_words(change)}", _before(certificate_words(change.before)), _after(certificate_words(change.after))]
    if comparison.beside:
        lines += ["", _("Not part of this repair and its result:")]
        lines += [f"  {line}" for one in comparison.beside for line in _finding(one)]
    counts = _("{still_there} remaining, {new} new, {cannot_tell} unknown, {fixed} fixed.")
    lines += ["", counts.format(**{change.name.lower(): comparison.count(change) for change in Change})]
    return "".join(f"{neutralise(line)}\n" for line in lines)


def _finding(one: Compared) -> Iterator[str]:
    subject = one.before or one.after
    if subject is None:
        return
    word = _(WORDS[one.change])
    yield f"{word}{' ' * (12 - cell_len(word))} {subject.rule}: {subject.title} ({subject.subject_label})"
    if one.before is not None:
        yield _before(place_words(one.before))
    yield _after(one.why or place_words(one.after))


def _before(what: str) -> str:
    return "    " + _("before: {what}").format(what=what)


def _after(what: str) -> str:
    return "    " + _("after:  {what}").format(what=what)


def replaced_words(change: CertificateChange) -> str:
    """Whether a device holds another certificate now."""
    return _(_REPLACED[change.replaced]).format(tunnel=change.tunnel)


def place_words(finding: Finding | None) -> str:
    """Where the evidence of a finding stands."""
    return str(finding.primary.location) if finding is not None and finding.primary is not None else _("no evidence")


def certificate_words(answer: Answer[Certificate]) -> str:
    """A certificate by digest, dates and place, or why it is not known."""
    if isinstance(answer, Missing):
        return answer.why
    it = answer.value
    return _("SHA-256 {digest}, {first} to {last}, {place}").format(
        digest=it.sha256[:16],
        first=openssl_time(it.not_before),
        last=openssl_time(it.not_after),
        place=answer.evidence[0].location if answer.evidence else _("no evidence"),
    )
