"""What to bring next, the most decisive first, each thing once."""

from __future__ import annotations

from analyzer.model.answer import Known, Missing
from analyzer.model.case import Manager
from analyzer.model.finding import State, SubjectKind
from analyzer.model.plan import Situation, Step
from analyzer.prescribe.collector import with_collectors
from analyzer.prescribe.diagnosis import SETTLES, Diagnoses, Diagnosis
from analyzer.prescribe.filling import Values, fill, values_of
from analyzer.prescribe.fleet import Fleet
from analyzer.prescribe.remedies import Remedies
from analyzer.texts import _

MOST_THINGS = 40
"""Things asked for at once: more than a person will bring, and few enough to read."""

_DECISIVE = (
    "collect-ca-date",
    "collect-tunnels",
    "collect-ca",
    "collect-device-state",
    "collect-device-certificates",
    "collect-files",
    "collect-device-managers",
    "collect-identity",
    "collect-device-identity",
    "collect-device-address",
    "collect-failed-push",
    "collect-device-log",
    "collect-device-bundle",
    "collect-other",
)
_Key = tuple[str, str, str]


class _Wanted:
    """Things to bring, each kept once with the first reason given for it."""

    def __init__(self, fleet: Fleet, remedies: Remedies) -> None:
        self._fleet = fleet
        self._remedies = remedies
        self._steps: dict[_Key, Step] = {}

    def add(self, step_id: str, why: str, manager: str = "", device: str = "", obtain: str = "") -> None:
        on = self._remedies.steps[step_id].on
        key = (step_id, "" if on == "workstation" else manager, "" if on == "manager" else device)
        if step_id == "collect-other":
            key = (step_id, obtain, "")
        if key in self._steps:
            return
        values: Values = values_of(self._fleet, self._fleet.managers.get(manager), self._fleet.devices.get(device))
        self._steps[key] = fill(self._remedies, step_id, values.saying(why=why, obtain=obtain))

    def values(self) -> dict[str, Values]:
        """The values of every appliance, by its key."""
        of_managers = {key: values_of(self._fleet, manager, None) for key, manager in self._fleet.managers.items()}
        return of_managers | {key: values_of(self._fleet, None, device) for key, device in self._fleet.devices.items()}

    def in_order(self) -> tuple[Step, ...]:
        ordered = sorted(self._steps.items(), key=lambda item: _DECISIVE.index(item[0][0]))
        return tuple(step for _, step in ordered)[:MOST_THINGS]


def collect_next(
    managers: list[tuple[Manager, Diagnosis]], devices: list[tuple[str, Diagnoses]], fleet: Fleet, remedies: Remedies
) -> tuple[Step, ...]:
    """From the diagnoses that could not be made, and the findings of managers that could not be made."""
    wanted = _Wanted(fleet, remedies)
    for manager, found in managers:
        for step_id in found.settle:
            wanted.add(step_id, found.summary, manager.key)
    for key, diagnoses in devices:
        for tunnel, found in diagnoses:
            for step_id in found.settle:
                wanted.add(step_id, found.summary, tunnel.manager if tunnel is not None else "", key)
    for manager, found in managers:
        if not fleet.by_manager.get(manager.key) and found.situation is not Situation.NOT_APPLICABLE:
            why = _("The evidence contains no tunnel of {manager}. Whether its devices are connected decides which steps are allowed.")
            wanted.add("collect-tunnels", why.format(manager=manager.label), manager.key)
    for manager, found in managers:
        if found.situation not in (Situation.HEALTHY, Situation.NOT_APPLICABLE) and isinstance(manager.hotfix, Missing):
            wanted.add("collect-identity", _("It decides which hotfix fits: {why}.").format(why=manager.hotfix.why), manager.key)
    _from_findings(wanted, fleet)
    return with_collectors(wanted.in_order(), remedies, wanted.values())


def _from_findings(wanted: _Wanted, fleet: Fleet) -> None:
    """Findings about managers that are UNKNOWN. Those of tunnels speak only where the diagnosis had nothing to ask for."""
    unknown = [one for one in fleet.findings.values() if one.state is State.UNKNOWN and one.subject_kind is SubjectKind.MANAGER]
    answered_by = {
        (one.subject, missing.obtain): SETTLES[_field(path)] for one in unknown for path, missing in one.missing if _field(path) in SETTLES
    }
    for finding in unknown:
        lead = fleet.of_manager(finding.subject)
        if lead is not None and lead.leads_to is Situation.NOT_APPLICABLE:
            continue  # nobody who reads this can bring it
        for path, missing in finding.missing:
            step_id = SETTLES.get(_field(path)) or answered_by.get((finding.subject, missing.obtain), "collect-other")
            if step_id == "collect-other" and isinstance(fleet.managers[finding.subject].internal_ca_not_after, Known):
                continue
            if step_id == "collect-other" and _field(path) == "any_tunnel_down":
                step_id = "collect-tunnels"
            why = _('It decides whether this applies: "{title}". Unknown: {why}.').format(title=finding.title, why=missing.why)
            wanted.add(step_id, why, finding.subject, obtain=missing.obtain)


def _field(path: str) -> str:
    """The last part of the path of a fact."""
    return path.rsplit(".", 1)[-1]
