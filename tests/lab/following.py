"""A plan followed as a person would: every step in order, on the box that it names, exactly the printed text."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from tests.lab.cast import Appliance
from tests.lab.chroot import HOME, type_in
from tests.lab.world import JUMP_SERVER, World


class Way(Enum):
    """How the files come to devices that are down. The value: steps of the other ways, which are not done."""

    SCRIPT = ("copy-from-jump-server",)
    JUMP_SERVER = ("copy-from-manager", "remove-credentials")
    BY_HAND = ("copy-from-manager", "remove-credentials", "copy-from-jump-server", "await-copy")

    def does(self, step: str, alternative: bool) -> bool:
        """Whether a step is done on this way; ``alternative`` marks the steps behind the first way."""
        if step.startswith(self.value):
            return False
        return not alternative or self is Way.BY_HAND or (self is Way.JUMP_SERVER and step.startswith("copy-from-jump-server"))


def filled_in(rows: tuple[str, ...]) -> str:
    """The rows of a copy list with the user name and password that the reader adds."""
    return "".join(row.removesuffix(",,") + ",admin,Not-A-Real-1\n" for row in rows)


def type_step(world: World, box: Appliance | None, commands: list[tuple[str, tuple[str, ...]]], failed: Callable[[str], None]) -> None:
    """Type each command (text, answers) on the box (None: the jump server). What ``cat`` prints is copied, as a person would."""
    root = world.root(box) if box is not None else world.folder / JUMP_SERVER
    for text, answers in commands:
        status, printed = type_in(root, text, answers, lambda name, words, typed: world.tool(box, name, words, typed))
        if status != 0 and not (text.startswith("grep ") and status == 1 and not printed):  # a grep that finds nothing is an answer
            failed(f"{text}\n{printed}")
        if text.startswith("cat /") and "\n" not in text:
            world.clipboard[text.rsplit("/", 1)[-1]] = printed


def lay_out_list(world: World, name: str, rows: tuple[str, ...]) -> None:
    """The generated file where it is used: typed with ``vi`` on the manager, beside the script on the jump server."""
    if name == "devices.csv":
        world.clipboard[name] = filled_in(rows)
    else:
        (world.folder / JUMP_SERVER / HOME / name).write_text(filled_in(rows), encoding="ascii")
