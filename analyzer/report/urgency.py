"""How urgent a case is, in one word: decided by what is lost already, and by what the next reconnect can take.

One table for every rendering. A word that most cases bear ranks nothing, so devices that are down are told from those that will go down:
waiting loses nothing more of the first, and each restart, reboot or network fault can cost one of the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from analyzer.model.answer import Known
from analyzer.model.case import Tunnel, TunnelState
from analyzer.model.plan import Action, Situation
from analyzer.model.result import Result
from analyzer.report.labels import Tone
from analyzer.texts import N_, _

EXPIRED = frozenset({Situation.EXPIRED_DOWN, Situation.EXPIRED_MIXED, Situation.EXPIRED_CONNECTED, Situation.EXPIRED_UNKNOWN})
"""Situations of an FMC whose InternalCA has expired."""


class Urgency(StrEnum):
    """How urgent a case is, the most urgent first."""

    NOW = "now"
    TODAY = "today"
    WEEK = "week"
    PLAN = "plan"
    OPEN = "open"
    NOTHING = "nothing"

    @property
    def word(self) -> str:
        """The word in the language that is spoken."""
        return _(_TABLE[self].english)

    @property
    def reason(self) -> str:
        """When this word is used, in the language that is spoken."""
        return _(_TABLE[self].reason)


class _Row(Struct, frozen=True):
    """A word and when it is used, both message ids."""

    english: str
    reason: str


_TABLE: Mapping[Urgency, _Row] = {
    Urgency.NOW: _Row(N_("Act now"), N_("A tunnel that is up, or that may be up, cannot or might not reconnect once it drops.")),
    Urgency.TODAY: _Row(N_("Act today"), N_("A tunnel is down. As far as the evidence shows, waiting does not cost another one.")),
    Urgency.WEEK: _Row(N_("Act this week"), N_("No tunnel is known to be down, but what was found can take one down.")),
    Urgency.PLAN: _Row(N_("Plan"), N_("Nothing is lost. There is work with a date, or of low severity.")),
    Urgency.OPEN: _Row(N_("Not enough evidence"), N_("Nothing urgent was found, but evidence that could change this is missing.")),
    Urgency.NOTHING: _Row(N_("Nothing to do"), N_("Nothing that needs action was found.")),
}


def urgency_of(result: Result, tone: Tone) -> Urgency:
    """How urgent the case is. ``tone`` is the worst of its findings and situations (`analyzer.report.verdict`)."""
    if tone is Tone.UNKNOWN:
        return Urgency.OPEN
    if tone not in (Tone.CRITICAL, Tone.WARNING):
        return Urgency.NOTHING
    if _at_stake(result):
        return Urgency.NOW
    if any(_is_down(one) for one in result.case.tunnels):
        return Urgency.TODAY
    if tone is Tone.CRITICAL or any(notice.grave for notice in result.case.notices):
        return Urgency.WEEK
    return Urgency.PLAN


def _at_stake(result: Result) -> bool:
    """A tunnel that is not known to be down belongs to an FMC whose InternalCA has expired, or to a device that must be left running. Where
    no tunnel is known, a grave doubt is about tunnels that nobody named: any of them may be up."""
    if not result.case.tunnels and any(notice.grave and notice.doubts for notice in result.case.notices):
        return True
    expired = {plan.box for plan in result.plan.managers if plan.situation in EXPIRED}
    if any(plan.situation is Situation.EXPIRED_UNKNOWN for plan in result.plan.managers):
        return True
    down = {one.device for one in result.case.tunnels if _is_down(one)}
    kept = {plan.box for plan in result.plan.devices if any(one.action is Action.RESTART for one in plan.do_not)} - down
    return any(
        one.manager in expired or (one.device in kept and isinstance(one.state, Known)) for one in result.case.tunnels if not _is_down(one)
    )


def _is_down(tunnel: Tunnel) -> bool:
    return isinstance(tunnel.state, Known) and tunnel.state.value is TunnelState.DOWN
