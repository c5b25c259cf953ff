"""The plan of one manager: renew its CA, then see that every device has its part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from analyzer.model.answer import Conflicting, Known, Missing
from analyzer.model.case import Device, Manager, Tunnel
from analyzer.model.plan import AppliancePlan, GeneratedFile, Refused, Situation, Step
from analyzer.prescribe.cautions import manager_cautions
from analyzer.prescribe.copy_list import copy_list_on_jump_server, copy_list_on_manager
from analyzer.prescribe.filling import Values, fill, uniquely_named, values_of
from analyzer.prescribe.fleet import Expiry, Fleet, Life, in_the_cloud, life, outlived_by_run
from analyzer.prescribe.hotfixes import Contained, Hotfix, NoHotfix, parse_version
from analyzer.prescribe.tables import Tables
from analyzer.prescribe.then import seen_then
from analyzer.prescribe.troubles import of_manager
from analyzer.prescribe.verdict import Verdict
from analyzer.prescribe.wording import day
from analyzer.texts import _, ngettext

NEEDS_COPY = (Situation.EXPIRED_DOWN, Situation.MISSED_RENEWAL, Situation.PARTIAL_COPY)
"""Situations of a device towards a manager in which its three files must come by copy."""

RENEW = (
    Situation.EXPIRED_CONNECTED,
    Situation.EXPIRED_DOWN,
    Situation.EXPIRED_MIXED,
    Situation.EXPIRED_UNKNOWN,
    Situation.RENEW_IN_TIME,
)
"""Situations of a manager in which its CA has to be renewed. One way fits them all (Cisco document 222464, solutions 1 and 2)."""


class ManagedTunnel(Struct, frozen=True):
    """A tunnel of a manager with its device and what was told of it."""

    tunnel: Tunnel
    device: Device
    verdict: Verdict


def manager_verdict(manager: Manager, managed: tuple[ManagedTunnel, ...], fleet: Fleet) -> Verdict:
    """The situation of a manager, with the numbers."""
    alive, down, unknown = (sum(life(one.tunnel) is wanted for one in managed) for wanted in (Life.ALIVE, Life.DOWN, Life.UNKNOWN))
    ends = day(manager.internal_ca_not_after)
    if in_the_cloud(manager):
        text = _("{manager} is the cloud-delivered FMC: the renewal by generate_certs.pl and by copies is not made for it. Ask Cisco TAC.")
        return Verdict(Situation.NOT_APPLICABLE, text.format(manager=manager.label))
    expiry = fleet.expiry(manager)
    if expiry is Expiry.EXPIRED:
        then = seen_then((one.tunnel for one in managed), fleet.as_of)
        tally = _tally(alive, down, unknown, then) or _("its tunnels are not in evidence")
        text = _("The InternalCA of {manager} expired on {ends}: {tally}.").format(manager=manager.label, ends=ends, tally=tally)
        if alive:
            return Verdict(Situation.EXPIRED_MIXED if down else Situation.EXPIRED_CONNECTED, text)
        if down and not unknown:
            return Verdict(Situation.EXPIRED_DOWN, text)
        return Verdict(Situation.EXPIRED_UNKNOWN, text, ("collect-tunnels",))
    if expiry is Expiry.SOON:
        left = manager.internal_ca_not_after.value - fleet.as_of if isinstance(manager.internal_ca_not_after, Known) else None
        text = _("The InternalCA of {manager} ends on {ends}: renew it while its tunnels are up ({alive} up, {down} down).")
        number = 0
        if left is not None and left.days:
            number = left.days
            text = ngettext(
                "The InternalCA of {manager} ends on {ends}, in {days} day: renew it while its tunnels are up ({alive} up, {down} down).",
                "The InternalCA of {manager} ends on {ends}, in {days} days: renew it while its tunnels are up ({alive} up, {down} down).",
                number,
            )
        elif left is not None:
            number = left // timedelta(hours=1) + 1
            text = ngettext(
                "The InternalCA of {manager} ends on {ends}, within {days} hour: renew it while its tunnels are up "
                "({alive} up, {down} down).",
                "The InternalCA of {manager} ends on {ends}, within {days} hours: renew it while its tunnels are up "
                "({alive} up, {down} down).",
                number,
            )
        text = text.format(manager=manager.label, ends=ends, days=number, alive=alive, down=down)
        return Verdict(Situation.RENEW_IN_TIME, text)
    owed = len(owing(managed))
    missed = ""
    if owed:
        some = ngettext("{n} device of {all} did not get the whole new set.", "{n} devices of {all} did not get the whole new set.", owed)
        missed = " " + some.format(n=owed, all=len(managed))
    if expiry is Expiry.UNKNOWN:
        text = _("When the InternalCA of {manager} ends is not in evidence.").format(manager=manager.label)
        if isinstance(manager.internal_ca_not_after, Conflicting):
            text = _(
                "The evidence contradicts itself about the InternalCA of {manager}: until its dates are read again, take it for expired."
            )
            text = text.format(manager=manager.label)
        if outlived_by_run(manager):
            text = _(
                "generate_certs.pl ran on {manager} after the CA in evidence was made: when the new one ends is not in evidence."
            ).format(manager=manager.label)
        return Verdict(Situation.UNKNOWN, text + missed, ("collect-ca-date",))
    if isinstance(manager.internal_ca_not_before, Known) and manager.internal_ca_not_before.value > fleet.as_of:
        text = _(
            "The InternalCA of {manager} begins on {begins}, which is not yet: until then nobody accepts it. "
            "The clock of {manager} was ahead when it was made: set the clocks right first."
        )
        said = text.format(manager=manager.label, begins=day(manager.internal_ca_not_before))
        return Verdict(Situation.LOOK_ELSEWHERE, said + missed, steps=("manager-clock",))
    trouble = of_manager(manager, ends, fleet)
    if trouble is not None:
        return replace(trouble, summary=trouble.summary + missed)
    text = _("The InternalCA of {manager} is valid until {ends}.").format(manager=manager.label, ends=ends)
    return Verdict(Situation.HEALTHY, text + missed)


def _tally(alive: int, down: int, unknown: int, then: str = "") -> str:
    """``2 devices still connected, 1 down``: the first number says of what, "" when there are none. ``then`` is the day of old evidence."""
    whole = (
        (alive, ngettext("{n} device still connected", "{n} devices still connected", alive)),
        (down, ngettext("{n} device down", "{n} devices down", down)),
        (unknown, ngettext("{n} device unknown", "{n} devices unknown", unknown)),
    )
    if then:
        was = ngettext("{n} device was still connected on {day}", "{n} devices were still connected on {day}", alive)
        fell = ngettext("{n} device was down on {day}", "{n} devices were down on {day}", down)
        whole = ((alive, was), (down, fell), whole[2])
    short = (_("{n} still connected"), _("{n} down"), _("{n} unknown"))
    said: list[str] = []
    for (number, first), later in zip(whole, short, strict=True):
        if number:
            said.append((later if said else first).format(n=number, day=then))
    return ", ".join(said) + (_(" (today is not in evidence)") if then and said else "")


def owing(managed: tuple[ManagedTunnel, ...]) -> list[ManagedTunnel]:
    """The tunnels whose device missed a renewal that was made, or got only a part of the new set."""
    return [one for one in managed if one.verdict.situation in (Situation.MISSED_RENEWAL, Situation.PARTIAL_COPY)]


def can_renew(manager: Manager, tables: Tables) -> bool:
    """generate_certs.pl is there, or a hotfix may bring it; False only for a release that has none."""
    if isinstance(manager.has_renewal_script, Known) and manager.has_renewal_script.value:
        return True
    version = parse_version(manager.version.value) if isinstance(manager.version, Known) else None
    return version is None or not isinstance(tables.hotfixes.remedy(version), NoHotfix)


def to_copy(managed: tuple[ManagedTunnel, ...], fleet: Fleet) -> list[Device]:
    """The devices for the copy script, which restarts sftunnel on each: none that has a living tunnel to anyone."""
    return [one.device for one in managed if one.verdict.situation in NEEDS_COPY and fleet.may_be_listed(one.device)]


def manager_plan(
    manager: Manager, verdict: Verdict, managed: tuple[ManagedTunnel, ...], fleet: Fleet, tables: Tables, wait_for: str = ""
) -> AppliancePlan:
    """The steps on this manager, in order. ``wait_for`` is the label of the primary that must be finished first, "" for none."""
    values = values_of(fleet, manager)
    files: tuple[GeneratedFile, ...] = ()
    steps: list[Step] = []
    owed_to = {one.device.label for one in owing(managed)}
    renew, owed = verdict.situation in RENEW, bool(owed_to)
    if renew:
        steps = _renewal(manager, verdict, values, tables)
    elif owed:
        ids = [*(["check-ca-date"] if verdict.settle else []), "check-tunnels"]
        ids += ["read-failed-push"] if isinstance(manager.renewal, Known) else []
        steps = [fill(tables.remedies, step_id, values) for step_id in ids]
    else:
        ids = [*verdict.settle, *verdict.steps]
        steps = [fill(tables.remedies, step_id, values.saying(why=verdict.summary)) for step_id in ids]
    if (renew and can_renew(manager, tables)) or owed:
        devices = to_copy(managed, fleet)
        if devices:
            copying, files = _copying(manager, devices, values, fleet, tables)
            steps += copying
        steps.append(fill(tables.remedies, "verify-tunnels", values))
    if wait_for and (renew or owed):
        steps.insert(0, fill(tables.remedies, "primary-first", values.saying(primary=wait_for)))
    return AppliancePlan(
        box=manager.key,
        label=manager.label,
        kind="manager",
        situation=verdict.situation,
        summary=verdict.summary,
        steps=uniquely_named(steps),
        do_not=manager_cautions(verdict.situation, values, managed_lives(managed), owed_to, installs_hotfix(steps), tables.remedies),
        files=files,
    )


def installs_hotfix(steps: Iterable[Step]) -> bool:
    """The plan begins with the hotfix, which is then to be allowed where reboots and upgrades are not."""
    return any(step.id == "install-hotfix" and not step.refused for step in steps)


def managed_lives(managed: tuple[ManagedTunnel, ...]) -> Mapping[str, Life]:
    """Whether the tunnel of each device lives, by its label."""
    return {one.device.label: life(one.tunnel) for one in managed}


def _renewal(manager: Manager, verdict: Verdict, values: Values, tables: Tables) -> list[Step]:
    script = _script(manager, values, tables)
    before = [fill(tables.remedies, "back-up-manager", values)]
    checks = [fill(tables.remedies, step_id, values) for step_id in ("check-tunnels", "check-ca-date")]
    if not can_renew(manager, tables):
        return [*before, *checks, *script]
    run = [fill(tables.remedies, one, values.before_the_run()) for one in ("generate-certs", "read-failed-push", "collect-after-renewal")]
    if verdict.situation is Situation.EXPIRED_UNKNOWN:
        return [*checks, *before, *script, *run]  # first see what lives: everything else depends on it
    return [*before, *script, *checks, *run]


def _script(manager: Manager, values: Values, tables: Tables) -> list[Step]:
    """How generate_certs.pl comes to this release: nothing to do, the hotfix, or why none can be named."""
    if isinstance(manager.has_renewal_script, Known) and manager.has_renewal_script.value:
        return []
    what = _("the release of {manager}").format(manager=manager.label)
    obtain = _("on the FMC: Help > About, or in expert mode: grep -E 'SWVERSION|SWBUILD' /etc/sf/ims.conf")
    named = values.saying(hotfix=_("the hotfix"), version=_("a release that is not in evidence"), document=_("its release"))
    if isinstance(manager.version, Missing):
        refused = Refused(what, manager.version.why, manager.version.obtain or obtain, manager.version.evidence)
        return [fill(tables.remedies, "install-hotfix", named, refused=[refused])]
    version = parse_version(manager.version.value)
    if version is None:
        refused = Refused(what, _("what evidence gives for it is no release number"), obtain, manager.version.evidence)
        return [fill(tables.remedies, "install-hotfix", named, refused=[refused])]
    release = manager.version.value.strip()
    match tables.hotfixes.remedy(version):
        case Hotfix(name=name, document=document):
            return [fill(tables.remedies, "install-hotfix", values.saying(hotfix=name, version=release, document=document))]
        case NoHotfix(document=document):
            return [fill(tables.remedies, "ask-tac-for-script", values.saying(version=release, document=document))]
        case Contained():
            return [fill(tables.remedies, "find-script", values.saying(version=release))]
        case _:
            refused = Refused(
                _("the hotfix for {what}").format(what=what),
                _("no source that was read names one for it"),
                _("Cisco TAC"),
                manager.version.evidence,
            )
            return [fill(tables.remedies, "install-hotfix", named.saying(version=release), refused=[refused])]


def _copying(
    manager: Manager, devices: list[Device], values: Values, fleet: Fleet, tables: Tables
) -> tuple[list[Step], tuple[GeneratedFile, ...]]:
    secondary = fleet.secondary_of(manager)
    local = copy_list_on_manager(manager, devices, secondary)
    remote = copy_list_on_jump_server(manager, devices, secondary)
    steps = [
        fill(tables.remedies, "copy-from-manager", values, refused=() if local.lines else local.refused),
        fill(tables.remedies, "remove-credentials", values, refused=() if local.lines else local.refused),
        fill(tables.remedies, "copy-from-jump-server", values, alternative=True, refused=() if remote.lines else remote.refused),
    ]
    return steps, (local, remote)
