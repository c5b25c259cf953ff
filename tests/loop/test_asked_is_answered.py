"""What the program asks for, it can read: each command that a "To get it" text orders is typed at three prompts, one with sudo and its
password, and the question that asked for it is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct

from analyzer.join import obtain
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import Case
from tests.builders.pasted import analyzed
from tests.read import builders_certificates as build

FMC, FTD = "cdb123c8-4347-11ef-aca1-00005e005309", "c8d5d5c6-87c9-11ef-a993-00005e005310"
FOLDER = f"/var/sf/peers/{FMC}"
PUSHED = f"/var/sf/peers/{FTD}/certs_pushed"

CA = build.pem(build.internal_ca_der(FMC, not_before=datetime(2024, 3, 1, tzinfo=UTC))).splitlines()
LEAF = build.pem(build.certificate_der(issuer=build.internal_ca_name(FMC), not_before=datetime(2024, 3, 2, tzinfo=UTC))).splitlines()
DIGEST = "5f" * 32

GREP = "grep -E 'APPLIANCE_UUID|MODEL' /etc/sf/ims.conf"
KNOWN_FMC = [f"root@fmc-9:~# {GREP}", f"APPLIANCE_UUID={FMC}", "MODEL=Cisco Firepower Management Center for VMware"]
STATUS = [
    "**RUN STATUS****203.0.113.19*************",
    "ChannelA Connected: No",
    "ChannelB Connected: No",
    "Registration: Completed.",
    "**RPC STATUS****203.0.113.19*************",
    f"'uuid' => '{FTD}',",
    "'ip' => '203.0.113.19',",
    "'name' => 'ftd-9'",
]
KNOWN_LINK = ["root@fmc-9:~# sftunnel_status.pl", *STATUS]
FTD_MODEL = "MODEL=Cisco Firepower Threat Defense for VMware"
KNOWN_FTD = [f"root@ftd-9:~# {GREP}", f"APPLIANCE_UUID={FTD}", FTD_MODEL]
LISTED = [f"root@ftd-9:~# ls -l {FOLDER}", "total 4", "-rw-r--r-- 1 root root 1.3K Oct 14  2024 cacert.pem"]
PAIR = [*KNOWN_FMC, *KNOWN_LINK, *KNOWN_FTD, *LISTED]
"""A manager, a device, and that they belong together. Nothing else."""

PROMPTS = {
    "fmc": ("root@fmc-9:/Volume/home/admin# ", "admin@fmc-9:~$ sudo ", "[root@fmc-9 ~]# "),
    "ftd": ("root@ftd-9:/home/admin# ", "admin@ftd-9:~$ sudo ", "[root@ftd-9 ~]# "),
    "ftd-clish": ("root@ftd-9:~# exit\nadmin@ftd-9:~$ exit\n> ", "root@ftd-9:~# exit\nadmin@ftd-9:~$ exit\n>  ", "ftd-9# "),
}


class Asked(Struct, frozen=True):
    """What a text orders: typed where, printed what, and the answer that must be there afterwards. ``before`` is what is known already."""

    where: str
    typed: tuple[tuple[str, list[str]], ...]
    answer: Callable[[Case], Answer]
    before: tuple[str, ...] = tuple(PAIR)


def manager(field: str) -> Callable[[Case], Answer]:
    return lambda case: getattr(next(one for one in case.managers if FMC in one.key or "fmc-9" in one.label), field)


def device(field: str) -> Callable[[Case], Answer]:
    return lambda case: getattr(next(one for one in case.devices if "ftd-9" in one.label or "203.0.113.19" in one.label), field)


def tunnel(field: str) -> Callable[[Case], Answer]:
    return lambda case: getattr(next(iter(case.tunnels)), field)


SHOW_MANAGERS = [
    "Type                      : Manager",
    "Host                      : 203.0.113.9",
    "Display name              : fmc-9",
    "Version                   : 7.4.2 (Build 172)",
    f"Identifier                : {FMC}",
    "Registration              : Completed",
]
SHOW_VERSION = [
    "----------------[ ftd-9 ]-----------------",
    "Model                     : Cisco Firepower Threat Defense for VMware (75) Version 7.4.2 (Build 172)",
    f"UUID                      : {FTD}",
    "VDB version               : 399",
    "------------------------------------------",
]
LOG = [
    "Nov 22 18:59:00 ftd-9 SF-IMS[50792]: [51982] sftunneld:sf_ssl [INFO] Initiating IPv4 connection to 203.0.113.9:8305/tcp",
    "Nov 22 18:59:00 ftd-9 SF-IMS[50792]: [51982] sftunneld:sf_ssl [ERROR] -Error with certificate at depth: 1",
    "Nov 22 18:59:00 ftd-9 SF-IMS[50792]: [51982] sftunneld:sf_ssl [ERROR] err 10:certificate has expired",
    "Nov 22 18:59:00 ftd-9 SF-IMS[50792]: [51982] sftunneld:sf_ssl [ERROR] Connect:SSL handshake failed",
]
PUSH = [
    f"{FTD} ftd-9 203.0.113.19 {'/etc/sf/ca_root' if n == 'cacert' else PUSHED}/{n}.pem {FOLDER}/{n}.pem"
    for n in ("cacert", "sftunnel-key", "sftunnel-cert")
]
DATES = ["notBefore=Mar  1 00:00:00 2024 GMT", "notAfter=Feb 27 00:00:00 2034 GMT"]
DOWN = [
    "PEER:203.0.113.9",
    "Registration: Completed.",
    "Connection to peer '203.0.113.9' Attempted at Sun Nov 22 09:21:57 2026 UTC",
    "Last disconnect time : Sun Nov 22 09:19:09 2026 UTC",
    "Last disconnect reason : Both control and event channel connections with peer went down",
]
WITHOUT_LINK = (*KNOWN_FMC, *KNOWN_FTD)
WITH_CA = (*PAIR, "root@fmc-9:~# cat /etc/sf/ca_root/cacert.pem", *CA)

ASKED: dict[str, list[Asked]] = {
    "CA_IN_FORCE": [
        Asked("fmc", (("openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem", DATES),), manager("internal_ca_not_after")),
    ],
    "CA_FILE": [Asked("fmc", (("cat /etc/sf/ca_root/cacert.pem", CA),), manager("internal_ca"))],
    "TUNNEL_STATE": [Asked("fmc", (("sftunnel_status.pl", STATUS),), tunnel("state"), WITHOUT_LINK)],
    "BOTH_STATES": [Asked("ftd-clish", (("sftunnel-status-brief", DOWN),), tunnel("state"), (*WITHOUT_LINK, *LISTED))],
    "DEVICE_LEAF": [Asked("ftd", ((f"cat {FOLDER}/sftunnel-cert.pem", LEAF),), tunnel("device_leaf"))],
    "DEVICE_CA": [Asked("ftd", ((f"cat {FOLDER}/cacert.pem", CA),), tunnel("device_ca"))],
    "LEAF_TO_PUSH": [Asked("fmc", ((f"cat {PUSHED}/sftunnel-cert.pem", LEAF),), tunnel("leaf_to_push"))],
    "MANAGER_LEAF": [Asked("fmc", (("cat /etc/sf/keys/sftunnel-cert.pem", LEAF),), manager("leaf"))],
    "MANAGER_UUID": [
        Asked("fmc", (("grep APPLIANCE_UUID /etc/sf/ims.conf", [f"APPLIANCE_UUID={FMC}"]),), manager("uuid"), tuple(KNOWN_LINK)),
    ],
    "DEVICE_UUID": [
        Asked("ftd-clish", (("show version", SHOW_VERSION),), device("uuid"), ("root@ftd-9:~# cat /ngfw/etc/hostname", "ftd-9", *LISTED)),
        Asked(
            "ftd",
            (("grep APPLIANCE_UUID /etc/sf/ims.conf", [f"APPLIANCE_UUID={FTD}"]),),
            device("uuid"),
            (f"root@ftd-9:~# {GREP}", FTD_MODEL),
        ),
    ],
    "BOX_VERSION": [
        Asked("ftd-clish", (("show version", SHOW_VERSION),), device("version")),
        Asked("fmc", (("grep -E 'SWVERSION|SWBUILD' /etc/sf/ims.conf", ["SWVERSION=7.4.2", "SWBUILD=172"]),), manager("version")),
        Asked("ftd", (("grep -E 'SWVERSION|SWBUILD' /etc/sf/ims.conf", ["SWVERSION=7.4.2", "SWBUILD=172"]),), device("version")),
    ],
    "MANAGER_ADDRESS": [Asked("ftd-clish", (("show managers", SHOW_MANAGERS),), manager("address"))],
    "DEVICE_ADDRESS": [Asked("fmc", (("sftunnel_status.pl", STATUS),), device("address"), WITHOUT_LINK)],
    "VDB": [Asked("fmc", (("cat /etc/sf/.versiondb/vdb.conf", ["CURRENT_VERSION=399", "CURRENT_BUILD=20250101"]),), manager("vdb"))],
    "RENEWAL": [Asked("fmc", (("cat /var/tmp/certs/1728915794/FAILED_PUSH", PUSH),), manager("renewal"))],
    "SHOW_MANAGERS": [Asked("ftd-clish", (("show managers", SHOW_MANAGERS),), device("managed_by"), WITHOUT_LINK)],
    "LOGS": [Asked("ftd", (("grep SF-IMS /ngfw/var/log/messages", LOG),), tunnel("failure"))],
    "KEY_PAIR": [
        Asked(
            "ftd",
            (
                (f"openssl x509 -noout -modulus -in {FOLDER}/sftunnel-cert.pem | sha256sum", [f"{DIGEST}  -"]),
                (f"openssl rsa -noout -modulus -in {FOLDER}/sftunnel-key.pem | sha256sum", [f"{DIGEST}  -"]),
            ),
            tunnel("leaf_matches_key"),
        )
    ],
    "VERIFIES": [
        Asked(
            "ftd",
            ((f"openssl verify -CAfile {FOLDER}/cacert.pem {FOLDER}/sftunnel-cert.pem", [f"{FOLDER}/sftunnel-cert.pem: OK"]),),
            tunnel("set_verify_code"),
        ),
    ],
    "HAS_SCRIPT": [
        Asked(
            "fmc",
            (
                (
                    "ls -l /usr/local/sf/bin/generate_certs.pl",
                    ["-rwxr-xr-x 1 root root 21K Oct 14  2024 /usr/local/sf/bin/generate_certs.pl"],
                ),
            ),
            manager("has_renewal_script"),
        ),
        Asked(
            "fmc",
            (
                (
                    "ls -l /usr/local/sf/bin/generate_certs.pl",
                    ["ls: cannot access '/usr/local/sf/bin/generate_certs.pl': No such file or directory"],
                ),
            ),
            manager("has_renewal_script"),
        ),
    ],
    "PROCESS": [
        Asked("fmc", (("pmtool status | grep sftunnel", ["sftunnel (system) - Running 6703"]),), manager("process_running")),
        Asked("ftd", (("pmtool status | grep sftunnel", ["sftunnel (system) - Waiting"]),), device("process_running")),
    ],
    "SOCKETS": [
        Asked("fmc", (("netstat -ant | grep 8305", ["tcp 0 0 203.0.113.9:8305 0.0.0.0:* LISTEN"]),), manager("listening")),
    ],
}
NO_COMMAND = {
    "BOX_NAME": "a name that the web page shows: it comes with --facts",
    "MANAGER_ROLE": "a page of the web interface: it comes with --facts",
    "BOTH_LOGS": "two logs over the same minutes, each as LOGS",
}


def texts() -> set[str]:
    return {name for name, value in vars(obtain).items() if name.isupper() and isinstance(value, str)}


def test_every_text_that_asks_is_typed_here_or_says_why_not() -> None:
    assert set(ASKED) | set(NO_COMMAND) == texts()


@pytest.mark.parametrize("name", sorted(ASKED))
def test_the_commands_are_those_of_the_text(name: str) -> None:
    """Every command typed here has its words in the text: a text that changes must be typed anew."""
    text = getattr(obtain, name)
    for asked in ASKED[name]:
        words = [
            word
            for typed, _ in asked.typed
            for word in typed.split()
            if "/" not in word and word not in ("cat", "-E", "|", "sha256sum", "grep")
        ]
        files = [part.rsplit("/", 1)[-1] for typed, _ in asked.typed for part in typed.split() if "/" in part]
        told = [one for one in (*words, *files) if one.strip("'") in text or one in ("SF-IMS", "sftunnel-status-brief")]
        assert told, (name, words, files)


CASES = [(name, number, shape) for name in sorted(ASKED) for number in range(len(ASKED[name])) for shape in range(3)]


def lines_of(asked: Asked, shape: int) -> Iterable[str]:
    prompt = PROMPTS[asked.where][shape]
    for typed, printed in asked.typed:
        yield prompt + typed
        if "sudo" in prompt:
            yield "Password: "
        yield from printed
    yield prompt.replace("sudo ", "").rsplit("\n", 1)[-1]


@pytest.mark.parametrize(("name", "number", "shape"), CASES)
def test_the_answer_closes_the_question(tmp_path: Path, name: str, number: int, shape: int) -> None:
    asked = ASKED[name][number]
    answer = "\n".join(lines_of(asked, shape)) + "\n"
    before = "\n".join(asked.before) + "\n"

    case = analyzed(tmp_path, {"a": before + answer}).case

    found = asked.answer(case)
    assert isinstance(found, Known), (found.why, [one.label for one in (*case.managers, *case.devices)])


@pytest.mark.parametrize("name", sorted(ASKED))
def test_without_the_answer_the_question_is_open(tmp_path: Path, name: str) -> None:
    """The answer above did close something."""
    for number, asked in enumerate(ASKED[name]):
        case = analyzed(tmp_path / str(number), {"a": "\n".join(asked.before) + "\n"}).case
        try:
            found = asked.answer(case)
        except StopIteration:  # nothing of it is in evidence at all
            continue
        assert isinstance(found, Missing), found
