"""The case: managers, devices, and the tunnel between each pair.

Field names are the vocabulary of the rules: `judge` shows every field of these classes to conditions under its own name
(``manager.internal_ca.not_after``, ``tunnel.state``). An `Answer` that is `Missing` is absent there, and a rule that needs it is
``unknown`` with the reason. Keys are stable within one case and sort naturally.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from analyzer.model.answer import Answer, Missing
from analyzer.model.capture import CapturedConnection, CaptureRead
from analyzer.model.certificate import Certificate, PrivateKey, UnreadableCertificate
from analyzer.model.identity import Merged, RoleSign, Unassigned
from analyzer.model.location import Evidence
from analyzer.model.log import ConnectionAttempt, Coverage
from analyzer.model.outputs import CertificateCopy, GenerateCertsRun, ListedFile, PushFailure
from analyzer.model.passage import NotUnderstood

_NOT_LOOKED_FOR = Missing("it was not looked for", "")
"""What a field says in a case that was not joined of evidence, such as one of a test."""


class PushListRun(StrEnum):
    """Which run of generate_certs.pl the FAILED_PUSH in evidence is of, told against the CA in evidence (field notes 1, fact 8)."""

    THIS_CA = "run-of-this-ca"
    EARLIER = "earlier-run"  # the CA began after it: another run made it, and what the list says is over
    SUPERSEDED = "superseded"  # the output of a later run is in evidence, which says more
    LATER = "later-run"  # the CA began before it: the CA in evidence is no longer the one in force


class HotfixKind(StrEnum):
    """How generate_certs.pl comes to a release of FMC (rules/tables/hotfixes.yaml)."""

    INSTALLED = "installed"  # the script ran, or the hotfix of this very release stands in patch_history
    INSTALL = "install"  # a hotfix is named for the release
    CONTAINED = "contained"  # the release is later than the last affected one of its train (inferred)
    NONE = "none"  # the train is listed without a hotfix
    NOT_LISTED = "not-listed"  # no source speaks of the release


class Hotfix(Struct, frozen=True):
    """``name`` is that of the hotfix, with its number, "" where none is named.

    ``document`` is the range of releases as the document words it.
    """

    kind: HotfixKind
    name: str = ""
    document: str = ""


class CertificateRole(StrEnum):
    """What a certificate is for, told by DN and content first, path second."""

    INTERNAL_CA = "internal-ca"
    MANAGER_LEAF = "manager-leaf"
    DEVICE_LEAF = "device-leaf"
    TUNNEL_LEAF = "tunnel-leaf"  # issued by an InternalCA, whose box is not known
    LIGHT_REGISTRATION = "light-registration"  # the LL-* set: not the tunnel's
    OTHER = "other"


class IssuedBy(StrEnum):
    """Who signed a leaf, told by signature (never by name alone: the name outlives a renewal)."""

    CURRENT_CA = "current-ca"
    PREVIOUS_CA = "previous-ca"  # the key of another InternalCA of the same manager that is in evidence
    SAME_NAME_OTHER_KEY = "same-name-other-key"  # names this manager's CA, signed by a key not in evidence
    ANOTHER_MANAGER = "another-manager"


class CertificateInCase(Struct, frozen=True, kw_only=True):
    """A distinct certificate, every place it was seen, and its role. ``owner`` is the key of a manager or device, "" if none."""

    key: str
    label: str
    role: CertificateRole
    owner: str
    certificate: Certificate
    seen: tuple[Evidence, ...]


class Manager(Struct, frozen=True, kw_only=True):
    """An FMC. ``label`` is the best name a person would recognise.

    ``internal_ca`` is the CA certificate in force: the one at ca_root when the manager's own files are there, else the newest
    InternalCA of this manager in evidence (then ``assumed`` says so). ``internal_ca_not_after`` may also come from the text of ``openssl
    x509 -dates``.
    ``role`` is ``standalone``, ``primary`` or ``secondary``. ``bundle_given``: files of this box itself are in evidence.
    ``renewal`` is the newest run of generate_certs.pl. ``has_renewal_script`` is True when evidence shows that generate_certs.pl is there
    (a run). ``hotfix`` is how it comes to this release, the installed hotfix included. ``devices_known`` counts the devices that it knows
    in any evidence.
    ``tunnels_connected``/``tunnels_down``/``tunnels_unknown`` hold the labels of its devices by tunnel state (degraded counts as connected:
    one channel still lives).
    ``version_number`` is the release as one number that compares as releases do: two digits each for the second, third and fourth part
    (7.2.9 is 7020900, 10.0.1 is 10000100). ``is_cloud``: the host name that a device knows it by is one of Cisco's cloud-delivered FMC.
    ``process_started`` is when its sftunnel process started, ``process_running`` and ``listening`` (on the sftunnel port) what pmtool and
    netstat say. ``process_predates_ca``: the process started before the CA in force began. ``push_list_run``: whether the FAILED_PUSH in
    evidence is of the run that made the CA in evidence. ``management_interfaces`` counts the IPv4
    addresses of its own in its status output. ``release_affected_by_sftunnel_cves``: its release is one of those that CVE-2026-76420 lists
    (rules/tables/sftunnel-cves.yaml). ``any_tunnel_down``: False only where the state of every tunnel of it is known.
    ``leaf_printed_end`` is when its own tunnel certificate ends as a command printed it, where the certificate is not in evidence.
    ``devices_listed``: Known where its own status output or its own peer folders are in evidence, which name every device that it has.
    ``damaged_files`` are certificates of its own set (InternalCA, certificate) that are empty or do not decode, ``damaged_keys`` its
    key (which whoever gave the evidence may have emptied on purpose).
    ``conflicting`` are the names of the fields of which the evidence contradicts itself, ``contradiction`` says so in a sentence.
    ``merged`` says why its mentions in evidence are one appliance, ``role_signs`` why it is taken for what it is.
    """

    key: str
    label: str
    uuid: Answer[str]
    name: Answer[str]
    address: Answer[str]
    version: Answer[str]
    build: Answer[str]
    vdb: Answer[int]
    role: Answer[str]
    internal_ca: Answer[Certificate]
    internal_ca_not_before: Answer[datetime]
    internal_ca_not_after: Answer[datetime]
    previous_cas: tuple[Certificate, ...]
    leaf: Answer[Certificate]
    leaf_issued_by: Answer[IssuedBy]
    renewal: Answer[GenerateCertsRun]
    has_renewal_script: Answer[bool]
    tunnels_connected: tuple[str, ...]
    tunnels_down: tuple[str, ...]
    tunnels_unknown: tuple[str, ...]
    bundle_given: bool
    ha_peer: str
    hotfix: Answer[Hotfix] = _NOT_LOOKED_FOR
    version_number: Answer[int] = _NOT_LOOKED_FOR
    is_cloud: Answer[bool] = _NOT_LOOKED_FOR
    process_started: Answer[datetime] = _NOT_LOOKED_FOR
    process_running: Answer[bool] = _NOT_LOOKED_FOR
    listening: Answer[bool] = _NOT_LOOKED_FOR
    process_predates_ca: Answer[bool] = _NOT_LOOKED_FOR
    push_list_run: Answer[PushListRun] = _NOT_LOOKED_FOR
    management_interfaces: Answer[int] = _NOT_LOOKED_FOR
    release_affected_by_sftunnel_cves: Answer[bool] = _NOT_LOOKED_FOR
    leaf_printed_end: Answer[datetime] = _NOT_LOOKED_FOR
    any_tunnel_down: Answer[bool] = _NOT_LOOKED_FOR
    devices_listed: Answer[bool] = _NOT_LOOKED_FOR
    damaged_files: tuple[UnreadableCertificate, ...] = ()
    damaged_keys: tuple[UnreadableCertificate, ...] = ()
    conflicting: tuple[str, ...] = ()
    contradiction: Answer[str] = _NOT_LOOKED_FOR
    merged: tuple[Merged, ...] = ()
    role_signs: tuple[RoleSign, ...] = ()


class Device(Struct, frozen=True, kw_only=True):
    """An FTD. ``managed_by`` is ``manager``, ``local`` or ``none``. ``process_started`` and ``process_running`` are about its sftunnel.
    ``conflicting`` and ``contradiction`` as in `Manager`.
    ``merged`` says why its mentions in evidence are one appliance, ``role_signs`` why it is taken for what it is.
    """

    key: str
    label: str
    uuid: Answer[str]
    name: Answer[str]
    address: Answer[str]
    version: Answer[str]
    model: Answer[str]
    managed_by: Answer[str]
    bundle_given: bool
    process_started: Answer[datetime] = _NOT_LOOKED_FOR
    process_running: Answer[bool] = _NOT_LOOKED_FOR
    conflicting: tuple[str, ...] = ()
    contradiction: Answer[str] = _NOT_LOOKED_FOR
    merged: tuple[Merged, ...] = ()
    role_signs: tuple[RoleSign, ...] = ()


class TunnelState(StrEnum):
    """CONNECTED: both channels. DEGRADED: one of them. Registration says nothing of it."""

    CONNECTED = "connected"
    DEGRADED = "degraded"
    DOWN = "down"


class FailureReason(StrEnum):
    """Why the newest failed attempt failed, normalised from verify codes and alerts of either side (field notes 2.3, 2.4, 5.3)."""

    EXPIRED = "expired"  # verify 10, alert 45
    NOT_YET_VALID = "not-yet-valid"  # verify 9
    SIGNATURE = "signature"  # verify 7, alert 51
    UNTRUSTED = "untrusted-issuer"  # verify 18-21, alert 48
    REVOKED = "revoked"  # verify 23, alert 44
    WEAK = "weak-key-or-digest"  # verify 66-68
    PURPOSE = "purpose"  # verify 26, 79
    BAD_CERTIFICATE = "bad-certificate"  # alert 42, 43, 46
    NO_CERTIFICATE = "no-certificate"  # alert 116, OpenSSL reason 199
    PROTOCOL = "protocol"  # alert 40, 70, 109, reason 279
    NOT_REACHED = "not-reached"  # SYN without answer
    REFUSED = "refused"  # RST to the SYN
    CLIENT_REFUSED_HIDDEN = "client-certificate-refused-encrypted"  # TLS 1.3: the server's refusal, its number encrypted
    OTHER = "other"


class Failure(Struct, frozen=True, kw_only=True):
    """The newest failure of a tunnel, from a log or a capture. ``code`` is the verify code or alert number it was told by.

    ``seen_by`` is ``manager`` or ``device`` (whose log, who raised the alert, or who answered with RST), "" when neither tells. ``text`` is
    a sentence for people. ``openssl_reason`` is the number of OpenSSL's own reason (279: extension not received) where no alert tells.
    ``failing_subject`` is the DN blamed ("" when none is named), ``blames_root`` as in ConnectionAttempt.
    """

    reason: FailureReason
    source: str
    seen_by: str
    verify_code: int | None
    alert: int | None
    failing_subject: str
    blames_root: bool
    time: datetime | None
    text: str
    openssl_reason: int | None = None


class Tunnel(Struct, frozen=True, kw_only=True):
    """The sftunnel between one manager and one device, and what each side saw.

    ``since`` is when the state began (connected since; last disconnect). ``seen_at`` is the moment that the state was seen.
    ``device_leaf`` is the leaf that the device holds or presents; ``leaf_to_push`` is the one the manager keeps for it in certs_pushed.
    ``device_ca`` is the device's own copy of the CA; ``device_ca_is_current`` compares it with the manager's CA in force, by digest, or by
    the dates that commands printed. ``device_leaf_printed_end`` and ``device_ca_printed_end`` are when the two end as a command printed
    it, where they are not in evidence themselves.
    ``leaf_matches_key``: the key file beside the device's leaf belongs to it. ``push_failed`` is Known only for the newest renewal
    (FAILED_PUSH or the failed lines of its output). ``certificates_copied``: copy_sftunnel_certs.py says the files arrived afterwards.
    ``failure`` is the newest failure that no later success undid. ``pair_mismatch`` is why the two boxes don't belong together, when
    both bundles are there and the device's PEERS_MAP.JSON lacks the manager.
    ``handshake_case`` is the row of the matrix in field notes 5.3 that what both ends say amounts to: ``A``, ``C``, ``A-or-C``, ``D``,
    ``F``, ``G``, ``H`` or ``G-or-H``. ``clock_skew`` is how far the manager's clock is ahead of the device's (negative: behind), measured
    where both logged one attempt; ``skew_could_flip``: a date that decides lies so near the newest failure that this skew could turn the
    verdict. ``leaf_of_other_device`` is the label of another device whose certificate this one holds, "" when it is its own;
    ``files_swapped`` when that other one holds this one's in turn. ``process_predates_leaf``: the device's sftunnel started before its
    certificate was issued. ``connection_predates_ca``: the living connection is older than the CA in force. ``rpc_failed`` is the RPC
    STATUS of the status output. ``known_to_manager``: the manager's own files or status have this device; False only where both tell of
    other devices and not of it. ``files_listed`` are the three files of the set in a listing of the device's folder, ``empty_files`` those
    of no bytes, ``odd_owners`` those that root does not own or cannot read, ``odd_names`` rows of that folder with characters that do not
    show; ``damaged_files`` are certificates of the set that are empty or do not decode, ``damaged_keys`` keys of it that are
    empty or cut in the evidence (which somebody who gave it may have done on purpose).
    ``set_verify_code`` is what openssl verify on the device said of its set for the manager, by OpenSSL's number (0: OK).
    ``new_set_proven`` is Known where a living connection began after the renewal, when the CA before it had ended: only the new set can
    have set it up. ``conflicting`` and ``contradiction`` as in `Manager`.
    """

    key: str
    label: str
    manager: str
    device: str
    state: Answer[TunnelState]
    since: Answer[datetime]
    seen_at: Answer[datetime]
    registration: Answer[str]
    device_leaf: Answer[Certificate]
    device_leaf_issued_by: Answer[IssuedBy]
    leaf_to_push: Answer[Certificate]
    device_ca: Answer[Certificate]
    device_ca_is_current: Answer[bool]
    leaf_matches_key: Answer[bool]
    push_failed: Answer[bool]
    push_failures: tuple[PushFailure, ...]
    certificates_copied: Answer[CertificateCopy]
    failure: Answer[Failure]
    pair_mismatch: Answer[str]
    attempts: tuple[ConnectionAttempt, ...]
    connections: tuple[CapturedConnection, ...]
    handshake_case: Answer[str] = _NOT_LOOKED_FOR
    clock_skew: Answer[timedelta] = _NOT_LOOKED_FOR
    skew_could_flip: Answer[bool] = _NOT_LOOKED_FOR
    leaf_of_other_device: Answer[str] = _NOT_LOOKED_FOR
    files_swapped: Answer[bool] = _NOT_LOOKED_FOR
    process_predates_leaf: Answer[bool] = _NOT_LOOKED_FOR
    connection_predates_ca: Answer[bool] = _NOT_LOOKED_FOR
    rpc_failed: Answer[bool] = _NOT_LOOKED_FOR
    device_leaf_printed_end: Answer[datetime] = _NOT_LOOKED_FOR
    device_ca_printed_end: Answer[datetime] = _NOT_LOOKED_FOR
    set_verify_code: Answer[int] = _NOT_LOOKED_FOR
    known_to_manager: Answer[bool] = _NOT_LOOKED_FOR
    files_listed: tuple[ListedFile, ...] = ()
    empty_files: tuple[ListedFile, ...] = ()
    odd_owners: tuple[ListedFile, ...] = ()
    odd_names: tuple[ListedFile, ...] = ()
    damaged_files: tuple[UnreadableCertificate, ...] = ()
    damaged_keys: tuple[PrivateKey, ...] = ()
    new_set_proven: Answer[bool] = _NOT_LOOKED_FOR
    conflicting: tuple[str, ...] = ()
    contradiction: Answer[str] = _NOT_LOOKED_FOR


class Clock(Struct, frozen=True, kw_only=True):
    """A time source found in evidence: a box's newest time stamp, in UTC, and what was assumed to read it."""

    source: str
    newest: datetime
    assumed: str
    evidence: Evidence


_NOT_LATER = Missing("what the evidence states is not later than the day that it is judged as of", "")


class Case(Struct, frozen=True, kw_only=True):
    """All facts of one call, joined. Tuples are in a stable order: managers, devices and tunnels by label.

    ``evidence_time`` is the moment the evidence speaks of (its newest time stamp that is not after the given "today"); ``skew`` is
    measured where both ends logged one event.
    ``notices`` are sentences for the top of the report ("these two bundles do not belong together", "bundles of 3 of 14 devices").
    ``coverage`` says which period each log covers, and where it is silent.
    ``not_understood`` are the wordings that speak of trouble in the tunnel and that no reader used. ``unassigned`` is what speaks of a
    tunnel and could be given to no appliance. ``taken_later`` is the moment of the evidence where "today" cannot be right, because most of
    what states a moment is later: nothing can be judged then.
    """

    managers: tuple[Manager, ...]
    devices: tuple[Device, ...]
    tunnels: tuple[Tunnel, ...]
    certificates: tuple[CertificateInCase, ...]
    private_keys: tuple[PrivateKey, ...]
    captures: tuple[CaptureRead, ...]
    clocks: tuple[Clock, ...]
    evidence_time: Answer[datetime]
    skew: Answer[timedelta]
    notices: tuple[Notice, ...]
    not_understood: tuple[NotUnderstood, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    unassigned: tuple[Unassigned, ...] = ()
    taken_later: Answer[datetime] = _NOT_LATER


class Notice(Struct, frozen=True, kw_only=True):
    """A sentence about the evidence itself, and what it rests on. ``grave`` ones stand at the top of the report. ``doubts``: until it is
    cleared, nothing that is concluded from the evidence is sure."""

    text: str
    grave: bool
    evidence: tuple[Evidence, ...]
    doubts: bool = False
