"""Certificates by the thousand: an InternalCA whose leaves share a few keys, because keys are what takes time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.lab.cast import AS_OF, EXPIRED, FMC_1, REGISTERED, uuid_v1
from tests.lab.certificates import Credential, dn, issue_v3
from tests.lab.keys import key_for
from tests.lab.pki import InternalCA

_KEYS = 4


@dataclass
class QuickCA(InternalCA):
    """`InternalCA` with `_KEYS` keys for all its leaves."""

    def renewed(self, at: datetime) -> QuickCA:
        return QuickCA(self.fmc_uuid, at, self.generation + 1)

    def issue(self, owner: str, *, serial: int, at: datetime, days: int = 3650) -> Credential:
        key = key_for(f"benchmark leaf {serial % _KEYS}")
        leaf = issue_v3(self.root, dn(title="sftunnel", common_name=owner), key, serial, at, at + timedelta(days=days))
        self.issued.append(leaf)
        return leaf


def expired_ca() -> QuickCA:
    """The CA of the manager in all benchmarks: it has expired."""
    return QuickCA(FMC_1.uuid, EXPIRED - timedelta(days=3650))


def certificate_folder(folder: Path, count: int) -> None:
    """``count`` PEM files: a few CAs, the rest their leaves, in eight folders."""
    authorities = [QuickCA(uuid_v1(AS_OF - timedelta(days=4000 - n), n), REGISTERED + timedelta(days=n)) for n in range(4)]
    folder.mkdir(parents=True)
    for number in range(count):
        below = folder / f"site-{number % 8}"
        below.mkdir(exist_ok=True)
        if number < len(authorities):
            (below / f"cacert-{number}.pem").write_bytes(authorities[number].root.pem)
        else:
            issuer = authorities[number % len(authorities)]
            (below / f"sftunnel-cert-{number}.pem").write_bytes(
                issuer.issue(f"10.9.{number >> 8}.{number & 255}", serial=number, at=REGISTERED + timedelta(days=10)).pem
            )
