"""The committed samples are what the lab builds, small, and free of anything real."""

from __future__ import annotations

import gzip
import io
import ipaddress
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.lab.build_samples import SAMPLES, tell_all
from tests.lab.stage import Stage

RULES = {path.stem for path in (Path(__file__).parents[2] / "rules").glob("*.yaml") if not path.stem.endswith(".tests")}
SITUATIONS = {
    *("healthy", "renew-in-time", "expired-connected", "expired-down", "expired-mixed", "expired-unknown", "missed-renewal"),
    *("partial-copy", "restart-due", "not-registered", "another-manager", "look-elsewhere", "not-applicable", "unknown"),
}
DOCUMENTATION = [ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
NAMES = sorted(folder.name for folder in SAMPLES.iterdir() if folder.is_dir())


def content(data: bytes) -> list[tuple[str, float, bytes]]:
    """Name, time and bytes of what is inside, nested archives opened: the same for every zlib. A plain file is its own only member."""
    if data[:2] != b"\x1f\x8b":
        return [("", 0.0, data)]
    plain = gzip.decompress(data)
    if plain[257:262] != b"ustar":
        return [("", 0.0, plain)]
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return [(m.name, m.mtime, content(file.read())[0][2]) for m in tar if (file := tar.extractfile(m)) is not None]


OPENSSL = shutil.which("openssl")


def openssl_is_3_0() -> bool:
    """The library whose words the committed logs hold."""
    if OPENSSL is None:
        return False
    said = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=False).stdout
    return said.startswith("OpenSSL 3.0.")


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
@pytest.mark.skipif(OPENSSL is not None and not openssl_is_3_0(), reason="the committed logs hold the words of OpenSSL 3.0")
def test_samples_are_what_the_lab_builds(tmp_path: Path) -> None:
    """Bundles, logs, certificates, stories and verdicts; captures are taken over, as their timings are real."""
    for story in tell_all(Stage(captures=False, kept=SAMPLES)):
        story.write(tmp_path)

    built = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    committed = {path.relative_to(SAMPLES): path for path in SAMPLES.rglob("*") if path.is_file() and path.parent != SAMPLES}
    assert sorted(built) == sorted(committed)
    for name, path in built.items():
        assert content(path.read_bytes()) == content(committed[name].read_bytes()), name


def test_samples_are_small() -> None:
    """Under three million bytes in all."""
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 3_000_000


@pytest.mark.parametrize("name", NAMES)
def test_expectations_use_the_vocabulary(name: str) -> None:
    """Every key and word is one that ``samples/README.md`` explains."""
    expected = yaml.safe_load((SAMPLES / name / "expected.yaml").read_text(encoding="utf-8"))

    assert set(expected) == {"as_of", "severity", "managers", "devices", "findings", "must_not", "commands"}
    assert expected["severity"] in {"none", "info", "low", "medium", "high", "critical"}
    assert {row["situation"] for row in expected["managers"] + expected["devices"]} <= SITUATIONS
    assert {row["tunnel"] for row in expected["devices"]} <= {"connected", "degraded", "down", "unknown"}
    assert {row["rule"] for row in expected["findings"]} | set(expected["must_not"]) <= RULES
    affected = {row["rule"] for row in expected["findings"] if row["state"] in {"affected", "at_risk"}}
    assert not affected & set(expected["must_not"])


@pytest.mark.parametrize("name", NAMES)
def test_addresses_are_those_of_documents(name: str) -> None:
    """RFC 5737 only, in text and inside bundles."""
    for path in (SAMPLES / name).rglob("*"):
        if not path.is_file() or path.suffix == ".pcap":
            continue
        text = b"\n".join(data for _, _, data in content(path.read_bytes())).decode("latin-1")
        for found in re.findall(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.-])", text):
            address = ipaddress.ip_address(found)
            assert any(address in network for network in DOCUMENTATION), (path, found)
