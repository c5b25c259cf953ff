"""``--redact``: one map for all cases, in a folder beside the triage (``DIR.names``). Substitutes follow from a secret in it: one FMC in
two cases is one, whoever runs them. With the folder the redaction can be undone: it is for its owner alone, and is not passed on.

``key`` is the secret, ``<case>.label.csv`` and ``<case>.csv`` the map of a case, ``all.csv`` the map of all of them.
"""

from __future__ import annotations

import csv
import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from analyzer.pipeline import RedactionMap
from analyzer.read.own_output import MAP_FIELDS
from analyzer.redact import SECRET_BYTES, code
from analyzer.report.table import csv_text
from analyzer.texts import _
from analyzer.triage.record import About, Case, InputFile
from analyzer.triage.store import folder_of, write_whole

KEY = "key"
ALL = "all.csv"


class KeyLost(Exception):
    """The secret of a redacted triage is not there, or is not one."""


def names_of(out: Path) -> Path:
    """The folder of the map of this triage."""
    return out.parent / f"{out.name}.names"


class Names:
    """The map of a redacted triage."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._secret = b""

    def make(self) -> None:
        """Make the folder and its secret, where they are not there."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (self.folder / KEY).exists():
            return
        handle, beside = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(SECRET_BYTES))
            try:
                os.link(beside, self.folder / KEY)
            except FileExistsError:
                pass  # two parts of a run begin at once: one secret stays
            except OSError:  # a file system without links
                Path(beside).replace(self.folder / KEY)
        finally:
            Path(beside).unlink(missing_ok=True)

    @property
    def secret(self) -> bytes:
        """`SECRET_BYTES` of the key. Raises `KeyLost`."""
        if not self._secret:
            place = self.folder / KEY
            data = place.read_bytes() if place.is_file() else b""
            if len(data) != SECRET_BYTES:
                raise KeyLost(_("{path}: the redaction key is missing").format(path=place))
            self._secret = data
        return self._secret

    def of(self, kind: str, value: str) -> str:
        """The substitute of a value, "" for none."""
        return f"{kind}-{code(self.secret, value.encode('utf-8', 'surrogatepass').hex())}" if value else ""

    def case(self, case: Case) -> Case:
        """The case under substitutes; its paths stay for whoever reads it. What was replaced is kept in the map."""
        label = self.of("case", case.label)
        about = About(
            sr=self.of("sr", case.about.sr), customer=self.of("customer", case.about.customer), owner=self.of("owner", case.about.owner)
        )
        inputs = tuple(InputFile(self.of("file", one.path), one.size, one.modified) for one in case.inputs)
        rows = [("case", case.label, label), *(("file", was.path, put.path) for was, put in zip(case.inputs, inputs, strict=True))]
        rows += [(name, getattr(case.about, name), getattr(about, name)) for name in ("sr", "customer", "owner") if getattr(about, name)]
        place = self.folder / f"{folder_of(label)}.label.csv"
        text = csv_text(MAP_FIELDS, rows).encode("utf-8", "surrogatepass")
        if not place.is_file() or place.read_bytes() != text:
            write_whole(place, text)
        return replace(case, label=label, folder=folder_of(label), about=about, inputs=inputs)

    def keep(self, folder: str, entries: RedactionMap) -> None:
        """The map of what was read of a case."""
        write_whole(self.folder / f"{folder}.csv", csv_text(MAP_FIELDS, sorted(set(entries))).encode("utf-8", "surrogatepass"))

    def forget(self, folders: Iterable[str]) -> None:
        """Remove what is known of these cases."""
        for folder in folders:
            for name in (f"{folder}.csv", f"{folder}.label.csv"):
                (self.folder / name).unlink(missing_ok=True)
        self.gather()

    def gather(self) -> None:
        """Write the map of all cases."""
        rows: set[tuple[str, ...]] = set()
        for place in self.folder.glob("*.csv"):
            if place.name != ALL:
                with place.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                    rows.update(tuple(row) for row in list(csv.reader(file))[1:])
        write_whole(self.folder / ALL, csv_text(MAP_FIELDS, sorted(rows)).encode("utf-8", "surrogatepass"))
