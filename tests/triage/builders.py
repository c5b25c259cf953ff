"""Cases as a team has them: small texts of known meaning, and things that go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from analyzer.judge import builtin_rules_folder, load_rules
from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.triage.settings import Settings

DAY = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)

EXPIRED = (
    "root@fmc-a:/Volume/home/admin# openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem\n"
    "notBefore=Sep 24 12:16:56 2016 GMT\nnotAfter=Sep 22 12:16:56 2026 GMT\n"
)
VALID = (
    "root@fmc-b:/Volume/home/admin# openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem\n"
    "notBefore=Oct  7 12:16:56 2024 GMT\nnotAfter=Oct  5 12:16:56 2034 GMT\n"
)
NO_EVIDENCE = "Customer called at 03:10. Please call back.\n"


def put(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files below the folder, all with one old time."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def settings(**changes: object) -> Settings:
    """The settings of a run as of `DAY`."""
    given: dict[str, object] = {"as_of": DAY, "as_of_source": "--as-of", "limits": DEFAULT_LIMITS, "use_tshark": False} | changes
    return Settings(**given)  # type: ignore[arg-type]


def rules_version() -> str:
    """The digest of the built-in rules."""
    return load_rules([builtin_rules_folder()]).version
