"""What the commands of a plan print on the appliances of the lab, pasted with their prompts, is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.facts import NO_EVIDENCE, Fact
from analyzer.model.location import Location
from analyzer.model.member import Damage, Member
from analyzer.model.plan import Risk
from analyzer.prescribe.filling import fill, values_of
from analyzer.prescribe.fleet import fleet_of
from analyzer.prescribe.shell import render
from analyzer.read.context import ReadContext
from analyzer.read.members import read_member
from tests.lab.cast import COLLECTED
from tests.lab.chroot import type_in, why_not
from tests.lab.world import World
from tests.proof import test_commands_repair as commands
from tests.proof.repair import judged
from tests.proof.test_everything_is_proven import REMEDIES, _all_said

_REASON = why_not()

PROMPTS = ("root@{host}:{folder}# ", "admin@{host}:~$ sudo ", "[root@{host} ~]# ")

NOTHING_TO_READ = {
    "capture-on-manager": "no packet passes in the lab; tests/read/outputs has lines of tcpdump",
    "find-failed-push": "the path of the list, which a person opens",
    "manager-clock": "a moment, which dates the outputs beside it and is no fact of its own",
    "device-clock": "a moment, which dates the outputs beside it and is no fact of its own",
    "back-up-files": "cp prints nothing",
    "remove-credentials": "rm prints nothing where the file is there",
    "collect-all-of-manager": "the script comes with the plan; tests/proof/test_collector.py pastes it",
    "collect-all-of-device": "the script comes with the plan; tests/proof/test_collector.py pastes it",
}
"""Steps whose output holds nothing that this program could use, and why."""


def read(text: str) -> list[Fact]:
    member = Member(Location("pasted.txt"), "pasted.txt", len(text), COLLECTED, lambda: iter([text.encode()]))
    return [fact for fact in read_member(member, ReadContext(COLLECTED)) if not isinstance(fact, (*NO_EVIDENCE, Damage))]


@pytest.mark.skipif(bool(_REASON), reason=_REASON or "can run")
def test_each_safe_step_prints_something_that_is_read(tmp_path: Path) -> None:
    world = World(tmp_path / "world", commands.TOLD["missed-renewal-script"][0]().sites)
    result = judged(world, tmp_path / "evidence")
    fleet = fleet_of(result.case, result.findings, result.as_of)
    manager, device = next((of, to) for of in result.case.managers for to in result.case.devices if to.label == commands.SEOUL.name)
    values = _all_said(values_of(fleet, manager, device), manager, device)
    boxes = {"manager": (commands.FMC_1, "fmc-9", "/Volume/home/admin"), "device": (commands.SEOUL, "ftd-9", "/home/admin")}
    unread = {}
    for template in REMEDIES.steps.values():
        if template.risk is not Risk.SAFE or not template.commands or template.id in NOTHING_TO_READ:
            continue
        box, host, folder = boxes[template.on]
        outputs = []
        for command in fill(REMEDIES, template.id, values).commands:
            _status, printed = type_in(
                world.root(box),
                render(command),
                command.answers,
                lambda name, words, typed, box=box: world.tool(box, name, words, typed),  # type: ignore[misc]
            )
            outputs.append((render(command), printed))
        for prompt in PROMPTS:
            at = prompt.format(host=host, folder=folder)
            asked = "Password: \n" if "sudo" in at else ""
            if not read("".join(f"{at}{typed}\n{asked}{printed}" for typed, printed in outputs)):
                unread[template.id, prompt] = outputs

    assert {key[0]: outputs for key, outputs in unread.items()} == {}, list(unread)


def test_each_step_without_anything_to_read_exists() -> None:
    assert NOTHING_TO_READ.keys() <= REMEDIES.steps.keys()
