"""A renewal stage by stage, without any TLS: at each stage the plan goes on from where the renewal stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from analyzer.model.plan import Plan, Situation
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.prescribe.shell import render
from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, SEOUL, Appliance
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.outputs import status_on_fmc
from tests.lab.pki import InternalCA
from tests.lab.renewal import copy_certs, failed_push, generate_certs
from tests.lab.site import CONNECTED, FILES, Site
from tests.lab.world import HOTFIX

RESTART, RENEW = "pmtool restartbyid sftunnel", "generate_certs.pl"
RAN = COLLECTED + timedelta(hours=1)
DONE = timedelta(minutes=30)


@dataclass
class Story:
    """One FMC with an expired CA, berlin connected, seoul down. ``loose`` are files that a person saved beside the bundles."""

    now: datetime = COLLECTED
    site: Site = field(default_factory=lambda: Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(BERLIN, SEOUL))
    loose: dict[str, str] = field(default_factory=dict)
    process_since: dict[Appliance, datetime] = field(default_factory=dict)

    def renewed(self) -> Story:
        """generate_certs.pl ran; what it printed was saved, with FAILED_PUSH."""
        self.now = RAN + DONE
        renewal = self.site.renew(RAN, HOTFIX)
        self.loose["generate_certs.txt"] = f"root@{FMC_1.host}:/# generate_certs.pl\n" + generate_certs(self.site, renewal)
        return self

    def copied(self, *names: str) -> Story:
        """The files of seoul were written by hand, without a restart."""
        tunnel = self.site.tunnel(SEOUL)
        tunnel.written = self.now = self.now + DONE
        if "cacert.pem" in names:
            tunnel.trust = self.site.ca.root
        if "sftunnel-cert.pem" in names:
            tunnel.leaf = tunnel.pushed
        return self

    def restarted(self) -> Story:
        """And sftunnel was restarted there: the tunnel comes up."""
        self.now += DONE
        tunnel = self.site.tunnel(SEOUL)
        tunnel.state, tunnel.since = CONNECTED, self.now - timedelta(minutes=5)
        self.process_since[SEOUL] = tunnel.since
        return self

    def judged(self, folder: Path) -> Result:
        folder.mkdir()
        tree = fmc_tree(self.site, self.now)
        for renewal in self.site.renewals:
            path = f"var/tmp/certs/{renewal.epoch}/FAILED_PUSH"
            if path not in tree.entries:
                tree.add(path, failed_push(self.site, renewal), renewal.started)
        (folder / "fmc.tar.gz").write_bytes(pack(tree, self.now))
        for device in (BERLIN, SEOUL):
            (folder / f"{device.host}.tar.gz").write_bytes(pack(ftd_tree(device, [self.site], self.now), self.now))
        for name, text in self.loose.items():
            (folder / name).write_text(text, encoding="utf-8")
        return analyze([folder], Options(as_of=self.now, as_of_source="the story"))


def typed(plan: Plan, box: str) -> list[str]:
    (one,) = [each for each in (*plan.managers, *plan.devices) if each.label == box]
    return [render(command) for step in one.steps for command in step.commands]


def situations(plan: Plan) -> dict[str, Situation]:
    return {one.label: one.situation for one in (*plan.managers, *plan.devices)}


def test_before_the_renewal_it_is_asked_for_once(tmp_path: Path) -> None:
    story = Story()
    story.site.cut(SEOUL, COLLECTED - timedelta(days=5))
    plan = story.judged(tmp_path / "case").plan

    assert situations(plan) == {
        FMC_1.name: Situation.EXPIRED_MIXED,
        BERLIN.name: Situation.EXPIRED_CONNECTED,
        SEOUL.name: Situation.EXPIRED_DOWN,
    }
    assert typed(plan, FMC_1.name).count(RENEW) == 1
    assert RESTART in typed(plan, SEOUL.name)
    assert RESTART not in typed(plan, BERLIN.name)


def only_looks(plan: Plan, box: str) -> bool:
    """The tunnel of this device is older than the renewal: the plan checks the files that were pushed, and changes nothing."""
    commands = typed(plan, box)
    return bool(commands) and all(one.startswith("openssl ") for one in commands)


def test_after_generate_certs_only_the_device_that_missed_the_push_is_left(tmp_path: Path) -> None:
    story = Story()
    story.site.cut(SEOUL, COLLECTED - timedelta(days=5))
    plan = story.renewed().judged(tmp_path / "case").plan

    assert situations(plan) == {FMC_1.name: Situation.HEALTHY, BERLIN.name: Situation.HEALTHY, SEOUL.name: Situation.MISSED_RENEWAL}
    commands = typed(plan, FMC_1.name)
    assert RENEW not in commands
    assert f"cat /var/tmp/certs/{int(RAN.timestamp())}/FAILED_PUSH" in commands
    assert "copy_sftunnel_certs.py devices.csv" in commands
    assert RESTART in typed(plan, SEOUL.name)
    assert only_looks(plan, BERLIN.name)


@pytest.mark.parametrize("names", [("cacert.pem",), ("sftunnel-cert.pem",)])
def test_after_half_a_copy_all_three_files_are_copied_and_nothing_is_made_anew(tmp_path: Path, names: tuple[str, ...]) -> None:
    story = Story()
    story.site.cut(SEOUL, COLLECTED - timedelta(days=5))
    plan = story.renewed().copied(*names).judged(tmp_path / "case").plan

    assert situations(plan)[SEOUL.name] is Situation.PARTIAL_COPY
    assert RENEW not in typed(plan, FMC_1.name)
    assert [line for line in typed(plan, SEOUL.name) if line.startswith("> ")] == [
        f"> /var/sf/peers/{FMC_1.uuid}/{name}" for name in ("cacert.pem", "sftunnel-cert.pem", "sftunnel-key.pem")
    ]


def test_after_the_whole_copy_only_the_restart_is_left(tmp_path: Path) -> None:
    story = Story()
    story.site.cut(SEOUL, COLLECTED - timedelta(days=5))
    result = story.renewed().copied(*FILES).judged(tmp_path / "case")

    commands = typed(result.plan, SEOUL.name)
    assert situations(result.plan)[SEOUL.name] is Situation.RESTART_DUE
    assert [line for line in commands if line.startswith(("> ", "vi ", "cp ", "cat "))] == []
    assert commands[-3:] == ["sftunnel-status-brief", RESTART, "sftunnel_status.pl"]
    assert typed(result.plan, FMC_1.name) == []


def test_after_the_restart_nothing_is_left(tmp_path: Path) -> None:
    story = Story()
    story.site.cut(SEOUL, COLLECTED - timedelta(days=5))
    plan = story.renewed().copied(*FILES).restarted().judged(tmp_path / "case").plan

    assert set(situations(plan).values()) == {Situation.HEALTHY}
    assert [typed(plan, box.name) for box in (FMC_1, SEOUL)] == [[], []]
    assert only_looks(plan, BERLIN.name)


def test_after_the_copy_script_said_so_the_device_is_not_copied_to_again(tmp_path: Path) -> None:
    story = Story()
    story.site.cut(SEOUL, COLLECTED - timedelta(days=5))
    story.renewed().copied(*FILES).restarted()
    story.loose["copy.txt"] = copy_certs(story.now - DONE, [(SEOUL.name, "copied")])
    plan = story.judged(tmp_path / "case").plan

    assert set(situations(plan).values()) == {Situation.HEALTHY}


def test_without_the_devices_own_files_the_copy_script_is_believed_and_the_tunnel_asked_for(tmp_path: Path) -> None:
    """What a person brings who has done the copy and collects on the FMC alone."""
    story = Story()
    story.site.cut(SEOUL, COLLECTED - timedelta(days=5))
    story.renewed().copied(*FILES).restarted()
    story.loose["copy.txt"] = copy_certs(story.now - DONE, [(SEOUL.name, "copied")])
    folder = tmp_path / "case"
    story.judged(folder)
    for device in (BERLIN, SEOUL):
        (folder / f"{device.host}.tar.gz").unlink()
    plan = analyze([folder], Options(as_of=story.now, as_of_source="the story")).plan

    assert situations(plan)[SEOUL.name] is Situation.HEALTHY
    assert RENEW not in typed(plan, FMC_1.name)


def test_of_the_status_alone_the_newest_word_counts(tmp_path: Path) -> None:
    """The evidence of before is given together with a status of after: the tunnel is up, nothing is restarted."""
    story = Story()
    story.site.cut(SEOUL, COLLECTED - timedelta(days=5))
    story.renewed().copied(*FILES)
    folder = tmp_path / "case"
    story.judged(folder)
    story.restarted()
    (folder / "status.txt").write_text(f"root@{FMC_1.host}:/# sftunnel_status.pl\n{status_on_fmc(story.site, story.now)}", encoding="utf-8")
    plan = analyze([folder], Options(as_of=story.now, as_of_source="the story")).plan

    assert situations(plan)[SEOUL.name] is Situation.HEALTHY
    assert typed(plan, SEOUL.name) == []


@pytest.mark.parametrize(
    ("box", "path", "data", "rule", "severity"),
    [
        (SEOUL, f"var/sf/peers/{FMC_1.uuid}/cacert.pem", 0, "certificate-file-damaged", "HIGH"),
        (SEOUL, f"var/sf/peers/{FMC_1.uuid}/cacert.pem", 400, "certificate-file-damaged", "HIGH"),
        (SEOUL, f"var/sf/peers/{FMC_1.uuid}/sftunnel-cert.pem", 0, "certificate-file-damaged", "HIGH"),
        (SEOUL, f"var/sf/peers/{FMC_1.uuid}/sftunnel-cert.pem", 700, "certificate-file-damaged", "HIGH"),
        (SEOUL, f"var/sf/peers/{FMC_1.uuid}/sftunnel-key.pem", 0, "certificate-file-damaged", "MEDIUM"),
        (SEOUL, f"var/sf/peers/{FMC_1.uuid}/sftunnel-key.pem", 900, "certificate-file-damaged", "MEDIUM"),
        (FMC_1, "etc/sf/ca_root/cacert.pem", 0, "manager-certificate-file-damaged", "HIGH"),
        (FMC_1, "etc/sf/keys/sftunnel-cert.pem", 500, "manager-certificate-file-damaged", "HIGH"),
    ],
)
def test_a_file_of_a_bundle_that_is_empty_or_cut_is_a_finding_at_its_place(
    tmp_path: Path, box: Appliance, path: str, data: int, rule: str, severity: str
) -> None:
    """``data``: so many of its first bytes are there."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, COLLECTED + timedelta(days=900))).register(SEOUL)
    for one, tree in ((FMC_1, fmc_tree(site, COLLECTED)), (SEOUL, ftd_tree(SEOUL, [site], COLLECTED))):
        if one == box:
            tree.replace(path, tree[path][:data], COLLECTED)
        (tmp_path / f"{one.host}.tar.gz").write_bytes(pack(tree, COLLECTED))
    found = [
        one for one in analyze([tmp_path], Options(as_of=COLLECTED, as_of_source="the story")).findings if one.rule == rule and one.counts
    ]

    assert [one.severity.name for one in found] == [severity]
    assert found[0].primary is not None
    member = "dir-archives/" + path.replace("var/sf/peers/", "var-sf-peers/")
    assert f"{box.host}.tar.gz!/{member}" in str(found[0].primary.location)


def test_the_evidence_of_before_with_what_the_plan_asked_for_goes_on_from_there(tmp_path: Path) -> None:
    """What the step after generate_certs.pl asks for, beside the bundles of before: old and new say different things of one FMC."""
    story = Story()
    story.site.cut(SEOUL, COLLECTED - timedelta(days=5))
    folder = tmp_path / "case"
    story.judged(folder)
    story.renewed()
    new = folder / "after-renewal"
    new.mkdir()
    (new / "cacert.pem").write_bytes(story.site.ca.root.pem)
    (new / "status.txt").write_text(f"root@{FMC_1.host}:/# sftunnel_status.pl\n{status_on_fmc(story.site, story.now)}", encoding="utf-8")
    (new / "generate_certs.txt").write_text(story.loose["generate_certs.txt"], encoding="utf-8")
    (new / "FAILED_PUSH").write_text(failed_push(story.site, story.site.renewals[-1]), encoding="utf-8")
    plan = analyze([folder], Options(as_of=story.now, as_of_source="the story")).plan

    assert RENEW not in typed(plan, FMC_1.name)
    assert situations(plan)[SEOUL.name] is Situation.MISSED_RENEWAL
    assert RESTART in typed(plan, SEOUL.name)
    assert RESTART not in typed(plan, BERLIN.name)
    assert "copy_sftunnel_certs.py devices.csv" in typed(plan, FMC_1.name)
