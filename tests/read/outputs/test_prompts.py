"""Shell prompts of pasted terminal text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.passage import Shell
from analyzer.read.outputs import Prompt, find_prompt


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("root@fmcv72:/Volume/home/admin# cat x", Prompt("root", "fmcv72", "/Volume/home/admin", "cat x", Shell.EXPERT)),
        ("root@fmcv72:/Volume/home/admin#", Prompt("root", "fmcv72", "/Volume/home/admin", "", Shell.EXPERT)),
        ("admin@BSNS-1120-1:~$ sudo su", Prompt("admin", "BSNS-1120-1", "~", "sudo su", Shell.EXPERT)),
        ("root@firepower:/Volume/home/admin# \u2588", Prompt("root", "firepower", "/Volume/home/admin", "", Shell.EXPERT)),
        ("root@ftd:/var/sf# > cacert.pem", Prompt("root", "ftd", "/var/sf", "> cacert.pem", Shell.EXPERT)),
        ("> show managers", Prompt("", "", "", "show managers", Shell.CLISH)),
        (">", Prompt("", "", "", "", Shell.CLISH)),
        ("> root@fmc:/# ls", Prompt("root", "fmc", "/", "ls", Shell.EXPERT)),
    ],
)
def test_prompts(line: str, prompt: Prompt) -> None:
    assert find_prompt(line) == prompt


@pytest.mark.parametrize("line", ["", "git@github.com:a/b.git", "mail root@fmc:/x# y", "a > b", "# comment", "Sep 20 04:10:47 root@x:/# y"])
def test_other_lines_are_no_prompts(line: str) -> None:
    assert find_prompt(line) is None


def test_a_bare_name_is_completed_by_the_folder() -> None:
    prompt = Prompt("root", "fmc", "/etc/sf/ca_root", "")

    assert (prompt.path("cacert.pem"), prompt.path("/x"), prompt.path("../keys/a")) == (
        "/etc/sf/ca_root/cacert.pem",
        "/x",
        "/etc/sf/keys/a",
    )


def test_a_bare_name_in_an_unknown_folder_stays() -> None:
    assert Prompt("admin", "ftd", "~", "").path("cacert.pem") == "cacert.pem"


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_line_is_looked_at_without_an_error(line: str) -> None:
    prompt = find_prompt(line)

    assert prompt is None or prompt.command == prompt.command.strip()
