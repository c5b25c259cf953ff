"""What commands on a device say of its set for one manager: whether it verifies, and whether key and certificate are a pair.

It is the device's own word about its own files, as good as the files themselves on the day it was asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

from analyzer.identify.appliance import Appliance
from analyzer.identify.placement import UUID
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.certificate import ChainVerdict, KeyDigest
from analyzer.model.location import Evidence
from analyzer.texts import N_, _

T = TypeVar("T")
_LEAF, _KEY = "/sftunnel-cert.pem", "/sftunnel-key.pem"
BY_DIGEST = N_("derived from the digests that commands printed of the two public keys")


class SetChecks:
    """The answers by device and UUID of the manager whose folder was asked about."""

    def __init__(self, scene: Scene) -> None:
        self._verdicts: dict[tuple[int, str], list[ChainVerdict]] = defaultdict(list)
        self._digests: dict[tuple[int, str], list[KeyDigest]] = defaultdict(list)
        for verdict in scene.facts.of(ChainVerdict):
            device, uuid = scene.speaker(verdict), folder_of(verdict.leaf_path)
            if device is not None and not device.manager and uuid and verdict.leaf_path.endswith(_LEAF):
                self._verdicts[id(device), uuid].append(verdict)
        for digest in scene.facts.of(KeyDigest):
            device, uuid = scene.speaker(digest), folder_of(digest.path)
            if device is not None and not device.manager and uuid:
                self._digests[id(device), uuid].append(digest)

    def verify_code(self, manager: Appliance, device: Appliance) -> Answer[int]:
        """The number that ``openssl verify`` gave for the device's certificate with the CA beside it, 0 for OK. Where outputs differ and
        nothing orders them, the worse one: nothing is risked by looking again."""
        verdicts = list(_of(self._verdicts, manager, device))
        newest: dict[str, ChainVerdict] = {}
        for verdict in verdicts:  # within one text the last one counts
            newest[verdict.evidence.location.source] = verdict
        worst = sorted(newest.values(), key=lambda verdict: (verdict.code == 0, verdict.evidence.order()))
        if not worst:
            return Missing(_("the evidence contains no openssl verify of the device's certificate set"), _(obtain.VERIFIES))
        return Known(worst[0].code, tuple(verdict.evidence for verdict in worst[:3]))

    def key_matches(self, manager: Appliance, device: Appliance) -> Answer[bool]:
        """Whether the digests of one form of certificate and key are the same."""
        digests = list(_of(self._digests, manager, device))
        by_form: dict[str, dict[bool, set[str]]] = defaultdict(lambda: defaultdict(set))
        places: list[Evidence] = []
        for digest in digests:
            if digest.path.endswith(_KEY if digest.of_private_key else _LEAF):
                by_form[digest.form][digest.of_private_key].add(digest.digest)
                places.append(digest.evidence)
        for sides in by_form.values():
            if len(sides) == 2 and all(len(values) == 1 for values in sides.values()):
                return Known(sides[True] == sides[False], tuple(places[:4]), _(BY_DIGEST))
        return Missing(_("the key file of the device's leaf certificate is not in the evidence"), _(obtain.KEY_PAIR), tuple(places[:2]))


def _of(found: dict[tuple[int, str], list[T]], manager: Appliance, device: Appliance) -> Iterator[T]:
    for uuid in manager.uuid.seen:
        yield from found.get((id(device), uuid.lower()), ())


def folder_of(path: str) -> str:
    """The UUID of the folder of a peer that a file stands in, "" for another folder."""
    _, inside, rest = path.partition("/var/sf/peers/")
    found = UUID.match(rest) if inside and "/certs_pushed/" not in path else None
    return found.group().lower() if found is not None else ""
