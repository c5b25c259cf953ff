"""Nothing is printed that was not tried: each situation, each rule and each step has its proof, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.judge.load import load_rules
from analyzer.model.case import Device, Manager
from analyzer.model.plan import Risk, Situation
from analyzer.prescribe.filling import Values, fill, pem_lines, values_of
from analyzer.prescribe.fleet import fleet_of
from analyzer.prescribe.remedies import TEXTS
from analyzer.prescribe.shell import render
from analyzer.prescribe.tables import load_remedies
from tests.lab.chroot import type_in, why_not
from tests.lab.world import World
from tests.proof import test_commands_repair as commands
from tests.proof import test_troubles_repair as troubles
from tests.proof.repair import STEPS_OF, Case, assert_only_backups_are_new, judged

RULES = Path(__file__).parents[2] / "rules"
REMEDIES = load_remedies([RULES])
_REASON = why_not()

PROVEN: dict[str, Callable[[], Case]] = {name: tell for name, (tell, _) in commands.TOLD.items()} | troubles.TOLD
LOOKS = "its plan only looks and asks: every step is safe, and is typed by the test of the safe steps below"

SITUATIONS = {
    Situation.EXPIRED_DOWN: "expired-down-script",
    Situation.EXPIRED_MIXED: "expired-mixed-script",
    Situation.EXPIRED_CONNECTED: "expired-connected",
    Situation.EXPIRED_UNKNOWN: "only-the-ca-file",
    Situation.PARTIAL_COPY: "mixed-up",
    Situation.MISSED_RENEWAL: "missed-renewal-script",
    Situation.RESTART_DUE: commands.test_a_restart_is_what_makes_files_copied_by_hand_count.__name__,
    Situation.RENEW_IN_TIME: "renew-in-time",
    Situation.LOOK_ELSEWHERE: "manager-stopped",
    Situation.HEALTHY: "missed-renewal-script",
    Situation.ANOTHER_MANAGER: LOOKS,
    Situation.NOT_REGISTERED: LOOKS,
    Situation.UNKNOWN: LOOKS,
    Situation.NOT_APPLICABLE: "nothing is typed",
}
"""The proof of each situation: a case, a test, or why there is none."""

FINDINGS = {
    "certificate-file-damaged": "mixed-up",
    "certificate-file-owner": "no command: as which user sftunnel reads its files is not known, so the lab cannot reproduce that it fails",
    "clock-skew": LOOKS,
    "cloud-delivered-fmc": "no command: the cloud-delivered FMC is not renewed by its users",
    "device-ca-differs": "missed-renewal-script",
    "device-leaf-expired": "expired-leaf",
    "device-not-managed-by-fmc": "nothing is typed",
    "device-set-does-not-verify": LOOKS,
    "evidence-contradicts-ca": LOOKS,
    "evidence-contradicts-tunnel": LOOKS,
    "file-of-another-device": "mixed-up",
    "fmc-may-dial-by-wrong-interface": LOOKS,
    "handshake-failed": "partial-copy-script",
    "handshake-failed-expired": "expired-down-script",
    "internal-ca-expired": "expired-down-script",
    "internal-ca-expiring": "renew-in-time",
    "internal-ca-not-yet-valid": LOOKS,
    "issuer-of-another-manager": LOOKS,
    "leaf-key-mismatch": "mixed-up",
    "leaf-not-issued-by-current-ca": "partial-copy-script",
    "manager-certificate-file-damaged": LOOKS,
    "manager-leaf-not-current": LOOKS,
    "names-with-invisible-characters": "no command: the files of such names are looked at, and left where they are",
    "other-certificate-expired": "no command: another certificate than the tunnel's",
    "push-failed": "missed-renewal-script",
    "push-list-of-another-run": LOOKS,
    "registration-pending": LOOKS,
    "release-without-hotfix": "no command: Cisco TAC is asked",
    "renewed-not-restarted": commands.test_a_restart_is_what_makes_files_copied_by_hand_count.__name__,
    "rpc-failing": LOOKS,
    "sftunnel-cves-while-down": "no command of its own: the tunnels are brought back, which is proven for what keeps them down",
    "sftunnel-not-running": "manager-stopped",
    "sftunnel-not-running-on-device": "device-stopped",
    "tunnel-degraded": LOOKS,
    "tunnel-down-certificates-healthy": LOOKS,
    "vdb-without-expiry-alert": "no command: the VDB is updated in the web interface, and repairs no tunnel",
}
"""The proof of each rule: a case in which it fires, a test, or why there is none."""


@pytest.mark.parametrize("situation", Situation)
def test_each_situation_has_a_proof_or_a_reason(situation: Situation) -> None:
    proof = SITUATIONS[situation]
    if " " not in proof and not hasattr(commands, proof):
        assert situation in PROVEN[proof]().situations.values()


def test_each_rule_has_a_proof_or_a_reason() -> None:
    assert FINDINGS.keys() == {rule.id for rule in load_rules([RULES]).rules}
    for rule, proof in FINDINGS.items():
        if " " not in proof and not hasattr(commands, proof):
            assert rule in PROVEN[proof]().rules, rule


def test_each_step_that_is_not_safe_is_typed_by_a_proof() -> None:
    """`STEPS_OF` names the cases; their tests fail when such a step is not typed."""
    unsafe = {one.id for one in REMEDIES.steps.values() if one.risk is not Risk.SAFE and one.commands}

    assert STEPS_OF.keys() <= PROVEN.keys()
    assert frozenset().union(*STEPS_OF.values()) == unsafe


@pytest.mark.skipif(bool(_REASON), reason=_REASON or "can run")
def test_no_safe_step_changes_anything_on_any_box(tmp_path: Path) -> None:
    """All of them, typed on the boxes of one renewal that a device missed. The one that makes backups adds those and nothing else."""
    world = World(tmp_path / "world", commands.TOLD["missed-renewal-script"][0]().sites)
    result = judged(world, tmp_path / "evidence")
    fleet = fleet_of(result.case, result.findings, result.as_of)
    manager, device = next((of, to) for of in result.case.managers for to in result.case.devices if to.label == commands.SEOUL.name)
    values = _all_said(values_of(fleet, manager, device), manager, device)
    boxes = {"manager": commands.FMC_1, "device": commands.SEOUL}
    safe = [one for one in REMEDIES.steps.values() if one.risk is Risk.SAFE and one.commands]
    for template in safe:
        step = fill(REMEDIES, template.id, values)
        assert step.commands, (template.id, step.refused)
        box = boxes[template.on]
        was = world.files(box)
        for command in step.commands:
            status, printed = type_in(
                world.root(box),
                render(command),
                command.answers,
                lambda name, words, typed, box=box: world.tool(box, name, words, typed),  # type: ignore[misc]
            )
            assert status not in (126, 127), (template.id, printed)  # it is there, and may be run
            assert "no document shows it called like this" not in printed, template.id
        assert_only_backups_are_new(was, world.files(box), template.id)
        new = world.files(box).keys() - was.keys()
        assert bool(new) is (template.id == "back-up-files"), (template.id, new)


def _all_said(values: Values, manager: Manager, device: Device) -> Values:
    """Every text and block has something to say."""
    texts = dict.fromkeys(TEXTS, "said") | dict(values.texts)
    return replace(values, texts=texts).with_block("manager_ca", pem_lines(b""), ())
