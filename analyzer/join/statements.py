"""What a person states (``--facts``), and where evidence speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.identify.appliance import Appliance
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.model.answer import UNDATED, Answer, Claim, Conflicting, Known, Missing
from analyzer.model.case import Notice
from analyzer.model.location import Evidence
from analyzer.model.passage import FileSeen
from analyzer.model.statements import ApplianceStated, FileStated
from analyzer.texts import _


def stated_roles(scene: Scene) -> dict[int, list[ApplianceStated]]:
    """The statements about the role of each FMC, by the identity of the manager."""
    found: dict[int, list[ApplianceStated]] = {}
    for stated in scene.facts.of(ApplianceStated):
        if stated.role and stated.manager:
            manager = scene.managers.find(name=stated.name)
            if manager is not None:
                found.setdefault(id(manager), []).append(stated)
    return found


def role_of_manager(
    manager: Appliance, peer: Appliance | None, stated: Sequence[ApplianceStated], alone: Sequence[Evidence]
) -> Answer[str]:
    """``standalone``, ``primary`` or ``secondary``: by evidence and by what a person states. ``alone`` is where a copy script says that it
    is no peer: unknown where other evidence shows a peer and no person says which holds."""
    if peer is not None and alone and not stated:
        why = _("a copy script says that {manager} is not an HA peer, and other evidence shows {peer} as its peer")
        return Missing(why.format(manager=manager.label, peer=peer.label), _(obtain.MANAGER_ROLE), tuple(alone))
    claims = [Claim("standalone", manager.label, UNDATED, (place,)) for place in alone[:1]]
    claims += [Claim(one.role, _("a person"), UNDATED, (one.evidence,)) for one in stated]
    places = tuple(place for claim in claims for place in claim.evidence)
    if len({claim.value for claim in claims}) > 1:
        said = ", ".join(_("{speaker} says {role}").format(speaker=claim.speaker, role=claim.value) for claim in claims)
        why = _("the evidence contradicts itself about the role of {manager}: {said}").format(manager=manager.label, said=said)
        return Conflicting(why, _(obtain.MANAGER_ROLE), places, tuple(claims))
    if claims:
        by_person = not alone
        return Known(claims[0].value, tuple(alone) or places, _("stated by a person") if by_person else "", claims[0].speaker)
    why = _("it is unknown which of the two is the primary") if peer else _("nothing in the evidence shows whether it has an HA peer")
    return Missing(why, _(obtain.MANAGER_ROLE))


def is_file(stated: FileStated, evidence: Evidence) -> bool:
    """The statement is about the file of this evidence: its whole path, or the end of it from a folder on."""
    return f"/{evidence.location.source}".endswith(_end(stated))


def _end(stated: FileStated) -> str:
    return f"/{stated.file.removeprefix('./').lstrip('/')}"


def quoted(scene: Scene) -> Iterator[Notice]:
    """Each statement, as one."""
    for stated in scene.facts.of(ApplianceStated):
        text = _("Stated by a person ({place}): {what}.")
        yield Notice(text=text.format(place=stated.evidence.location, what=stated.evidence.text), grave=False, evidence=(stated.evidence,))
    sources = {f"/{file.evidence.location.source}" for file in scene.facts.of(FileSeen)}
    for file in scene.facts.of(FileStated):
        text = _("Stated by a person ({place}): {what}.")
        if not any(source.endswith(_end(file)) for source in sources):
            text = _("Stated by a person ({place}), of a file that gave no evidence: {what}.")
        yield Notice(text=text.format(place=file.evidence.location, what=file.evidence.text), grave=False, evidence=(file.evidence,))
