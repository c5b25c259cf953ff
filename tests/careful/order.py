"""What "more careful" is: an order over results.

A result is at least as careful as another when

1. it does not end with 0 where the other does not,
2. on the appliances that both know (one that is only assumed to be one is not known), it types nothing that changes them and that the
   other does not type there,
3. whoever the other protects by a do-not is protected, or is an FMC whose own word, without any assumption, says that its InternalCA is
   valid,
4. an InternalCA that the other takes for ended, or for contradicted, is taken for one of both, or for not known,
5. a tunnel that the other takes for up, or for not known, is not taken for down.

Names of files do not count: an appliance is its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from analyzer.model.answer import Answer, Conflicting, Known
from analyzer.model.case import TunnelState
from analyzer.model.ending import ExitCode, exit_code
from analyzer.model.result import Result
from analyzer.prescribe.shell import render

CHANGES = {
    "renew": re.compile(r"generate_certs\.pl"),
    "restart": re.compile(r"pmtool (restart|disable|enable)byid|manage_procs\.pl"),
    "empty": re.compile(r"^\s*> ?/\S+", re.MULTILINE),
    "write": re.compile(r"cat\s*>\s*/\S+|^\s*vi \S+", re.MULTILINE),
    "copy": re.compile(r"copy_sftunnel_certs"),
    "reboot": re.compile(r"^\s*(reboot|shutdown)\b", re.MULTILINE),
}
"""What changes an appliance, by the words of the command."""


class Careful(Struct, frozen=True):
    """What of a result the order looks at."""

    code: ExitCode
    typed: frozenset[tuple[str, str]]
    protected: frozenset[str]
    ended: frozenset[str]
    valid: frozenset[str]
    down: frozenset[str]
    tunnels: frozenset[str]
    known: frozenset[str]
    sound: frozenset[str]


def careful(result: Result) -> Careful:
    """A result, seen by the order."""
    case = result.case
    return Careful(
        code=exit_code(result),
        typed=frozenset(_typed(result)),
        protected=frozenset(_protected(result)),
        ended=frozenset(one.key for one in case.managers if _ended(one.internal_ca_not_after, result.as_of)),
        valid=frozenset(
            one.key
            for one in case.managers
            if isinstance(one.internal_ca_not_after, Known) and one.internal_ca_not_after.value > result.as_of
        ),
        down=frozenset(one.key for one in case.tunnels if isinstance(one.state, Known) and one.state.value is TunnelState.DOWN),
        tunnels=frozenset(one.key for one in case.tunnels),
        sound=frozenset(
            word for one in case.managers if _sound(one.internal_ca_not_after, result.as_of) for word in (one.label, _text(one.uuid))
        ),
        known=frozenset(
            word
            for one in (*case.managers, *case.devices)
            if not any(merge.assumed for merge in one.merged)
            for word in (one.key, one.label, _text(one.name))
        ),
    )


def _text(answer: Answer[str]) -> str:
    return answer.value if isinstance(answer, Known) else ""


def _sound(answer: Answer[datetime], as_of: datetime) -> bool:
    return isinstance(answer, Known) and not answer.assumed and answer.value > as_of


def _ended(answer: object, as_of: datetime) -> bool:
    if isinstance(answer, Conflicting):
        return any(claim.value <= as_of for claim in answer.claims)
    return isinstance(answer, Known) and answer.value <= as_of


def _typed(result: Result) -> Iterator[tuple[str, str]]:
    for plan in (*result.plan.managers, *result.plan.devices):
        for step in plan.steps:
            for command in step.commands:
                text = render(command)
                for kind, words in CHANGES.items():
                    if words.search(text):
                        yield step.box, kind
        for file in plan.files:
            for line in file.lines:
                yield line.partition(",")[0], "listed"


def _protected(result: Result) -> Iterator[str]:
    """Who is protected. An appliance that only the name of a file tells from others is one without a name, and what a label adds in
    brackets to tell two of one name apart does not count."""
    everyone = (*result.case.managers, *result.case.devices)
    nameless = {one.label for one in everyone if not any(isinstance(answer, Known) for answer in (one.name, one.address, one.uuid))}
    for caution in (*result.plan.do_not, *(one for plan in (*result.plan.managers, *result.plan.devices) for one in plan.do_not)):
        for name in caution.on:
            yield "an appliance without a name" if name in nameless else re.sub(r" \(.*\)$", "", name)


def less_careful(after: Careful, before: Careful) -> list[str]:
    """Each way in which a result is less careful than the one of less evidence."""
    found = []
    if after.code == ExitCode.CLEAR and before.code != ExitCode.CLEAR:
        found.append(f"it ends with 0, which was {before.code.value}")
    found += [f"typed on {where}: {kind}" for where, kind in sorted(after.typed - before.typed) if where in before.known]
    found += [f"no longer protected: {name}" for name in sorted(before.protected - after.protected - after.sound)]
    found += [f"its InternalCA had ended, and is valid: {key}" for key in sorted(before.ended & after.valid)]
    found += [f"was not known to be down: {key}" for key in sorted((after.down - before.down) & before.tunnels)]
    return found
