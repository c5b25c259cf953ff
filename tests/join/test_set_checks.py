"""What commands on a device say of its set, given as a person pastes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.answer import Known, Missing
from analyzer.model.case import Tunnel
from analyzer.model.result import Result
from tests.builders.pasted import analyzed
from tests.read.outputs_builders import MANAGER, OTHER_DEVICE

FOLDER = f"/var/sf/peers/{MANAGER}"
VERIFY = f"root@ftd-9:{FOLDER}# openssl verify -CAfile cacert.pem sftunnel-cert.pem"
FAILED = "error 10 at 1 depth lookup: certificate has expired"


def tunnel(tmp_path: Path, **files: str) -> Tunnel:
    result: Result = analyzed(tmp_path, files)
    (found,) = result.case.tunnels
    return found


def test_a_set_that_does_not_verify(tmp_path: Path) -> None:
    code = tunnel(tmp_path, a=f"{VERIFY}\n{FAILED}\n").set_verify_code

    assert isinstance(code, Known)
    assert code.value == 10


def test_the_last_of_one_text_counts_and_the_worse_of_two(tmp_path: Path) -> None:
    good = f"{VERIFY}\nsftunnel-cert.pem: OK\n"
    one = tunnel(tmp_path / "one", a=f"{VERIFY}\n{FAILED}\n{good}").set_verify_code
    two = tunnel(tmp_path / "two", a=f"{VERIFY}\n{FAILED}\n", b=good).set_verify_code

    assert isinstance(one, Known)
    assert isinstance(two, Known)
    assert (one.value, two.value) == (0, 10)


def test_the_folder_of_another_manager_says_nothing_of_this_one(tmp_path: Path) -> None:
    result = analyzed(tmp_path, {"a": f"{VERIFY}\n{FAILED}\n{VERIFY.replace(MANAGER, OTHER_DEVICE)}\nsftunnel-cert.pem: OK\n"})
    codes = {t.manager: t.set_verify_code.value for t in result.case.tunnels if isinstance(t.set_verify_code, Known)}

    assert sorted(codes.values()) == [0, 10]


@pytest.mark.parametrize(("other", "pair"), [("ab", True), ("cd", False)])
def test_digests_tell_whether_key_and_certificate_are_a_pair(tmp_path: Path, other: str, pair: bool) -> None:
    text = (
        f"root@ftd-9:{FOLDER}# openssl x509 -noout -modulus -in sftunnel-cert.pem | sha256sum\n{'ab' * 32}  -\n"
        f"root@ftd-9:{FOLDER}# openssl rsa -noout -modulus -in sftunnel-key.pem | sha256sum\n{other * 32}  -\n{VERIFY}\n{FAILED}\n"
    )
    matches = tunnel(tmp_path, a=text).leaf_matches_key

    assert isinstance(matches, Known)
    assert matches.value is pair


def test_digests_of_two_forms_are_not_compared(tmp_path: Path) -> None:
    text = (
        f"root@ftd-9:{FOLDER}# openssl x509 -noout -modulus -in sftunnel-cert.pem | sha256sum\n{'ab' * 32}  -\n"
        f"root@ftd-9:{FOLDER}# openssl rsa -noout -modulus -in sftunnel-key.pem | md5sum\n{'ab' * 16}  -\n{VERIFY}\n{FAILED}\n"
    )

    assert isinstance(tunnel(tmp_path, a=text).leaf_matches_key, Missing)
