"""An appliance as the evidence shows it: each value with who says so, and the registry that finds one by UUID, name or address."""

from __future__ import annotations

from msgspec import Struct, field

from analyzer.identify.groups import Word
from analyzer.identify.names import identifies, normal, short
from analyzer.model.answer import UNDATED, Answer, Claim, Conflicting, Known, Missing
from analyzer.model.identity import Merged, RoleSign
from analyzer.model.location import Evidence
from analyzer.texts import N_, _

PLACES = 20
CONFLICT = N_("the evidence contradicts itself: {claims}")
TWO_SIDES = N_(
    "{claims}: the two contradict each other, unless the device is behind NAT, where an FMC reaches it at another address than its own"
)
UNFIT = N_("the value in the evidence is not one that an appliance can have")


class Values(Struct):
    """The values of one attribute with their evidence, the weightiest word first. ``words`` holds who says each, ``speakers`` by what name.

    ``single``: an appliance has one at a time, so that two of one weight contradict each other. ``unfit`` are places that
    give a value which it cannot have. ``dialled`` are values at which the other end of its tunnel holds or tries a connection.
    """

    seen: dict[str, list[Evidence]] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)
    words: dict[str, set[Word]] = field(default_factory=dict)
    speakers: dict[str, str] = field(default_factory=dict)
    single: bool = False
    unfit: list[Evidence] = field(default_factory=list)
    dialled: set[str] = field(default_factory=set)

    def add(self, value: str, evidence: Evidence, assumed: str = "", word: Word = Word.OWN, speaker: str = "") -> None:
        """Another place where the value stands. Empty values are left out."""
        if not value:
            return
        places = self.seen.setdefault(value, [])
        self.words.setdefault(value, set()).add(word)
        if speaker:
            self.speakers.setdefault(value, speaker)
        if assumed and not places:
            self.assumed[value] = assumed
        elif not assumed:
            self.assumed.pop(value, None)
        if len(places) < PLACES and evidence not in places:
            places.append(evidence)

    def first(self) -> str:
        """The best value, "" for none."""
        return next(iter(self.seen), "")

    def rivals(self) -> list[str]:
        """The values that contradict each other, none where they agree.

        An appliance has several interfaces, so that its own addresses don't contradict each other; an FMC that names one of them is right,
        and one that names another than all of them is not. Two addresses in what FMCs say contradict each other unless the appliance has
        one of them. An IPv4 and an IPv6 address are two of one interface.
        """
        if not self.single or len(self.seen) < 2:
            return []
        return [value for ipv6 in (False, True) for value in self._rivals({v: w for v, w in self.words.items() if (":" in v) is ipv6})]

    @staticmethod
    def _rivals(said: dict[str, set[Word]]) -> list[str]:
        own = [value for value, words in said.items() if Word.OWN in words]
        told = [value for value, words in said.items() if words & {Word.FMC, Word.DEVICE}]
        if not own and not told:
            own, told = [], [value for value, words in said.items() if Word.SEEN not in words]
        both = [value for value in told if value in own]
        if len(both) == 1 or not told:
            return []
        if len(told) > 1:
            return both or told
        return [told[0], *own] if own and told[0] not in own else []

    def best(self) -> str:
        """The value to go by where nothing contradicts it: the one that both the appliance and others say, else the weightiest."""
        both = [value for value, words in self.words.items() if Word.OWN in words and words & {Word.FMC, Word.DEVICE}]
        return both[0] if self.single and len(both) == 1 else self.first()

    def answer(self, why: str, obtain: str) -> Answer[str]:
        """The value, what contradicts itself about it, or that there is none."""
        rivals = self.rivals()
        if rivals and self._of_two_sides(rivals):
            said = ", ".join(self._said(value) for value in rivals)
            return Missing(_(TWO_SIDES).format(claims=said), obtain, tuple(self.seen[value][0] for value in rivals))
        if rivals:
            claims = tuple(Claim(value, self.speakers.get(value, ""), UNDATED, tuple(self.seen[value])) for value in rivals)
            places = tuple(places[0] for value in rivals for places in (self.seen[value],))
            said = ", ".join(self._said(value) for value in rivals)
            return Conflicting(_(CONFLICT).format(claims=said), obtain, places, claims)
        best = self.best()
        if best:
            return Known(best, tuple(self.seen[best]), self.assumed.get(best, ""), self.speakers.get(best, ""))
        if self.unfit:
            return Missing(_(UNFIT), obtain, tuple(self.unfit))
        return Missing(why, obtain)

    def _said(self, value: str) -> str:
        return _("{speaker} says {value}").format(speaker=self.speakers.get(value) or self.seen[value][0].location, value=value)

    def _of_two_sides(self, rivals: list[str]) -> bool:
        """One value is where the other end dials it, the rest is what it has itself: no contradiction, and not known which is right today.
        A list may be older than the address."""
        told = [value for value in rivals if Word.OWN not in self.words[value]]
        return len(told) == 1 and len(rivals) > 1 and told[0] in self.dialled


class Appliance(Struct, eq=False):
    """A manager or a device. ``fallback`` is the last resort for its label. ``roots`` are the trees that are its own. ``aliases`` are UUIDs
    that its InternalCA bears and that are not its own (an FMC that was moved). ``twin`` counts from 2 for one of several that share a key.
    ``merged`` says why its mentions are one, ``role_signs`` why it is taken for what it is. ``apart`` is what tells
    it from others that would be called the same: an address, else a UUID, else where it stands in evidence."""

    manager: bool
    number: int
    uuid: Values = field(default_factory=Values)
    name: Values = field(default_factory=Values)
    address: Values = field(default_factory=lambda: Values(single=True))
    version: Values = field(default_factory=Values)
    build: Values = field(default_factory=Values)
    model: Values = field(default_factory=Values)
    fallback: str = ""
    twin: int = 0
    roots: set[str] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)
    merged: tuple[Merged, ...] = ()
    role_signs: tuple[RoleSign, ...] = ()
    apart: str = ""

    @property
    def label(self) -> str:
        """The best name a person would recognise. A name that several have stands with what tells them apart."""
        name = self.name.first()
        other = self.address.best() or self.uuid.first()
        called = name or other or self.fallback
        apart = self.apart or (name and not identifies(name) and (other or self.fallback))
        return f"{called} ({apart})" if apart and apart != called else called

    @property
    def key(self) -> str:
        """Stable within the case."""
        kind = "manager" if self.manager else "device"
        return f"{kind}:{self.uuid.first() or self.label or self.number}" + (f"#{self.twin}" if self.twin else "")


class Registry:
    """The appliances of one kind. What fits two of them finds nobody."""

    def __init__(self) -> None:
        self.all: list[Appliance] = []
        self._by_uuid: dict[str, Appliance | None] = {}
        self._by_name: dict[str, Appliance | None] = {}
        self._by_address: dict[str, Appliance | None] = {}

    def add(self, appliance: Appliance) -> None:
        """Take in an appliance whose values are complete."""
        self.all.append(appliance)
        for uuid in (*appliance.uuid.seen, *appliance.aliases):
            _index(self._by_uuid, uuid, appliance)
        for name in appliance.name.seen:
            if identifies(name):
                for form in {normal(name), short(name)}:
                    _index(self._by_name, form, appliance)
        for address in appliance.address.seen:
            _index(self._by_address, address, appliance)

    def find(self, uuid: str = "", name: str = "", address: str = "") -> Appliance | None:
        """The appliance that this describes, or None when none is known or the description fits two."""
        if uuid:
            return self._by_uuid.get(uuid.lower())
        if name and identifies(name):
            found = self._by_name.get(normal(name))
            if found is None and normal(name) not in self._by_name:
                found = self._by_name.get(short(name))
                if found is not None and not any("." not in normal(one) for one in found.name.seen):
                    found = None  # two full names with one short name are two appliances
            if found is not None:
                return found
        return self._by_address.get(address) if address else None

    def settle(self) -> None:
        """Number the appliances that ended up with one key."""
        keys: dict[str, int] = {}
        for appliance in self.all:
            count = keys.get(appliance.key, 0)
            keys[appliance.key] = count + 1
            appliance.twin = count + 1 if count else 0


def _index(index: dict[str, Appliance | None], key: str, appliance: Appliance) -> None:
    if index.setdefault(key, appliance) is not appliance:
        index[key] = None  # two appliances share it: it tells nothing
