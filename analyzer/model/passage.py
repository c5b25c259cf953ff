"""Who speaks where in a file, and how old a file is: what the speaker and the age of a fact follow from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from analyzer.model.location import Evidence


class Shell(StrEnum):
    """What kind of prompt a command was typed at. A hint of the appliance's role, never a proof."""

    EXPERT = "expert"  # root@fmc-1:/var/log#, admin@ftd-1:~$, [root@fmc-1 log]#, sh-5.1#
    CLISH = "clish"  # >
    LINA = "lina"  # firepower#
    FXOS = "fxos"  # FPR4100-1 /security-service #
    NONE = "none"  # no prompt is in sight: a file, or a text that somebody wrote


class Passage(Struct, frozen=True):
    """A run of lines of one member that one appliance printed (or one person wrote): the output of one command, a file, a mail's text.

    ``evidence`` has the location (member, first and last line) and quotes the prompt line, "" where there is none. ``host``, ``user`` and
    ``folder`` are those of the prompt, "" where it does not show them; ``command`` is what was typed, joined where it was wrapped.
    ``label`` is what the text around says of whose output this is (a heading, a chat name): a hint that may be wrong.
    ``session`` counts the unbroken terminal sessions of the member from 0: within one, prompts without a host belong to the host above.
    ``output`` numbers the appliances of the member that have no name, from 0: it rises where the same command is repeated and nothing says
    that it was repeated on the same appliance. ``at`` is the newest moment that the passage states about itself (aware, UTC), else None.
    """

    evidence: Evidence
    host: str = ""
    user: str = ""
    folder: str = ""
    command: str = ""
    shell: Shell = Shell.NONE
    label: str = ""
    session: int = 0
    output: int = 0
    at: datetime | None = None


class NotUnderstood(Struct, frozen=True):
    """A wording that speaks of trouble in the tunnel and that no reader used.

    ``evidence`` is the first line of it and quotes it, ``words`` is what it says without its header, ``count`` how many lines of the member
    say the same (numbers apart). ``host`` is the appliance that the header or the prompt names, "" when none does. ``first`` and ``last``
    are the moments of the first and the last of them (aware, UTC), None where the lines have no time.
    """

    evidence: Evidence
    words: str
    count: int = 1
    host: str = ""
    first: datetime | None = None
    last: datetime | None = None


class NamedInText(Struct, frozen=True):
    """A name or an address in a line that a person wrote and that no reader used: what it says of it is not understood.

    ``value`` is as written: an IPv4 address, or a word of letters and digits that may be the name of a device. ``evidence`` is the first
    such line of the text.
    """

    value: str
    evidence: Evidence


class FileSeen(Struct, frozen=True):
    """A member that gave facts. ``modified`` is its time (aware, UTC): no undated fact of it is younger. None where the container has
    none."""

    evidence: Evidence
    modified: datetime | None
