"""A sample: its story, what the analyzer must say of it, and the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import yaml

from tests.lab.cast import AS_OF, Appliance

AFFECTED, AT_RISK, CLEAR, UNKNOWN = "affected", "at_risk", "clear", "unknown"
CONNECTED, DEGRADED, DOWN = "connected", "degraded", "down"

RESTART = "pmtool restartbyid sftunnel"
RENEW = "generate_certs.pl"
Row = dict[str, object]


@dataclass
class Expected:
    """What ``expected.yaml`` holds; see ``samples/README.md`` for the meaning of each key."""

    severity: str
    as_of: datetime = AS_OF
    managers: list[Row] = field(default_factory=list)
    devices: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    must_not: list[str] = field(default_factory=list)
    commands: dict[str, Row] = field(default_factory=dict)

    def manager(self, box: Appliance, situation: str, **more: object) -> Expected:
        """A manager, by UUID; name and address when they are in evidence."""
        self.managers.append({"name": box.name, "uuid": box.uuid, "address": box.address, "situation": situation} | more)
        return self

    def device(self, box: Appliance, tunnel: str, situation: str, **more: object) -> Expected:
        """A device with the state of its tunnel; ``tunnels`` names each manager where there are two."""
        self.devices.append({"name": box.name, "uuid": box.uuid, "address": box.address, "tunnel": tunnel, "situation": situation} | more)
        return self

    def finding(self, rule: str, subject: str, state: str = AFFECTED) -> Expected:
        """A finding about a manager or device (by UUID, or name, or address, whatever is in evidence), or a certificate (by subject)."""
        self.findings.append({"rule": rule, "subject": subject, "state": state})
        return self

    def never(self, *rules: str) -> Expected:
        """Rules that must be affected or at_risk for no subject."""
        self.must_not += rules
        return self

    def commands_for(self, box: Appliance, must: Iterable[str] = (), must_not: Iterable[str] = ()) -> Expected:
        """Texts that the plan of that box must hold, or must not hold, among its commands."""
        self.commands[box.name] = {"must": list(must), "must_not": list(must_not)}
        return self

    def document(self) -> dict[str, object]:
        """The YAML document; keys of boxes whose value is None are left out: they are not in evidence."""
        return {
            "as_of": f"{self.as_of:%Y-%m-%d}",
            "severity": self.severity,
            "managers": [_known(row) for row in self.managers],
            "devices": [_known(row) for row in self.devices],
            "findings": self.findings,
            "must_not": self.must_not,
            "commands": self.commands,
        }


def _known(row: Row) -> Row:
    return {key: value for key, value in row.items() if value is not None}


@dataclass
class Story:
    """One sample folder. ``story`` and ``verdict`` are each one paragraph; ``evidence`` maps paths to bytes."""

    name: str
    story: str
    verdict: str
    expected: Expected
    evidence: Mapping[str, bytes]

    def write(self, samples: Path) -> None:
        """Write ``samples/<name>/`` anew; files of an earlier build that are no longer made are removed."""
        folder = samples / self.name
        wanted = {folder / "README.md": self._readme().encode(), folder / "expected.yaml": self._yaml().encode()}
        wanted |= {folder / "evidence" / path: data for path, data in self.evidence.items()}
        for old in sorted(folder.rglob("*")) if folder.exists() else []:
            if old.is_file() and old not in wanted:
                old.unlink()
        for path, data in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def _readme(self) -> str:
        files = "".join(f"- `evidence/{path}`\n" for path in sorted(self.evidence))
        return f"# {self.name}\n\n{_paragraph(self.story)}\n\n**Expected:** {_paragraph(self.verdict)}\n\n{files}"

    def _yaml(self) -> str:
        note = "# What the analyzer must say of this sample. Written by `python -m tests.lab.build_samples`; keys: samples/README.md\n"
        return note + yaml.safe_dump(self.expected.document(), sort_keys=False, allow_unicode=True, width=140)


def _paragraph(text: str) -> str:
    return " ".join(text.split())
