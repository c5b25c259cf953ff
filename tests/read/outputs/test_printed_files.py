"""A certificate that a command printed knows its file, and is then as good as that file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from analyzer.model.certificate import Certificate
from analyzer.model.location import Location
from analyzer.model.member import Member
from analyzer.read.context import ReadContext
from analyzer.read.members import read_member
from tests.read import builders_certificates as build
from tests.read.outputs_builders import MANAGER

FOLDER = f"/var/sf/peers/{MANAGER}"


def paths(lines: Sequence[str]) -> list[str]:
    text = "\n".join(lines) + "\n"
    member = Member(Location("notes.txt"), "notes.txt", len(text), None, lambda: iter([text.encode()]))
    return [fact.path for fact in read_member(member, ReadContext(datetime(2026, 11, 23, tzinfo=UTC))) if isinstance(fact, Certificate)]


@pytest.fixture(scope="module")
def pem() -> list[str]:
    return build.pem(build.internal_ca_der()).splitlines()


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("root@ftd-9:~# cat {f}/cacert.pem", "{f}/cacert.pem"),
        ("root@ftd-9:{f}# cat cacert.pem", "{f}/cacert.pem"),
        ("admin@ftd-9:~$ sudo openssl x509 -in {f}/cacert.pem", "{f}/cacert.pem"),
        ("root@ftd-9:~# cd {f}; head -n 40 cacert.pem", "{f}/cacert.pem"),
        ("root@ftd-9:~# cat cacert.pem", ""),
        ("root@ftd-9:~# cat {f}/*.pem", ""),
        ("root@ftd-9:~# openssl s_client -connect 203.0.113.9:8305 -showcerts", ""),
    ],
)
def test_the_command_tells_the_file(pem: list[str], typed: str, path: str) -> None:
    assert paths([typed.replace("{f}", FOLDER), *pem]) == [path.replace("{f}", FOLDER)]


def test_two_files_in_order(pem: list[str]) -> None:
    typed = f"root@ftd-9:{FOLDER}# cat cacert.pem sftunnel-cert.pem"

    assert paths([typed, *pem, *pem]) == [f"{FOLDER}/cacert.pem", f"{FOLDER}/sftunnel-cert.pem"]
    assert paths([typed, *pem, *pem, *pem]) == ["", "", ""]


def test_a_file_without_prompts_has_no_other(pem: list[str]) -> None:
    assert paths(pem) == [""]
