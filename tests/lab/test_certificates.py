"""The lab's certificates are what the documents show."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.lab import der
from tests.lab.cast import EXPIRED, FMC_1, SEOUL, uuid_v1
from tests.lab.certificates import LIFETIME, slash
from tests.lab.keys import key_for
from tests.lab.pki import InternalCA, talos_lookalike
from tests.lab.wire import moved

GOOD = InternalCA(FMC_1.uuid, datetime(2024, 10, 14, 14, 23, 28, tzinfo=UTC))


def openssl(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run openssl and keep what it says. Skips the test where it is not installed."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)


def test_internal_ca_is_version_1_with_serial_0_and_no_extensions() -> None:
    """TBSCertificate begins ``02 01 00 30 0d``: INTEGER 0 without a version tag, as in the PEM of document 222464."""
    certificate = GOOD.root.der
    tbs = certificate.index(bytes.fromhex("02010030 0d"))

    assert tbs == 8  # right after the heads of Certificate and TBSCertificate
    assert len(certificate) == 904  # bytes, as the printed one
    assert b"\xa3\x82" not in certificate[:620]  # no [3] extensions


def test_internal_ca_as_openssl_reads_it(tmp_path: Path) -> None:
    """An independent reader agrees on version, serial, name and ten years of 365 days."""
    file = tmp_path / "cacert.pem"
    file.write_bytes(GOOD.root.pem)

    text = openssl("x509", "-in", str(file), "-noout", "-text", "-nameopt", "oneline").stdout

    assert "Version: 1 (0x0)" in text
    assert "Serial Number: 0 (0x0)" in text
    assert "X509v3" not in text
    assert "Not After : Oct 12 14:23:28 2034 GMT" in text  # the date printed in document 222464 for that start
    assert f"Issuer: title = InternalCA, OU = Intrusion Management System, CN = {FMC_1.uuid}" in text


def test_chain_verifies(tmp_path: Path) -> None:
    """``openssl verify`` takes a version 1 root for what it is."""
    leaf = GOOD.issue(SEOUL.address, serial=3, at=GOOD.not_before)
    (tmp_path / "ca.pem").write_bytes(GOOD.root.pem)
    (tmp_path / "leaf.pem").write_bytes(leaf.pem)

    good = openssl("verify", "-attime", "1790000000", "-CAfile", str(tmp_path / "ca.pem"), str(tmp_path / "leaf.pem"))

    assert good.returncode == 0, good.stderr


def test_renewal_keeps_the_name_and_changes_the_key(tmp_path: Path) -> None:
    """So the name cannot tell a stale leaf; the signature can."""
    renewed = GOOD.renewed(GOOD.not_before + timedelta(days=700))
    stale = GOOD.issue(SEOUL.address, serial=3, at=GOOD.not_before)
    (tmp_path / "ca.pem").write_bytes(renewed.root.pem)
    (tmp_path / "leaf.pem").write_bytes(stale.pem)

    refused = openssl("verify", "-no_check_time", "-CAfile", str(tmp_path / "ca.pem"), str(tmp_path / "leaf.pem"))

    assert slash(stale.issuer) == slash(renewed.root.subject)
    assert "certificate signature failure" in refused.stderr


def test_index_txt_has_the_shape_of_the_openssl_database() -> None:
    """Status, expiry, empty revocation, serial in hex, file, subject."""
    ca = InternalCA.ending(FMC_1.uuid, EXPIRED)
    ca.issue(SEOUL.address, serial=15, at=ca.not_before)

    rows = [line.split("\t") for line in ca.index_txt().decode().splitlines()]

    assert [row[:5] for row in rows] == [["V", "260922121656Z", "", "00", "unknown"], ["V", "260922121656Z", "", "0F", "unknown"]]
    assert rows[0][5].startswith("/title=InternalCA/OU=Intrusion Management System/CN=")


def test_lookalike_is_expired_and_has_another_issuer() -> None:
    """CSCwo63951: nothing of an InternalCA."""
    talos = talos_lookalike()

    assert "CN=Keymaster CA 2" in slash(talos.issuer)
    assert talos.not_after < EXPIRED


def test_keys_come_from_their_names() -> None:
    """The same name gives the same key in every process."""
    number = key_for("pinned", 1024).public_key().public_numbers().n

    assert number.bit_length() == 1024
    assert number % 1_000_003 == 368338
    assert number != key_for("another", 1024).public_key().public_numbers().n


def test_der_lengths_and_integers() -> None:
    """Short and long lengths; no sign bit where there is no sign."""
    assert der.integer(0) == b"\x02\x01\x00"
    assert der.integer(128) == b"\x02\x02\x00\x80"
    assert der.tlv(4, b"x" * 200)[:3] == b"\x04\x81\xc8"
    assert der.tlv(4, b"x" * 300)[:4] == b"\x04\x82\x01\x2c"
    with pytest.raises(ValueError, match="UTCTime"):
        der.utc_time(datetime(2050, 1, 1, tzinfo=UTC))


def test_uuid_tells_its_time() -> None:
    """Version 1, variant 1, and the time it was made for (the UUID of document 222464 decodes to July 2024 the same way)."""
    import uuid

    made = uuid.UUID(uuid_v1(datetime(2024, 7, 16, tzinfo=UTC), 7))

    assert made.version == 1
    assert made.variant == uuid.RFC_4122
    assert (made.time - uuid.UUID("cdb123c8-4347-11ef-aca1-f3aa241412a1").time) / 1e7 < 86400


def test_lifetime_is_3650_days() -> None:
    """Field notice FN74214."""
    assert GOOD.root.not_after - GOOD.root.not_before == LIFETIME == timedelta(days=3650)


def test_moved_refuses_what_it_does_not_know() -> None:
    """Only the captures that tcpdump writes here."""
    with pytest.raises(ValueError, match="not a little endian pcap"):
        moved(b"\0" * 24, EXPIRED)
