"""Prompts of every shape, commands without one, sessions, headings and moments."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.location import Location
from analyzer.model.passage import Passage, Shell
from analyzer.read.outputs.page import Page
from analyzer.read.text import read_text
from analyzer.read.text.prompts import bare_command, find_prompt

_HOST = st.from_regex(r"[A-Za-z][a-z0-9]{1,8}-[a-z0-9]{1,8}", fullmatch=True)


def page(*lines: str) -> Page:
    return Page(read_text(["\n".join(lines).encode()], Location("paste.txt"), "paste.txt", None), 8305)


def spoken(*lines: str) -> list[Passage]:
    return [passage for passage in page(*lines).passages if passage.command]


@settings(max_examples=40, deadline=None)
@given(
    host=_HOST,
    shape=st.sampled_from(
        [
            ("root@{}:/var/sf/peers# {}", Shell.EXPERT),
            ("admin@{}:~$ {}", Shell.EXPERT),
            ("[root@{} ca_root]# {}", Shell.EXPERT),
            ("> root@{}:/# {}", Shell.EXPERT),
            ("{}# {}", Shell.LINA),
            ("{}> {}", Shell.LINA),
            ("{} /security-service # {}", Shell.FXOS),
        ]
    ),
    command=st.sampled_from(["show version", "exit", "show managers"]),
)
def test_a_prompt_names_its_appliance(host: str, shape: tuple[str, Shell], command: str) -> None:
    prompt = find_prompt(shape[0].format(host, command))

    assert prompt is not None
    assert (prompt.host, prompt.command, prompt.shell) == (host, command, shape[1])


@pytest.mark.parametrize(
    ("line", "host", "folder", "command"),
    [
        ("root@fmc-9:/Volume/home/admin#openssl version", "fmc-9", "/Volume/home/admin", "openssl version"),
        ("admin@fmc-9:~$sudo sftunnel_status.pl", "fmc-9", "~", "sudo sftunnel_status.pl"),
        ("[root@ftd-9 log]#tail messages", "ftd-9", "", "tail messages"),
        ("root@fmc-9:/etc/sf#/usr/local/sf/bin/sftunnel_status.pl", "fmc-9", "/etc/sf", "/usr/local/sf/bin/sftunnel_status.pl"),
        ('root@fmc-9:~#CERT_PATH="/etc/sf/ca_root/cacert.pem"; date', "fmc-9", "~", 'CERT_PATH="/etc/sf/ca_root/cacert.pem"; date'),
        (
            "[root@ftd-9 4d2a1c00-6f10-11e7-9b21-00005e005371]# ls",
            "ftd-9",
            "/var/sf/peers/4d2a1c00-6f10-11e7-9b21-00005e005371",
            "ls",
        ),
        ("[root@ftd-9 ca_root]# ls", "ftd-9", "", "ls"),
    ],
)
def test_a_prompt_without_a_blank_and_one_that_shows_a_peer_folder(line: str, host: str, folder: str, command: str) -> None:
    prompt = find_prompt(line)

    assert prompt is not None
    assert (prompt.host, prompt.folder, prompt.command) == (host, folder, command)


@pytest.mark.parametrize("line", ["git@forge:/team/page#readme", "root@fmc-9:/wiki/page#Heading", "kim@host:/x#catalogue of parts"])
def test_an_address_with_an_anchor_is_no_prompt(line: str) -> None:
    assert find_prompt(line) is None


@pytest.mark.parametrize("prompt", ["[10:20:01] root@fmc-9:/Volume/home/admin# ", "[root@fmc-9 admin]# "])
def test_a_prompt_in_brackets_is_no_list_of_strings(prompt: str) -> None:
    typed = 'A="/etc/sf/ca_root/cacert.pem"; if [ "$A" ]; then echo -e "\\n\\nThe end\\n\\n"; fi'

    assert [passage.command for passage in spoken(prompt + typed, "", "The end", prompt + "date", prompt)] == [typed, "date"]


@pytest.mark.parametrize(
    ("line", "user", "shell"),
    [
        ("sh-5.1# sftunnel_status.pl", "root", Shell.EXPERT),
        ("bash-4.4$ sftunnel_status.pl", "", Shell.EXPERT),
        ("-sh-4.2# sftunnel_status.pl", "root", Shell.EXPERT),
        ("# openssl version", "root", Shell.EXPERT),
        ("$ sudo openssl version", "", Shell.EXPERT),
        ("> show managers", "", Shell.CLISH),
        ("> show running-config | include 8305", "", Shell.CLISH),
    ],
)
def test_a_prompt_without_a_name(line: str, user: str, shell: Shell) -> None:
    prompt = find_prompt(line)

    assert prompt is not None
    assert (prompt.host, prompt.user, prompt.shell) == ("", user, shell)


@pytest.mark.parametrize(
    "line",
    [
        "# a comment about openssl",
        "## Heading",
        "Case#",
        "Ticket #12345 is open",
        "Note> this is prose",
        "<p>",
        "br>",
        "> Hi, the tunnel is down",
        "100# of them",
        "kim@example.com: please look",
        "$100 was paid",
    ],
)
def test_what_is_no_prompt(line: str) -> None:
    assert find_prompt(line) is None


@pytest.mark.parametrize(
    ("line", "is_command"),
    [
        ("openssl x509 -enddate -noout -in /etc/sf/ca_root/cacert.pem", True),
        ("sudo openssl verify -CAfile cacert.pem sftunnel-cert.pem", True),
        ("/usr/local/sf/bin/sftunnel_status.pl", True),
        ("sftunnel-status-brief", True),
        ("show managers", True),
        ("netstat -an | grep 8305", True),
        ("grep sftunnel /var/log/messages | tail -20", True),
        ("pmtool status | grep -i tunnel", True),
        ('OmniQuery.pl -db mdb -e "select * from EM_peers;"', True),
        ("openssl x509 output is below", False),
        ("show managers gives Pending", False),
        ("cat is on the table", False),
        ("tail the log", False),
        ("more days.", False),
        ("ls of the folder shows nothing", False),
        ("Netstat shows 8305", False),
    ],
)
def test_a_command_on_a_line_of_its_own_is_told_from_a_sentence(line: str, is_command: bool) -> None:
    assert (bare_command(line) is not None) is is_command


def test_what_sudo_says_stands_between_no_command_and_its_output() -> None:
    found = page(
        "admin@ftd-9:~$ sudo openssl x509 -enddate -noout -in /var/sf/x.pem",
        "",
        "We trust you have received the usual lecture from the local System",
        "Administrator. It usually boils down to these three things:",
        "    #1) Respect the privacy of others.",
        "Password: ",
        "notAfter=Sep 22 12:16:56 2027 GMT",
    )

    assert [line.text for line in found.lines if line.text.strip()][1:] == ["notAfter=Sep 22 12:16:56 2027 GMT"]
    assert found.typed(0, len(found.lines)).endswith("/var/sf/x.pem")


def test_a_command_below_an_empty_prompt_was_typed_there() -> None:
    (passage,) = spoken("root@fmc-7:~#", "openssl x509 -enddate -noout -in /etc/sf/ca_root/cacert.pem", "notAfter=Sep 22 12:16:56 2027 GMT")

    assert passage.host == "fmc-7"


def test_a_command_goes_on_behind_a_backslash() -> None:
    (passage,) = spoken("root@fmc-7:~# openssl x509 -enddate \\", "> -in /etc/sf/ca_root/cacert.pem", "notAfter=Sep 22 12:16:56 2027 GMT")

    assert passage.command == "openssl x509 -enddate -in /etc/sf/ca_root/cacert.pem"


@pytest.mark.parametrize(
    ("lines", "sessions"),
    [
        (("root@a-1:~# exit", "> show managers"), [0, 0]),
        (("root@a-1:~# date", "> show managers"), [0, 1]),
        (("> show managers", "> expert", "admin@a-1:~$ date"), [0, 0, 0]),
        (("> show managers", "admin@a-1:~$ date"), [0, 1]),
        (("root@a-1:~# date", "root@b-2:~# date"), [0, 1]),
        (("root@a-1:~# date", "root@a-1:/var# date"), [0, 0]),
        (("root@a-1:~# ssh 192.0.2.9", "sh-5.1# date"), [0, 1]),
        (("root@a-1:~# date", "", "=~=~=~= PuTTY log 2026.11.23 =~=~=~=", "> show managers"), [0, 1]),
        (("root@a-1:~# date", "", "On the second device:", "> show managers"), [0, 1]),
        (("root@a-1:~# date", "", "show managers"), [0, 1]),
    ],
)
def test_a_session_ends_where_nothing_typed_leads_on(lines: tuple[str, ...], sessions: list[int]) -> None:
    assert [passage.session for passage in spoken(*lines)] == sessions


def test_a_heading_is_a_label_and_the_end_of_an_output_is_none() -> None:
    found = spoken(
        "ftd-oslo:", "> show managers", "Registration : Completed", "", "=== ftd-riga ===", "> show managers", "Last words: x", "> exit"
    )

    assert [passage.label for passage in found] == ["ftd-oslo", "ftd-riga", "ftd-riga"]


def test_the_same_command_again_is_of_another_appliance_where_nothing_says_otherwise() -> None:
    assert [passage.output for passage in spoken("> show managers", "x", "> show managers", "x", "> show network", "x")] == [0, 1, 1]


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        (("root@a-1:~# date", "Mon Nov 23 09:12:00 UTC 2026"), datetime(2026, 11, 23, 9, 12, tzinfo=UTC)),
        (("root@a-1:~# date", "Mon Nov 23 10:12:00 CET 2026"), datetime(2026, 11, 23, 9, 12, tzinfo=UTC)),
        (
            ("[2026-11-23 09:12:00] > show managers", "[2026-11-23 09:12:01] Type : Manager", "[2026-11-23 09:12:02] Host : a"),
            datetime(2026, 11, 23, 9, 12, 2, tzinfo=UTC),
        ),
        (("root@a-1:~# uptime", "up 3 days"), None),
    ],
)
def test_a_moment_that_a_passage_states(lines: tuple[str, ...], at: datetime | None) -> None:
    assert spoken(*lines)[0].at == at
