"""Who plays: names under ``.example`` (RFC 2606), addresses of RFC 5737, UUIDs of version 1 (field notes 1, fact 7),
MACs of RFC 7042."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)


def uuid_v1(made: datetime, number: int) -> str:
    """The time-based UUID (RFC 4122) of a box made at that time; ``number`` goes into the documentation MAC 00-00-5E-00-53-xx."""
    ticks = (made - _GREGORIAN) // timedelta(microseconds=1) * 10
    low, mid, high = ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF
    return str(uuid.UUID(fields=(low, mid, high | 0x1000, 0x80 | number & 0x3F, number & 0xFF, 0x00005E005300 | number)))


@dataclass(frozen=True)
class Appliance:
    """A box: ``name`` as the manager shows it, ``host`` as it stands in its own log."""

    name: str
    address: str
    uuid: str
    version: str
    build: str
    model: str

    @property
    def host(self) -> str:
        """The host name: the name up to the first dot, without spaces."""
        return self.name.split(".")[0].replace(" ", "-")


def _fmc(number: int, address: str, year: int, version: str, build: str) -> Appliance:
    made = datetime(year, 11, 3, 9, 20, number, tzinfo=UTC)
    return Appliance(
        f"fmc-{number}.example", address, uuid_v1(made, number), version, build, "Cisco Firepower Management Center for VMware"
    )


def _ftd(number: int, name: str, version: str = "7.2.5", build: str = "208") -> Appliance:
    made = datetime(2018, 3, 1, 10, number, 30, tzinfo=UTC)
    model = "Cisco Firepower 1120 Threat Defense" if number % 2 else "Cisco Firepower Threat Defense for VMware"
    return Appliance(name, f"192.0.2.{10 + number}", uuid_v1(made, 0x20 + number), version, build, model)


FMC_1 = _fmc(1, "198.51.100.7", 2016, "7.2.5", "208")
FMC_2 = _fmc(2, "198.51.100.8", 2016, "7.2.5", "208")
FMC_9 = _fmc(9, "203.0.113.90", 2021, "7.4.2", "172")

DEVICES = tuple(
    _ftd(number, f"ftd-{place}")
    for number, place in enumerate(
        ("berlin", "seoul", "lima", "oslo", "quito", "dakar", "hanoi", "porto", "turin", "osaka", "perth", "cairo", "delhi", "miami"),
        start=1,
    )
)
BERLIN, SEOUL, LIMA, OSLO, QUITO, DAKAR = DEVICES[:6]
SPACED = _ftd(15, "ftd mexico city")
"""A device name with spaces: a risk for every parser that splits FAILED_PUSH at blanks (field notes 3.2)."""

REGISTERED = datetime(2018, 3, 1, 14, 0, tzinfo=UTC)
"""When the first device was registered; the others followed at ten minutes' distance."""

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
"""The day of every sample."""

COLLECTED = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
"""When the bundles were made: the newest moment that bundles and logs speak of."""

VALID_SINCE = datetime(2024, 10, 7, 12, 16, 56, tzinfo=UTC)
"""The beginning of an InternalCA that is valid on `AS_OF` and for years to come: no renewal is due."""

EXPIRED = datetime(2026, 9, 22, 12, 16, 56, tzinfo=UTC)
"""The end of an InternalCA that has expired by `AS_OF`."""
