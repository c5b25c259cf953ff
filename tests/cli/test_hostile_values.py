"""Hostile values, end to end: whatever a box, a path or a member is called, it never stands in a command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.model.plan import AppliancePlan, Refused
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.prescribe.shell import render
from analyzer.report.html import render_html
from analyzer.report.runbook import plan_files
from tests.lab.bundle import pack
from tests.lab.cast import AS_OF, BERLIN, COLLECTED, EXPIRED, FMC_1, LIMA, OSLO, QUITO, SEOUL, VALID_SINCE, Appliance
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.outputs import status_on_fmc
from tests.lab.pki import InternalCA
from tests.lab.renewal import failed_push
from tests.lab.site import Site

NAMES = [
    "$(touch pwned)",
    "`touch pwned`",
    "ftd; touch pwned",
    "ftd && touch pwned #",
    "ftd' || touch pwned '",
    "\u202egpj.pwned\u202c",
    "pwned\u200b",
    "=cmd|'/c pwned'!A1",
    "-rf pwned",
    "pwned\x1b[2J",
]
"""Names of a device: a command in it, a name that shows backwards, an invisible character, a formula of a spreadsheet, an option."""


def _site(device: Appliance, *, renewed: bool) -> Site:
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(BERLIN, device)
    site.cut(device, COLLECTED)
    if renewed:
        site.renew(COLLECTED, "a hotfix")
    return site


def _judged(folder: Path) -> Result:
    return analyze([folder], Options(as_of=AS_OF, as_of_source="the test"))


def _typed(result: Result) -> Iterator[str]:
    """Everything that a person would paste: commands, rows of lists, and the lines of the runbooks that are no comments."""
    boxes: tuple[AppliancePlan, ...] = (*result.plan.managers, *result.plan.devices)
    for step in (*(step for box in boxes for step in box.steps), *result.plan.collect):
        for command in step.commands:
            yield render(command)
    for box in boxes:
        for file in box.files:
            yield from file.lines
    for written in plan_files(result):
        yield from (line for line in written.text.split("\n") if not line.startswith("#"))


def _assert_harmless(result: Result) -> None:
    for text in _typed(result):
        assert "pwned" not in text
        assert text.isascii()
    for file in plan_files(result):
        assert re.fullmatch(r"[A-Za-z0-9._-]+(/devices(-jumpserver)?\.csv)?", file.path), file.path
        assert not any(character in file.text for character in "\u202e\u200b\x1b")
    assert render_html(result)


def _refused(result: Result) -> list[Refused]:
    boxes: tuple[AppliancePlan, ...] = (*result.plan.managers, *result.plan.devices)
    steps = (*(step for box in boxes for step in box.steps), *result.plan.collect)
    return [*(one for step in steps for one in step.refused), *(one for box in boxes for file in box.files for one in file.refused)]


@pytest.mark.parametrize("name", NAMES)
def test_a_device_name_never_reaches_a_command(tmp_path: Path, name: str) -> None:
    """Told by sftunnel_status.pl and the manager's files, as an expired CA leaves it."""
    (tmp_path / "fmc-1-troubleshoot.tar.gz").write_bytes(
        pack(fmc_tree(_site(replace(SEOUL, name=name), renewed=False), COLLECTED), COLLECTED)
    )
    result = _judged(tmp_path)
    _assert_harmless(result)
    assert any(SEOUL.uuid in text for text in _typed(result)), "the device is still helped, by its UUID"


@pytest.mark.parametrize("name", NAMES)
def test_a_device_name_in_failed_push_and_status_never_reaches_a_command(tmp_path: Path, name: str) -> None:
    site = _site(replace(SEOUL, name=name), renewed=True)
    text = failed_push(site, site.renewals[0])
    folder = tmp_path / "fmc-1/var/tmp/certs" / str(site.renewals[0].epoch)
    folder.mkdir(parents=True)
    (folder / "FAILED_PUSH").write_text(text, encoding="utf-8")
    (tmp_path / "fmc-1/sftunnel_status.txt").write_text(status_on_fmc(site, COLLECTED), encoding="utf-8")
    _assert_harmless(_judged(tmp_path))


@pytest.mark.parametrize("name", NAMES[:4])
def test_a_device_name_never_reaches_the_steps_of_the_other_troubles(tmp_path: Path, name: str) -> None:
    """Swapped certificates, a key of before, a process that does not run: each device is named like a command in all of its files."""
    boxes = [replace(box, name=f"{name}{number}") for number, box in enumerate((SEOUL, LIMA, OSLO, QUITO))]
    site = Site(FMC_1, InternalCA(FMC_1.uuid, VALID_SINCE), stopped=(boxes[3],)).register(*boxes)
    swapped, other, mismatched = (site.tunnel(box) for box in boxes[:3])
    swapped.leaf, other.leaf = other.leaf, swapped.leaf
    for box in boxes:
        site.cut(box, COLLECTED)
    (tmp_path / "fmc.tar.gz").write_bytes(pack(fmc_tree(site, COLLECTED), COLLECTED))
    for number, box in enumerate(boxes):
        tree = ftd_tree(box, [site], COLLECTED)
        if box == mismatched.device:
            tree.replace(f"var/sf/peers/{FMC_1.uuid}/sftunnel-key.pem", swapped.leaf.key_pem, COLLECTED)
        (tmp_path / f"ftd-{number}.tar.gz").write_bytes(pack(tree, COLLECTED))
    result = _judged(tmp_path)
    _assert_harmless(result)
    fired = {one.rule for one in result.findings if one.counts}
    assert fired >= {"file-of-another-device", "leaf-key-mismatch", "sftunnel-not-running-on-device"}
    assert sum(step.id == "start-device-process" for plan in result.plan.devices for step in plan.steps) == 1
    assert not any(step.id == "await-copy" for plan in result.plan.devices for step in plan.steps)


@pytest.mark.parametrize("name", ["$(touch pwned)", "ftd; touch pwned", "\u202egpj.pwned"])
def test_the_plan_says_which_evidence_it_refused(tmp_path: Path, name: str) -> None:
    """A list for the copy script has no row for the device, and says why and where that name stands."""
    (tmp_path / "fmc-1-troubleshoot.tar.gz").write_bytes(
        pack(fmc_tree(_site(replace(SEOUL, name=name), renewed=False), COLLECTED), COLLECTED)
    )
    result = _judged(tmp_path)
    refused = [one for one in _refused(result) if "name" in one.what]
    assert refused
    assert all(one.evidence and "does not look like" in one.why for one in refused)
    assert "MISSING: the name of" in "".join(file.text for file in plan_files(result))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(SEOUL.uuid, SEOUL.uuid + ";touch${IFS}pwned", id="a command behind a UUID"),
        pytest.param(SEOUL.uuid, SEOUL.uuid[:18] + "\n$(touch pwned)\n" + SEOUL.uuid[18:], id="a line break in a UUID"),
        pytest.param(SEOUL.address, "$(touch${IFS}pwned)", id="a command for an address"),
        pytest.param(SEOUL.address, SEOUL.address + "%;touch${IFS}pwned", id="a zone behind an address"),
        pytest.param("/sftunnel-key.pem", "/sftunnel-key.pem;touch${IFS}pwned", id="a command behind a path"),
        pytest.param("/sftunnel-key.pem", "/../../\u202epwned", id="a path that steps up and shows backwards"),
        pytest.param(FMC_1.uuid, "$(touch${IFS}pwned)", id="a command for the manager's UUID"),
    ],
)
def test_a_value_in_failed_push_or_status_never_reaches_a_command(tmp_path: Path, old: str, new: str) -> None:
    site = _site(SEOUL, renewed=True)
    folder = tmp_path / "fmc-1/var/tmp/certs" / str(site.renewals[0].epoch)
    folder.mkdir(parents=True)
    (folder / "FAILED_PUSH").write_text(failed_push(site, site.renewals[0]).replace(old, new), encoding="utf-8")
    (tmp_path / "fmc-1/sftunnel_status.txt").write_text(status_on_fmc(site, COLLECTED).replace(old, new), encoding="utf-8")
    (tmp_path / "fmc-1/cacert.pem").write_bytes(site.ca.root.pem)
    result = _judged(tmp_path)
    _assert_harmless(result)
    by_uuid = old in (SEOUL.uuid, FMC_1.uuid)
    assert by_uuid == any("of FAILED_PUSH" in one.reason for one in result.incomplete)
    assert (old == SEOUL.address) == any(one.what.startswith("the address of ftd-seoul") and one.evidence for one in _refused(result))


@pytest.mark.parametrize(
    "member",
    [
        "var/sf/peers/$(touch pwned)/cacert.pem",
        f"var/sf/peers/{FMC_1.uuid};touch pwned/cacert.pem",
        f"var/sf/peers/{FMC_1.uuid}\n$(touch pwned)/cacert.pem",
        f"var/sf/peers/\u202e{FMC_1.uuid}pwned/cacert.pem",
        "; touch pwned/var/sf/peers/cacert.pem",
    ],
)
def test_a_member_name_never_reaches_a_command(tmp_path: Path, member: str) -> None:
    """Folders of a device's bundle, where the folder name would be the manager's UUID."""
    site = _site(SEOUL, renewed=True)
    tree = fmc_tree(site, COLLECTED)
    tree.add(member, site.tunnel(SEOUL).leaf.pem, COLLECTED)
    (tmp_path / "$(touch pwned).tar.gz").write_bytes(pack(tree, COLLECTED))
    device = tmp_path / "ftd; touch pwned" / "var/sf/peers" / "`touch pwned`"
    device.mkdir(parents=True)
    (device / "cacert.pem").write_bytes(site.tunnel(SEOUL).trust.pem)
    (device / "sftunnel-cert.pem").write_bytes(site.tunnel(SEOUL).leaf.pem)
    _assert_harmless(_judged(tmp_path))
