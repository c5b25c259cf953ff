"""A healthy FMC beside one sign of trouble is no all-clear, whatever tells of it; and the sign is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli.exit_codes import ExitCode, exit_code
from tests.builders.pasted import analyzed
from tests.read.outputs_builders import MANAGER

HEALTHY = """root@mc-1:~# openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem
notBefore=Nov 20 09:12:34 2024 GMT
notAfter=Nov 18 09:12:34 2034 GMT
root@mc-1:~# sftunnel_status.pl
**RUN STATUS****203.0.113.12*************
\tChannelA Connected: Yes, Interface eth0
\tChannelB Connected: Yes, Interface eth0
\tRegistration: Completed.
\tIPv4 Connection to peer '203.0.113.12' Start Time: Mon Nov  2 16:30:00 2026 UTC
\tHeartbeat Send Time:   Mon Nov 23 10:59:15 2026 UTC
\tHeartbeat Received Time: Mon Nov 23 10:59:20 2026 UTC
"""
SYN = "10:43:0{n}.366139 IP 203.0.113.99.39606 > 203.0.113.75.8305: Flags [S], seq 2042279450, win 29200, length 0"

SIGNS = {
    "a refused port": (
        "mc-1",
        "root@mc-1:~# nc -vz 203.0.113.12 8305\nnc: connect to 203.0.113.12 port 8305 (tcp) failed: Connection refused",
    ),
    "a silent port": ("edge-9", "admin@edge-9:~$ telnet 198.51.100.7 8305\ntelnet: connect to address 198.51.100.7: Connection timed out"),
    "a refused s_client": ("edge-9", "root@edge-9:~# openssl s_client -connect 198.51.100.7:8305\nconnect: Connection refused"),
    "a firewall": (
        "203.0.113.14",
        "Nov 23 10:02:11 fw-9 : %ASA-4-106023: Deny tcp src a:203.0.113.14/39606 dst b:198.51.100.75/8305 by access-group",
    ),
    "an alert": ("edge-9", "\nTime: Mon Nov 23 11:05:12 2026 UTC\nDescription: Appliance edge-9 is not sending heartbeats."),
    "a record": ("edge-9", '{"items": [{"name": "edge-9", "hostName": "203.0.113.99", "isConnected": false, "type": "Device"}]}'),
    "a failed task": ("203.0.113.99", "203.0.113.99 - Could not establish a connection with device. Verify the following:"),
    "a set that does not verify": (
        "edge-9",
        f"root@edge-9:/var/sf/peers/{MANAGER}# openssl verify -CAfile cacert.pem sftunnel-cert.pem\nerror 18 at 0 depth lookup:self signed",
    ),
    "a manager that was deleted": ("deleted", "> configure manager delete\nManager successfully deleted."),
    "a pending registration": (
        "Pending",
        "> show managers\nType          : Manager\nHost          : 198.51.100.7\nRegistration  : Pending",
    ),
    "a failed registration": ("Failed", "> show managers\nType          : Manager\nHost          : 198.51.100.7\nRegistration  : Failed"),
    "a stopped process": ("edge-9", "root@edge-9:~# pmtool status | grep sftunnel\nsftunnel (system) - Down"),
    "packets without an answer": ("203.0.113.99", "\n".join(("root@edge-9:~# tcpdump -n port 8305", SYN.format(n=0), SYN.format(n=1)))),
    "an unanswered socket": ("203.0.113.43", "root@mc-1:~# ss -tnp\nSYN-SENT   0      1      198.51.100.7:44120   203.0.113.43:8305"),
    "a copy of the CA that ended": (
        "2024-11-18",
        f"root@edge-9:/var/sf/peers/{MANAGER}# openssl x509 -enddate -noout -in cacert.pem\nnotAfter=Nov 18 09:12:34 2024 GMT",
    ),
    "a lone date in the past": ("2024-11-18", "\nand my colleague sends me:\n\nnotAfter=Nov 18 09:12:34 2024 GMT"),
}


def sentences(folder: Path, text: str) -> tuple[ExitCode, str]:
    result = analyzed(folder, {"a": text})
    said = [result.plan.headline, *result.plan.also, *(notice.text for notice in result.case.notices)]
    said += [f"{finding.title} {finding.explanation}" for finding in result.findings if finding.counts]
    return exit_code(result), " ".join(said)


@pytest.mark.parametrize("sign", SIGNS)
def test_no_all_clear_beside_a_sign_of_trouble(tmp_path: Path, sign: str) -> None:
    told, text = SIGNS[sign]

    code, said = sentences(tmp_path, f"{HEALTHY}{text}\n")

    assert code is not ExitCode.CLEAR
    assert told in said


def test_the_healthy_part_alone_is_clear(tmp_path: Path) -> None:
    assert sentences(tmp_path, HEALTHY)[0] is ExitCode.CLEAR
