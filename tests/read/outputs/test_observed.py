"""Tests by hand, firewalls, alerts, records and actions, with values of no case; and what only looks like them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.location import Location
from analyzer.model.observed import (
    ApplianceRecord,
    DeniedConnection,
    DoneByHand,
    HandAction,
    HealthHint,
    HintKind,
    PeerSerial,
    PortProbe,
    Reached,
    RecordSource,
)
from analyzer.model.outputs import AbsentFile, ApplianceIdentity, CredentialFile, ListedFile, ManagerEntry, ReachabilityNote, TunnelProcess
from analyzer.read.context import ReadContext
from analyzer.read.outputs import read
from analyzer.read.text import read_text
from tests.read.outputs_builders import CONTEXT, DEVICE, MANAGER, facts

T = TypeVar("T")

NAMES = st.from_regex(r"(ftd|edge|branch|fw)(-[a-f0-9]{1,4}){0,2}", fullmatch=True)
ADDRESSES = st.integers(1, 254).map(lambda last: f"203.0.113.{last}")
PROMPTS = st.sampled_from(["admin@{}:~$ ", "root@{}:/ngfw/var/log# ", "[root@{} ~]# "])


def of(kind: type[T], lines: list[str] | str, path: str = "notes.txt") -> list[T]:
    return [fact for fact in facts(lines, path) if isinstance(fact, kind)]


PROBES = {
    "telnet {a} 8305": {
        ("Trying {a}...", "telnet: connect to address {a}: Connection refused"): Reached.REFUSED,
        ("Trying {a}...", "telnet: Unable to connect to remote host: Connection timed out"): Reached.TIMED_OUT,
        ("Trying {a}...", "telnet: connect to address {a}: No route to host"): Reached.UNREACHABLE,
        ("Trying {a}...", "Connected to {a}.", "Escape character is '^]'."): Reached.CONNECTED,
    },
    "nc -vz -w 3 {a} 8305": {
        ("nc: connect to {a} port 8305 (tcp) failed: Connection refused",): Reached.REFUSED,
        ("nc: connect to {a} port 8305 (tcp) timed out: Operation now in progress",): Reached.TIMED_OUT,
        ("Connection to {a} 8305 port [tcp/*] succeeded!",): Reached.CONNECTED,
        ("Ncat: Connected to {a}:8305.",): Reached.CONNECTED,
        ("Ncat: Connection timed out.",): Reached.TIMED_OUT,
        ("(UNKNOWN) [{a}] 8305 (?) : Connection refused",): Reached.REFUSED,
    },
    "curl -kv https://{a}:8305": {
        ("*   Trying {a}:8305...", "* connect to {a} port 8305 failed: Connection refused"): Reached.REFUSED,
        ("* Failed to connect to {a} port 8305 after 130 ms: Couldn't connect to server",): Reached.REFUSED,
        ("* Connected to {a} ({a}) port 8305 (#0)",): Reached.CONNECTED,
        ("curl: (28) Connection timed out after 5001 milliseconds",): Reached.TIMED_OUT,
    },
    "timeout 5 bash -c 'cat < /dev/null > /dev/tcp/{a}/8305'; echo $?": {
        ("124",): Reached.TIMED_OUT,
        ("0",): Reached.CONNECTED,
        ("bash: connect: Connection refused", "1"): Reached.REFUSED,
    },
    "nmap -Pn -p 8305 {a}": {("Nmap scan report for {a}", "PORT     STATE    SERVICE", "8305/tcp filtered unknown"): Reached.TIMED_OUT},
    "openssl s_client -connect {a}:8305": {
        ("CONNECTED(00000003)",): Reached.CONNECTED,
        (
            "140245:error:0200206F:system library:connect:Connection refused:../crypto/bio/b_sock2.c:110:",
            "connect:errno=111",
        ): Reached.REFUSED,
    },
}


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [(command, answer, outcome) for command, answers in PROBES.items() for answer, outcome in answers.items()],
)
@settings(max_examples=8, deadline=None)
@given(address=ADDRESSES, host=NAMES, prompt=PROMPTS)
def test_a_test_of_the_port(command: str, answer: tuple[str, ...], outcome: Reached, address: str, host: str, prompt: str) -> None:
    lines = [prompt.format(host) + command.replace("{a}", address), *(line.replace("{a}", address) for line in answer), prompt.format(host)]

    assert [(one.target, one.port, one.outcome) for one in of(PortProbe, lines)] == [(address, 8305, outcome)]


@pytest.mark.parametrize(
    "lines",
    [
        ["admin@ftd-9:~$ telnet 203.0.113.9 443", "telnet: connect to address 203.0.113.9: Connection refused"],
        ["> ping system 203.0.113.9", "64 bytes from 203.0.113.9: icmp_seq=1 ttl=62 time=0.533 ms"],
        ["nginx: connect() to 203.0.113.9:80 failed (111: Connection refused)", "and port 8305 is mentioned here"],
        ["Is 8305 open?", "Yes, connection succeeded! said the manual."],
        ["redis: Connection refused", "", "we use port 8305 for something else"],
    ],
)
def test_what_is_no_test_of_the_port(lines: list[str]) -> None:
    assert of(PortProbe, lines) == []


def test_a_name_that_ping_does_not_find() -> None:
    (probe,) = of(PortProbe, ["> ping system fmc-9.example.net", "ping: fmc-9.example.net: Name or service not known"])

    assert (probe.target, probe.port, probe.outcome) == ("fmc-9.example.net", None, Reached.UNRESOLVED)


DENIALS = [
    '%ASA-4-106023: Deny tcp src mgmt:{s}/39606 dst dc:{d}/8305 by access-group "in" [0x0, 0x0]',
    "%ASA-2-106001: Inbound TCP connection denied from {s}/39606 to {d}/8305 flags SYN  on interface outside",
    "%FTD-6-106015: Deny TCP (no connection) from {s}/39606 to {d}/8305 flags RST  on interface inside",
    "%ASA-6-106100: access-list in denied tcp mgmt/{s}(39606) -> dc/{d}(8305) hit-cnt 1 first hit [0x0, 0x0]",
    "%ASA-3-710003: TCP access denied by ACL from {s}/39606 to mgmt:{d}/8305",
    "%FTD-1-430002: AccessControlRuleAction: Block, SrcIP: {s}, DstIP: {d}, SrcPort: 39606, DstPort: 8305, Protocol: tcp",
    'devname="fw" action="deny" srcip={s} srcport=39606 dstip={d} dstport=8305 proto=6',
    "kernel: DROP IN=eth0 OUT=eth1 SRC={s} DST={d} LEN=60 PROTO=TCP SPT=39606 DPT=8305 SYN",
]


@pytest.mark.parametrize("form", DENIALS)
@settings(max_examples=8, deadline=None)
@given(source=ADDRESSES, destination=ADDRESSES, host=NAMES)
def test_a_firewall_that_denies(form: str, source: str, destination: str, host: str) -> None:
    (denied,) = of(DeniedConnection, [f"Nov 22 10:02:11 {host} : {form.format(s=source, d=destination)}"])

    assert (denied.source, denied.destination, denied.destination_port) == (source, destination, 8305)


@pytest.mark.parametrize(
    "line",
    [
        '%ASA-4-106023: Deny tcp src mgmt:203.0.113.1/8305 dst dc:203.0.113.2/443 by access-group "in"',
        "%ASA-6-302013: Built inbound TCP connection 8305 for mgmt:203.0.113.1/39606 to dc:203.0.113.2/443",
        "%ASA-6-302013: Built outbound TCP connection 17 for dc:203.0.113.2/8305 to mgmt:203.0.113.1/39606",
        "The access list in denied the port 8305 last year, says the wiki.",
    ],
)
def test_other_lines_of_a_firewall_are_none(line: str) -> None:
    assert of(DeniedConnection, [line]) == []


@pytest.mark.parametrize("state", ["Disconnected", "offline", "UNREACHABLE", "Not connected"])
@pytest.mark.parametrize("row", ["{name}   {state}", "  {name}\t{state}", "{name}: {state}.", "{name} | {state}", "{name} - {state}"])
@settings(max_examples=5, deadline=None)
@given(name=NAMES)
def test_a_bare_row_of_the_manager_s_page_says_that_a_device_is_not_connected(row: str, state: str, name: str) -> None:
    (hint,) = of(HealthHint, [row.format(name=name, state=state)])
    assert (hint.kind, hint.appliance) == (HintKind.NOT_CONNECTED, name)


@pytest.mark.parametrize("part", ["ChannelB", "Channel-A", "eth0", "tap_nlp", "bond0.12", "Management0", "Status"])
def test_a_part_of_an_appliance_in_such_a_row_names_no_appliance(part: str) -> None:
    (hint,) = of(HealthHint, [f"{part}   Offline"])
    assert (hint.kind, hint.appliance) == (HintKind.NOT_CONNECTED, "")


@pytest.mark.parametrize(
    "line",
    [
        "the peer was then disconnected because nobody paid",
        "ChannelB Disconnected at last, said the log",
        "ftd-9   Connected",
        "ftd-9   Disconnected   3 years ago, before the move",
    ],
)
def test_the_same_words_inside_a_sentence_are_no_row(line: str) -> None:
    assert of(HealthHint, [line]) == []


@settings(max_examples=20, deadline=None)
@given(name=NAMES, reporter=NAMES)
def test_a_heartbeat_alert_as_mail_and_as_syslog(name: str, reporter: str) -> None:
    mail = [
        f"From: {reporter}@example.net",
        "Time: Mon Nov 23 00:05:12 2026 UTC",
        f"Description: Appliance {name} is not sending heartbeats.",
    ]
    syslog = [
        f"<113>Nov 23 00:05:12 {reporter} HMNOTIFY: Appliance Heartbeat (Sensor {name}): "
        f"Severity: critical: Appliance {name} is not sending heartbeats"
    ]

    for lines in (mail, syslog):
        (hint,) = of(HealthHint, lines)
        assert (hint.kind, hint.appliance, hint.reporter) == (HintKind.NO_HEARTBEAT, name, reporter)
    assert of(HealthHint, mail)[0].at == datetime(2026, 11, 23, 0, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "kind", "appliance", "days"),
    [
        (
            "203.0.113.9 - Could not establish a connection with device. Verify the following:",
            HintKind.REGISTRATION_FAILED,
            "203.0.113.9",
            None,
        ),
        ("SFTunnel CA certificate will expire in 33 days. Sftunnel connections will be lost.", HintKind.CA_EXPIRES, "", 33),
        ("Description: SFTunnel CA certificate has expired.", HintKind.CA_EXPIRED, "", None),
        ("Device ftd-9 is unreachable", HintKind.NOT_CONNECTED, "ftd-9", None),
        ("Appliance ftd-9 is sending heartbeats correctly.", HintKind.RECONNECTED, "ftd-9", None),
    ],
)
def test_sentences_of_alerts(line: str, kind: HintKind, appliance: str, days: int | None) -> None:
    assert [(one.kind, one.appliance, one.days_left) for one in of(HealthHint, [line])] == [(kind, appliance, days)]


@pytest.mark.parametrize(
    "line",
    [
        "The web certificate of www.example.org will expire in 12 days.",
        "nagios: server db-9 is not responding",
        "corosync: heartbeat lost on ring 0",
        "certificate of the VPN has expired",
    ],
)
def test_alerts_of_other_software_are_none(line: str) -> None:
    assert of(HealthHint, [line]) == []


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("python", [True, False])
@settings(max_examples=10, deadline=None)
@given(name=NAMES, address=ADDRESSES)
def test_a_record_of_the_api(connected: bool, python: bool, name: str, address: str) -> None:
    record = {"id": DEVICE, "name": name, "hostName": address, "isConnected": connected, "sw_version": "7.4.2", "metadata": {"x": 1}}
    text = str({"items": [record]}) if python else __import__("json").dumps({"items": [record]}, indent=2)

    (found,) = of(ApplianceRecord, f"admin@fmc:~$ curl -k https://fmc/api\n{text}\n")

    assert (found.source, found.name, found.address, found.uuid, found.connected) == (RecordSource.API, name, address, DEVICE, connected)
    assert found.version == "7.4.2"


def test_a_device_list_is_no_list_of_passwords() -> None:
    lines = [
        "Name,Host,Model,Version,Connection",
        "ftd-9,203.0.113.9,Firepower 1010,7.4.2,Disconnected",
        "ftd-8,203.0.113.8,Firepower 1010,7.4.2,Connected",
    ]

    assert [(one.name, one.connected) for one in of(ApplianceRecord, lines, "device-list.csv")] == [("ftd-9", False), ("ftd-8", True)]
    assert of(CredentialFile, lines, "device-list.csv") == []


def test_a_list_of_passwords_is_no_device_list() -> None:
    lines = ["name,host,user,password", "ftd-9,203.0.113.9,admin,S3cret-Canary"]

    assert of(ApplianceRecord, lines, "device-list.csv") == []
    assert of(CredentialFile, lines, "device-list.csv")
    assert "Canary" not in str(facts(lines, "device-list.csv"))


@pytest.mark.parametrize(
    "lines",
    [
        [
            "+-------+-------------+--------------------------------------+",
            "| name  | ip          | uuid                                 |",
            "+-------+-------------+--------------------------------------+",
            f"| ftd-9 | 203.0.113.9 | {DEVICE} |",
            "+-------+-------------+--------------------------------------+",
        ],
        ["*************************** 1. row ***************************", "name: ftd-9", "  ip: 203.0.113.9", f"uuid: {DEVICE}"],
        ["name\tip\tuuid", f"ftd-9\t203.0.113.9\t{DEVICE}"],
    ],
)
def test_rows_of_the_table_of_peers(lines: list[str]) -> None:
    (row,) = of(ApplianceRecord, ["root@fmc-9:~# OmniQuery.pl -db mdb -e 'select name,ip,uuid from EM_peers'", *lines])

    assert (row.source, row.name, row.address, row.uuid) == (RecordSource.PEERS_TABLE, "ftd-9", "203.0.113.9", DEVICE)


def test_serials_of_the_table_of_certificates() -> None:
    lines = ["*************************** 1. row ***************************", "cert_serial_number: 12", "           service: sftunnel"]

    assert [(one.serial, one.service) for one in of(PeerSerial, lines)] == [(12, "sftunnel")]


def test_a_file_of_a_peer_folder_names_the_peer() -> None:
    lines = [f"root@ftd-9:/var/sf/peers/{MANAGER}# cat sftunnel.json", '{"peers": [{"ip": "203.0.113.9", "name": "fmc-9"}]}']

    (record,) = of(ApplianceRecord, lines)

    assert (record.source, record.uuid, record.address, record.name) == (RecordSource.TUNNEL_JSON, MANAGER, "203.0.113.9", "fmc-9")


@pytest.mark.parametrize(
    ("typed", "answer", "action", "target"),
    [
        ("pmtool restartbyid sftunnel", [], HandAction.RESTARTED_SFTUNNEL, "sftunnel"),
        ("sudo pmtool RestartById sftunnel", ["Password:"], HandAction.RESTARTED_SFTUNNEL, "sftunnel"),
        ("pmtool disablebyid sftunnel", [], HandAction.STOPPED_SFTUNNEL, "sftunnel"),
        ("manage_procs.pl", [" 3   Restart Comm. channel", "Enter choice: 3"], HandAction.RESTARTED_CHANNEL, ""),
        ("reboot", ["The system is going down NOW!"], HandAction.REBOOTED, ""),
    ],
)
def test_what_was_done_at_a_prompt(typed: str, answer: list[str], action: HandAction, target: str) -> None:
    assert [(one.action, one.target) for one in of(DoneByHand, [f"root@fmc-9:~# {typed}", *answer])] == [(action, target)]


def test_a_registration_key_is_never_quoted() -> None:
    lines = ["> configure manager add 203.0.113.9 S3cretCanary nat-Canary", "Manager successfully configured."]

    (done,) = of(DoneByHand, lines)

    assert (done.action, done.target, done.confirmed) == (HandAction.MANAGER_ADDED, "203.0.113.9", True)
    assert "Canary" not in done.evidence.text


@pytest.mark.parametrize(
    "line", ["Then type pmtool restartbyid sftunnel on the FTD.", "1. reboot", "Do not reboot the FMC.", "You may reload the page."]
)
def test_a_sentence_does_nothing(line: str) -> None:
    assert of(DoneByHand, [line]) == []


@pytest.mark.parametrize(
    ("lines", "running", "program"),
    [
        (["sftunnel (system) - Running 4711", "Command: /ngfw/usr/local/sf/bin/sftunnel -d"], True, "/ngfw/usr/local/sf/bin/sftunnel"),
        (["sftunnel (normal) - User Disabled"], False, ""),
        (
            ["root@ftd-9:~# ps -ef | grep sftunnel", "root  711 310 0 Nov20 ? 00:14:02 /ngfw/usr/local/sf/bin/sftunnel -d"],
            True,
            "/ngfw/usr/local/sf/bin/sftunnel",
        ),
        (["root@fmc-9:~# ps aux | grep sftunnel", "root 22114 0.0 0.0 9 9 pts/0 S+ 10:12 0:00 grep sftunnel"], False, ""),
        (["root@fmc-9:~# pgrep -a sftunnel", "7119 /usr/local/sf/bin/sftunnel -d"], True, "/usr/local/sf/bin/sftunnel"),
        (["root@fmc-9:~# pidof sftunnel", "7119"], True, ""),
        (["root@fmc-9:~# lsof -nPi :8305", "sftunnel 6703 root 23u IPv4 1234 0t0 TCP *:8305 (LISTEN)"], True, ""),
    ],
)
def test_whether_the_process_runs(lines: list[str], running: bool, program: str) -> None:
    assert [(one.running, one.program) for one in of(TunnelProcess, lines)] == [(running, program)]


@settings(max_examples=20, deadline=None)
@given(name=NAMES, address=ADDRESSES, registration=st.sampled_from(["Pending", "Completed", "In progress", "Failed"]))
def test_a_manager_with_its_release(name: str, address: str, registration: str) -> None:
    lines = [
        "> show managers",
        f"Host                      : {address}",
        f"Display name              : {name}",
        "Version                   : 7.6.1 (Build 291)",
        f"Identifier                : {MANAGER}",
        f"Registration              : {registration}",
        "Management type           : Configuration and analytics",
    ]

    (entry,) = of(ManagerEntry, lines)

    assert (entry.host, entry.display_name, entry.registration, entry.version, entry.build) == (address, name, registration, "7.6.1", "291")


@settings(max_examples=20, deadline=None)
@given(name=NAMES, release=st.tuples(st.integers(6, 10), st.integers(0, 9), st.integers(0, 99)), build=st.integers(1, 9999))
@pytest.mark.parametrize("product", ["Secure Firewall Management Center for VMware (66)", "Cisco Firepower Threat Defense for VMware (75)"])
def test_show_version(product: str, name: str, release: tuple[int, int, int], build: int) -> None:
    version = ".".join(map(str, release))
    lines = [
        "> show version",
        f"-----------[ {name}.example.net ]------------",
        f"Model                     : {product} Version {version} (Build {build})",
        f"UUID                      : {DEVICE}",
        "LSP version               : lsp-rel-20240101-0000",
        "VDB version               : 400",
        "---------------------------------------------",
    ]

    said = {fact.key: fact.value for fact in of(ApplianceIdentity, lines)}

    assert said == {
        "HOSTNAME": f"{name}.example.net",
        "MODEL": product,
        "SWVERSION": version,
        "SWBUILD": str(build),
        "APPLIANCE_UUID": DEVICE,
        "VDB_VERSION": "400",
    }


def test_a_file_of_a_peer_is_about_the_peer() -> None:
    lines = [
        f"root@ftd-9:~# cat /var/sf/peers/{MANAGER}/ims.conf",
        f"APPLIANCE_UUID={MANAGER}",
        "root@ftd-9:~# cat /var/sf/peers/*/ims.conf",
        "SWVERSION=7.4.2",
    ]

    assert [(fact.key, fact.path) for fact in of(ApplianceIdentity, lines)] == [("APPLIANCE_UUID", f"/var/sf/peers/{MANAGER}/ims.conf")]


@pytest.mark.parametrize(
    "line",
    [
        "ls: cannot access '/usr/local/sf/bin/generate_certs.pl': No such file or directory",
        "ls: /usr/local/sf/bin/generate_certs.pl: No such file or directory",
        "-bash: generate_certs.pl: command not found",
        "sudo: generate_certs.pl: command not found",
        "which: no generate_certs.pl in (/usr/local/sbin:/usr/bin)",
    ],
)
def test_a_script_that_is_not_there(line: str) -> None:
    assert [one.path for one in of(AbsentFile, ["root@fmc-9:~# x", line])] == ["/usr/local/sf/bin/generate_certs.pl"]


def test_a_script_that_is_found_without_a_listing() -> None:
    assert [one.name for one in of(ListedFile, ["root@fmc-9:~# which generate_certs.pl", "/usr/local/sf/bin/generate_certs.pl"])] == [
        "generate_certs.pl"
    ]


def test_files_of_other_software_may_be_missing() -> None:
    assert of(AbsentFile, ["root@fmc-9:~# cat /etc/nginx.conf", "cat: /etc/nginx.conf: No such file or directory"]) == []


def test_another_port_is_looked_for_when_it_is_asked_for() -> None:
    text = read_text(
        [b"admin@ftd-9:~$ nc -vz 203.0.113.9 8306\nnc: connect to 203.0.113.9 port 8306 (tcp) failed: Connection refused\n"],
        Location("a"),
        "a",
        None,
    )

    assert [fact.port for fact in read(text, ReadContext(CONTEXT.as_of, port=8306)) if isinstance(fact, PortProbe)] == [8306]


def test_sockets_that_lsof_lists() -> None:
    lines = [
        "root@fmc-9:~# lsof -i :8305",
        "sftunnel 6703 root   23u  IPv4  12345      0t0  TCP fmc-9:8305 (LISTEN)",
        "sftunnel 6703 root   25u  IPv4  12346      0t0  TCP fmc-9:8305->203.0.113.12:48759 (ESTABLISHED)",
    ]

    assert [(one.state, one.local_address, one.peer_address) for one in of(ReachabilityNote, lines)] == [
        ("LISTEN", "fmc-9:8305", "*:*"),
        ("ESTABLISHED", "fmc-9:8305", "203.0.113.12:48759"),
    ]


def test_a_packet_that_the_data_plane_dropped() -> None:
    line = "   1: 06:31:44.100200 203.0.113.12.39606 > 203.0.113.77.8305: S 4:4(0) win 9 Drop-reason: (acl-drop) Flow is denied"

    (denied,) = of(DeniedConnection, ["fw-9# show capture asp", line])

    assert (denied.source, denied.destination, denied.firewall, denied.rule) == ("203.0.113.12", "203.0.113.77", "fw-9", "acl-drop")
