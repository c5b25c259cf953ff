"""Sentences about the evidence itself: what does not belong together, whose bundle is missing, what could not be assigned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from analyzer.identify.scene import Scene
from analyzer.join.catalogue import LOOSE_LISTED
from analyzer.join.clocks import of_the_future
from analyzer.join.failures import of_attempt
from analyzer.join.holdings import Holdings
from analyzer.join.issuance import signed_by
from analyzer.join.traffic import Traffic
from analyzer.model.answer import Known
from analyzer.model.capture import CapturedConnection
from analyzer.model.case import CertificateRole, Device, Manager, Notice, Tunnel
from analyzer.model.certificate import Certificate, UnreadableCertificate
from analyzer.model.location import Evidence
from analyzer.model.log import ConnectionAttempt
from analyzer.model.outputs import CredentialFile, OwnOutput
from analyzer.texts import _, ngettext

_NAMES_SHOWN = 12
_GENERATIONS = 8
"""InternalCAs of one name that a loose leaf is checked against."""


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    return _("{names} and {n} more").format(names=shown, n=len(names) - _NAMES_SHOWN) if len(names) > _NAMES_SHOWN else shown


def notices(
    scene: Scene,
    traffic: Traffic,
    holdings: Holdings,
    managers: tuple[Manager, ...],
    devices: tuple[Device, ...],
    tunnels: tuple[Tunnel, ...],
    as_of: datetime,
) -> tuple[Notice, ...]:
    """Grave ones first. ``as_of`` is "today", aware UTC."""
    found = [
        *_of_the_future(scene, as_of),
        *_mismatched(scene, tunnels),
        *_missing_bundles(scene, managers, devices),
        *_unassigned_leaves(scene, holdings, as_of),
        *_partly_unread(holdings),
        *_unreadable(scene),
        *_unattributed(traffic),
        *_other_software(traffic),
        *_credentials(scene),
        *_own_outputs(scene),
        *_called_fmcs(managers),
    ]
    return tuple(sorted(found, key=lambda notice: not notice.grave))


def _called_fmcs(managers: tuple[Manager, ...]) -> Iterator[Notice]:
    for one in managers:
        signs = one.role_signs
        if one.ha_peer and signs and all(sign.weight == "hint" and sign.evidence for sign in signs):
            text = _(
                "Only its name shows that {label} is an FMC: it is assumed to be the other FMC of a pair. If it is a device, state that "
                "in a case file (--facts)."
            ).format(label=one.label)
            yield Notice(text=text, grave=False, evidence=signs[0].evidence)


def _mismatched(scene: Scene, tunnels: tuple[Tunnel, ...]) -> Iterator[Notice]:
    linked = set(scene.links)
    for tunnel in tunnels:
        if isinstance(tunnel.pair_mismatch, Known):
            text = _("These two bundles do not belong together: {reason}.").format(reason=tunnel.pair_mismatch.value)
            yield Notice(text=text, grave=True, evidence=tunnel.pair_mismatch.evidence, doubts=True)
    for manager in scene.managers.all:
        for device in scene.devices.all:
            claimed = scene.claims(device)
            if manager.roots and device.roots and claimed and (manager, device) not in linked and scene.ha_peer(manager) not in claimed:
                names = ", ".join(sorted(m.uuid.first() or m.label for m in claimed))
                evidence: tuple[Evidence, ...] = tuple(e for m in claimed for e in scene.links.get((m, device), [])[:1])
                if manager.uuid.seen:
                    evidence += (next(iter(manager.uuid.seen.values()))[0],)
                text = _("These two bundles do not belong together: {device} is registered to {names}, not to {uuid} ({manager}).").format(
                    device=device.label, names=names, uuid=manager.uuid.first() or _("the FMC"), manager=manager.label
                )
                yield Notice(text=text, grave=True, evidence=evidence, doubts=True)


def _missing_bundles(scene: Scene, managers: tuple[Manager, ...], devices: tuple[Device, ...]) -> Iterator[Notice]:
    given = [d for d in devices if d.bundle_given]
    absent = [d.label for d in devices if not d.bundle_given]
    for manager in managers:
        if not manager.bundle_given:
            text = _("The evidence contains no files from the FMC {manager} itself: facts that only it knows are missing.").format(
                manager=manager.label
            )
            appliance = next(m for m in scene.managers.all if m.key == manager.key)
            seen = next((v for v in (appliance.uuid, appliance.name, appliance.address) if v.seen), None)
            evidence = tuple(next(iter(seen.seen.values()))[:1]) if seen is not None else ()
            yield Notice(text=text, grave=False, evidence=evidence)
    if absent and devices:
        known = ngettext("{n} device is known in this case", "{n} devices are known in this case", len(devices)).format(n=len(devices))
        bundles = _("none of their bundles was provided")
        if given:
            bundles = ngettext("the bundle of {n} was provided", "bundles of {n} were provided", len(given)).format(n=len(given))
        text = _("{known}, {bundles}. Without files of their own: {names}.").format(known=known, bundles=bundles, names=_listed(absent))
        yield Notice(text=text, grave=False, evidence=())


def _unassigned_leaves(scene: Scene, holdings: Holdings, as_of: datetime) -> Iterator[Notice]:
    """One sentence, however many there are: a folder of a certificate authority holds thousands."""
    known = {h.certificate.sha256 for h in holdings.held if h.owner is not None}
    loose = {
        held.certificate.sha256: held.certificate
        for held in holdings.held
        if held.owner is None
        and held.role in (CertificateRole.TUNNEL_LEAF, CertificateRole.DEVICE_LEAF)
        and held.certificate.sha256 not in known
    }
    if not loose:
        return
    leaves = list(loose.values())
    cas = [h.certificate for h in holdings.held if h.role is CertificateRole.INTERNAL_CA]
    text = ngettext(
        (
            "{location} is a tunnel certificate, and nothing shows which device it belongs to. To have it checked, put "
            "it in a folder named after its device (or provide the device's bundle)."
        ),
        (
            "For {n:,} tunnel certificates, nothing shows which devices they belong to. The first is in {location}. To "
            "have them checked, put each in a folder named after its device (or provide the devices' bundles)."
        ),
        len(leaves),
    ).format(n=len(leaves), location=leaves[0].evidence.location)
    if not cas:
        text += " " + _("The evidence contains no InternalCA to check it against.")
    if len(leaves) > 1:
        text += " " + _among_them(leaves, cas, as_of)
    if len(leaves) > LOOSE_LISTED:
        text += " " + _("The report lists the first {n} of them.").format(n=LOOSE_LISTED)
    yield Notice(text=text.rstrip(), grave=False, evidence=tuple(leaf.evidence for leaf in leaves[:_NAMES_SHOWN]))


def _among_them(leaves: list[Certificate], cas: list[Certificate], as_of: datetime) -> str:
    """What is wrong with some of many loose leaves, counted."""
    by_name: defaultdict[bytes, list[Certificate]] = defaultdict(list)
    for ca in {ca.sha256: ca for ca in cas}.values():
        if len(by_name[ca.subject.der]) < _GENERATIONS:
            by_name[ca.subject.der].append(ca)
    expired = sum(leaf.not_after < as_of for leaf in leaves)
    strangers = sum(leaf.issuer.der not in by_name for leaf in leaves) if cas else 0
    other_key = sum(leaf.issuer.der in by_name and not any(signed_by(leaf, ca) for ca in by_name[leaf.issuer.der]) for leaf in leaves)
    counted = [
        ngettext("{n:,} of them has ended", "{n:,} of them have ended", expired).format(n=expired) if expired else "",
        ngettext(
            "{n:,} names an InternalCA that is not in the evidence", "{n:,} name an InternalCA that is not in the evidence", strangers
        ).format(n=strangers)
        if strangers
        else "",
        ngettext("{n:,} names one that is, and is not signed by it", "{n:,} name one that is, and are not signed by it", other_key).format(
            n=other_key
        )
        if other_key
        else "",
    ]
    told = "; ".join(part for part in counted if part)
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def _unreadable(scene: Scene) -> Iterator[Notice]:
    for certificate in scene.facts.of(UnreadableCertificate):
        text = _("A certificate at {location} cannot be read: {reason}").format(
            location=certificate.evidence.location, reason=certificate.reason
        )
        yield Notice(text=text, grave=False, evidence=(certificate.evidence,))


def _partly_unread(holdings: Holdings) -> Iterator[Notice]:
    """Certificates that are used although something in them cannot be decoded, in one sentence."""
    partly = list({h.certificate.sha256: h.certificate for h in holdings.held if h.certificate.unread}.values())
    if partly:
        text = ngettext(
            "Of the certificate at {location} this cannot be read: {what}. Its names, dates and signature are used.",
            "Of {n:,} certificates something cannot be read (the first, at {location}: {what}). The names, dates and signatures are used.",
            len(partly),
        ).format(n=len(partly), location=partly[0].evidence.location, what=", ".join(partly[0].unread[:_NAMES_SHOWN]))
        yield Notice(text=text, grave=False, evidence=tuple(one.evidence for one in partly[:_NAMES_SHOWN]))


def _unattributed(traffic: Traffic) -> Iterator[Notice]:
    """Failures in a log that name no peer: what they say is said, and that it could be given to no tunnel."""
    groups: dict[tuple[str, str, str], list[ConnectionAttempt]] = {}
    for attempt in traffic.unattributed:
        seen = of_attempt(attempt)
        if seen is not None:
            groups.setdefault((attempt.decisive.location.source, attempt.host, seen.failure.text), []).append(attempt)
    for (source, host, failure), found in list(groups.items())[:_NAMES_SHOWN]:
        text = ngettext(
            ("The log {source} of {host} lists {n} failure without a peer, so it is unknown which tunnel it belongs to: {failure}."),
            ("The log {source} of {host} lists {n} failures without a peer, so it is unknown which tunnel they belong to: {failure}."),
            len(found),
        ).format(source=source, host=host or _("an appliance without a name"), n=len(found), failure=failure)
        yield Notice(text=text, grave=True, evidence=tuple(attempt.decisive for attempt in found[:3]))


def _other_software(traffic: Traffic) -> Iterator[Notice]:
    """One sentence for each server: a capture may hold thousands of its connections."""
    by_server: defaultdict[tuple[str, int], list[CapturedConnection]] = defaultdict(list)
    for connection in traffic.foreign:
        by_server[connection.server, connection.server_port].append(connection)
    for (server, port), found in by_server.items():
        text = ngettext(
            "{n} captured connection to {server} port {port} belongs to other software and was not assessed: {why}.",
            "{n} captured connections to {server} port {port} belong to other software and were not assessed: {why}.",
            len(found),
        ).format(n=len(found), server=server, port=port, why=found[0].software_why)
        yield Notice(text=text, grave=False, evidence=tuple(one.summary for one in found[:3]))


def _credentials(scene: Scene) -> Iterator[Notice]:
    for file in scene.facts.of(CredentialFile):
        text = _(
            "{source} contains account names and passwords in clear text. They are not shown here. Remove the file "
            "before you share the evidence, and change the passwords if you have already shared it."
        ).format(source=file.evidence.location.source)
        yield Notice(text=text, grave=True, evidence=(file.evidence,))


def _of_the_future(scene: Scene, as_of: datetime) -> Iterator[Notice]:
    later = of_the_future(scene.facts, as_of)
    if later is not None:
        moment, evidence = later
        text = _(
            "{location} shows the date {day}, and the evaluation is as of {today}. The clock of this computer, the date "
            "given with --as-of, or the clock of that appliance is wrong. Until that is resolved, do not rely on any "
            "statement that something is valid."
        ).format(location=evidence.location, day=f"{moment:%Y-%m-%d}", today=f"{as_of:%Y-%m-%d}")
        yield Notice(text=text, grave=True, evidence=(evidence,), doubts=True)


def _own_outputs(scene: Scene) -> Iterator[Notice]:
    files = [file.evidence for file in scene.facts.of(OwnOutput)]
    if files:
        text = ngettext(
            "{n} file is a report or plan from this program and not evidence: it was skipped ({names}).",
            "{n} files are reports or plans from this program and not evidence: they were skipped ({names}).",
            len(files),
        ).format(n=len(files), names=_listed([str(one.location) for one in files]))
        yield Notice(text=text, grave=False, evidence=tuple(files[:_NAMES_SHOWN]))
