"""Every distinct certificate of the case, with its role, its owner and all places where it was seen."""

from __future__ import annotations

from analyzer.identify.certificate_roles import role_of
from analyzer.identify.scene import Scene
from analyzer.join.holdings import Holdings
from analyzer.model.case import CertificateInCase, CertificateRole
from analyzer.model.certificate import Certificate
from analyzer.model.location import Evidence
from analyzer.texts import _

_MOST_TELLING = list(CertificateRole)
_LEAVES = (CertificateRole.TUNNEL_LEAF, CertificateRole.DEVICE_LEAF)
_PLACES_SHOWN = 20
LOOSE_LISTED = 200
"""Leaves of which nothing says whose they are that become part of the case, the first of them; a notice counts all (`notices`)."""


def certificates_in_case(scene: Scene, holdings: Holdings) -> tuple[CertificateInCase, ...]:
    """Distinct by digest, in the order of role, then end of validity. One seen in several places has its most telling role. Of leaves
    that nothing assigns only the first `LOOSE_LISTED`: a folder of a certificate authority holds thousands."""
    owners = {id(h.certificate): h.owner for h in holdings.held}
    found: dict[str, tuple[Certificate, CertificateRole, str, list[Evidence]]] = {}
    for certificate in scene.facts.of(Certificate):
        role = role_of(certificate)
        owner = owners.get(id(certificate))
        key = owner.key if owner is not None else ""
        if role is CertificateRole.INTERNAL_CA:
            manager = scene.managers.find(uuid=certificate.subject.common_name)
            key = manager.key if manager is not None else key
        known = found.get(certificate.sha256)
        if known is None:
            found[certificate.sha256] = (certificate, role, key, [certificate.evidence])
            continue
        if len(known[3]) < _PLACES_SHOWN:
            known[3].append(certificate.evidence)
        better = role if _MOST_TELLING.index(role) < _MOST_TELLING.index(known[1]) else known[1]
        found[certificate.sha256] = (known[0], better, known[2] or key, known[3])
    nameless = _("no subject")
    rows = [
        CertificateInCase(
            key=f"certificate:{sha256[:16]}",
            label=f"{certificate.subject.text or nameless} ({seen[0].location})",
            role=role,
            owner=owner,
            certificate=certificate,
            seen=tuple(seen),
        )
        for sha256, (certificate, role, owner, seen) in found.items()
    ]
    loose = [row for row in rows if not row.owner and row.role in _LEAVES]
    left_out = {row.key for row in loose[LOOSE_LISTED:]}
    rows = [row for row in rows if row.key not in left_out]
    return tuple(sorted(rows, key=lambda r: (_MOST_TELLING.index(r.role), r.certificate.not_after, r.key)))
