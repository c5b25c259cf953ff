"""What was tested by hand, what firewalls, alerts and records say, and certificates and sockets of which nobody tells whose they are, as
sentences with their evidence.

None of it is a status of a tunnel. What speaks against one keeps an all-clear away (``doubts``) until newer evidence answers it; what
speaks for one proves nothing and only is said.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from analyzer.identify.sorted_facts import SortedFacts, evidence_of
from analyzer.join.others import is_of_others
from analyzer.model.answer import Answer, Known
from analyzer.model.case import Device, Manager, Notice, Tunnel, TunnelState
from analyzer.model.certificate import CertificateDates, ChainVerdict, EndCheck, RevocationList
from analyzer.model.facts import NO_EVIDENCE, Fact
from analyzer.model.location import Evidence
from analyzer.model.member import Damage
from analyzer.model.observed import (
    CLOSES_TUNNELS,
    ApplianceRecord,
    DeniedConnection,
    DoneByHand,
    HandAction,
    HealthHint,
    HintKind,
    PortProbe,
    Reached,
    RecordSource,
)
from analyzer.model.outputs import ReachabilityNote, TunnelProcess
from analyzer.model.passage import Passage
from analyzer.texts import N_, _, ngettext

MOST_OF_A_KIND = 30
"""Sentences of one kind; the rest is counted in one more."""

_EVIDENCE = 6
_PROMPTS_ABOVE = 200
_SOON = timedelta(days=90)
_MOST_DAYS = 36_500

_PROBED = {
    Reached.CONNECTED: N_(
        "{speaker}: TCP {target}:{port} accepted a connection ({tool}): the path and the listener worked at that "
        "moment. That proves nothing about certificates."
    ),
    Reached.REFUSED: N_(
        "{speaker}: TCP {target}:{port} refused the connection ({tool}): the host answers, and nothing accepts connections on that port."
    ),
    Reached.TIMED_OUT: N_(
        "{speaker}: TCP {target}:{port} gave no answer, the connection timed out ({tool}): a filter or a route in the path."
    ),
    Reached.UNREACHABLE: N_("{speaker}: {target}:{port} is not reachable ({tool}): there is no route to it."),
    Reached.UNRESOLVED: N_("{speaker}: the name {target} was not resolved ({tool}): check DNS."),
}
_DONE = {
    HandAction.RESTARTED_SFTUNNEL: N_("sftunnel was restarted by hand on {speaker}: all of its tunnels were closed and had to reconnect."),
    HandAction.RESTARTED_CHANNEL: N_(
        "The communication channel was restarted by hand on {speaker}: all of its tunnels were closed and had to reconnect."
    ),
    HandAction.STOPPED_SFTUNNEL: N_("sftunnel was stopped by hand on {speaker}: none of its tunnels comes up until it is started."),
    HandAction.REBOOTED: N_("{speaker} was rebooted by hand: all of its tunnels were closed and had to reconnect."),
    HandAction.MANAGER_ADDED: N_("On {speaker} the FMC {target} was added by hand."),
    HandAction.MANAGER_DELETED: N_("On {speaker} its FMC was deleted by hand: the device has to be registered again."),
    HandAction.MANAGER_EDITED: N_("On {speaker} the entry of its FMC was changed by hand."),
    HandAction.FILES_REMOVED: N_("On {speaker}, {target} was removed or moved by hand. A tunnel that needs it cannot be set up again."),
    HandAction.BACKUP_RESTORED: N_(
        "A backup was restored on {speaker}. Its InternalCA and its tunnels may be those of the day of the backup: read the dates and the "
        "status again."
    ),
}
_COPY_ENDED = N_("{speaker}: the InternalCA in {path} ended {day}. It is a local copy and does not show whether the FMC has a newer one.")
_COPY_ENDS = N_("{speaker}: the InternalCA in {path} ends {day}. It is a local copy and does not show whether the FMC has a newer one.")
_LEAF_ENDS = N_("{speaker}: the tunnel certificate {path} ends {day}.")
_ENDING = (HandAction.MANAGER_DELETED, HandAction.FILES_REMOVED, HandAction.BACKUP_RESTORED)
_OF_CA = (HintKind.CA_EXPIRES, HintKind.CA_EXPIRED)
_HINTED = {
    HintKind.NO_HEARTBEAT: N_("{reporter} reports that {appliance} is not sending heartbeats{when}: its tunnel may be down."),
    HintKind.NOT_CONNECTED: N_("{reporter} reports that {appliance} is not connected{when}."),
    HintKind.REGISTRATION_FAILED: N_(
        "{reporter} reports that no connection could be established with {appliance} at registration{when}: check "
        "the registration key, the NAT ID and TCP 8305 between the two."
    ),
    HintKind.CA_EXPIRES: N_("{reporter} reports that the InternalCA of an FMC (the sftunnel CA certificate) will expire{days}{when}."),
    HintKind.CA_EXPIRED: N_("{reporter} reports that the InternalCA of an FMC (the sftunnel CA certificate) has expired{when}."),
    HintKind.RECONNECTED: N_("{reporter} reports that {appliance} sends heartbeats again{when}."),
}
_SOURCES = {
    RecordSource.API: N_("The API of an FMC"),
    RecordSource.DEVICE_LIST: N_("A list of devices"),
    RecordSource.PEERS_TABLE: N_("The table of peers of an FMC"),
    RecordSource.TUNNEL_JSON: N_("A file of a peer folder"),
}


class Observations:
    """The sentences. Managers, devices and tunnels tell what newer evidence answers already."""

    def __init__(
        self,
        facts: SortedFacts,
        managers: Iterable[Manager],
        devices: Iterable[Device],
        tunnels: Iterable[Tunnel],
        as_of: datetime,
        label: Callable[[Fact], str],
    ) -> None:
        self._facts = facts
        self._as_of = as_of
        self._label = label
        self._managers = tuple(managers)
        self._devices = tuple(devices)
        self._tunnels = tuple(tunnels)
        by_source: dict[str, list[tuple[tuple[int, int], int, Passage]]] = defaultdict(list)
        for number, passage in enumerate(facts.of(Passage)):
            place = passage.evidence.location
            by_source[place.source].append(((place.line or 0, place.offset or 0), number, passage))
        self._passages: dict[str, tuple[list[tuple[int, int]], list[Passage]]] = {}
        for source, found in by_source.items():
            found.sort(key=lambda one: one[:2])
            self._passages[source] = [place for place, _, _ in found], [passage for _, _, passage in found]

    def notices(self) -> tuple[Notice, ...]:
        """All of them, in the order of the kinds."""
        found: list[Notice] = []
        kinds: tuple[Callable[[], Iterator[Notice]], ...] = (
            self._probes,
            self._denials,
            self._hints,
            self._records,
            self._actions,
            self._verdicts,
            self._ends,
            self._copies,
            self._leaves,
            self._sockets,
            self._process_of_nobody,
        )
        for kind in kinds:
            of_kind = list(kind())
            found += of_kind[:MOST_OF_A_KIND]
            if len(of_kind) > MOST_OF_A_KIND:
                rest = of_kind[MOST_OF_A_KIND:]
                text = ngettext("{n} more observation of this kind.", "{n} more observations of this kind.", len(rest)).format(n=len(rest))
                evidence = tuple(one.evidence[0] for one in rest[:_EVIDENCE])
                found.append(Notice(text=text, grave=False, evidence=evidence, doubts=any(one.doubts for one in rest)))
        if not (found or self._managers or self._devices):
            found += self._of_nobody()
        return tuple(found)

    # -- who speaks ------------------------------------------------------------------------------------------

    def _speaker(self, fact: Fact) -> str:
        """The appliance that says it. Where it is none of the case: the host of the prompt, or of the nearest above in its session; else
        the file."""
        label = self._label(fact)
        if label:
            return label
        location = evidence_of(fact).location
        places, passages = self._passages.get(location.source, ([], []))
        at = bisect_right(places, (location.line or 0, location.offset or 0))
        for one in reversed(passages[max(0, at - _PROMPTS_ABOVE) : at]):
            if one.session != passages[at - 1].session:
                break
            if one.host or one.label:
                return one.host or one.label
        return location.source

    def _answered(self, name: str, at: datetime | None) -> bool:
        """Newer evidence says that every tunnel of the appliance of this name or address is up."""
        device = next((one for one in self._devices if name and name.lower() in _names(one)), None)
        tunnels = [tunnel for tunnel in self._tunnels if device is not None and tunnel.device == device.key]
        return bool(tunnels) and all(
            isinstance(tunnel.state, Known)
            and tunnel.state.value is TunnelState.CONNECTED
            and at is not None
            and isinstance(tunnel.seen_at, Known)
            and tunnel.seen_at.value > at
            for tunnel in tunnels
        )

    # -- the kinds -------------------------------------------------------------------------------------------

    def _probes(self) -> Iterator[Notice]:
        said: dict[tuple[str, str, Reached], list[PortProbe]] = defaultdict(list)
        for probe in self._facts.of(PortProbe):
            said[self._speaker(probe), probe.target, probe.outcome].append(probe)
        for (speaker, target, outcome), probes in said.items():
            tools = ", ".join(dict.fromkeys(probe.tool for probe in probes if probe.tool)) or _("a test by hand")
            text = _(_PROBED[outcome]).format(speaker=speaker, target=target, port=probes[0].port, tool=tools)
            bad = outcome is not Reached.CONNECTED
            yield Notice(text=text, grave=bad, evidence=tuple(probe.evidence for probe in probes[:_EVIDENCE]), doubts=bad)

    def _denials(self) -> Iterator[Notice]:
        said: dict[tuple[str, str, int, str], list[DeniedConnection]] = defaultdict(list)
        for denied in self._facts.of(DeniedConnection):
            said[denied.source, denied.destination, denied.destination_port, denied.firewall].append(denied)
        for (source, destination, port, firewall), denials in said.items():
            text = ngettext(
                "A firewall in the path ({firewall}) denies TCP {source} to {destination}:{port} ({n} line). While it does, no tunnel "
                "comes up between the two.",
                "A firewall in the path ({firewall}) denies TCP {source} to {destination}:{port} ({n} lines). While it does, no tunnel "
                "comes up between the two.",
                len(denials),
            ).format(firewall=firewall or _("its name is unknown"), source=source, destination=destination, port=port, n=len(denials))
            yield Notice(text=text, grave=True, evidence=tuple(one.evidence for one in denials[:_EVIDENCE]), doubts=True)

    def _hints(self) -> Iterator[Notice]:
        back = {hint.appliance.lower(): hint.at for hint in self._facts.of(HealthHint) if hint.kind is HintKind.RECONNECTED}
        for hint in self._facts.of(HealthHint):
            text = _(_HINTED[hint.kind]).format(
                reporter=hint.reporter or (_("An alert") if hint.kind in _OF_CA else _("An alert, a list or a note")),
                appliance=hint.appliance or _("an appliance that it does not name"),
                when=_(", raised {moment}").format(moment=f"{hint.at:%Y-%m-%d %H:%M} UTC") if hint.at is not None else "",
                days=ngettext(" in {n} day", " in {n} days", hint.days_left).format(n=hint.days_left) if hint.days_left is not None else "",
            )
            if hint.kind in _OF_CA:
                doubts = not self._explains(hint)
            elif hint.kind is HintKind.RECONNECTED:
                doubts = False
            else:
                later = back.get(hint.appliance.lower())
                undone = later is not None and hint.at is not None and later > hint.at
                doubts = not undone and not self._answered(hint.appliance, hint.at)
            yield Notice(text=text, grave=doubts, evidence=(hint.evidence,), doubts=doubts)

    def _explains(self, hint: HealthHint) -> bool:
        """The InternalCA in evidence is the one that the alert warns of, or provably began after the alert was raised."""
        reporting = {hint.reporter.lower(), hint.appliance.lower()} - {""}
        named = [one for one in self._managers if reporting & _names(one)] or list(self._managers)
        soon = self._as_of if hint.kind is HintKind.CA_EXPIRED else (hint.at or self._as_of) + _SOON
        if hint.days_left is not None:
            soon = max(soon, (hint.at or self._as_of) + timedelta(days=min(hint.days_left, _MOST_DAYS) + 2))
        for one in named:
            ends, begins = one.internal_ca_not_after, one.internal_ca_not_before
            renewed = hint.at is not None and isinstance(begins, Known) and begins.value > hint.at
            if not isinstance(ends, Known) or not (ends.value <= soon or renewed):
                return False
        return bool(named)

    def _records(self) -> Iterator[Notice]:
        up: dict[RecordSource, list[ApplianceRecord]] = defaultdict(list)
        for record in self._facts.of(ApplianceRecord):
            if record.connected:
                up[record.source].append(record)
            elif record.connected is not None:
                name = record.name or record.address or record.uuid
                named = f"{name} ({record.address})" if record.address not in ("", name) else name
                text = _("{source} lists {name} as not connected.").format(source=_(_SOURCES[record.source]), name=named)
                yield Notice(text=text, grave=True, evidence=(record.evidence,), doubts=True)
        for source, records in up.items():
            names = [record.name or record.address or record.uuid for record in records]
            text = _("{source} lists as connected: {names}. That does not show the state of a tunnel.").format(
                source=_(_SOURCES[source]), names=", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
            )
            yield Notice(text=text, grave=False, evidence=tuple(record.evidence for record in records[:_EVIDENCE]))

    def _actions(self) -> Iterator[Notice]:
        for done in self._facts.of(DoneByHand):
            speaker = self._speaker(done)
            text = _(_DONE[done.action]).format(speaker=speaker, target=done.target or _("that is not named"))
            cuts = done.action in CLOSES_TUNNELS
            if cuts:
                unknown = [one for one in self._managers if not isinstance(one.internal_ca_not_after, Known)]
                ended = [
                    one
                    for one in self._managers
                    if isinstance(one.internal_ca_not_after, Known) and one.internal_ca_not_after.value <= self._as_of
                ]
                if ended or unknown or not self._managers:
                    after = _("With an expired InternalCA, no tunnel can come up again: find out next when it expires.")
                    text = f"{text} {after}"
                doubts = bool(ended or unknown or not self._managers)
            else:
                doubts = done.action in _ENDING
            yield Notice(text=text, grave=doubts, evidence=(done.evidence,), doubts=doubts)

    def _verdicts(self) -> Iterator[Notice]:
        answers = [tunnel.set_verify_code for tunnel in self._tunnels]
        found = {place for answer in answers if isinstance(answer, Known) for place in answer.evidence}  # a rule speaks of those
        for verdict in self._facts.of(ChainVerdict):
            if verdict.code == 0 or verdict.evidence in found:
                continue
            where = self._speaker(verdict)
            what = verdict.leaf_path or verdict.presented_by or _("a certificate")
            text = _("{speaker}: openssl reports for {what}: error {code}, {words}{about}.").format(
                speaker=where,
                what=what,
                code=verdict.code,
                words=verdict.text,
                about=_(" (about {subject})").format(subject=verdict.subject) if verdict.subject else "",
            )
            yield Notice(text=text, grave=True, evidence=(verdict.evidence,), doubts=True)
        for check in self._facts.of(EndCheck):
            if check.ends:
                ended = N_("{speaker}: openssl reports that {what} has expired.")
                ends = N_("{speaker}: openssl reports that {what} expires within the {seconds} seconds that the command asked about.")
                text = _(ends if check.seconds else ended).format(
                    speaker=self._speaker(check), what=check.path or _("a certificate"), seconds=check.seconds
                )
                yield Notice(text=text, grave=True, evidence=(check.evidence,), doubts=True)
        for listed in self._facts.of(RevocationList):
            if listed.next_update is not None and listed.next_update <= self._as_of and "InternalCA" in listed.issuer:
                text = _("{speaker}: the revocation list of {issuer} had to be replaced by {day}.").format(
                    speaker=self._speaker(listed), issuer=listed.issuer, day=f"{listed.next_update:%Y-%m-%d}"
                )
                yield Notice(text=text, grave=False, evidence=(listed.evidence,))

    def _ends(self) -> Iterator[Notice]:
        """Ends of certificates of which the text does not tell whose they are."""
        for dates in self._facts.of(CertificateDates):
            if dates.days_left is not None and dates.not_after is None and not dates.path:
                yield self._days_of_nobody(dates, dates.days_left)
            if dates.not_after is None or dates.subject or dates.presented_by or dates.path not in ("", "cacert.pem"):
                continue
            if self._known_end(dates.not_after):
                continue
            day = f"{dates.not_after:%Y-%m-%d}"
            if dates.path:
                text = _(
                    "{speaker}: a certificate in a file {path} ends {day}; the text does not show the folder or the appliance."
                ).format(speaker=self._speaker(dates), path=dates.path, day=day)
            else:
                text = _("{speaker}: a certificate ends {day}; the text does not show whose it is.").format(
                    speaker=self._speaker(dates), day=day
                )
            soon = dates.not_after <= self._as_of + _SOON
            yield Notice(text=text, grave=soon, evidence=(dates.evidence,), doubts=soon)

    def _days_of_nobody(self, dates: CertificateDates, days: int) -> Notice:
        """The one-liner of Cisco document 222464 speaks of the InternalCA; of which FMC, and when it ran, these sentences do not say."""
        values = {"speaker": self._speaker(dates), "days": abs(days)}
        if days < 0:
            text = _("{speaker}: a certificate had expired {days} days before this was printed; the text does not show of which FMC.")
        else:
            text = _(
                "{speaker}: a certificate was valid for {days} more days when this was printed; the text does not show of "
                "which FMC and when."
            )
        return Notice(text=text.format(**values), grave=days < 0, evidence=(dates.evidence,), doubts=True)

    def _copies(self) -> Iterator[Notice]:
        """Ends of a device's own copy of the CA, where no rule speaks of it: they do not tell whether the FMC was renewed since."""
        judged = _places(tunnel.device_ca_is_current for tunnel in self._tunnels)
        for dates in self._facts.of(CertificateDates):
            if dates.not_after is None or "/var/sf/peers/" not in dates.path or not dates.path.endswith("/cacert.pem"):
                continue
            if dates.evidence in judged:
                continue
            ended = dates.not_after <= self._as_of
            sentence = _COPY_ENDED if ended else _COPY_ENDS
            text = _(sentence).format(speaker=self._speaker(dates), path=dates.path, day=f"{dates.not_after:%Y-%m-%d}")
            yield Notice(text=text, grave=ended, evidence=(dates.evidence,), doubts=ended)

    def _known_end(self, moment: datetime) -> bool:
        return any(isinstance(one.internal_ca_not_after, Known) and one.internal_ca_not_after.value == moment for one in self._managers)

    def _sockets(self) -> Iterator[Notice]:
        by_speaker: dict[str, list[ReachabilityNote]] = defaultdict(list)
        for note in self._facts.of(ReachabilityNote):
            by_speaker[self._speaker(note)].append(note)
        for speaker, notes in by_speaker.items():
            evidence = tuple(note.evidence for note in notes[:_EVIDENCE])
            waiting = [note for note in notes if note.state == "SYN_SENT"]
            for note in waiting[:MOST_OF_A_KIND]:
                text = _("{speaker} sent a SYN to {peer} that was not answered yet when the sockets were listed.").format(
                    speaker=speaker, peer=note.peer_address
                )
                yield Notice(text=text, grave=True, evidence=(note.evidence,), doubts=True)
            established = sum(note.state == "ESTABLISHED" for note in notes)
            listens = any(note.state == "LISTEN" for note in notes)
            if (listens or established) and not self._told_already(speaker):
                told = _("{speaker} listens on the sftunnel port") if listens else _("{speaker} is not seen to listen on the sftunnel port")
                held = ngettext("{n} TCP connection is established there.", "{n} TCP connections are established there.", established)
                text = f"{told.format(speaker=speaker)}; {held.format(n=established)}"
                yield Notice(text=text, grave=False, evidence=evidence)

    def _leaves(self) -> Iterator[Notice]:
        """Ends of tunnel certificates that stand as text only, where no rule speaks of them."""
        judged = _places(tunnel.device_leaf_printed_end for tunnel in self._tunnels)
        judged |= _places(one.leaf_printed_end for one in self._managers if isinstance(one.internal_ca_not_after, Known))
        for dates in self._facts.of(CertificateDates):
            if dates.not_after is None or dates.of_internal_ca or dates.of_other_software or not dates.path.endswith("/sftunnel-cert.pem"):
                continue
            if dates.evidence in judged:
                continue
            ended = dates.not_after <= self._as_of
            sentence = N_("{speaker}: the tunnel certificate {path} ended {day}.") if ended else _LEAF_ENDS
            text = _(sentence).format(speaker=self._speaker(dates), path=dates.path, day=f"{dates.not_after:%Y-%m-%d}")
            yield Notice(text=text, grave=ended, evidence=(dates.evidence,), doubts=ended)

    def _process_of_nobody(self) -> Iterator[Notice]:
        """Processes on hosts of which nothing tells what they are."""
        for process in self._facts.of(TunnelProcess):
            if process.running is None or self._label(process):
                continue
            sentence = N_("{speaker}: sftunnel is running there.") if process.running else N_("{speaker}: sftunnel is not running there.")
            text = _(sentence).format(speaker=self._speaker(process))
            yield Notice(text=text, grave=not process.running, evidence=(process.evidence,), doubts=not process.running)

    def _of_nobody(self) -> Iterator[Notice]:
        """What was read where no appliance is known and no other sentence speaks: shown, never denied."""
        by_source: dict[str, list[Fact]] = defaultdict(list)
        for fact in self._facts.all():
            if not isinstance(fact, (*NO_EVIDENCE, Damage)) and not is_of_others(fact):
                by_source[evidence_of(fact).location.source].append(fact)
        for source, facts in list(by_source.items())[:MOST_OF_A_KIND]:
            places = tuple(evidence_of(fact) for fact in facts[:_EVIDENCE])
            text = ngettext(
                "{source}: {n} statement was read, and nothing shows which appliance it is about.",
                "{source}: {n} statements were read, and nothing shows which appliances they are about.",
                len(facts),
            ).format(source=source, n=len(facts))
            yield Notice(text=text, grave=False, evidence=places, doubts=True)

    def _told_already(self, speaker: str) -> bool:
        """The manager of this name is known to listen, or not to."""
        return any(speaker.lower() in _names(one) and isinstance(one.listening, Known) for one in self._managers)


def _places(answers: Iterable[Answer[Any]]) -> set[Evidence]:
    return {place for answer in answers if isinstance(answer, Known) for place in answer.evidence}


def _names(appliance: Device | Manager) -> set[str]:
    answers = (appliance.name, appliance.address, appliance.uuid)
    return {appliance.label.lower(), *(answer.value.lower() for answer in answers if isinstance(answer, Known))}


def observed(
    facts: SortedFacts,
    managers: Iterable[Manager],
    devices: Iterable[Device],
    tunnels: Iterable[Tunnel],
    as_of: datetime,
    label: Callable[[Fact], str] = lambda _fact: "",
) -> tuple[Notice, ...]:
    """The sentences of all observations. ``as_of`` is "today", aware UTC. ``label`` names the appliance that a fact is said by, "" for
    none of the case."""
    return Observations(facts, managers, devices, tunnels, as_of, label).notices()
