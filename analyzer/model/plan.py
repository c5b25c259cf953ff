"""What to type, where, in which order. A command is a structure; `prescribe.shell` alone turns it into text."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from analyzer.model.location import Evidence


class Place(StrEnum):
    """Where a command is typed (or a thing is done)."""

    FMC_EXPERT = "fmc-expert"  # FMC: `expert`, then `sudo su`
    FTD_CLISH = "ftd-clish"  # FTD prompt `>`
    FTD_EXPERT = "ftd-expert"  # FTD: `expert`, then `sudo su`
    WORKSTATION = "workstation"
    FMC_WEB = "fmc-web"  # the web interface: a sentence, no command


class Risk(StrEnum):
    """What a step can do."""

    SAFE = "safe"
    DISRUPTIVE = "disruptive"
    IRREVERSIBLE = "irreversible"


class ArgumentKind(StrEnum):
    """What a value must look like before it may stand in a command."""

    UUID = "uuid"
    ADDRESS = "address"
    PATH = "path"
    NAME = "name"
    EPOCH = "epoch"
    DATE = "date"
    CERTIFICATE = "certificate"  # the lines of a here-document; never a word


class Action(StrEnum):
    """What must not be done. Each action forbids the ones that imply it."""

    RESTART = "restart"  # whatever ends the sftunnel process: pmtool restartbyid, a reboot, an upgrade
    REBOOT = "reboot"  # a reboot, or an upgrade, which ends with one
    UPGRADE = "upgrade"
    GENERATE = "generate-certs"  # a run of generate_certs.pl
    COPY = "copy"  # files of a certificate set, by script or by hand


class DoNot(Struct, frozen=True, kw_only=True):
    """Something that must not be done now. ``on`` holds the labels and UUIDs of the appliances that it protects, ``text`` says why."""

    action: Action
    on: tuple[str, ...]
    text: str


class Argument(Struct, frozen=True):
    """A value from evidence, validated against its kind. The first evidence is where, opened, it stands."""

    kind: ArgumentKind
    value: str
    evidence: tuple[Evidence, ...]


class Word(Struct, frozen=True):
    """One word of a command: literal text and arguments, joined. ``/var/sf/peers/`` + UUID + ``/cacert.pem``."""

    parts: tuple[str | Argument, ...]


class Command(Struct, frozen=True):
    """One command line: its words; ``output_to`` for ``> file``; ``here_document`` lines for its input (no secrets, ever).

    A command without words and with ``output_to`` empties that file. ``answers`` are typed at its prompts. ``expect`` says what to see,
    ``then`` what to do in it or with what it prints.
    ``here_evidence`` is where the lines of the here-document were read.
    """

    words: tuple[Word, ...]
    output_to: Word | None = None
    here_document: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    expect: str = ""
    then: str = ""
    here_evidence: tuple[Evidence, ...] = ()


class Refused(Struct, frozen=True):
    """A value that a step needs and does not have, or that evidence gave and does not look like what it must be."""

    what: str
    why: str
    obtain: str
    evidence: tuple[Evidence, ...] = ()


class Step(Struct, frozen=True, kw_only=True):
    """One step of a plan. A step with ``refused`` holds no commands: it says what is missing and how to get it.

    ``box`` is the key of the manager or device it is done on ("" for a workstation), ``box_label`` its name and address.
    ``alternative`` marks the manual way that stands behind an automatic one. ``assumed`` says which assumption it rests on, "" for none.
    ``undo_commands`` are typed at the same place; ``undo_note`` says what to know about them, or why there are none.
    ``origin`` names the folder of a step that does not come with the program, "" for one that does. ``done_by`` is the id of a step of
    the same box that does this one, for several devices at once: its commands and its risk are the ones that count. "" for none.
    """

    id: str
    title: str
    place: Place
    box: str
    box_label: str
    commands: tuple[Command, ...]
    why: str
    risk: Risk
    precondition: str
    check: str
    if_check_fails: str
    undo_commands: tuple[Command, ...]
    undo_note: str
    sources: tuple[str, ...]
    assumed: str
    alternative: bool
    refused: tuple[Refused, ...]
    origin: str = ""
    done_by: str = ""


class GeneratedFile(Struct, frozen=True, kw_only=True):
    """A file to be made on a box or workstation, as text: `devices.csv` (password column empty). Never holds a secret.

    ``origins`` has an entry for each line: where its values were read.
    """

    name: str
    purpose: str
    lines: tuple[str, ...]
    origins: tuple[tuple[Evidence, ...], ...]
    refused: tuple[Refused, ...] = ()


class Situation(StrEnum):
    """The situation of a manager or a device."""

    HEALTHY = "healthy"
    RENEW_IN_TIME = "renew-in-time"  # CA valid, expiring within the threshold
    EXPIRED_CONNECTED = "expired-connected"
    EXPIRED_DOWN = "expired-down"
    EXPIRED_MIXED = "expired-mixed"  # a manager's only: some tunnels up, some down
    EXPIRED_UNKNOWN = "expired-unknown"  # expired, tunnel states not in evidence
    MISSED_RENEWAL = "missed-renewal"  # renewed manager, the device still holds the old set
    PARTIAL_COPY = "partial-copy"  # new cacert.pem, old leaf (or the reverse)
    RESTART_DUE = "restart-due"  # the device holds the whole new set, its process has not read it
    ANOTHER_MANAGER = "another-manager"
    NOT_REGISTERED = "not-registered"  # the registration with the FMC was never completed, or has ended: there is no tunnel to repair
    LOOK_ELSEWHERE = "look-elsewhere"  # neither the CA nor a missed renewal: the path, a process, a clock
    NOT_APPLICABLE = "not-applicable"  # locally managed, or managed from the cloud
    UNKNOWN = "unknown"


class AppliancePlan(Struct, frozen=True, kw_only=True):
    """The plan for one manager or device: its situation in one sentence, and ordered steps (none: nothing to do).

    ``because`` holds the keys of the findings that it stands on (`Finding.key`), the one that decides the situation first.
    """

    box: str
    label: str
    kind: str
    situation: Situation
    summary: str
    because: tuple[str, ...]
    steps: tuple[Step, ...]
    do_not: tuple[DoNot, ...]
    files: tuple[GeneratedFile, ...]


class Plan(Struct, frozen=True, kw_only=True):
    """What to do, in order: managers first (an HA primary before its secondary), then devices by urgency.

    ``headline`` is the verdict in one sentence, ``also`` holds sentences on what else was found. ``do_not`` is what must not be done now.
    ``collect`` is what to collect next.
    """

    headline: str
    do_not: tuple[DoNot, ...]
    managers: tuple[AppliancePlan, ...]
    devices: tuple[AppliancePlan, ...]
    collect: tuple[Step, ...]
    also: tuple[str, ...] = ()
