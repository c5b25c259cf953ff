"""The steps of the remedies as data: their texts and command words, with typed placeholders. Python selects and orders them.

A placeholder is a name in braces. In the words of a command only values stand that are judged by their kind (`ARGUMENTS`); in the texts
for people also labels and dates (`TEXTS`); the lines of a here-document are one of `BLOCKS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from analyzer.model.plan import Action, ArgumentKind, Place, Risk
from analyzer.rulefiles.node import Node, RuleError, did_you_mean, one_line
from analyzer.rulefiles.read import read_yaml
from analyzer.texts import _

ARGUMENTS: Mapping[str, ArgumentKind] = {
    "manager_uuid": ArgumentKind.UUID,
    "manager_address": ArgumentKind.ADDRESS,
    "device_uuid": ArgumentKind.UUID,
    "device_address": ArgumentKind.ADDRESS,
    "epoch": ArgumentKind.EPOCH,
}
"""Values from evidence that may stand in a command: what they must look like."""

TEXTS = frozenset(
    {
        "manager",
        "device",
        "primary",
        "version",
        "hotfix",
        "document",
        "expires",
        "ca_ends",
        "clocks",
        "connected",
        "copied",
        "elsewhere",
        "other_manager",
        "failure",
        "why",
        "obtain",
        "peer",
        "renewed",
        "unconfirmed",
        "unknown",
        "waiting",
    }
)
"""What only a sentence may name."""

BLOCKS = frozenset({"manager_ca"})
"""Lines that a here-document may hold: the manager's CA certificate in force, which is public."""

PROSE = ("title", "why", "precondition", "check", "if_check_fails", "undo_note", "assumed")
"""The texts of a step, in the order in which a person meets them."""

CAUTION_FIELDS = ("id", "action", "text")

_PLACEHOLDER = re.compile(r"\{([^{}]{0,60})\}")
_E = TypeVar("_E", bound=Enum)


class Placeholder(Struct, frozen=True):
    """Where a value goes."""

    name: str


Template = tuple[str | Placeholder, ...]


class CommandTemplate(Struct, frozen=True):
    """A command line with places for its values. ``block`` names the lines of its here-document, "" for none."""

    words: tuple[Template, ...]
    output_to: Template | None
    block: str
    answers: tuple[str, ...]
    expect: Template
    then: Template = ()


class StepTemplate(Struct, frozen=True):
    """A step with places for its values. ``on`` is the box it is done on: ``manager``, ``device`` or ``workstation``.

    ``done_by`` is the id of the step of that box that does it for several devices at once, "" where it is done by itself.
    """

    id: str
    place: Place
    on: str
    risk: Risk
    prose: Mapping[str, Template]
    sources: tuple[str, ...]
    commands: tuple[CommandTemplate, ...]
    undo: tuple[CommandTemplate, ...] = ()
    origin: str = ""
    done_by: str = ""

    def spoken(self) -> StepTemplate:
        """The same in the language that is spoken now; the words of commands are in none."""
        return replace(
            self,
            prose={name: _spoken(text) for name, text in self.prose.items()},
            commands=tuple(replace(one, expect=_spoken(one.expect), then=_spoken(one.then)) for one in self.commands),
        )

    @property
    def arguments(self) -> tuple[str, ...]:
        """The values that its commands need, in the order of use, each once."""
        words = [
            word
            for command in (*self.commands, *self.undo)
            for word in (*command.words, *([command.output_to] if command.output_to else []))
        ]
        return tuple(dict.fromkeys(part.name for word in words for part in word if isinstance(part, Placeholder)))


class CautionTemplate(Struct, frozen=True):
    """A "do not ..." with places for its labels."""

    action: Action
    text: Template


class Remedies(Struct, frozen=True):
    """All steps and cautions ("do not ...") by id."""

    steps: Mapping[str, StepTemplate]
    cautions: Mapping[str, CautionTemplate]

    def spoken(self) -> Remedies:
        """The same in the language that is spoken now."""
        return Remedies(
            {name: step.spoken() for name, step in self.steps.items()},
            {name: replace(one, text=_spoken(one.text)) for name, one in self.cautions.items()},
        )


def remedy_files(folder: Path) -> list[Path]:
    """The files of ``remedies/``, by name. Raises `RuleError` when there are none."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise RuleError(folder, 1, "no remedy files here")
    return files


def read_remedies(folder: Path, origin: str = "") -> Remedies:
    """What the files say, as it is written. One file is one remedy: its name is the id that rules give. ``origin`` marks their steps, ""
    for those of the program. Raises `RuleError` with the file and line."""
    steps: dict[str, StepTemplate] = {}
    cautions: dict[str, CautionTemplate] = {}
    for path in remedy_files(folder):
        root, _data = read_yaml(path)
        top = root.fields(("title", "steps", "cautions"), required=("title",))
        for node in top["steps"].items if "steps" in top else ():
            step = replace(_step(node), origin=origin)
            if step.id in steps:
                raise node.error(f"the step '{step.id}' is there twice")
            steps[step.id] = step
        for node in top["cautions"].items if "cautions" in top else ():
            fields = node.fields(CAUTION_FIELDS, required=CAUTION_FIELDS, what="field of a caution")
            if fields["id"].text in cautions:
                raise fields["id"].error(f"the caution '{fields['id'].text}' is there twice")
            cautions[fields["id"].text] = CautionTemplate(_choice(fields["action"], Action), _template(fields["text"], prose=True))
    return Remedies(steps, cautions)


def _step(node: Node) -> StepTemplate:
    needed = ("id", "place", "on", "risk", "title", "why", "sources")
    fields = node.fields((*needed, "commands", "undo", "done_by", *PROSE), required=needed, what="field of a step")
    on = fields["on"].text
    if on not in ("manager", "device", "workstation"):
        raise fields["on"].error("'on' is manager, device or workstation")
    sources = tuple(source.text for source in fields["sources"].items)
    if not sources:
        raise fields["sources"].error("a step names at least one source")
    commands = tuple(_command(command) for command in fields["commands"].items) if "commands" in fields else ()
    place = _choice(fields["place"], Place)
    if commands and place is Place.FMC_WEB:
        raise fields["commands"].error("a step in the web interface has no commands")
    return StepTemplate(
        id=fields["id"].text,
        place=place,
        on=on,
        risk=_choice(fields["risk"], Risk),
        prose={name: _template(fields[name], prose=True) if name in fields else () for name in PROSE},
        sources=sources,
        commands=commands,
        undo=tuple(_command(command) for command in fields["undo"].items) if "undo" in fields else (),
        done_by=fields["done_by"].text if "done_by" in fields else "",
    )


def _command(node: Node) -> CommandTemplate:
    fields = node.fields(("words", "output_to", "here_document", "answers", "expect", "then"), what="field of a command")
    if "words" not in fields and "output_to" not in fields:
        raise node.error("a command has words, or a file to empty")
    block = fields["here_document"].text if "here_document" in fields else ""
    if block and block not in BLOCKS:
        raise fields["here_document"].error(f"unknown block '{block}'{did_you_mean(block, BLOCKS)}")
    return CommandTemplate(
        words=tuple(_template(word, prose=False) for word in fields["words"].items) if "words" in fields else (),
        output_to=_template(fields["output_to"], prose=False) if "output_to" in fields else None,
        block=block,
        answers=tuple(answer.text for answer in fields["answers"].items) if "answers" in fields else (),
        expect=_template(fields["expect"], prose=True) if "expect" in fields else (),
        then=_template(fields["then"], prose=True) if "then" in fields else (),
    )


def _template(node: Node, *, prose: bool) -> Template:
    text = one_line(node.text) if prose else node.text.strip()
    known = {*ARGUMENTS, *TEXTS} if prose else set(ARGUMENTS)
    template = _parsed(text)
    for part in template:
        if isinstance(part, Placeholder) and part.name not in known:
            raise node.error(f"unknown placeholder '{{{part.name}}}'{did_you_mean(part.name, known)}")
        if isinstance(part, str) and ("{" in part or "}" in part):
            raise node.error("a brace that belongs to no placeholder")
    if not prose and (not text or not text.isascii()):
        raise node.error("a word of a command is plain ASCII, and not empty")
    return template


def _parsed(text: str) -> Template:
    parts: list[str | Placeholder] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        parts += [text[end : match.start()], Placeholder(match[1])]
        end = match.end()
    parts.append(text[end:])
    return tuple(part for part in parts if part)


def _spoken(prose: Template) -> Template:
    """A text for people in the language that is spoken now: as it is written, it is its own message id."""
    written = "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in prose)
    said = _(written)
    return prose if said == written else _parsed(said)


def _choice(node: Node, kind: type[_E]) -> _E:
    try:
        return kind(node.text)
    except ValueError:
        raise node.error(f"unknown value '{node.text}'{did_you_mean(node.text, [str(one.value) for one in kind])}") from None
