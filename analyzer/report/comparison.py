"""A comparison as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.compare import Change, Compared, Comparison
from analyzer.model.answer import Answer, Missing
from analyzer.model.certificate import Certificate
from analyzer.model.finding import Finding
from analyzer.report.neutralise import neutralise
from analyzer.report.wording import openssl_time


def comparison_text(comparison: Comparison) -> str:
    """Each finding with the evidence of both sides, each device's certificate, and a last line that counts."""
    lines = [line for one in comparison.findings for line in _finding(one)]
    if comparison.certificates:
        lines += ["", "Certificates of the devices:"]
    for change in comparison.certificates:
        told = {True: "replaced", False: "the same", None: "cannot tell"}[change.replaced]
        lines += [f"  {change.tunnel}: {told}", f"    before: {_certificate(change.before)}", f"    after:  {_certificate(change.after)}"]
    lines += ["", ", ".join(f"{comparison.count(change)} {change.value}" for change in Change) + "."]
    return "".join(f"{neutralise(line)}\n" for line in lines)


def _finding(one: Compared) -> Iterator[str]:
    subject = one.before or one.after
    if subject is None:
        return
    yield f"{one.change.value.upper():<12} {subject.rule}: {subject.title}"
    if one.before is not None:
        yield f"    before: {_place(one.before)}"
    yield f"    after:  {one.why or _place(one.after)}"


def _place(finding: Finding | None) -> str:
    return str(finding.primary.location) if finding is not None and finding.primary is not None else "no evidence"


def _certificate(answer: Answer[Certificate]) -> str:
    if isinstance(answer, Missing):
        return answer.why
    it = answer.value
    times = f"{openssl_time(it.not_before)} to {openssl_time(it.not_after)}"
    return f"SHA-256 {it.sha256[:16]}, {times}, {answer.evidence[0].location if answer.evidence else 'no evidence'}"
