"""Steps as they are drawn: numbered, their commands in blocks that can be copied, and where each value in them comes from."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from analyzer.model.location import Evidence
from analyzer.model.plan import Argument, ArgumentKind, Command, Place, Step
from analyzer.prescribe.shell import render

CA_LINES = "cacert.pem"
"""What the lines of a here-document are: the InternalCA, the only thing that is ever printed so."""

WIDE = 100
"""Characters of a command from which on it needs the whole width of the page."""


class Block(Struct, frozen=True):
    """Commands that are typed together: up to one that asks something or shows something to look at.

    ``answers`` are typed at the last command's prompts, ``expect`` is what it shows, ``then`` what to do with it.
    """

    text: str
    answers: tuple[str, ...]
    expect: str
    then: str = ""

    @property
    def is_wide(self) -> bool:
        """A line of it is longer than half a page is wide, as those with a path below the folder of a peer are."""
        return any(len(line) > WIDE for line in self.text.splitlines())


class Value(Struct, frozen=True):
    """A value in the commands of a step, and the evidence that it was read from."""

    kind: ArgumentKind
    value: str
    evidence: tuple[Evidence, ...]


class StepView(Struct, frozen=True):
    """A step with its number among the steps of its box (``3``, or ``M2`` for the manual way) and its anchor.

    What an earlier step of the same way has told: ``place_known`` how to get to its place, ``undo_shown`` (that step) how to undo it;
    ``undo_text`` are the commands that undo it, as they are typed. ``new_values`` are the values without those that an earlier step has
    told, with the same evidence.
    """

    number: str
    anchor: str
    step: Step
    blocks: tuple[Block, ...]
    values: tuple[Value, ...]
    new_values: tuple[Value, ...]
    place_known: bool
    undo_shown: StepView | None
    undo_text: str


def step_views(steps: tuple[Step, ...], anchor: str, prefix: str = "") -> tuple[StepView, ...]:
    """The steps in their order, numbered from 1 behind ``prefix``, with anchors below ``anchor``."""
    views: list[StepView] = []
    places: set[Place] = set()
    undos: dict[tuple[tuple[Command, ...], str], StepView] = {}
    told: set[Value] = set()
    for number, step in enumerate(steps, start=1):
        values = tuple(_values(step.commands))
        view = StepView(
            number=f"{prefix}{number}",
            anchor=f"{anchor}-step-{prefix.lower()}{number}",
            step=step,
            blocks=tuple(_blocks(step.commands)),
            values=values,
            new_values=tuple(value for value in values if value not in told),
            place_known=step.place in places,
            undo_shown=undos.get((step.undo_commands, step.undo_note)),
            undo_text="\n".join(render(command) for command in step.undo_commands),
        )
        views.append(view)
        places.add(step.place)
        undos.setdefault((step.undo_commands, step.undo_note), view)
        told.update(values)
    return tuple(views)


def _blocks(commands: tuple[Command, ...]) -> Iterator[Block]:
    lines: list[str] = []
    for command in commands:
        lines.append(render(command))
        if command.answers or command.expect or command.then:
            yield Block("\n".join(lines), command.answers, command.expect, command.then)
            lines = []
    if lines:
        yield Block("\n".join(lines), (), "")


def _values(commands: tuple[Command, ...]) -> Iterator[Value]:
    """Each distinct value once, with the evidence of every place that it stands in."""
    evidence: dict[tuple[ArgumentKind, str], dict[Evidence, None]] = {}
    for command in commands:
        if command.here_evidence:
            evidence.setdefault((ArgumentKind.CERTIFICATE, CA_LINES), {}).update(dict.fromkeys(command.here_evidence))
        for word in (*command.words, *((command.output_to,) if command.output_to else ())):
            for part in word.parts:
                if isinstance(part, Argument):
                    evidence.setdefault((part.kind, part.value), {}).update(dict.fromkeys(part.evidence))
    for (kind, value), found in evidence.items():
        yield Value(kind, value, tuple(found))
