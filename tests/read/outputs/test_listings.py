"""ls -l and ls -hal."""

from __future__ import annotations

import pytest

from analyzer.model.outputs import ListedFile
from tests.read.outputs_builders import DEVICE, MANAGER, facts

FOLDER = f"/var/sf/peers/{MANAGER}"
AT = f"root@ftd-1:{FOLDER}#"


def row(name: str, size: str = "1.7K", mode: str = "-rw-r--r--") -> str:
    return f"{mode} 1 root root {size} Oct 14 14:49 {name}"


def listed(lines: list[str], path: str = "notes.txt") -> list[ListedFile]:
    return [fact for fact in facts(lines, path) if isinstance(fact, ListedFile)]


def test_a_row_has_name_size_mode_owner_and_folder() -> None:
    file = listed([f"{AT} ls -hal sftunnel*", row("sftunnel-key.pem")])[0]

    assert (file.name, file.size, file.mode, file.owner, file.group) == ("sftunnel-key.pem", "1.7K", "-rw-r--r--", "root", "root")
    assert (file.folder, file.evidence.location.line) == (FOLDER, 2)


@pytest.mark.parametrize("tail", ["???", "\u200b", "\u00a0", " ", "\u200b.backup", "\x08"])
def test_invisible_characters_of_a_name_are_kept(tail: str) -> None:
    assert [file.name for file in listed([row(f"sftunnel-key.pem{tail}", "0")])] == [f"sftunnel-key.pem{tail}"]


def test_a_total_line_is_not_part_of_the_command() -> None:
    assert [file.folder for file in listed([f"{AT} ls -hal", "total 68K", row("cacert.pem")])] == [FOLDER]


@pytest.mark.parametrize("argument", [f"{FOLDER}/", FOLDER])
def test_a_folder_argument_is_the_folder(argument: str) -> None:
    assert [file.folder for file in listed([f"root@ftd-1:~# ls -l {argument}", row("cacert.pem")])] == [FOLDER]


def test_a_file_argument_with_its_path_is_split() -> None:
    file = listed(["root@fmc-1:~# ls -l /etc/sf/ca_root/cacert.pem", row("/etc/sf/ca_root/cacert.pem")])[0]

    assert (file.folder, file.name) == ("/etc/sf/ca_root", "cacert.pem")


def test_a_heading_of_a_recursive_listing_is_the_folder() -> None:
    lines = ["root@fmc-1:~# ls -lR /var/sf/peers", f"/var/sf/peers/{DEVICE}:", "total 4", row("sw_version"), "", "/tmp/x:", row("notes")]

    assert [(file.folder, file.name) for file in listed(lines)] == [(f"/var/sf/peers/{DEVICE}", "sw_version")]


def test_the_name_of_a_bundle_member_gives_the_folder() -> None:
    assert [file.folder for file in listed([row("cacert.pem")], f"command-outputs/ls -l -var-sf-peers-{DEVICE}.output")] == [
        f"/var/sf/peers/{DEVICE}"
    ]


def test_the_folder_itself_and_its_parent_are_left_out_and_a_link_keeps_its_own_name() -> None:
    lines = [row(".", mode="drwxr-xr-x"), row("..", mode="drwxr-xr-x"), row("cacert.pem -> ../x", mode="lrwxrwxrwx")]

    assert [file.name for file in listed(lines)] == ["cacert.pem"]


def test_every_row_beside_a_tunnel_file_is_given() -> None:
    assert [file.name for file in listed([row("???", "0"), row("cacert.pem")])] == ["???", "cacert.pem"]


def test_listings_of_other_folders_are_passed_over() -> None:
    assert listed(["root@fmc-1:/var/log# ls -l", row("messages"), row("httpsd")]) == []


def test_iso_times_of_ls_are_read() -> None:
    assert [file.name for file in listed(["-rw-r--r-- 1 root root 521 2024-10-14 12:41 sftunnel.json"])] == ["sftunnel.json"]


def test_a_row_names_the_box_of_the_prompt_above_it() -> None:
    lines = [f"root@ftd-oslo:/var/sf/peers/{MANAGER}# ls -hal", row("cacert.pem")]

    assert [one.host for one in listed(lines)] == ["ftd-oslo"]
