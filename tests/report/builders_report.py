"""Results for the tests of the report: a whole one of a fleet whose CA expired while some tunnels were up, and small ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from analyzer.model.capture import CapturedConnection, CaptureRead, ConnectionOutcome, Sender, TlsAlert
from analyzer.model.case import Case, CertificateRole, Clock, FailureReason, IssuedBy, Notice, TunnelState
from analyzer.model.certificate import PrivateKey
from analyzer.model.finding import Finding, Severity, State, SubjectKind
from analyzer.model.location import Evidence, Location
from analyzer.model.log import AttemptOutcome, ConnectionAttempt, LogEvent, LogKind, Side
from analyzer.model.member import Artifact, Damage, DamageKind
from analyzer.model.outputs import GenerateCertsRun
from analyzer.model.plan import (
    Action,
    AppliancePlan,
    Argument,
    ArgumentKind,
    Command,
    DoNot,
    GeneratedFile,
    Place,
    Plan,
    Refused,
    Risk,
    Situation,
    Step,
    Word,
)
from analyzer.model.result import Result
from tests.builders.cases import (
    MANAGER_UUID,
    at,
    case,
    certificate,
    certificate_in_case,
    device,
    failure,
    internal_ca,
    known,
    manager,
    missing,
    tunnel,
    utc,
)

FMC = "case/fmc-paris-troubleshoot.tar.gz"
FTD = "case/ftd-nice-troubleshoot.tar.gz"
NICE_UUID = "c8d5d5c6-87c9-11ef-a993-b9831565bc4e"


def words(*texts: str | Argument) -> tuple[Word, ...]:
    """One word of a command per text or argument."""
    return tuple(Word((text,)) for text in texts)


def step(title: str = "Look at the tunnels", **given: Any) -> Step:
    """A safe step without commands on no box, unless told otherwise."""
    values: dict[str, Any] = {
        "id": title.lower().replace(" ", "-"),
        "title": title,
        "place": Place.FMC_EXPERT,
        "box": "manager:fmc-paris",
        "box_label": "fmc-paris (192.0.2.10)",
        "commands": (),
        "why": "",
        "risk": Risk.SAFE,
        "precondition": "",
        "check": "",
        "if_check_fails": "",
        "undo_commands": (),
        "undo_note": "",
        "sources": (),
        "assumed": "",
        "alternative": False,
        "refused": (),
    }
    return Step(**(values | given))


def do_not(text: str, *on: str) -> DoNot:
    """A do-not that keeps these appliances from a restart."""
    return DoNot(action=Action.RESTART, on=on, text=text)


def box_plan(box: str, label: str, situation: Situation, **given: Any) -> AppliancePlan:
    """The plan of a box: no steps unless given."""
    values: dict[str, Any] = {
        "box": box,
        "label": label,
        "kind": box.partition(":")[0],
        "situation": situation,
        "summary": "",
        "steps": (),
        "because": (),
        "do_not": (),
        "files": (),
    }
    return AppliancePlan(**(values | given))


def plan(headline: str = "Nothing to do.", **given: Any) -> Plan:
    """A plan of nothing but a headline, unless told otherwise."""
    return Plan(**({"headline": headline, "do_not": (), "managers": (), "devices": (), "collect": ()} | given))


def finding(rule: str, subject: str, state: State, severity: Severity = Severity.HIGH, **given: Any) -> Finding:
    """A rule's answer about a subject; its kind is told by the key."""
    values: dict[str, Any] = {
        "rule": rule,
        "subject_kind": SubjectKind(subject.partition(":")[0]),
        "subject": subject,
        "subject_label": subject.partition(":")[2],
        "state": state,
        "state_at_evidence": state,
        "severity": severity,
        "title": f"{rule} on {subject}",
        "explanation": "",
        "primary": at() if state in (State.AFFECTED, State.AT_RISK, State.CLEAR) else None,
        "related": (),
        "missing": (),
        "date": None,
        "remedy": "",
        "affects": (),
        "caused_by": "",
        "references": (),
    }
    return Finding(**(values | given))


def result(a_case: Case | None = None, a_plan: Plan | None = None, **given: Any) -> Result:
    """A result as of 2026-11-23."""
    values: dict[str, Any] = {
        "tool_version": "0.1.0",
        "rules_version": "built-in, 9 rules",
        "as_of": utc("2026-11-23"),
        "as_of_source": "the clock of this computer",
        "artifacts": (),
        "members": 1,
        "bytes_read": 1,
        "facts": 1,
        "case": a_case or case(),
        "findings": (),
        "plan": a_plan or plan(),
        "incomplete": (),
    }
    return Result(**(values | given))


def attempt(number: int, host: str = "ftd-nice") -> ConnectionAttempt:
    """A handshake that an expired CA made fail, the ``number``-th of a night, 44 seconds apart (field notes 2.2)."""
    started = utc("2026-11-19T04:10:47") + timedelta(seconds=44 * number)
    line = Evidence(
        Location(FTD, "dir-archives/var-log/messages", line=1200 + 10 * number, offset=150_000 + 900 * number),
        f"{started:%b %d %H:%M:%S} {host} SF-IMS[50792]: [51982] sftunnel:sf_ssl [ERROR] err 10:certificate has expired",
    )
    event = LogEvent(
        kind=LogKind.VERIFY_ERROR,
        time=started,
        time_text=f"{started:%b %d %H:%M:%S}",
        time_assumed="the year is that of the file, the zone is UTC",
        host=host,
        pid=50792,
        tid=51982,
        level="ERROR",
        message="err 10:certificate has expired",
        evidence=line,
        verify_code=10,
        verify_text="certificate has expired",
    )
    name = internal_ca().subject.text
    return ConnectionAttempt(
        source=line.location.source,
        host=host,
        side=Side.DEVICE,
        outcome=AttemptOutcome.HANDSHAKE_FAILED,
        started=started,
        ended=started,
        peer="192.0.2.10",
        verify_code=10,
        verify_text="certificate has expired",
        alert=None,
        failing_subject=name,
        failing_issuer=name,
        decisive=line,
        events=(event,),
    )


def expired_mixed() -> Result:
    """The InternalCA of fmc-paris expired on 2026-09-20; ftd-lyon is still connected, ftd-nice is down, ftd-brest is managed locally."""
    ca_line = at(FMC, "dir-archives/etc/sf/ca_root/cacert.pem", line=1, text="-----BEGIN CERTIFICATE-----")
    status = at(FMC, "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output", line=41, text="ChannelA Connected: No")
    up = at(FMC, "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output", line=12, text="ChannelA Connected: Yes, Interface eth0")
    ims = at(FMC, "dir-archives/etc/sf/ims.conf", line=4, text=f"APPLIANCE_UUID={MANAGER_UUID}")
    failed = at(
        FMC,
        "dir-archives/var/tmp/certs/1728915794/FAILED_PUSH",
        line=2,
        text=f"{NICE_UUID} ftd-nice 192.0.2.12 /etc/sf/ca_root/cacert.pem /var/sf/peers/{MANAGER_UUID}/cacert.pem",
    )
    ca = internal_ca(not_before="2016-09-22", not_after="2026-09-20T04:10:00", evidence=ca_line)
    leaf_fmc = certificate(
        "192.0.2.10",
        not_before="2016-09-22",
        not_after="2026-09-20T04:10:00",
        key="fmc",
        evidence=at(FMC, "dir-archives/etc/sf/keys/sftunnel-cert.pem"),
    )
    leaf_nice = certificate(
        "192.0.2.12", not_before="2021-03-02", not_after="2026-09-20T04:10:00", key="nice", evidence=at(FTD, "peers/sftunnel-cert.pem")
    )
    other = certificate("Keymaster CA 2", not_before="2015-03-30", not_after="2025-03-30", key="talos", evidence=at(FTD, "beaker3/ca.pem"))
    fmc = manager(
        "fmc-paris",
        uuid=known(MANAGER_UUID, ims),
        name=known("fmc-paris", at(FMC, "dir-archives/etc/hostname", text="fmc-paris")),
        address=known("192.0.2.10", status),
        version=known("7.2.5", at(FMC, "dir-archives/etc/sf/ims.conf", line=1, text="SWVERSION=7.2.5")),
        role="standalone",
        internal_ca=known(ca, ca_line),
        internal_ca_not_before=known(ca.not_before, ca_line),
        internal_ca_not_after=known(ca.not_after, ca_line),
        leaf=known(leaf_fmc, leaf_fmc.evidence),
        leaf_issued_by=IssuedBy.CURRENT_CA,
        has_renewal_script=known(False, at(FMC, "dir-archives/etc/sf/patch_history", line=3), assumed="patch_history names every hotfix"),
        renewal=missing("no run of generate_certs.pl is in evidence", "/var/log/sf/sfca_generation.log of the FMC"),
        tunnels_connected=("ftd-lyon",),
        tunnels_down=("ftd-nice",),
        bundle_given=True,
    )
    lyon = device(
        "ftd-lyon", address=known("192.0.2.11", up), version=known("7.2.5", up), uuid=known("6bf1143a-8a2e-11ef-92d8-fd927e807d77", up)
    )
    nice = device(
        "ftd-nice", address=known("192.0.2.12", status), version=known("7.0.6", status), uuid=known(NICE_UUID, failed), bundle_given=True
    )
    brest = device("ftd-brest", address=known("192.0.2.13"), managed_by="local")
    lyon_tunnel = tunnel(fmc, lyon, state=known(TunnelState.CONNECTED, up), since=known(utc("2026-06-10T14:27:12"), up))
    nice_tunnel = tunnel(
        fmc,
        nice,
        state=known(TunnelState.DOWN, status),
        since=known(utc("2026-11-19T04:09:31"), status),
        seen_at=known(utc("2026-11-20T09:02:00"), status),
        registration=known("Completed", status),
        device_leaf=known(leaf_nice, leaf_nice.evidence),
        device_leaf_issued_by=known(IssuedBy.CURRENT_CA, leaf_nice.evidence),
        device_ca=known(ca, ca_line),
        device_ca_is_current=True,
        failure=known(
            failure(
                FailureReason.EXPIRED,
                verify_code=10,
                blames_root=True,
                time=utc("2026-11-19T04:10:47"),
                text="the device refused the manager: certificate has expired (code 10), of the CA itself",
            ),
            attempt(0).decisive,
        ),
        attempts=tuple(attempt(number) for number in range(40)),
        connections=(_connection(leaf_fmc),),
    )
    a_case = replace(
        case(
            managers=[fmc],
            devices=[brest, lyon, nice],
            tunnels=[lyon_tunnel, nice_tunnel],
            certificates=[
                certificate_in_case(ca, CertificateRole.INTERNAL_CA, label="InternalCA of fmc-paris", owner=fmc.key),
                certificate_in_case(leaf_fmc, CertificateRole.MANAGER_LEAF, label="fmc-paris", owner=fmc.key),
                certificate_in_case(leaf_nice, CertificateRole.DEVICE_LEAF, label="ftd-nice", owner=nice.key),
                certificate_in_case(other, CertificateRole.OTHER, label="Keymaster CA 2"),
            ],
            evidence_time=known(utc("2026-11-20T09:14:03"), status, assumed="the clock of fmc-paris is right"),
        ),
        private_keys=(PrivateKey("ab" * 32, "", at(FMC, f"dir-archives/var/sf/peers/{NICE_UUID}/certs_pushed/sftunnel-key.pem")),),
        captures=(CaptureRead("embedded reader", "tshark is not on this machine", 120_344, 96, at("case/nice.pcap", packet=1)),),
        clocks=(
            Clock(
                source="fmc-paris messages", newest=utc("2026-11-20T09:14:03"), assumed="no zone in the log: taken as UTC", evidence=status
            ),
        ),
        notices=(Notice(text="The FMC knows 3 devices, the bundle of 1 was given.", grave=False, evidence=(ims,)),),
    )
    return result(
        a_case,
        _expired_mixed_plan(ims, failed),
        artifacts=(
            Artifact(FMC, 182_331_220, "3f" * 32),
            Artifact(FTD, 64_120_778, "a1" * 32),
            Artifact("case/nice.pcap", 20_113_408, "77" * 32),
        ),
        members=4_210,
        bytes_read=2_184_220_100,
        facts=391,
        findings=_expired_mixed_findings(ca_line, status),
    )


def _connection(leaf: Any) -> CapturedConnection:
    here = at("case/nice.pcap", packet=14, text="192.0.2.12:48759 to 192.0.2.10:8305, TLSv1.2, fatal alert 45 from the client")
    return CapturedConnection(
        client="192.0.2.12",
        client_port=48759,
        server="192.0.2.10",
        server_port=8305,
        started=utc("2026-11-19T04:10:47"),
        outcome=ConnectionOutcome.HANDSHAKE_REFUSED,
        tls_version="TLSv1.2",
        resumed=False,
        server_chain=(leaf,),
        client_chain=(),
        certificates_hidden="",
        alerts=(
            TlsAlert(
                Sender.CLIENT, True, 45, at("case/nice.pcap", packet=22, text="Alert (Level: Fatal, Description: Certificate Expired)")
            ),
        ),
        refused_by=Sender.CLIENT,
        refusal_inferred=False,
        reset_by=None,
        summary=here,
    )


def _expired_mixed_findings(ca_line: Evidence, status: Evidence) -> tuple[Finding, ...]:
    return (
        finding(
            "internal-ca-expired",
            "manager:fmc-paris",
            State.AFFECTED,
            Severity.CRITICAL,
            title="The InternalCA of fmc-paris expired 63 days ago",
            explanation="It signed every certificate of its tunnels. A tunnel that is up lives on until it must reconnect.",
            primary=ca_line,
            related=(status,),
            date=utc("2026-09-20T04:10:00"),
            affects=("ftd-lyon", "ftd-nice"),
            references=("Cisco field notice FN74214", "Cisco bug CSCwd08098"),
        ),
        finding(
            "handshake-failed-expired",
            "tunnel:fmc-paris:ftd-nice",
            State.AFFECTED,
            title="ftd-nice refuses fmc-paris: certificate has expired",
            explanation="40 attempts failed with verify code 10, which blames the CA itself.",
            primary=attempt(0).decisive,
            caused_by="internal-ca-expired:manager:fmc-paris",
        ),
        finding("push-failed", "tunnel:fmc-paris:ftd-lyon", State.CLEAR),
        finding(
            "leaf-not-issued-by-current-ca",
            "tunnel:fmc-paris:ftd-lyon",
            State.UNKNOWN,
            missing=(
                (
                    "device_leaf",
                    missing("the bundle of ftd-lyon was not given", "a troubleshoot bundle of ftd-lyon, or its sftunnel-cert.pem"),
                ),
            ),
        ),
    )


def _expired_mixed_plan(ims: Evidence, failed: Evidence) -> Plan:
    folder = Word(("/var/sf/peers/", Argument(ArgumentKind.UUID, MANAGER_UUID, (ims,)), "/"))
    pushed = Word(("/var/sf/peers/", Argument(ArgumentKind.UUID, NICE_UUID, (failed,)), "/certs_pushed/sftunnel-cert.pem"))
    nice = "ftd-nice (192.0.2.12)"
    document = "Cisco document 222464"
    manager_steps = (
        step(
            "Install hotfix FZ (7.2.9.99-4)",
            place=Place.FMC_WEB,
            why="It brings generate_certs.pl. It needs no reboot of the FMC.",
            risk=Risk.DISRUPTIVE,
            precondition="No deployment is running.",
            sources=(document,),
        ),
        step("Back up the FMC", place=Place.FMC_WEB, why="The renewal replaces the CA."),
        step(
            "Look at every tunnel",
            commands=(Command(words("sftunnel_status.pl"), expect="ftd-lyon with both channels connected"),),
            check="The list of connected devices is the one in this report.",
        ),
        step(
            "Renew the certificates",
            commands=(Command(words("generate_certs.pl"), answers=("yes", "yes"), expect="Failed to push only to ftd-nice"),),
            why="A new InternalCA is made and the new certificates are pushed through the living tunnels.",
            risk=Risk.IRREVERSIBLE,
            precondition="The backup is finished, and ftd-lyon is still connected.",
            check="The new end date is ten years ahead.",
            if_check_fails="Keep the output and call TAC; restart nothing.",
            undo_note="None: restore the backup.",
            sources=(document,),
        ),
    )
    nice_steps = (
        step(
            "Copy the new certificates by script",
            box="manager:fmc-paris",
            commands=(Command(words("copy_sftunnel_certs.py", "devices.csv"), expect="Successfully copied certificates to ftd-nice"),),
            why="Its tunnel is down, so nothing can be pushed to it.",
            risk=Risk.DISRUPTIVE,
            precondition="devices.csv is on the FMC, with the password filled in.",
            assumed="SSH from the FMC to the device is allowed",
        ),
        step(
            "Show the new certificate",
            commands=(Command((Word(("cat",)), pushed)),),
            alternative=True,
            check="It begins with -----BEGIN CERTIFICATE-----.",
        ),
        step(
            "Put the files in place",
            place=Place.FTD_EXPERT,
            box="device:ftd-nice",
            box_label=nice,
            commands=(
                Command((Word(("cd",)), folder)),
                Command(words("cp", "cacert.pem", "cacert.pem.backup")),
                Command(words("cp", "sftunnel-cert.pem", "sftunnel-cert.pem.backup")),
                Command((), output_to=Word(("cacert.pem",))),
                Command(words("pmtool", "restartbyid", "sftunnel")),
            ),
            risk=Risk.DISRUPTIVE,
            alternative=True,
            undo_note="Copy the .backup files back.",
        ),
    )
    return plan(
        "The InternalCA of fmc-paris expired 63 days ago: ftd-nice is down, and ftd-lyon goes down at its next reconnect.",
        do_not=(
            do_not(
                "Do not reboot or upgrade fmc-paris or ftd-lyon: the tunnel that is still up would not come back.", "fmc-paris", "ftd-lyon"
            ),
            do_not("Do not restart sftunnel on ftd-lyon before it has its new certificates.", "ftd-lyon"),
        ),
        managers=(
            box_plan(
                "manager:fmc-paris",
                "fmc-paris",
                Situation.EXPIRED_MIXED,
                summary="Its InternalCA expired on 2026-09-20. One tunnel is up, one is down.",
                steps=manager_steps,
            ),
        ),
        devices=(
            box_plan(
                "device:ftd-nice",
                "ftd-nice",
                Situation.EXPIRED_DOWN,
                summary="Down since 2026-11-19: its certificates must be copied to it after the renewal on fmc-paris.",
                steps=nice_steps,
                files=(
                    GeneratedFile(
                        name="devices.csv",
                        purpose="For copy_sftunnel_certs.py. Fill in the password on the FMC and delete the file afterwards.",
                        lines=("ftd-nice,192.0.2.12,admin,",),
                        origins=((failed,),),
                    ),
                ),
            ),
            box_plan(
                "device:ftd-lyon",
                "ftd-lyon",
                Situation.EXPIRED_CONNECTED,
                summary="Still connected; it gets its certificates when generate_certs.pl runs on fmc-paris.",
                do_not=(do_not("Do not restart, reboot or upgrade it before the renewal.", "ftd-lyon"),),
                steps=(
                    step(
                        "Check its new certificate",
                        place=Place.FTD_EXPERT,
                        box="device:ftd-lyon",
                        box_label="ftd-lyon (192.0.2.11)",
                        refused=(
                            Refused("The UUID of the manager on ftd-lyon", "its bundle was not given", "ls /var/sf/peers on ftd-lyon"),
                        ),
                    ),
                ),
            ),
            box_plan("device:ftd-brest", "ftd-brest", Situation.NOT_APPLICABLE, summary="Managed locally: it has no tunnel to an FMC."),
        ),
        collect=(
            step(
                "Make a troubleshoot bundle of ftd-lyon",
                place=Place.FTD_EXPERT,
                box="device:ftd-lyon",
                box_label="ftd-lyon (192.0.2.11)",
                commands=(Command(words("sf_troubleshoot.pl")),),
            ),
        ),
    )


def damaged(path: str = "case/broken.tar.gz") -> Damage:
    """An archive that ended early."""
    return Damage(Location(path), DamageKind.DAMAGED, "the archive ends in the middle of a member; what came before was read")


def renewal_run(**given: Any) -> GenerateCertsRun:
    """A run of generate_certs.pl that finished."""
    values: dict[str, Any] = {
        "started": utc("2024-10-14T14:23:14"),
        "old_ca_not_after": None,
        "confirmed": True,
        "finished": True,
        "failed": (),
        "failed_push_epoch": 1728915794,
        "evidence": at("sfca_generation.log"),
    }
    return GenerateCertsRun(**(values | given))


def fleet(number: int) -> Result:
    """A healthy manager with ``number`` healthy devices."""
    fmc = manager("fmc-1")
    devices = [device(f"ftd-{index:04d}", address=f"198.51.100.{index % 250}") for index in range(number)]
    return result(
        case(managers=[fmc], devices=devices, tunnels=[tunnel(fmc, one, state=TunnelState.CONNECTED) for one in devices]),
        plan(
            managers=(box_plan(fmc.key, fmc.label, Situation.HEALTHY),),
            devices=tuple(box_plan(one.key, one.label, Situation.HEALTHY) for one in devices),
        ),
    )


def evidence_of_arguments(boxes: Iterable[AppliancePlan]) -> set[Evidence]:
    """Every piece of evidence that stands behind an argument of a command."""
    return {
        evidence
        for box in boxes
        for one in box.steps
        for command in one.commands
        for word in (*command.words, *((command.output_to,) if command.output_to is not None else ()))
        for part in word.parts
        if isinstance(part, Argument)
        for evidence in part.evidence
    }
