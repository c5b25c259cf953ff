"""All facts of one call, joined to one case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from analyzer.identify.appliance import Appliance
from analyzer.identify.scene import Scene
from analyzer.identify.sorted_facts import SortedFacts
from analyzer.join import coverage, not_understood, notices, obtain
from analyzer.join.afterwards import Afterwards
from analyzer.join.ages import Ages
from analyzer.join.ca_claims import CaClaims
from analyzer.join.catalogue import certificates_in_case
from analyzer.join.clocks import clocks, could_flip, evidence_time, largest, skew_of, taken_later
from analyzer.join.clones import clones, of_clone
from analyzer.join.cloud import is_cloud
from analyzer.join.conflicts import with_conflicts
from analyzer.join.current_ca import current_ca
from analyzer.join.cve_releases import CveReleases, listed
from analyzer.join.device_files import DeviceFiles, device_files
from analyzer.join.failures import newest, of_attempt, of_connection
from analyzer.join.former import former_registrations
from analyzer.join.handshake import BothAppliances, Witness, handshake_case
from analyzer.join.holdings import Holdings, dates_of
from analyzer.join.hotfixes import HotfixTable, hotfix_of
from analyzer.join.interfaces import management_interfaces
from analyzer.join.issuance import Signatures, Unchecked
from analyzer.join.known_devices import KnownDevices
from analyzer.join.manager_files import damaged_files, is_key
from analyzer.join.misplaced_certificates import MisplacedCertificates
from analyzer.join.named_only import named_only
from analyzer.join.observations import observed
from analyzer.join.pairs import add_pairs
from analyzer.join.printed_dates import PrintedDates, by_dates
from analyzer.join.processes import Processes
from analyzer.join.releases import numbered
from analyzer.join.renewals import Renewals
from analyzer.join.repairs import current_still, issued_still, may_be_one, new_set_proven, push_failed_still, renewed, up_since
from analyzer.join.replaced_managers import with_replaced
from analyzer.join.reports import reports_of
from analyzer.join.set_checks import SetChecks
from analyzer.join.speakers import speaker_of
from analyzer.join.stated_years import in_stated_years
from analyzer.join.stated_zones import in_stated_zones
from analyzer.join.statements import quoted, role_of_manager, stated_roles
from analyzer.join.states import DerivedState, Witnesses, any_down, derive_state, known_registration, rpc_failed
from analyzer.join.traffic import Traffic, attribute
from analyzer.join.unassigned import of_addresses, of_unassigned, unassigned
from analyzer.model.answer import UNDATED, Age, Answer, Known, Missing
from analyzer.model.capture import CaptureRead
from analyzer.model.case import Case, Device, Failure, IssuedBy, Manager, Notice, Tunnel, TunnelState
from analyzer.model.certificate import Certificate, PrivateKey
from analyzer.model.facts import Fact
from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.model.log import LogEvent, Side
from analyzer.model.outputs import ApplianceIdentity, CertificateCopy, CopyOutcome, ManagerEntry, PeersMapEntry, PeerStatus
from analyzer.model.passage import NotUnderstood
from analyzer.texts import _


def build_case(
    facts: Iterable[Fact],
    as_of: datetime,
    cve_releases: CveReleases | None = None,
    hotfixes: HotfixTable | None = None,
    signatures: int = DEFAULT_LIMITS.signatures,
) -> Case:
    """Join the facts. ``as_of`` ("today", aware UTC) bounds what may count as the time of the evidence. ``cve_releases`` are the releases
    that a CVE lists; without them it is not told whether a manager's is one. ``signatures`` is the limit of that name."""
    scene = Scene(SortedFacts(in_stated_zones(in_stated_years(facts), as_of)), as_of)
    traffic = attribute(scene)
    scene.managers.settle()
    scene.devices.settle()
    when = evidence_time(scene.facts, as_of)
    joined = _Joined(scene, traffic, Ages(scene.facts, as_of), cve_releases, hotfixes, Signatures(signatures))
    former = {id(one.appliance) for one in joined.former}
    present = [device for device in scene.devices.all if id(device) not in former]
    linked = [(manager, device) for manager, device in scene.links if id(device) not in former]
    devices = tuple(sorted((with_conflicts(joined.device(d)) for d in present), key=lambda d: (d.label.lower(), d.key)))
    tunnels = tuple(sorted((with_conflicts(joined.tunnel(m, d)) for m, d in linked), key=lambda t: (t.label.lower(), t.key)))
    managers = tuple(
        sorted((with_conflicts(joined.manager(m, tunnels)) for m in scene.managers.all), key=lambda m: (m.label.lower(), m.key))
    )
    left = unassigned(scene, traffic)
    covered = coverage.coverage(scene.facts.of(LogEvent))
    unread = not_understood.in_order(scene.facts.of(NotUnderstood))
    return Case(
        managers=managers,
        devices=devices,
        tunnels=tunnels,
        certificates=certificates_in_case(scene, joined.holdings),
        private_keys=tuple(scene.facts.of(PrivateKey)),
        captures=tuple(scene.facts.of(CaptureRead)),
        clocks=clocks(scene.facts, as_of),
        evidence_time=when,
        skew=largest(tunnel.clock_skew for tunnel in tunnels),
        notices=(
            *notices.notices(scene, traffic, joined.holdings, managers, devices, tunnels, as_of),
            *of_unassigned(left),
            *of_addresses(devices),
            *not_understood.notices(unread),
            *named_only(scene),
            *coverage.notices(covered, managers),
            *observed(scene.facts, managers, devices, tunnels, as_of, lambda fact: getattr(scene.speaker(fact), "label", "")),
            *quoted(scene),
            *(Notice(text=one.text, grave=False, evidence=one.evidence) for one in joined.former),
        ),
        not_understood=unread,
        coverage=covered,
        unassigned=left,
        taken_later=taken_later(scene.facts, as_of),
    )


class _Joined:
    """Makes the frozen managers, devices and tunnels of a scene."""

    def __init__(
        self,
        scene: Scene,
        traffic: Traffic,
        ages: Ages,
        cve_releases: CveReleases | None,
        hotfixes: HotfixTable | None,
        signatures: Signatures,
    ) -> None:
        self.scene = scene
        self._signatures = signatures
        self.traffic = traffic
        self.holdings = Holdings(scene, traffic)
        self.set_checks = SetChecks(scene)
        self._printed = PrintedDates(scene, ages)
        self.renewals = Renewals(scene)
        self.processes = Processes(scene)
        self._known_devices = KnownDevices(scene)
        self._files = device_files(scene)
        self._damaged = damaged_files(scene)
        self._ages = ages
        self._roles = stated_roles(scene)
        self._witnesses = Witnesses(lambda status: speaker_of(scene, status), ages.of, ages.session)
        self._cve_releases = cve_releases
        self._hotfixes = hotfixes
        claims = CaClaims(scene, self.holdings, ages)
        only = len(scene.managers.all) == 1
        in_force = {id(m): current_ca(m, claims, self.renewals.moments(m), self.renewals.replaced(m), only) for m in scene.managers.all}
        self._in_force = with_replaced(scene.managers.all, in_force, ages)
        self._ca: dict[int, Answer[Certificate]] = {key: found.certificate for key, found in self._in_force.items()}
        self._previous = {id(m): self.holdings.previous_cas(m, self._ca[id(m)]) for m in scene.managers.all}
        self._renewal = {id(m): self.renewals.newest(m) for m in scene.managers.all}
        self._renewed = {
            id(m): renewed(self._in_force[id(m)].begins, self.renewals.moments(m), self.renewals.old_ends(m), self._previous[id(m)])
            for m in scene.managers.all
        }
        self._entries = {id(self.scene.speaker(e)): e for e in scene.facts.of(ManagerEntry)}
        self._mapped: dict[int, list[PeersMapEntry]] = {}
        for entry in scene.facts.of(PeersMapEntry):
            self._mapped.setdefault(id(scene.speaker(entry)), []).append(entry)
        self._reports = reports_of(scene)
        self._status_of: dict[tuple[int, int], list[PeerStatus]] = {}
        for manager, device, status in scene.statuses:
            self._status_of.setdefault((id(manager), id(device)), []).append(status)
        self._afterwards = Afterwards(scene, traffic, ages)
        self._clones = clones(scene, ages)
        self._told = {(id(m), id(d)): self._tell(m, d) for m, d in scene.links}
        add_pairs(scene, self._told)
        self.former = former_registrations(scene, self._told)
        self._leaves = {(id(m), id(d)): self.holdings.on_device(m, d, "sftunnel-cert.pem") for m, d in scene.links}
        self._to_push = {(id(m), id(d)): self.holdings.leaf_to_push(m, d) for m, d in scene.links}
        self.misplaced_certificates = MisplacedCertificates(
            (m, d, self._to_push[id(m), id(d)], self._leaves[id(m), id(d)]) for m, d in scene.links
        )

    def manager(self, it: Appliance, tunnels: tuple[Tunnel, ...]) -> Manager:
        ca = self._ca[id(it)]
        leaf = self.holdings.manager_leaf(it)
        not_before, not_after = self._in_force[id(it)].begins, self._in_force[id(it)].ends
        version = it.version.answer(_("the software version of this FMC is not in the evidence"), _(obtain.BOX_VERSION))
        has_script = self.renewals.has_script(it, self._renewal[id(it)])
        started = self.processes.started(it)
        mine = [t for t in tunnels if t.manager == it.key]
        by_key = {d.key: d.label for d in self.scene.devices_of(it)}
        states: dict[str, TunnelState | None] = {t.device: t.state.value if isinstance(t.state, Known) else None for t in mine}
        peer = self.scene.ha_peer(it)
        return Manager(
            key=it.key,
            label=it.label,
            uuid=it.uuid.answer(_("the UUID of this FMC is not in the evidence"), _(obtain.MANAGER_UUID)),
            name=it.name.answer(_("the name of this FMC is not in the evidence"), _(obtain.BOX_NAME)),
            address=it.address.answer(_("the address of this FMC is not in the evidence"), _(obtain.MANAGER_ADDRESS)),
            version=version,
            build=it.build.answer(_("the software build of this FMC is not in the evidence"), _(obtain.BOX_VERSION)),
            vdb=self._vdb(it),
            role=self._role(it, peer),
            internal_ca=ca,
            internal_ca_not_before=not_before,
            internal_ca_not_after=not_after,
            previous_cas=self._previous[id(it)],
            leaf=leaf,
            leaf_issued_by=self._issued_by(it, leaf),
            renewal=self._renewal[id(it)],
            has_renewal_script=has_script,
            hotfix=hotfix_of(version, has_script, self._patches(it), self._hotfixes),
            tunnels_connected=tuple(by_key[k] for k, s in states.items() if s in (TunnelState.CONNECTED, TunnelState.DEGRADED)),
            tunnels_down=tuple(by_key[k] for k, s in states.items() if s is TunnelState.DOWN),
            tunnels_unknown=tuple(by_key[k] for k, s in states.items() if s is None),
            bundle_given=bool(it.roots),
            ha_peer=peer.key if peer is not None else "",
            version_number=numbered(version),
            is_cloud=is_cloud(self.scene, it),
            process_started=started,
            process_running=self.processes.running(it),
            listening=self.processes.listening(it),
            process_predates_ca=_precedes(started, not_before),
            push_list_run=self.renewals.list_run(it, self._renewal[id(it)], not_before),
            management_interfaces=management_interfaces(self.scene, it),
            leaf_printed_end=self._printed.manager_leaf(it, leaf),
            release_affected_by_sftunnel_cves=listed(numbered(version), self._cve_releases),
            any_tunnel_down=any_down(mine),
            devices_listed=self._known_devices.listed(it),
            damaged_files=tuple(one for one in self._damaged.get(id(it), ()) if not is_key(one)),
            merged=it.merged,
            role_signs=it.role_signs,
            damaged_keys=tuple(one for one in self._damaged.get(id(it), ()) if is_key(one)),
        )

    def device(self, it: Appliance) -> Device:
        return Device(
            key=it.key,
            label=it.label,
            uuid=it.uuid.answer(_("the UUID of this device is not in the evidence"), _(obtain.DEVICE_UUID)),
            name=it.name.answer(_("the name of this device is not in the evidence"), _(obtain.BOX_NAME)),
            address=it.address.answer(_("the address of this device is not in the evidence"), _(obtain.DEVICE_ADDRESS)),
            version=it.version.answer(_("the software version of this device is not in the evidence"), _(obtain.BOX_VERSION)),
            model=it.model.answer(_("the model of this device is not in the evidence"), _(obtain.BOX_VERSION)),
            managed_by=self._managed_by(it),
            bundle_given=bool(it.roots),
            process_started=self.processes.started(it),
            process_running=self.processes.running(it),
            merged=it.merged,
            role_signs=it.role_signs,
        )

    def tunnel(self, manager: Appliance, device: Appliance) -> Tunnel:
        pair = (manager, device)
        attempts = self.traffic.attempts.get(pair, [])
        statuses = self._status_of.get((id(manager), id(device)), [])
        told = self._told[id(manager), id(device)]
        renewal = self._renewal[id(manager)]
        leaf = self._leaves[id(manager), id(device)]
        device_ca = self.holdings.on_device(manager, device, "cacert.pem")
        registration = known_registration(statuses)
        entry = self._entries.get(id(device))
        registered: Answer[str] = Missing(_("the registration state is not in the evidence"), _(obtain.SHOW_MANAGERS))
        if registration is not None:
            registered = Known(registration.registration, (registration.evidence,))
        elif entry is not None and entry.registration:
            registered = Known(entry.registration, (entry.evidence,))
        renewal_made = self._renewed[id(manager)]
        proven = new_set_proven(told, renewal_made)
        leaf_issued_by = issued_still(self._issued_by(manager, leaf), self._age_of(leaf), renewal_made, proven)
        ca_age = self._printed.age_of_device_ca(manager, device) if isinstance(device_ca, Missing) else self._age_of(device_ca)
        ca_is_current = current_still(self._is_current(manager, device, device_ca), ca_age, renewal_made, proven)
        ca_begins, ca_ends = self._in_force[id(manager)].begins, self._in_force[id(manager)].ends
        skew = skew_of(attempts)
        failure = self._failure(pair, told, skew)
        failed_at: Answer[datetime] = Missing(_("the evidence contains no failure with a time"), _(obtain.LOGS))
        if isinstance(failure, Known) and failure.value.time is not None:
            failed_at = Known(failure.value.time, failure.evidence)
        connected = isinstance(told.state, Known) and told.state.value is not TunnelState.DOWN
        files = self._files.get((id(manager), id(device)), DeviceFiles()).standing(up_since(told), self._ages)
        return Tunnel(
            key=f"tunnel:{manager.key}>{device.key}",
            label=_("{device} with {manager}").format(device=device.label, manager=manager.label),
            manager=manager.key,
            device=device.key,
            state=told.state,
            since=told.since,
            seen_at=told.seen_at,
            registration=registered,
            device_leaf=leaf,
            device_leaf_issued_by=leaf_issued_by,
            leaf_to_push=self._to_push[id(manager), id(device)],
            device_ca=device_ca,
            device_ca_is_current=ca_is_current,
            leaf_matches_key=self._key_matches(manager, device, leaf),
            push_failed=push_failed_still(
                self.renewals.push_failed(manager, device, renewal, ca_begins),
                up_since(told) or self._up_to_a_double(manager, device),
                renewal_made,
                proven,
                self.renewals.listed_at(manager),
            ),
            push_failures=self.renewals.push_failures(manager, device),
            certificates_copied=self.renewals.copied(device, renewal),
            failure=failure,
            pair_mismatch=self._mismatch(manager, device),
            attempts=tuple(attempts),
            connections=tuple(c for c, _ in self.traffic.connections.get(pair, [])),
            handshake_case=handshake_case(
                failure, self._failures_seen(pair), BothAppliances(ca_begins, ca_ends, ca_is_current, leaf_issued_by)
            ),
            clock_skew=skew,
            skew_could_flip=could_flip(skew, (ca_begins, ca_ends, *dates_of(leaf)), failed_at),
            leaf_of_other_device=self.misplaced_certificates.other_device(manager, device),
            files_swapped=self.misplaced_certificates.swapped(manager, device),
            process_predates_leaf=_precedes(self.processes.started(device), dates_of(leaf)[0]),
            connection_predates_ca=_precedes(told.since, ca_begins) if connected else Missing(_("the tunnel is not known to be up"), ""),
            new_set_proven=proven,
            rpc_failed=rpc_failed(statuses, told),
            device_leaf_printed_end=self._printed.device_leaf(manager, device, leaf),
            device_ca_printed_end=self._printed.device_ca(manager, device, device_ca),
            set_verify_code=self.set_checks.verify_code(manager, device),
            known_to_manager=self._known_devices.knows(manager, device),
            files_listed=tuple(files.listed),
            empty_files=tuple(files.empty),
            odd_owners=tuple(files.odd_owners),
            odd_names=tuple(files.odd_names),
            damaged_files=tuple(files.damaged),
            damaged_keys=tuple(files.damaged_keys),
        )

    def _up_to_a_double(self, manager: Appliance, device: Appliance) -> Known[datetime] | None:
        """Since when the device is connected to an FMC that may be this one: nothing that is known of the two keeps them apart."""
        others = [other for other in self.scene.managers_of(device) if other is not manager and may_be_one(manager, other)]
        found = [since for other in others if (since := up_since(self._told[id(other), id(device)])) is not None]
        return max(found, key=lambda since: since.value, default=None)

    def _tell(self, manager: Appliance, device: Appliance) -> DerivedState:
        connections = [connection for connection, _serves in self.traffic.connections.get((manager, device), [])]
        statuses = self._status_of.get((id(manager), id(device)), [])
        attempts = self.traffic.attempts.get((manager, device), [])
        told = derive_state(statuses, attempts, connections, self._witnesses, self._reports.get(id(device), ()))
        return of_clone(self._afterwards.look(manager, device, told), self._clones.get(id(device)))

    def _age_of(self, file: Answer[Certificate]) -> Age:
        """How old it is that the device holds this certificate."""
        return UNDATED if isinstance(file, Missing) else self._ages.of_place(file.value.evidence.location)

    def _failures_seen(self, pair: tuple[Appliance, Appliance]) -> list[Witness]:
        """Every failure of this tunnel, and which end it was seen at. A capture shows what both ends sent."""
        found = [
            Witness(seen, frozenset({attempt.side.value}))
            for attempt in self.traffic.attempts.get(pair, ())
            if attempt.side is not Side.UNKNOWN and (seen := of_attempt(attempt)) is not None
        ]
        for connection, manager_serves in self.traffic.connections.get(pair, ()):
            captured = of_connection(connection, manager_serves=manager_serves)
            if captured is not None:
                found.append(Witness(captured, frozenset({"manager", "device"})))
        return found

    def _issued_by(self, manager: Appliance, leaf: Answer[Certificate]) -> Answer[IssuedBy]:
        if isinstance(leaf, Missing):
            return leaf
        ca = self._ca[id(manager)]
        issuer = leaf.value.issuer
        if isinstance(ca, Known):
            verdict = self._signatures.issued_by(leaf.value, ca.value, self._previous[id(manager)])
            if isinstance(verdict, Unchecked):
                return Missing(self._signatures.why(verdict, leaf.value), _(obtain.DEVICE_LEAF), leaf.evidence[:1])
            return Known(verdict, (*leaf.evidence[:3], *ca.evidence[:2]), leaf.assumed or ca.assumed)
        uuids = manager.uuid.seen
        if issuer.title == "InternalCA" and uuids and issuer.common_name.lower() not in uuids:
            named = next(iter(uuids.values()))
            return Known(IssuedBy.ANOTHER_MANAGER, (*leaf.evidence[:3], named[0]), leaf.assumed)
        return Missing(_("who signed the leaf cannot be checked: {why}").format(why=ca.why), ca.obtain, leaf.evidence[:1])

    def _is_current(self, manager: Appliance, device: Appliance, device_ca: Answer[Certificate]) -> Answer[bool]:
        if isinstance(device_ca, Missing):
            return self._printed.is_current(manager, device, device_ca, self._in_force[id(manager)])
        ca = self._ca[id(manager)]
        if isinstance(ca, Missing):
            return by_dates(device_ca, self._in_force[id(manager)], ca)
        same = device_ca.value.sha256 == ca.value.sha256
        return Known(same, (*device_ca.evidence[:2], *ca.evidence[:2]), device_ca.assumed or ca.assumed)

    def _failure(self, pair: tuple[Appliance, Appliance], told: DerivedState, skew: Answer[timedelta]) -> Answer[Failure]:
        seen = [s for a in self.traffic.attempts.get(pair, ()) if (s := of_attempt(a)) is not None]
        for connection, manager_serves in self.traffic.connections.get(pair, ()):
            captured = of_connection(connection, manager_serves=manager_serves)
            if captured is not None:
                seen.append(captured)
        best = newest(seen, told.last_success, skew.value if isinstance(skew, Known) else timedelta())
        if best is None:
            why = _("the failures in the evidence were followed by a success") if seen else _("the evidence contains no failed attempt")
            return Missing(why, _(obtain.LOGS))
        return Known(best.failure, best.evidence)

    def _mismatch(self, manager: Appliance, device: Appliance) -> Answer[str]:
        claimed = self.scene.claims(device)
        if not (manager.roots and device.roots and claimed and manager.uuid.seen):
            return Missing(_("needs files of both appliances, and the device's list of its FMCs"), _(obtain.SHOW_MANAGERS))
        if manager in claimed:
            return Missing(_("the device names this FMC: the two belong together"), "")
        names = ", ".join(sorted(m.uuid.first() or m.label for m in claimed))
        mapped = tuple(e.evidence for e in self._mapped.get(id(device), ()))
        uuid, places = next(iter(manager.uuid.seen.items()))
        return Known(
            _("{device} is registered to {names}, not to {uuid} ({manager})").format(
                device=device.label, names=names, uuid=uuid, manager=manager.label
            ),
            (*mapped[:3], places[0]),
        )

    def _patches(self, it: Appliance) -> list[ApplianceIdentity]:
        facts = self.scene.facts.of(ApplianceIdentity)
        return [fact for fact in facts if fact.key == "PATCH" and self.scene.speaker(fact) is it]

    def _key_matches(self, manager: Appliance, device: Appliance, leaf: Answer[Certificate]) -> Answer[bool]:
        by_files = self.holdings.key_matches(leaf)
        by_digest = self.set_checks.key_matches(manager, device)
        return by_digest if isinstance(by_files, Missing) and isinstance(by_digest, Known) else by_files

    def _vdb(self, it: Appliance) -> Answer[int]:
        for fact in self.scene.facts.of(ApplianceIdentity):
            if fact.key == "VDB_VERSION" and fact.value.isdigit() and self.scene.speaker(fact) is it:
                return Known(int(fact.value), (fact.evidence,))
        return Missing(_("the VDB version of this FMC is not in the evidence"), _(obtain.VDB))

    def _role(self, it: Appliance, peer: Appliance | None) -> Answer[str]:
        alone = [
            c.evidence
            for c in self.scene.facts.of(CertificateCopy)
            if c.outcome is CopyOutcome.NOT_HA_PEER and self.scene.managers.find(name=c.device_name) is it
        ]
        return role_of_manager(it, peer, self._roles.get(id(it), ()), alone)

    def _managed_by(self, it: Appliance) -> Answer[str]:
        entry = self._entries.get(id(it))
        if entry is not None:
            return Known(entry.management.value, (entry.evidence,))
        claimed = self.scene.claims(it)
        if claimed:
            places = self.scene.links.get((claimed[0], it), [])
            return Known("manager", tuple(places[:2]))
        return Missing(_("show managers of this device is not in the evidence"), _(obtain.SHOW_MANAGERS))


def _precedes(first: Answer[datetime], second: Answer[datetime]) -> Answer[bool]:
    """The one moment lies before the other."""
    if isinstance(first, Missing):
        return first
    if isinstance(second, Missing):
        return second
    return Known(first.value < second.value, (*first.evidence[:2], *second.evidence[:2]), first.assumed or second.assumed)
