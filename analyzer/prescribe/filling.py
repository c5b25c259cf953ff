"""From a step of the remedies and the values of two boxes to a step of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import Device, Manager, PushListRun, Tunnel
from analyzer.model.certificate import pem
from analyzer.model.location import Evidence
from analyzer.model.plan import Argument, Command, Refused, Step, Word
from analyzer.prescribe.fleet import Expiry, Fleet, shows
from analyzer.prescribe.remedies import ARGUMENTS, CommandTemplate, Placeholder, Remedies, Template
from analyzer.prescribe.shell import argument
from analyzer.prescribe.wording import day
from analyzer.texts import N_, _, span

PRINTED = N_("the last lines of the output of generate_certs.pl name the file FAILED_PUSH with its number")


class Values(Struct, frozen=True):
    """What may stand in the steps about one manager and one device. ``arguments`` holds a reason where there is no value."""

    manager: Manager | None
    device: Device | None
    arguments: Mapping[str, Argument | Refused]
    texts: Mapping[str, str]
    blocks: Mapping[str, tuple[tuple[str, ...], tuple[Evidence, ...]]] = field(default_factory=dict)
    """Lines of here-documents, and where they were read."""

    def saying(self, **texts: str) -> Values:
        """The same with more texts."""
        return replace(self, texts={**self.texts, **texts})

    def with_block(self, name: str, lines: tuple[str, ...], evidence: tuple[Evidence, ...]) -> Values:
        """The same with the lines of a here-document."""
        return replace(self, blocks={**self.blocks, name: (lines, evidence)})


def values_of(fleet: Fleet, manager: Manager | None = None, device: Device | None = None) -> Values:
    """All values that evidence has for this manager and this device."""
    to = manager.label if manager is not None else _("the FMC")
    version = manager.version if manager is not None else None
    at = device.label if device is not None else _("the device")
    no_manager = Missing(_("the evidence does not show which FMC manages the device"), _("on the device: show managers"))
    no_device = Missing(_("the device is not in the evidence"), _("on the FMC: sftunnel_status.pl"))
    answers: dict[str, tuple[Answer[str], str]] = {
        "manager_uuid": (manager.uuid if manager is not None else no_manager, _("the UUID of {manager}").format(manager=to)),
        "manager_address": (manager.address if manager is not None else no_manager, _("the address of {manager}").format(manager=to)),
        "device_uuid": (device.uuid if device is not None else no_device, _("the UUID of {device}").format(device=at)),
        "device_address": (device.address if device is not None else no_device, _("the address of {device}").format(device=at)),
        "epoch": (epoch_of(fleet, manager), _("the number of the newest run of generate_certs.pl on {manager}").format(manager=to)),
    }
    return Values(
        manager=manager,
        device=device,
        arguments={name: argument(ARGUMENTS[name], answer, what) for name, (answer, what) in answers.items()},
        texts={
            "manager": to,
            "device": at,
            "expires": day(manager.internal_ca_not_after) if manager is not None else "",
            "version": version.value.strip() if isinstance(version, Known) else _("a release that is not in the evidence"),
            "hotfix": _("an unknown hotfix"),
            "document": _("it is not in the list"),
            "ca_ends": _end_of_current_ca(fleet, manager),
            "renewed": _renewed(fleet, manager, to),
            "clocks": clocks_of(None, to, at),
        },
    )


def _end_of_current_ca(fleet: Fleet, manager: Manager | None) -> str:
    """The day on which the set ends that a device needs, once the steps before were done."""
    if manager is not None and fleet.expiry(manager) is Expiry.VALID:
        return day(manager.internal_ca_not_after)
    return _("about ten years after the renewal")


def _renewed(fleet: Fleet, manager: Manager | None, label: str) -> str:
    """What to know of generate_certs.pl before its files are copied: it ran and must not run again, or it has to run first."""
    if manager is None or fleet.expiry(manager) is not Expiry.VALID:
        return _("Make sure that generate_certs.pl has run on {manager} first.").format(manager=label)
    if not isinstance(manager.renewal, Known):
        return _("The InternalCA of {manager} is valid. Do not run generate_certs.pl there.").format(manager=label)
    started = manager.renewal.value.started
    if started is None:
        return _("generate_certs.pl has run on {manager}. Do not run it again.").format(manager=label)
    return _("generate_certs.pl ran on {manager} on {day}. Do not run it again.").format(manager=label, day=f"{started:%Y-%m-%d}")


def clocks_of(tunnel: Tunnel | None, manager: str, device: str) -> str:
    """Which of the two clocks is behind the other, and by how much. Which of them is right, no two logs tell."""
    if tunnel is None or not isinstance(tunnel.clock_skew, Known) or abs(tunnel.clock_skew.value) < timedelta(seconds=60):
        return _("The difference between the two clocks is unknown.")
    ahead = tunnel.clock_skew.value > timedelta(0)
    text = _("According to the evidence, the clock of {late} is {gap} behind that of {early}. It is unknown which of the two is wrong.")
    late, early = (device, manager) if ahead else (manager, device)
    return text.format(late=late, early=early, gap=span(abs(tunnel.clock_skew.value)))


def epoch_of(fleet: Fleet, manager: Manager | None) -> Answer[str]:
    """The number in ``/var/tmp/certs/<epoch>/FAILED_PUSH`` of the newest renewal. A place that shows the number comes first."""
    if manager is None or not isinstance(manager.renewal, Known):
        return Missing(_("as far as the evidence shows, generate_certs.pl has not run yet"), _(PRINTED))
    run = manager.renewal.value
    if isinstance(manager.push_list_run, Known) and manager.push_list_run.value in (PushListRun.EARLIER, PushListRun.SUPERSEDED):
        return Missing(
            _("the FAILED_PUSH in the evidence is from a run before the current InternalCA was created"), _(PRINTED), (run.evidence,)
        )
    pushes = fleet.pushes.get(manager.key, {})
    epoch = run.failed_push_epoch
    if epoch is None:
        epoch = max(pushes, default=None)
    if epoch is None:
        return Missing(_("the run in the evidence does not name its FAILED_PUSH file"), _(PRINTED), (run.evidence,))
    places: list[Evidence] = sorted([run.evidence, *pushes.get(epoch, ())], key=lambda place: not shows(place, epoch))
    return Known(str(epoch), tuple(dict.fromkeys(places)))


def pem_lines(der: bytes) -> tuple[str, ...]:
    """A certificate as the lines of a PEM file."""
    return tuple(pem(der).splitlines())


def fill(remedies: Remedies, step_id: str, values: Values, *, alternative: bool = False, refused: Iterable[Refused] = ()) -> Step:
    """The step with its values. Where one is missing or unfit, the step holds no commands and says why. Raises nothing for any evidence."""
    template = remedies.steps[step_id]
    needed = [values.arguments[name] for name in template.arguments]
    gone = tuple(dict.fromkeys([*refused, *(one for one in needed if isinstance(one, Refused))]))
    prose = {name: say(text, values) for name, text in template.prose.items()}
    box = {"manager": values.manager, "device": values.device}.get(template.on)
    return Step(
        id=template.id,
        place=template.place,
        box=box.key if box is not None else "",
        box_label=_appliance_label(box) if box is not None else values.texts["manager"] if template.on == "manager" else "",
        commands=() if gone else tuple(_command(command, values) for command in template.commands),
        sources=(*template.sources, *([_("rules of {folder}").format(folder=template.origin)] if template.origin else [])),
        risk=template.risk,
        alternative=alternative,
        refused=gone,
        title=prose["title"],
        why=prose["why"],
        precondition=prose["precondition"],
        check=prose["check"],
        if_check_fails=prose["if_check_fails"],
        undo_commands=() if gone else tuple(_command(command, values) for command in template.undo),
        undo_note="" if gone else prose["undo_note"],
        origin=template.origin,
        assumed=prose["assumed"],
        done_by=template.done_by,
    )


def uniquely_named(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps of one box with ids that differ: a device of an FMC pair has the same step for each of the two."""
    seen: dict[str, int] = {}
    named: list[Step] = []
    for step in steps:
        seen[step.id] = seen.get(step.id, 0) + 1
        named.append(step if seen[step.id] == 1 else replace(step, id=f"{step.id}-{seen[step.id]}"))
    return tuple(named)


def _appliance_label(box: Manager | Device) -> str:
    address = box.address.value if isinstance(box.address, Known) else ""
    return f"{box.label} ({address})" if address and address not in box.label else box.label


def _command(template: CommandTemplate, values: Values) -> Command:
    lines, places = values.blocks[template.block] if template.block else ((), ())
    return Command(
        words=tuple(_word(word, values) for word in template.words),
        output_to=_word(template.output_to, values) if template.output_to is not None else None,
        here_document=lines,
        answers=template.answers,
        expect=say(template.expect, values),
        then=say(template.then, values),
        here_evidence=places,
    )


def _word(template: Template, values: Values) -> Word:
    parts = (values.arguments[part.name] if isinstance(part, Placeholder) else part for part in template)
    return Word(tuple(part for part in parts if not isinstance(part, Refused)))


def say(template: Template, values: Values) -> str:
    """A sentence with its labels, dates and values."""
    return "".join(_said(part.name, values) if isinstance(part, Placeholder) else part for part in template)


def _said(name: str, values: Values) -> str:
    if name not in values.arguments:
        return values.texts[name]
    value = values.arguments[name]
    return f"({value.what})" if isinstance(value, Refused) else value.value
