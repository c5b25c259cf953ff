"""Who is who: appliances by UUID, name and address, each value with the evidence for it.

Evidence is shown to the registry strongest first (what holds a UUID before what holds a name only), so that a weaker
sighting finds the appliance that a stronger one made. Two different UUIDs are never one appliance.
"""

from __future__ import annotations

from msgspec import Struct, field

from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.location import Evidence


class Values(Struct):
    """The values seen for one attribute, in the order seen, with their evidence."""

    seen: dict[str, list[Evidence]] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)

    def add(self, value: str, evidence: Evidence, assumed: str = "") -> None:
        if not value:
            return
        places = self.seen.setdefault(value, [])
        if assumed and not places:
            self.assumed[value] = assumed
        elif not assumed:
            self.assumed.pop(value, None)
        if len(places) < 20 and evidence not in places:
            places.append(evidence)

    def first(self) -> str:
        return next(iter(self.seen), "")

    def answer(self, why: str, obtain: str) -> Answer[str]:
        for value, places in self.seen.items():
            return Known(value, tuple(places), self.assumed.get(value, ""))
        return Missing(why, obtain)


class Appliance(Struct, eq=False):
    """A manager or device as it grows. ``label`` is the last resort for its name. ``roots`` are the trees that are its own.
    ``twin`` counts from 2 for one of several that share a key."""

    manager: bool
    number: int
    uuid: Values = field(default_factory=Values)
    name: Values = field(default_factory=Values)
    address: Values = field(default_factory=Values)
    version: Values = field(default_factory=Values)
    build: Values = field(default_factory=Values)
    model: Values = field(default_factory=Values)
    fallback: str = ""
    twin: int = 0
    roots: set[str] = field(default_factory=set)

    @property
    def label(self) -> str:
        return self.name.first() or self.address.first() or self.uuid.first() or self.fallback

    @property
    def key(self) -> str:
        kind = "manager" if self.manager else "device"
        return f"{kind}:{self.uuid.first() or self.label or self.number}" + (f"#{self.twin}" if self.twin else "")


def _name_keys(name: str) -> tuple[str, ...]:
    lowered = name.lower().rstrip(".")
    short = lowered.partition(".")[0]
    return (lowered,) if short == lowered or short.isdigit() else (lowered, short)


class Registry:
    """The appliances of one kind (managers, or devices), found by UUID, then name, then address."""

    def __init__(self, *, managers: bool) -> None:
        self._managers = managers
        self.all: list[Appliance] = []
        self._by_uuid: dict[str, Appliance] = {}
        self._by_name: dict[str, Appliance | None] = {}
        self._by_address: dict[str, Appliance | None] = {}

    def find(self, uuid: str = "", name: str = "", address: str = "") -> Appliance | None:
        """The appliance that this describes, or None when none is known or the description fits two."""
        if uuid:
            return self._by_uuid.get(uuid.lower())
        for key in _name_keys(name) if name else ():
            found = self._by_name.get(key)
            if found is not None:
                return found
        return self._by_address.get(address) if address else None

    def see(self, evidence: Evidence, uuid: str = "", name: str = "", address: str = "", assumed: str = "") -> Appliance:
        """Find or make the appliance that this describes, and add what is new of it. At least one of the three must be given."""
        uuid = uuid.lower()
        found = self.find(uuid, name, address)
        if found is None and uuid:
            weak = self.find("", name, address)
            if weak is not None and not weak.uuid.seen:
                found = weak
        if found is None:
            found = Appliance(self._managers, len(self.all))
            self.all.append(found)
        self._note(found, evidence, uuid, name, address, assumed)
        return found

    def note(self, appliance: Appliance, evidence: Evidence, uuid: str = "", name: str = "", address: str = "", assumed: str = "") -> None:
        """Add what is new of a known appliance."""
        self._note(appliance, evidence, uuid.lower(), name, address, assumed)

    def settle(self) -> None:
        """Number the appliances that ended up with one key: nothing is added to the registry after this."""
        keys: dict[str, int] = {}
        for appliance in self.all:
            count = keys.get(appliance.key, 0)
            keys[appliance.key] = count + 1
            appliance.twin = count + 1 if count else 0

    def _note(self, appliance: Appliance, evidence: Evidence, uuid: str, name: str, address: str, assumed: str) -> None:
        if uuid and (not appliance.uuid.seen or uuid in appliance.uuid.seen):
            appliance.uuid.add(uuid, evidence, assumed)
            self._by_uuid.setdefault(uuid, appliance)
        if name:
            appliance.name.add(name, evidence, assumed)
            for key in _name_keys(name):
                self._index(self._by_name, key, appliance)
        if address:
            appliance.address.add(address, evidence, assumed)
            self._index(self._by_address, address, appliance)

    @staticmethod
    def _index(index: dict[str, Appliance | None], key: str, appliance: Appliance) -> None:
        if index.setdefault(key, appliance) is not appliance:
            index[key] = None  # two appliances share it: it tells nothing
