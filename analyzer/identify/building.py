"""An appliance made of a group of mentions: its values by whose word counts, and the reasons of its merges as sentences."""

from __future__ import annotations

from analyzer.identify.appliance import Appliance
from analyzer.identify.groups import STATED, Group, Node, Role, Sign, Word
from analyzer.identify.names import identifies
from analyzer.identify.resolve import Resolved
from analyzer.identify.words import ranked
from analyzer.model.identity import Merged, MergeKind, RoleSign
from analyzer.model.location import Evidence
from analyzer.texts import N_, _

_SENTENCES = {
    MergeKind.UUID: N_("the same UUID ({value})"),
    MergeKind.KEY: N_("the same public key of a tunnel certificate"),
    MergeKind.CA: N_("the InternalCA at its place in this appliance's own files has the UUID {value}"),
    MergeKind.ISSUER: N_("the certificate that it presented was issued by the InternalCA with the UUID {value}"),
    MergeKind.SESSION: N_("one uninterrupted terminal session"),
    MergeKind.PAIR: N_("the same name at the address {value}"),
    MergeKind.NAME: N_("the same name ({value})"),
    MergeKind.ADDRESS: N_("the same address ({value})"),
    MergeKind.SHORT_NAME: N_("the same name without its domain ({value})"),
    MergeKind.ONE_MANAGER: N_("the only FMC that the device lists"),
    MergeKind.SAME_DEVICES: N_("the same host name ({value}) and a common device"),
    MergeKind.LEFT_OVER: N_("the only folder and the only status block of the FMC that nothing else matches"),
    MergeKind.MOMENT: N_("failures at the same moments in the logs of both ends"),
    MergeKind.HINT: N_("the name of the file or folder ({value})"),
    MergeKind.STATED: N_("a person states that {value} was written on it"),
    MergeKind.COPY: N_("the same output, given twice"),
    MergeKind.ONLY_MANAGER: N_("assumed: the evidence does not mention two FMCs"),
}


_UNFIT = 5
NO_ROLE_IN_CAPTURE = N_(
    "the capture does not show which end is the FMC: the end that listens on the sftunnel port is assumed to be the FMC"
)


def appliance_of(group: Group, number: int, resolved: Resolved) -> Appliance:
    """The appliance. Its group has a role."""
    manager = group.role is Role.MANAGER
    made = Appliance(manager, number)
    made.roots = {node.root for node in group.nodes if node.root}
    for word, _node, said in sorted(
        ranked(group, "names", resolved.of),
        key=lambda one: (
            one[1].place != STATED,
            not identifies(one[2].value),
            _order(one[0], manager),
            not one[1].root,
            not one[1].dialled,
        ),
    ):
        made.name.add(said.value, said.evidence, word=word, speaker=_speaker(said.speaker))
    for word, node, said in ranked(group, "addresses", resolved.of):
        if resolved.of_fmc(said.value) and not manager:
            continue
        made.address.add(said.value, said.evidence, word=word, speaker=_speaker(said.speaker), assumed=_assumed(group, node))
        if node.dialled:
            made.address.dialled.add(said.value)
    uuids = [
        (not node.root, node.speaker is not None, evidence.order(), uuid, evidence)
        for node in group.nodes
        for uuid, evidence in node.uuids.items()
    ]
    made.address.unfit = [place for node in group.nodes for place in node.unfit][:_UNFIT]
    own_ca = {merge.value for merge in group.merges.values() if merge.kind == MergeKind.CA}
    for _tree, _peer, _at, uuid, evidence in sorted(uuids, key=lambda one: one[:4]):
        if uuid in own_ca and made.uuid.seen.keys() - {uuid}:
            made.aliases.add(uuid)
        else:
            made.uuid.add(uuid, evidence)
    made.fallback = _fallback(group, manager)
    made.merged = _merged(group)
    made.role_signs = role_signs(group)
    return made


def _order(word: Word, manager: bool) -> int:
    order = (Word.OWN, Word.DEVICE, Word.FMC, Word.SEEN, Word.ANONYMOUS) if manager else tuple(Word)
    return order.index(word)


def _speaker(node: Node | None) -> str:
    if node is None:
        return ""
    named = next((said.value for said in node.names.values() if said.own), "")
    return named or node.evidence.location.source


def _assumed(group: Group, node: Node) -> str:
    return _(NO_ROLE_IN_CAPTURE) if node.label and not group.signs else ""


def label_of(group: Group) -> str:
    """What to call it where its role is not known: a name of its own, an address, else the file."""
    said = sorted((not one.own, one.value) for node in group.nodes for one in node.names.values() if not one.hint)
    addresses = sorted(one.value for node in group.nodes for one in node.addresses.values())
    names = [value for _other, value in said]
    return (names or addresses or [min(node.evidence for node in group.nodes).location.source])[0]


def _fallback(group: Group, manager: bool) -> str:
    """What a person would call it where nothing names it: by the heading or the file that its output stands in."""
    hints = sorted(
        (said.evidence.location.order(), said.value)
        for node in group.nodes
        for said in node.names.values()
        if said.hint and node.speaker is None
    )
    if hints:
        return hints[0][1]
    source = min(node.evidence.order() for node in group.nodes)[0]
    place = f"{source[0]}!/{source[1]}" if source[1] else source[0]
    return (_("FMC of {source}") if manager else _("device of {source}")).format(source=place)


def _merged(group: Group) -> tuple[Merged, ...]:
    found = []
    for merge in group.merges.values():
        kind = MergeKind(merge.kind)
        text = _(_SENTENCES[kind]).format(value=merge.value)
        places = tuple(sorted(merge.evidence))
        found.append(Merged(kind, merge.value, text, places, assumed=kind is MergeKind.ONLY_MANAGER))
    order = list(MergeKind)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.value)))


_SIGNS = {
    "model": N_("its model"),
    "path": N_("a path of its files or programs"),
    "prompt": N_("the typed command and its folder"),
    "log": N_("the wording of its log"),
    "command": N_("the command that was typed"),
    "output": N_("an output that, according to the documents, only this kind prints"),
    "certificate": N_("an InternalCA has its UUID"),
    "name": N_("its host name"),
    "stated": N_("a person states it"),
}
_BY_PEERS = N_("the appliances it communicates with")


def role_signs(group: Group) -> tuple[RoleSign, ...]:
    """What speaks for each role, the heaviest sign of each reason."""
    best: dict[tuple[Role, str], tuple[Sign, Evidence]] = {}
    for node in group.nodes:
        for role, (weight, why, evidence) in node.signs.items():
            known = best.get((role, why))
            if known is None or (-weight, evidence.order()) < (-known[0], known[1].order()):
                best[role, why] = (weight, evidence)
    found: list[tuple[Sign, Role, str, tuple[Evidence, ...]]] = [
        (weight, role, _(_SIGNS.get(why, why)), (evidence,)) for (role, why), (weight, evidence) in best.items()
    ]
    found += [
        (weight, role, _(NO_ROLE_IN_CAPTURE if not group.signs and role is Role.MANAGER and weight is Sign.HINT else _BY_PEERS), ())
        for role, weight in group.derived.items()
    ]
    found.sort(key=lambda one: (-one[0], one[1].value, one[2]))
    return tuple(RoleSign(role.value, weight.name.lower(), text, evidence) for weight, role, text, evidence in found)
