"""Why mentions in the evidence are one appliance, and what could be given to none."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from analyzer.model.location import Evidence


class MergeKind(StrEnum):
    """What two mentions of one appliance have in common, the strongest first."""

    UUID = "uuid"
    KEY = "key"  # the public key of its certificate
    CA = "ca"  # the InternalCA at its place in the appliance's own tree bears this UUID
    ISSUER = "issuer"  # what it showed was issued by the InternalCA that bears this UUID
    SESSION = "session"  # one unbroken terminal session
    PAIR = "pair"  # name and address
    NAME = "name"
    ADDRESS = "address"
    SHORT_NAME = "short name"
    ONE_MANAGER = "one manager"  # the only manager that the device lists
    SAME_DEVICES = "same devices"  # one host name, and a device in common
    LEFT_OVER = "left over"  # the only folder and the only status block of an FMC that nothing else matched
    MOMENT = "moment"  # both logs show the same attempts
    HINT = "hint"  # the name of a file or folder
    COPY = "copy"  # the same output given twice
    STATED = "stated"  # a person says on which appliance a file was written
    ONLY_MANAGER = "only manager"  # an assumption: nothing in evidence speaks of two FMCs


class Merged(Struct, frozen=True):
    """One reason why mentions are one appliance: what they share, and the places. ``text`` is a sentence. ``assumed``: it is none of the
    evidence's own words."""

    kind: MergeKind
    value: str
    text: str
    evidence: tuple[Evidence, ...]
    assumed: bool = False


class RoleSign(Struct, frozen=True):
    """A sign of what an appliance is: ``role`` (manager or device), a sentence, and where it stands. ``weight`` is ``model``, ``place``,
    ``form``, ``named``, ``wording`` or ``hint``: the heaviest decides, and where two of one weight contradict each other the role is
    unknown."""

    role: str
    weight: str
    text: str
    evidence: tuple[Evidence, ...]


class UnassignedKind(StrEnum):
    """Why something that speaks of a tunnel was given to no appliance."""

    SHARED_ADDRESS = "shared-address"  # the address fits several appliances
    SHARED_NAME = "shared-name"  # the name fits several appliances
    STRANGER = "stranger"  # an address that no list of the FMC names
    NO_ROLE = "no-role"  # nothing tells whether an FMC or a device speaks
    TORN_ROLE = "torn-role"  # signs of one weight say that it is an FMC, and that it is a device
    NO_PEER = "no-peer"  # it names no other end, and there are several
    NESTED = "nested"  # an archive inside the bundle of an appliance that claims to be another one
    THIRD = "third"  # a device's statement on another device


class Unassigned(Struct, frozen=True):
    """What was given to no appliance: how much of it, the address or name it bears, a sentence, and the first places."""

    kind: UnassignedKind
    count: int
    value: str
    text: str
    evidence: tuple[Evidence, ...]
