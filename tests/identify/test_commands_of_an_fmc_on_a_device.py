"""The documents' command for the InternalCA, typed at the prompt of a device: the device stays one, and its date is nobody's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.model.answer import Missing
from analyzer.model.case import Case
from analyzer.pipeline import Options, analyze

ASK = "openssl x509 -noout -dates -in /etc/sf/ca_root/cacert.pem"
DATES = ["notBefore=Nov 18 10:00:00 2016 GMT", "notAfter=Nov 16 10:00:00 2026 GMT"]
MANAGERS = [
    "> show managers",
    "Type                      : Manager",
    "Host                      : 198.51.100.7",
    "Display name              : fmc-1",
    "Registration              : Completed",
]
STATUS = [
    "root@fmc-1:/Volume/home/admin# sftunnel_status.pl",
    "",
    "**RUN STATUS****{device}*************",
    "\tKey File = /etc/sf/keys/sftunnel-key.pem",
    "\tCA Cert = /etc/sf/ca_root/cacert.pem",
    "\tChannelA Connected: No",
    "\tChannelB Connected: No",
    "\tRegistration: Completed.",
    "\tConnection to peer '192.0.2.11' Attempted at Sun Nov 22 21:29:57 2026 UTC",
]


def concluded(lines: list[str], folder: Path) -> Case:
    file = folder / "in.txt"
    file.write_text("\n".join(lines) + "\n")
    return analyze([file], Options(as_of=datetime(2026, 11, 23, tzinfo=UTC), as_of_source="the test")).case


@pytest.mark.parametrize("device", ["ftd-oslo", "edge-oslo"])
@pytest.mark.parametrize(
    "lines",
    [
        ["> expert", "admin@{device}:~$ sudo " + ASK, "Password:", *DATES, "admin@{device}:~$ exit", "logout", *MANAGERS],
        [*MANAGERS, "> expert", "admin@{device}:~$ sudo " + ASK, *DATES],
        ["root@{device}:/home/admin# " + ASK, *DATES, *STATUS],
        [*STATUS, "root@{device}:/home/admin# " + ASK, *DATES],
    ],
    ids=["left to its CLI", "opened from its CLI", "before its FMC's list", "behind its FMC's list"],
)
def test_a_device_stays_a_device(lines: list[str], device: str, tmp_path: Path) -> None:
    case = concluded([line.format(device=device) for line in lines], tmp_path)
    assert [one.label for one in case.devices] == [device]
    assert [one.label for one in case.managers] == ["fmc-1"]
    assert isinstance(case.managers[0].internal_ca_not_after, Missing)
    assert len(case.tunnels) == 1


def test_an_fmc_from_which_somebody_went_to_a_device_stays_an_fmc(tmp_path: Path) -> None:
    lines = ["root@core:/Volume/home/admin# " + ASK, *DATES, "root@core:/Volume/home/admin# ssh admin@192.0.2.11", *MANAGERS]
    case = concluded(lines, tmp_path)
    assert "core" in [one.label for one in case.managers]
    assert "core" not in [one.label for one in case.devices]


def test_a_neutral_host_that_another_fmc_lists_is_not_judged_as_an_fmc(tmp_path: Path) -> None:
    """It may be the other FMC of a pair, or a device: nobody's."""
    lines = [*(line.format(device="edge-oslo") for line in STATUS), f"admin@edge-oslo:~$ sudo {ASK}", *DATES]
    case = concluded(lines, tmp_path)
    assert "edge-oslo" not in [one.label for one in case.managers]
