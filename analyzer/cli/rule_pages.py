"""Rules as pages: one of them, and the whole of ``docs/rules.md``. How a fact is obtained is asked of the program itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from analyzer.authoring.describe import describe, text_of
from analyzer.join.build import build_case
from analyzer.judge.rule import Rule, RuleSet
from analyzer.judge.subjects import resolve, subjects
from analyzer.judge.vocabulary import ELEMENT
from analyzer.model.answer import Missing
from analyzer.model.case import Case
from analyzer.model.location import Evidence, Location
from analyzer.model.outputs import PeerStatus
from analyzer.texts import N_, _

_A_DAY = datetime(2026, 1, 1, tzinfo=UTC)

_WRITTEN = "<!-- Written by `sftunnel-analyzer rules docs`. Change the rule files, then run `make docs`. -->"
_INTRODUCTION = N_(
    "What the program can detect, rule by rule, and how. A rule checks every subject of its kind (each FMC, each "
    "device, each tunnel between them,\neach certificate) and answers *affected*, *at risk*, *clear*, *does not "
    "apply* or, if evidence is missing, *unknown*: missing evidence never\nmeans healthy. Names such as "
    "`tunnel.state` are the facts of a case. To see why a rule gave its answer for your own evidence, "
    "run\n`sftunnel-analyzer analyze CASE --explain RULE`."
)


def page(rule: Rule) -> str:
    """One rule."""
    return _text(describe(rule, obtain))


def document(rules: RuleSet) -> str:
    """All rules, the gravest first, with a table of them."""
    ordered = sorted(rules.rules, key=lambda rule: (-rule.severity, rule.id))
    lines = ["# " + _("The rules"), "", _WRITTEN, "", _(_INTRODUCTION), ""]
    lines += [_("| rule | for each | severity | title |"), "| --- | --- | --- | --- |"]
    lines += [f"| [{one.id}](#{one.id}) | {one.subject.value} | {one.severity.name.lower()} | {text_of(one.title)} |" for one in ordered]
    for rule in ordered:
        lines += ["", *describe(rule, obtain, level=2)]
    return _text(lines)


def obtain(rule: Rule, path: str) -> str:
    """The command or file that settles a fact: what the program itself asks for on a case in which nothing is known."""
    subject = next(subjects(_nothing_known(), rule.subject), None)
    answer = resolve(subject, path.split(ELEMENT)[0], _A_DAY) if subject is not None else None
    return answer.obtain if isinstance(answer, Missing) else ""


def _nothing_known() -> Case:
    """One FMC that lists one device, and says nothing about it."""
    place = Evidence(Location("a line that names a device"), "")
    silent = PeerStatus(
        peer_name="a device",
        peer_address="",
        peer_uuid="",
        control=None,
        event=None,
        registration="",
        connected_since=None,
        attempted_at=None,
        last_disconnect=None,
        last_disconnect_reason="",
        heartbeat_received=None,
        taken=None,
        rpc_failed=False,
        sw_version="",
        sw_build="",
        interface="",
        local_addresses=(),
        complete=False,
        evidence=place,
        host="an FMC",
        command="sftunnel_status.pl",
    )
    return build_case([silent], _A_DAY)


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"
