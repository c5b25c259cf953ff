"""The newest renewal of a manager's InternalCA, and how it went for each device."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from analyzer.identify.appliance import Appliance
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.join.current_ca import RUN_AFTER_CA, RUN_BEFORE_CA
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import PushListRun
from analyzer.model.location import Evidence
from analyzer.model.outputs import AbsentFile, CertificateCopy, CopyOutcome, GenerateCertsRun, ListedFile, PushFailure, moment_of_epoch
from analyzer.texts import N_, _

_FILES_OF_A_SET = 3

_BIN, _SCRIPT = "/usr/local/sf/bin", "generate_certs.pl"

EARLIER_RUN = N_(
    "the FAILED_PUSH in the evidence is from a run before the current InternalCA was created, so it does not "
    "describe the current certificate set"
)


class Renewals:
    """Runs of generate_certs.pl by manager; FAILED_PUSH by manager and run; copies by device name."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._failures: dict[int, list[PushFailure]] = defaultdict(list)
        self._runs: dict[int, list[GenerateCertsRun]] = defaultdict(list)
        self._copies: dict[int, list[CertificateCopy]] = defaultdict(list)
        self._newest: dict[int, dict[str, list[tuple[int, PushFailure]]]] = {}
        self._named: dict[int, tuple[GenerateCertsRun, dict[int, list[Evidence]]]] = {}
        self._epoch: dict[int, int | None] = {}
        for failure in scene.facts.of(PushFailure):
            manager = scene.speaker(failure)
            if manager is not None and manager.manager:
                self._failures[id(manager)].append(failure)
        for run in scene.facts.of(GenerateCertsRun):
            manager = scene.speaker(run)
            if manager is not None and manager.manager:
                self._runs[id(manager)].append(run)
        for copy in scene.facts.of(CertificateCopy):
            device = scene.about(copy)
            if device is not None and not device.manager:
                self._copies[id(device)].append(copy)

    def newest(self, manager: Appliance) -> Answer[GenerateCertsRun]:
        """The newest run: its own output, joined with the FAILED_PUSH of the same run; FAILED_PUSH alone also tells of a run."""
        failures = self._failures.get(id(manager), [])
        best = self._newest_output(manager)
        epoch = self.list_epoch(manager)
        listed = [f for f in failures if f.epoch in (epoch, None)]
        if best is not None:
            mine = listed if best.failed_push_epoch in (epoch, None) and not self._later_than_list(best, manager) else []
            return Known(best, (best.evidence, *(f.evidence for f in mine[:2])))
        if listed:
            started = moment_of_epoch(epoch) if epoch is not None else None
            run = GenerateCertsRun(
                started=started,
                old_ca_not_after=None,
                confirmed=True,
                finished=not any(f.cut for f in listed),
                failed=tuple((f.device_name, f.destination_path, f.evidence) for f in listed),
                failed_push_epoch=epoch,
                evidence=listed[0].evidence,
            )
            return Known(run, tuple(f.evidence for f in listed[:3]))
        return Missing(_("no run of generate_certs.pl and no FAILED_PUSH is in the evidence"), _(obtain.RENEWAL))

    def _newest_output(self, manager: Appliance) -> GenerateCertsRun | None:
        """The output of the newest run. The InternalCA that a later run replaces ends later; the number of FAILED_PUSH dates the rest."""
        runs = self._runs.get(id(manager), [])
        listed = self.list_epoch(manager)
        candidates = [run for run in runs if run.confirmed is not False] or runs
        newest = max((run.old_ca_not_after for run in candidates if run.old_ca_not_after is not None), default=None)
        if newest is not None:
            candidates = [run for run in candidates if run.old_ca_not_after in (newest, None)]
        fitting = [run for run in candidates if listed is None or run.failed_push_epoch in (listed, None)]
        return (fitting or candidates)[-1] if candidates else None

    def list_epoch(self, manager: Appliance) -> int | None:
        """The number of the newest FAILED_PUSH in evidence, from its own path or the output that names it."""
        if id(manager) not in self._epoch:  # asked for each device, of a list that names each device
            epochs = [f.epoch for f in self._failures.get(id(manager), []) if f.epoch is not None]
            epochs += [r.failed_push_epoch for r in self._runs.get(id(manager), []) if r.failed_push_epoch is not None]
            self._epoch[id(manager)] = max(epochs, default=None)
        return self._epoch[id(manager)]

    def replaced(self, manager: Appliance) -> list[tuple[datetime, Evidence]]:
        """When the InternalCA ended that a run replaced which was confirmed and reached its end."""
        runs = [run for run in self._runs.get(id(manager), []) if run.confirmed and run.finished]
        return [(run.old_ca_not_after, run.evidence) for run in runs if run.old_ca_not_after is not None]

    def listed_at(self, manager: Appliance) -> datetime | None:
        """When the run was that the newest FAILED_PUSH is of."""
        epoch = self.list_epoch(manager)
        return moment_of_epoch(epoch) if epoch is not None else None

    def _later_than_list(self, run: GenerateCertsRun, manager: Appliance) -> bool:
        """The run replaced an InternalCA that the run of the newest FAILED_PUSH had made, or a later one: the list is over."""
        listed = self.list_epoch(manager)
        if listed is None or run.failed_push_epoch == listed or run.old_ca_not_after is None:
            return False
        of_list = [one for one in self._runs.get(id(manager), []) if one.failed_push_epoch == listed and one.old_ca_not_after is not None]
        return any(one.old_ca_not_after is not None and one.old_ca_not_after < run.old_ca_not_after for one in of_list)

    def old_ends(self, manager: Appliance) -> list[tuple[datetime, Evidence]]:
        """When the InternalCA ended that a run replaced, by the outputs of the runs."""
        return [(run.old_ca_not_after, run.evidence) for run in self._runs.get(id(manager), []) if run.old_ca_not_after is not None]

    def moments(self, manager: Appliance) -> tuple[datetime, ...]:
        """When generate_certs.pl ran on this manager, as far as evidence dates its runs."""
        runs = self._runs.get(id(manager), [])
        epochs = {f.epoch for f in self._failures.get(id(manager), [])} | {r.failed_push_epoch for r in runs}
        found = [moment_of_epoch(epoch) for epoch in epochs if epoch is not None]
        found += [run.started for run in runs if run.confirmed is not False]
        return tuple(sorted({moment for moment in found if moment is not None}))

    def push_failures(self, manager: Appliance, device: Appliance) -> tuple[PushFailure, ...]:
        """The records of the newest FAILED_PUSH that name this device."""
        newest = self._newest.get(id(manager))
        if newest is None:
            newest = self._newest[id(manager)] = _of_newest_run(self._failures.get(id(manager), []))
        mine = [one for uuid in device.uuid.seen for one in newest.get(uuid, ())]
        return tuple(failure for _at, failure in sorted(mine, key=lambda one: one[0]))

    def push_failed(
        self, manager: Appliance, device: Appliance, renewal: Answer[GenerateCertsRun], ca_begins: Answer[datetime]
    ) -> Answer[bool]:
        """Whether the newest renewal failed to push this device's files. False only when the run's list is there to its end.

        A list from before the CA in evidence began says nothing of the set that goes with it: a later run made that one.
        """
        if isinstance(renewal, Missing):
            return renewal
        run = self.list_run(manager, renewal, ca_begins)
        if isinstance(run, Known) and run.value is PushListRun.EARLIER:
            return Missing(_(EARLIER_RUN), _(obtain.RENEWAL), run.evidence)
        superseded = isinstance(run, Known) and run.value is PushListRun.SUPERSEDED
        failures = () if superseded else self.push_failures(manager, device)
        if failures:
            return Known(True, tuple(f.evidence for f in failures[: _FILES_OF_A_SET * 2]))
        named = self._named_by(renewal.value, device)
        if named:
            return Known(True, named)
        if renewal.value.finished:
            return Known(False, renewal.evidence, _("the run lists the devices that it failed to push to, and this one is not among them"))
        return Missing(_("the list of devices that the run failed to push to is cut off"), _(obtain.RENEWAL), renewal.evidence)

    def _named_by(self, run: GenerateCertsRun, device: Appliance) -> tuple[Evidence, ...]:
        """Where a run names this device among those that it failed to push to, in the order of its list. A name that several devices have
        names none of them."""
        known = self._named.get(id(run))
        if known is None:
            places: dict[int, list[Evidence]] = defaultdict(list)
            for name, _path, place in run.failed:
                named = self._scene.pushed(run, name)
                if named is not None:
                    places[id(named)].append(place)
            known = self._named[id(run)] = (run, places)  # with the run, so that its id stays its own
        return tuple(known[1].get(id(device), ()))

    def copied(self, device: Appliance, renewal: Answer[GenerateCertsRun]) -> Answer[CertificateCopy]:
        """What copy_sftunnel_certs.py reported for this device after the renewal: its newest success, else what it last reported."""
        started = renewal.value.started if isinstance(renewal, Known) else None
        copies = [c for c in self._copies.get(id(device), []) if started is None or c.time is None or c.time >= started]
        done = [c for c in copies if c.outcome is CopyOutcome.COPIED]
        if done or copies:
            best = (done or copies)[-1]
            return Known(best, (best.evidence,))
        others: tuple[Evidence, ...] = tuple(c.evidence for c in self._copies.get(id(device), []))
        return Missing(_("no output of copy_sftunnel_certs.py shows that files were copied to this device"), _(obtain.RENEWAL), others[:3])

    def list_run(self, manager: Appliance, renewal: Answer[GenerateCertsRun], ca_begins: Answer[datetime]) -> Answer[PushListRun]:
        """Whether the FAILED_PUSH in evidence is of the run that made the CA in evidence: the two begin within minutes."""
        if isinstance(renewal, Missing):
            return renewal
        if self._later_than_list(renewal.value, manager):
            return Known(PushListRun.SUPERSEDED, renewal.evidence[:2])
        epoch = self.list_epoch(manager)
        pushed = moment_of_epoch(epoch) if epoch is not None else None
        if pushed is None:
            return Missing(_("the number in the path of FAILED_PUSH is not in the evidence"), _(obtain.RENEWAL), renewal.evidence[:1])
        if isinstance(ca_begins, Missing):
            return ca_begins
        apart = ca_begins.value - pushed
        places = (*renewal.evidence[:2], *ca_begins.evidence[:1])
        run = PushListRun.LATER if apart < RUN_BEFORE_CA else PushListRun.EARLIER if apart > RUN_AFTER_CA else PushListRun.THIS_CA
        return Known(run, places, ca_begins.assumed)

    def has_script(self, manager: Appliance, renewal: Answer[GenerateCertsRun]) -> Answer[bool]:
        """Whether generate_certs.pl is there: it ran, a command of this manager lists it, or says that it is not there."""
        if isinstance(renewal, Known):
            return Known(True, renewal.evidence)
        facts = self._scene.facts
        rows = [row for row in facts.of(ListedFile) if row.name == _SCRIPT and row.folder.endswith(_BIN)]
        gone = [one for one in facts.of(AbsentFile) if one.path.endswith(f"{_BIN}/{_SCRIPT}")]
        listed = [row.evidence for row in rows if self._scene.speaker(row) is manager]
        absent = [one.evidence for one in gone if self._scene.speaker(one) is manager]
        places = (*listed[:2], *absent[:2])
        if listed and absent:
            return Missing(_("one output lists generate_certs.pl, and another shows that it is missing"), _(obtain.HAS_SCRIPT), places)
        if places:
            return Known(bool(listed), places)
        return Missing(_("nothing in the evidence shows whether generate_certs.pl is installed"), _(obtain.HAS_SCRIPT))


def _of_newest_run(failures: list[PushFailure]) -> dict[str, list[tuple[int, PushFailure]]]:
    """The records of the newest FAILED_PUSH by the UUID that they name, each with its place in the list."""
    epoch = max((f.epoch for f in failures if f.epoch is not None), default=None)
    by_uuid: dict[str, list[tuple[int, PushFailure]]] = defaultdict(list)
    for at, failure in enumerate(failures):
        if failure.epoch in (epoch, None):
            by_uuid[failure.device_uuid.lower()].append((at, failure))
    return by_uuid
