"""What could not be told: one entry per missing thing, however many checks wanted it, with what would settle it."""

from __future__ import annotations

from msgspec import Struct

from analyzer.model.answer import Missing
from analyzer.model.finding import State
from analyzer.model.location import Evidence
from analyzer.model.plan import Situation
from analyzer.model.result import Result
from analyzer.report.labels import MISSING_THINGS
from analyzer.texts import _


class Gap(Struct, frozen=True):
    """Something that is missing, why, and the one command or file that would settle it. ``wanted_by`` names checks and their subjects."""

    what: str
    why: str
    obtain: str
    wanted_by: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def gaps_of(result: Result) -> tuple[Gap, ...]:
    """The gaps of a result, those that most checks want first."""
    wanted: dict[tuple[str, str, str], dict[str, None]] = {}
    evidence: dict[tuple[str, str, str], dict[Evidence, None]] = {}

    def note(what: str, why: str, obtain: str, by: str, found: tuple[Evidence, ...]) -> None:
        key = (what, why, obtain)
        wanted.setdefault(key, {})[by] = None
        evidence.setdefault(key, {}).update(dict.fromkeys(found))

    spared = _not_concerned(result)
    for finding in result.findings:
        if finding.state is State.UNKNOWN and finding.subject not in spared:
            for name, missing in finding.missing:
                note(_plain(name), missing.why, missing.obtain, f"{finding.rule}: {finding.subject_label}", missing.evidence)
    for box in (*result.plan.managers, *result.plan.devices):
        refused = [one for step in box.steps for one in step.refused] + [one for file in box.files for one in file.refused]
        for one in refused:
            note(one.what, one.why, one.obtain, _("plan: {box}").format(box=box.label), one.evidence)
    if isinstance(result.case.evidence_time, Missing):
        time = result.case.evidence_time
        note(_("time of the evidence"), time.why, time.obtain, _("every check that compares dates"), time.evidence)
    gaps = [Gap(key[0], key[1], key[2], tuple(by), tuple(evidence[key])) for key, by in wanted.items()]
    return tuple(sorted(gaps, key=lambda gap: (-len(gap.wanted_by), gap.what, gap.why)))


def _not_concerned(result: Result) -> set[str]:
    """Boxes to which nothing of this applies, and their tunnels: nothing is asked for them, least of all files of a cloud-delivered FMC."""
    boxes = {box.box for box in (*result.plan.managers, *result.plan.devices) if box.situation is Situation.NOT_APPLICABLE}
    return boxes | {tunnel.key for tunnel in result.case.tunnels if tunnel.manager in boxes or tunnel.device in boxes}


def _plain(name: str) -> str:
    """A person's words for a name of the rules' vocabulary; ``tunnel: leaf to push`` for one without."""
    return _(MISSING_THINGS[name]) if name in MISSING_THINGS else name.replace(".", ": ").replace("_", " ")
