"""Every verify code and alert of field notes 2.3 and 2.4, in the log of either box, from the bytes of a bundle to the finding."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from analyzer.model.answer import Known
from analyzer.model.case import FailureReason
from analyzer.model.plan import Situation
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from tests.lab.bundle import pack
from tests.lab.cast import COLLECTED, FMC_1, FMC_2, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.logs import Log, attempts
from tests.lab.pki import InternalCA, talos_lookalike, web_interface
from tests.lab.site import Site
from tests.lab.tls import Seen
from tests.read.captures.packets import SYN, Dialogue, pcap

R = FailureReason

CODES = {
    7: ("certificate signature failure", R.SIGNATURE),
    9: ("certificate is not yet valid", R.NOT_YET_VALID),
    10: ("certificate has expired", R.EXPIRED),
    18: ("self-signed certificate", R.UNTRUSTED),
    19: ("self-signed certificate in certificate chain", R.UNTRUSTED),
    20: ("unable to get local issuer certificate", R.UNTRUSTED),
    21: ("unable to verify the first certificate", R.UNTRUSTED),
    23: ("certificate revoked", R.REVOKED),
    26: ("unsuitable certificate purpose", R.PURPOSE),
    66: ("EE certificate key too weak", R.WEAK),
    67: ("CA certificate key too weak", R.WEAK),
    68: ("CA signature digest algorithm too weak", R.WEAK),
    79: ("invalid CA certificate", R.PURPOSE),
}
ALERTS = {
    40: ("sslv3 alert handshake failure", R.PROTOCOL),
    42: ("sslv3 alert bad certificate", R.BAD_CERTIFICATE),
    44: ("sslv3 alert certificate revoked", R.REVOKED),
    45: ("sslv3 alert certificate expired", R.EXPIRED),
    46: ("sslv3 alert certificate unknown", R.BAD_CERTIFICATE),
    48: ("tlsv1 alert unknown ca", R.UNTRUSTED),
    51: ("tlsv1 alert decrypt error", R.SIGNATURE),
    70: ("tlsv1 alert protocol version", R.PROTOCOL),
    109: ("tlsv13 alert missing extension", R.PROTOCOL),
    116: ("tlsv13 alert certificate required", R.NO_CERTIFICATE),
}
MANAGER, DEVICE = "manager", "device"
OTHER = {MANAGER: DEVICE, DEVICE: MANAGER}


def judged(folder: Path, writer: str, seen: Seen) -> Result:
    """A valid CA, a tunnel that is down, and the failing attempts in the log of one box."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, COLLECTED + timedelta(days=900))).register(SEOUL)
    site.cut(SEOUL, COLLECTED - timedelta(hours=2))
    box = FMC_1 if writer == MANAGER else SEOUL
    log = Log(box.host)
    for when, tid in attempts(COLLECTED - timedelta(minutes=5), COLLECTED):
        if writer == MANAGER:
            log.failed_as_server(when, tid, SEOUL.address, seen)
        else:
            log.failed_as_client(when, tid, FMC_1.address, seen)
    (folder / "fmc.tar.gz").write_bytes(pack(fmc_tree(site, COLLECTED, log if writer == MANAGER else None), COLLECTED))
    (folder / "ftd.tar.gz").write_bytes(pack(ftd_tree(SEOUL, [site], COLLECTED, log if writer == DEVICE else None), COLLECTED))
    return analyze([folder], Options(as_of=COLLECTED, as_of_source="the story"))


def failure_of(result: Result) -> tuple[FailureReason, str, int | None, int | None]:
    (tunnel,) = result.case.tunnels
    assert isinstance(tunnel.failure, Known)
    told = tunnel.failure.value
    return told.reason, told.seen_by, told.verify_code, told.alert


def reported(result: Result) -> dict[str, str]:
    """The findings about the handshake, and what counts as an expired CA: by rule, the places of the primary evidence."""
    about = ("handshake-failed", "handshake-failed-expired", "internal-ca-expired")
    return {one.rule: str(one.primary.location) for one in result.findings if one.counts and one.rule in about and one.primary is not None}


@pytest.mark.parametrize("writer", [MANAGER, DEVICE])
@pytest.mark.parametrize("code", CODES)
def test_a_verify_code_is_the_verdict_of_the_box_in_whose_log_it_stands(tmp_path: Path, code: int, writer: str) -> None:
    text, reason = CODES[code]
    name = f"/title=InternalCA/OU=Intrusion Management System/CN={FMC_1.uuid}/O=Cisco Systems, Inc"
    seen = Seen(
        code, text, 1, name, name, None, None, "error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed"
    )
    result = judged(tmp_path, writer, seen)

    assert failure_of(result) == (reason, writer, code, None)
    rule = "handshake-failed-expired" if reason is R.EXPIRED else "handshake-failed"
    assert list(reported(result)) == [rule]
    assert f"{'fmc' if writer == MANAGER else 'ftd'}.tar.gz!/dir-archives/var-log/messages" in reported(result)[rule]


@pytest.mark.parametrize("writer", [MANAGER, DEVICE])
@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_is_the_objection_of_the_other_box(tmp_path: Path, alert: int, writer: str) -> None:
    text, reason = ALERTS[alert]
    error = f"error:{0x14094000 + 1000 + alert:08X}:SSL routines:ssl3_read_bytes:{text}"
    seen = Seen(0, "ok", None, "", "", None, alert, error)
    result = judged(tmp_path, writer, seen)

    assert failure_of(result) == (reason, OTHER[writer], None, alert)
    assert list(reported(result)) == ["handshake-failed-expired" if reason is R.EXPIRED else "handshake-failed"]


ENDED = COLLECTED - timedelta(days=30)
LOOK_ALIKES = {
    "the certificate of Talos": {"var/sf/beaker3/client.pem": talos_lookalike().pem},
    "the certificate of the web interface": {"etc/ssl/old-server.crt": web_interface(FMC_1.name, ENDED - timedelta(days=3650), 3650).pem},
    "a CA of the same name, left in a backup": {"var/backup/cacert.pem.backup": InternalCA.ending(FMC_1.uuid, ENDED).root.pem},
    "the CA of another FMC": {"var/tmp/from-another-fmc.pem": InternalCA.ending(FMC_2.uuid, ENDED).root.pem},
    "another process that meets an expired certificate": {
        "var/log/messages": b"Nov 23 05:00:00 fmc-1 SF-IMS[3911]: [3962] CloudAgent:Beaker [WARN] err 10:certificate has expired\n",
    },
    "a healthy transfer": {
        "var/log/messages": (
            b"Nov 23 05:00:00 fmc-1 SF-IMS[3911]: [3962] CloudAgent:IPReputation [INFO] Response code: 200\n"
            b"Nov 23 05:00:01 fmc-1 SF-IMS[1504]: [3963] sftunneld:stream_file [INFO] stream_src=/var/sf/cloud/certificate_expired.bin\n"
        ),
    },
}


@pytest.mark.parametrize("files", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_what_only_looks_like_it_is_no_expired_internal_ca(tmp_path: Path, files: dict[str, bytes]) -> None:
    """A valid CA and a tunnel that is up; beside them one thing that has expired, and is not the tunnel's."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, COLLECTED + timedelta(days=900))).register(SEOUL)
    tree = fmc_tree(site, COLLECTED)
    for path, data in files.items():
        tree.add(path, data, COLLECTED - timedelta(hours=1))
    (tmp_path / "fmc.tar.gz").write_bytes(pack(tree, COLLECTED))
    (tmp_path / "ftd.tar.gz").write_bytes(pack(ftd_tree(SEOUL, [site], COLLECTED), COLLECTED))
    result = analyze([tmp_path], Options(as_of=COLLECTED, as_of_source="the story"))

    assert reported(result) == {}
    assert {plan.situation for plan in (*result.plan.managers, *result.plan.devices) if plan.label in (FMC_1.name, SEOUL.name)} == {
        Situation.HEALTHY
    }


@pytest.mark.parametrize(
    ("reset", "running", "reason", "cause"),
    [
        (True, True, R.REFUSED, ""),
        (True, False, R.REFUSED, "sftunnel-not-running"),
        (False, True, R.NOT_REACHED, ""),
        (False, False, R.NOT_REACHED, ""),
    ],
)
def test_a_refused_and_a_silent_port_are_told_apart(tmp_path: Path, reset: bool, running: bool, reason: FailureReason, cause: str) -> None:
    """The device dials; the process of the FMC explains a reset, and no silence."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, COLLECTED + timedelta(days=900))).register(SEOUL)
    site.cut(SEOUL, COLLECTED - timedelta(hours=2))
    tree = fmc_tree(site, COLLECTED)
    if not running:
        status = next(entry.path for entry in tree if "pmtool" in entry.path)
        tree.replace(status, b"sftunnel (normal) - Down\n", COLLECTED)
    (tmp_path / "fmc.tar.gz").write_bytes(pack(tree, COLLECTED))
    (tmp_path / "ftd.tar.gz").write_bytes(pack(ftd_tree(SEOUL, [site], COLLECTED), COLLECTED))
    talk = Dialogue(client=SEOUL.address, server=FMC_1.address, start=int((COLLECTED.timestamp() - 60) * 1e9))
    for _ in range(1 if reset else 4):
        talk.add(talk.tcp("client", SYN), gap=1_000_000_000)
    if reset:
        talk.reset("server")
    (tmp_path / "ftd-seoul-8305.pcap").write_bytes(pcap(talk.packets))
    result = analyze([tmp_path], Options(as_of=COLLECTED, as_of_source="the story"))
    (found,) = [one for one in result.findings if one.rule == "handshake-failed" and one.counts]

    assert failure_of(result)[0] is reason
    assert found.caused_by.partition(":")[0] == cause
    assert ("RST" in found.title) is reset
