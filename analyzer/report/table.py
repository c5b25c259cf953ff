"""The fleet as CSV, for a spreadsheet or a script: one row for each manager and device, in the order of the plan."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from unicodedata import normalize

from analyzer.model.answer import Answer, Known
from analyzer.model.case import Manager, Tunnel
from analyzer.model.result import Result
from analyzer.report.appliances import ApplianceView, Fleet, fleet_of
from analyzer.report.neutralise import neutralise
from analyzer.report.timestamps import timestamp
from analyzer.texts import speaking

COLUMNS = (
    "kind",
    "label",
    "uuid",
    "address",
    "version",
    "situation",
    "manager",
    "tunnel",
    "certificate_valid_until",
    "certificate_issued_by",
    "severity",
    "findings",
    "steps",
    "next_step",
    "summary",
)
"""Names and enumeration values are those of the JSON document and the same in every language; ``next_step`` and ``summary`` are sentences.
``certificate_*`` is the InternalCA of a manager and the leaf of a device. A value that is not in evidence is an empty cell. A device with
tunnels to several managers has their values joined by "; ", in the order of ``manager``."""

_FORMULA = re.compile(r"[\s;,|:'\"]*[=+\-@]|[\t\r]")
"""A cell that a spreadsheet may take for a formula: also behind separators, at which some of them split, and in full-width forms."""


def render_csv(result: Result) -> str:
    """The table with its header, RFC 4180 but for LF line ends. Times are ISO 8601 in UTC."""
    with speaking(result.language):
        fleet = fleet_of(result)
    return csv_text(COLUMNS, (_row(box, fleet) for box in (*fleet.managers, *fleet.devices)))


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV. A spreadsheet takes a cell that begins with ``=`` for a formula, and cells come from evidence: such a cell gets an
    apostrophe in front. Invisible and control characters are shown as their code point.

    A table with other letters than ASCII begins with the byte order mark: without it Excel takes UTF-8 for the code page of its system.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([f"'{cell}" if _FORMULA.match(normalize("NFKC", cell[:40])) else cell for cell in map(neutralise, row)])
    table = text.getvalue()
    return table if table.isascii() else f"\ufeff{table}"


def _row(box: ApplianceView, fleet: Fleet) -> tuple[str, ...]:
    thing = box.thing
    severity = max((finding.severity for finding in box.findings), default=None)
    views = box.steps or box.manual
    return (
        box.kind,
        box.plan.label,
        _known(thing.uuid) if thing else "",
        _known(thing.address) if thing else "",
        _known(thing.version) if thing else "",
        box.plan.situation.value,
        *(_about_manager(thing) if isinstance(thing, Manager) else _about_tunnels(box.tunnels, fleet)),
        severity.name.lower() if severity is not None else "",
        " ".join(sorted({finding.rule for finding in box.findings})),
        str(len(views)),
        views[0].step.title if views else "",
        box.plan.summary,
    )


def _about_manager(manager: Manager) -> list[str]:
    until = manager.internal_ca_not_after
    up, down, untold = (len(one) for one in (manager.tunnels_connected, manager.tunnels_down, manager.tunnels_unknown))
    return ["", f"{up} up, {down} down, {untold} unknown", timestamp(until.value) if isinstance(until, Known) else "", ""]


def _about_tunnels(tunnels: Sequence[Tunnel], fleet: Fleet) -> list[str]:
    leaves = [tunnel.device_leaf for tunnel in tunnels]
    issuers = [tunnel.device_leaf_issued_by for tunnel in tunnels]
    return [
        "; ".join(fleet.labels.get(tunnel.manager, tunnel.manager) for tunnel in tunnels),
        "; ".join(tunnel.state.value.value if isinstance(tunnel.state, Known) else "unknown" for tunnel in tunnels),
        "; ".join(timestamp(leaf.value.not_after) if isinstance(leaf, Known) else "" for leaf in leaves),
        "; ".join(issuer.value.value if isinstance(issuer, Known) else "" for issuer in issuers),
    ]


def _known(answer: Answer[str]) -> str:
    return answer.value if isinstance(answer, Known) else ""
