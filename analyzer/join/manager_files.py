"""Files of a manager's own set that hold nothing, or nothing that decodes: the InternalCA, its certificate and its key."""

from __future__ import annotations

from collections import defaultdict

from analyzer.identify.placement import place
from analyzer.identify.scene import Scene
from analyzer.model.certificate import PrivateKey, UnreadableCertificate

SET = ("/etc/sf/ca_root/cacert.pem", "/etc/sf/keys/sftunnel-cert.pem", "/etc/sf/keys/sftunnel-key.pem")
"""Field notes 4.2, as sftunnel.conf names them."""


def damaged_files(scene: Scene) -> dict[int, list[UnreadableCertificate]]:
    """By the identity of the manager, in whose bundle they lie."""
    found: dict[int, list[UnreadableCertificate]] = defaultdict(list)
    keys = (UnreadableCertificate(key.reason, key.evidence) for key in scene.facts.of(PrivateKey) if key.damaged)
    for broken in (*scene.facts.of(UnreadableCertificate), *keys):
        owner = scene.owner(broken.evidence.location)
        if owner is not None and owner.manager and place(broken.evidence.location).path.endswith(SET) and len(found[id(owner)]) < len(SET):
            found[id(owner)].append(broken)
    return dict(found)


def is_key(broken: UnreadableCertificate) -> bool:
    """It is the key of the set. Collectors leave keys out on purpose, so an empty one says little."""
    return place(broken.evidence.location).path.endswith("-key.pem")
