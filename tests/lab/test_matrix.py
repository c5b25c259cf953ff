"""Who says what when certificates do not fit: the matrix of the field notes (5.3), with real handshakes over the loopback."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from tests.lab.cast import AS_OF, EXPIRED, FMC_1, FMC_9, SEOUL
from tests.lab.pki import InternalCA
from tests.lab.tls import Outcome, Party, connection, handshake

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")

ISSUED = datetime(2026, 11, 1, tzinfo=UTC)
OLD = InternalCA.ending(FMC_1.uuid, EXPIRED)
NEW = OLD.renewed(datetime(2026, 10, 30, tzinfo=UTC))
STILL_GOOD = InternalCA(FMC_1.uuid, datetime(2024, 10, 7, tzinfo=UTC), generation=7)
OTHER = InternalCA(FMC_9.uuid, datetime(2024, 10, 7, tzinfo=UTC))


def box(ca: InternalCA, address: str, trust: InternalCA | None = None) -> Party:
    """A box with a leaf of ``ca``, trusting it or ``trust``."""
    return Party(ca.issue(address, serial=2, at=ca.not_before), (trust or ca).root)


def ftd(ca: InternalCA, trust: InternalCA | None = None) -> Party:
    """The device's end."""
    return box(ca, SEOUL.address, trust)


def fmc(ca: InternalCA) -> Party:
    """The manager's end."""
    return box(ca, FMC_1.address)


def verdicts(outcome: Outcome) -> tuple[tuple[int, int | None], tuple[int, int | None]]:
    """For client and server: verify code, alert received."""
    return (outcome.client.verify_code, outcome.client.alert_received), (outcome.server.verify_code, outcome.server.alert_received)


CASES = {
    "A same expired CA on both sides": (ftd(OLD), fmc(OLD), (10, None), (0, 45)),
    "B same good CA": (ftd(NEW), fmc(NEW), (0, None), (0, None)),
    "C renewed manager, old expired set on the device": (ftd(OLD), fmc(NEW), (10, None), (0, 45)),
    "D new cacert.pem, old leaf: a partial copy": (ftd(OLD, trust=NEW), fmc(NEW), (0, 51), (7, None)),
    "F set of another manager": (ftd(OTHER), fmc(NEW), (19, None), (0, 48)),
    "G renewed early, old set still valid on the device": (ftd(STILL_GOOD), fmc(NEW), (7, None), (0, 51)),
    "H new set on the device, manager's process still serves the old one": (ftd(NEW), fmc(STILL_GOOD), (7, None), (0, 51)),
}


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("case", CASES)
def test_matrix(case: str, version: str) -> None:
    """The device is the client. Both versions of TLS give the same codes and alerts."""
    assert AS_OF > EXPIRED
    client, server, client_sees, server_sees = CASES[case]

    outcome = handshake(client, server, version)

    assert verdicts(outcome) == (client_sees, server_sees)
    assert outcome.established is case.startswith("B")


def test_expiry_names_the_root() -> None:
    """Issuer and subject are equal: it is the CA itself that has expired (field notes 2.2)."""
    seen = handshake(ftd(OLD), fmc(OLD)).client

    assert seen.depth == 1
    assert (
        seen.failing_issuer
        == seen.failing_subject
        == f"/title=InternalCA/OU=Intrusion Management System/CN={FMC_1.uuid}/O=Cisco Systems, Inc"
    )
    assert seen.error.startswith("error:0A000086:SSL routines::certificate verify failed")


def test_partial_copy_names_the_leaf() -> None:
    """Case D: the manager objects to the device's leaf, depth 0."""
    seen = handshake(ftd(OLD, trust=NEW), fmc(NEW)).server

    assert (seen.depth, seen.alert_sent) == (0, 51)
    assert f"CN={SEOUL.address}" in seen.failing_subject
    assert f"CN={FMC_1.uuid}" in seen.failing_issuer


def test_sides_swapped() -> None:
    """Either box can be the client; what each says follows the side, not the box."""
    outcome = handshake(fmc(NEW), ftd(OTHER))

    assert verdicts(outcome) == ((19, None), (0, 48))


def test_a_connection_stays_while_the_block_runs() -> None:
    """So that a capture can end before it does."""
    with connection(ftd(NEW), fmc(NEW), "TLSv1.3") as outcome:
        assert outcome.established
