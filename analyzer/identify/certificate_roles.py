"""What a certificate is for: told by its names first, by the path it stood at second (field notes 4.2)."""

from __future__ import annotations

from analyzer.identify.placement import place
from analyzer.model.case import CertificateRole
from analyzer.model.certificate import Certificate

INTERNAL_CA_TITLE = "InternalCA"
"""The title attribute in the name of every InternalCA (Cisco document 222464)."""


def role_of(certificate: Certificate) -> CertificateRole:
    """The role of a certificate at the place where it was read. A certificate in a capture has no path: its names decide.

    The ``LL-*`` set beside the tunnel's files is another one, and certificates of other issuers (Talos "Keymaster CA 2", the web
    interface) are look-alikes: none of them says anything of the tunnel.
    """
    location = certificate.evidence.location
    path = place(location).path or (location.member or location.artifact)
    name = path.rsplit("/", 1)[-1]
    if name.startswith("LL-"):
        return CertificateRole.LIGHT_REGISTRATION
    if certificate.subject.title == INTERNAL_CA_TITLE and certificate.is_self_issued:
        return CertificateRole.INTERNAL_CA
    if certificate.issuer.title != INTERNAL_CA_TITLE:
        return CertificateRole.OTHER
    if location.packet is not None:
        return CertificateRole.TUNNEL_LEAF
    if "/certs_pushed/" in f"/{path}" or "/peers/" in f"/{path}":
        return CertificateRole.DEVICE_LEAF
    if "/etc/sf/keys/" in f"/{path}":
        return CertificateRole.MANAGER_LEAF
    return CertificateRole.TUNNEL_LEAF
