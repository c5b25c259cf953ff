"""What must not be done now (field notes 6.3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from analyzer.model.case import Device
from analyzer.model.plan import Situation
from analyzer.prescribe.filling import Values, say
from analyzer.prescribe.fleet import Fleet, Life, life, may_live
from analyzer.prescribe.remedies import Remedies
from analyzer.prescribe.situations import Verdicts
from analyzer.prescribe.wording import listed


def manager_cautions(
    situation: Situation, values: Values, lives: Mapping[str, Life], owed: Collection[str], hotfix: bool, remedies: Remedies
) -> tuple[str, ...]:
    """For a manager: what would cut a living tunnel for good.

    ``lives`` is by the label of the device; ``owed`` are the labels of the devices that do not hold the whole present set.
    ``hotfix``: the plan installs one.
    """
    alive = [label for label, one in lives.items() if one is Life.ALIVE]
    if situation is Situation.RENEW_IN_TIME:
        ids = ["renew-before-upgrade"]
    elif situation in (Situation.EXPIRED_CONNECTED, Situation.EXPIRED_MIXED):
        ids = ["no-reboot-but-hotfix" if hotfix else "no-reboot", "no-restart"]
    elif situation is Situation.EXPIRED_UNKNOWN:
        ids = ["no-reboot-unknown", "no-restart-unknown"]
    elif situation is Situation.UNKNOWN:
        ids = ["nothing-before-date"]
    elif situation is Situation.LOOK_ELSEWHERE and alive:
        ids = ["no-restart-before-cleared"]
    elif situation is Situation.HEALTHY and (alive := [label for label in alive if label in owed]):
        ids = ["old-set-alive"]
    else:
        ids = []
    return tuple(say(remedies.cautions[one], values.saying(connected=listed(alive))) for one in ids)


_RETURNS = (Situation.HEALTHY, Situation.RENEW_IN_TIME, Situation.LOOK_ELSEWHERE)
"""Situations of a device whose tunnel comes back after a restart."""


def device_cautions(device: Device, verdicts: Verdicts, fleet: Fleet, values: Values, remedies: Remedies) -> tuple[str, ...]:
    """For a device: leave it alone while a tunnel lives, or may live, that might not come back."""
    tunnels = [(tunnel, verdict) for tunnel, verdict in verdicts if tunnel is not None]
    if any(life(tunnel) is Life.ALIVE and verdict.situation not in _RETURNS for tunnel, verdict in tunnels):
        return (say(remedies.cautions["device-alive"], values.saying(connected=fleet.alive_to(device))),)
    if any(may_live(tunnel) or verdict.situation is Situation.EXPIRED_UNKNOWN for tunnel, verdict in tunnels):
        return (say(remedies.cautions["device-may-live"], values),)
    return ()
