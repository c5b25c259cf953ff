"""The report: one HTML file that needs neither network nor script.

Every value passes `neutralise` and then jinja2's escaping, both applied by the environment and not by the templates. The content security
policy allows the file's own style and script by their hashes, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from analyzer.model.answer import Known
from analyzer.model.plan import Risk, Situation
from analyzer.model.result import Result
from analyzer.report import labels, wording
from analyzer.report.alike import alike
from analyzer.report.appliances import CONNECTION_ROWS, fleet_of, tunnel_order
from analyzer.report.attempts import attempts_of
from analyzer.report.captured import captured_of
from analyzer.report.certificates import decoded, pem
from analyzer.report.citations import Citations
from analyzer.report.compiled import BesideTemplates
from analyzer.report.facts import appliance_facts, tunnel_facts
from analyzer.report.file_names import plain_name
from analyzer.report.findings import grouped_findings, label_of
from analyzer.report.front import front_of
from analyzer.report.neutralise import neutralise
from analyzer.report.notes import Notes
from analyzer.report.parts import Parts
from analyzer.report.pictures.draw import pictures_of
from analyzer.report.pictures.fleet_map import line_tone, line_words
from analyzer.report.table import render_csv
from analyzer.report.ticket import ticket_lines
from analyzer.report.timeline import refused_certificates, timeline_of
from analyzer.report.timestamps import timestamp
from analyzer.report.unknowns import gaps_of
from analyzer.report.verdict import title_of, verdict_of
from analyzer.report.work import Part, Slot, collecting, work_digest, work_of
from analyzer.texts import _, ngettext, pgettext, speaking

LARGE_FLEET = 200
"""Devices above which each value shows one piece of its evidence, findings of one kind stand together and only point to their evidence,
background that boxes share is told once (`analyzer.report.notes`), and certificates go without text and PEM, so that a browser opens the
file at once. The JSON document has all."""

LONGEST_TABLE = 256 << 10
"""Characters of the table of appliances that a report carries for its own button: some 600 devices. `--format csv` has no such bound."""

HEAD_LINES = 3
"""Lines of a piece of evidence that a report on a large fleet quotes."""

_TEMPLATES = Path(__file__).with_name("templates")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def render_html(result: Result) -> str:
    """The report of a result, in its language. The same result gives the same text."""
    with speaking(result.language):
        return _render(result)


def _render(result: Result) -> str:
    style, script = _inline("report.css"), _inline("report.js")
    fleet = fleet_of(result)
    work = work_of(fleet)
    verdict = verdict_of(result)
    front = front_of(result, fleet)
    large = len(result.case.devices) > LARGE_FLEET
    cite = Citations()
    parts = Parts(cite, large=large)
    evidence_time = result.case.evidence_time.value if isinstance(result.case.evidence_time, Known) else None
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            result=result,
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            policy=content_security_policy(style, script),
            title=title_of(result, verdict),
            verdict=verdict,
            front=front,
            fleet=fleet,
            work=work,
            digest=work_digest(work, (one.sha256 for one in result.artifacts)),
            findings=grouped_findings(result),
            timeline=timeline_of(result),
            refused=refused_certificates(result.case, result.as_of),
            pictures=pictures_of(result),
            captured=captured_of(result.case),
            gaps=gaps_of(result),
            collect=collecting(result.plan.collect),
            cite=cite,
            cites=parts.cites,
            more=parts.more,
            chip=parts.chip,
            time=parts.time,
            ticket="\n".join(ticket_lines(result, fleet, work)),
            notes=Notes(sharing=large),
            large=large,
            table_csv=_table(result),
            file_name=file_name_of(result),
            around={one.location: one for one in result.surroundings},
            today=result.as_of,
            evidence_time=evidence_time,
        )
    )


def _table(result: Result) -> str:
    """The table of appliances as CSV, "" where it is longer than `LONGEST_TABLE`."""
    if not (result.case.managers or result.case.devices):
        return ""
    text = render_csv(result)
    return text if len(text) <= LONGEST_TABLE else ""


def file_name_of(result: Result) -> str:
    """What a file that the page saves is called, without its ending: the first FMC, or device, and the day. ASCII."""
    labels = [one.label for one in result.case.managers] + [one.label for one in result.case.devices]
    return f"sftunnel-{plain_name(labels[0]) if labels else 'case'}-{result.as_of:%Y-%m-%d}"


def content_security_policy(style: str, script: str) -> str:
    """Nothing remote, no form, no frame; this style and this script by their hashes."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def inline_style() -> str:
    """The style of the report, for another page of ours."""
    return _inline("report.css")


@lru_cache(maxsize=4)
def _inline(name: str) -> str:
    """The text of one of our own files, with LF line endings, as it will stand between the tags (the hash is taken of exactly this)."""
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def templates_folder() -> Path:
    """Where the templates of the report are, for another page of ours."""
    return _TEMPLATES


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return environment_of(_TEMPLATES)


def environment_of(templates: Path) -> Environment:
    """An environment for the templates of a folder: whatever they print is made harmless and escaped, here and for every page of ours."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        bytecode_cache=BesideTemplates(templates, [Path(__file__)]),
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "moment": wording.moment,
        "stamp": timestamp,
        "spot": wording.spot,
        "size": wording.size,
        "seconds": wording.seconds,
        "decoded": decoded,
        "pem": pem,
        "label": _label,
        "distance": wording.distance,
        "whole_dates": _whole_dates,
        "expiry": wording.expiry,
        "listed": wording.listed,
        "manager_role": labels.manager_role,
        "attempts": attempts_of,
        "alike": alike,
        "line_words": line_words,
        "appliance_facts": appliance_facts,
        "tunnel_facts": tunnel_facts,
        "is_within": lambda texts, cautions: set(texts) <= {one.text for one in cautions},
        "head": _head,
        "risk_meaning": lambda risk: _(labels.RISK_MEANINGS[risk]),
    }
    environment.tests |= {"known": lambda answer: isinstance(answer, Known)}
    environment.globals |= {
        "_": _sentence,
        "ngettext": _sentence_with_number,
        "pgettext": _word_in_context,
        "signs": labels.SIGNS,
        "tones": {tone.name: tone for tone in labels.Tone},
        "value_missing": labels.VALUE_MISSING,
        "situations": tuple(Situation),
        "risks": tuple(Risk),
        "slots": Slot,
        "cut": _cut,
        "line_tone": line_tone,
        "tunnel_order": tunnel_order,
        "finding_label": label_of,
        "finding_tone": lambda finding: label_of(finding).tone,
        "each_for_itself": labels.EACH_FOR_ITSELF,
        "connection_rows": CONNECTION_ROWS,
    }
    return environment


def _harmless(value: Any) -> Any:
    """What a template prints: text with its invisible characters shown. Markup is our own, already made harmless piece by piece."""
    kind = type(value)
    if kind is Markup:
        return value
    return neutralise(value if kind is str else str(value), lines=True)


def _head(text: str) -> str:
    """The first lines of a piece of evidence."""
    lines = text.splitlines()
    return text if len(lines) <= HEAD_LINES else "\n".join((*lines[:HEAD_LINES], "…"))


_STANDS_FOR = {Slot.NAME: "DEVICE", Slot.ADDRESS: "ADDRESS-OF-DEVICE", Slot.UUID: "UUID-OF-DEVICE"}
"""What stands for a value of a device where several share a text: plain words that no shell takes for anything else."""


def _cut(part: Part, text: str) -> Markup:
    """A text of a part, with a place for each value that differs between its devices. The script fills them in."""
    if not part.shared:
        return escape(_harmless(text))
    return Markup("").join(
        Markup('<span data-slot="{}">{}</span>').format(piece.value, _STANDS_FOR[piece])
        if isinstance(piece, Slot)
        else escape(_harmless(piece))
        for piece in part.cut(text)
    )


def _whole_dates(text: str) -> Markup:
    """A text in which no date is broken over two lines: browsers break after a hyphen, and a half of a date reads like a number."""
    return Markup(_DATE.sub(r'<span class="whole">\g<0></span>', str(escape(_harmless(text)))))  # noqa: S704 - escaped just here


def _sentence(text: str, /, **values: Any) -> Markup:
    """``_("{label} is down", label=box.label)`` in a template: the sentence is ours and may hold tags, its values are made harmless."""
    return _filled(_(text), values)


def _sentence_with_number(one: str, many: str, number: int, /, **values: Any) -> Markup:
    """``ngettext("{n} device", "{n} devices", number)`` in a template: ``n`` is the number with its thousands set apart."""
    return _filled(ngettext(one, many, number), {"n": f"{number:,}"} | values)


def _word_in_context(context: str, text: str, /, **values: Any) -> Markup:
    """``pgettext("button", "Copy")`` in a template: a short text that could mean two things."""
    return _filled(pgettext(context, text), values)


def _filled(text: str, values: dict[str, Any]) -> Markup:
    if not values and "{" not in text:
        return Markup(text)  # noqa: S704 - the text is our catalogue's
    harmless = {name: escape(_harmless(value)) for name, value in values.items()}
    return Markup(text.format(**harmless))  # noqa: S704 - the text is our catalogue's, the values are escaped


_LABELS: dict[type, dict[Any, Any]] = {
    type(next(iter(table))): table
    for table in (
        labels.SITUATIONS,
        labels.TUNNEL_STATES,
        labels.PLACES,
        labels.RISKS,
        labels.STATES,
        labels.SEVERITIES,
        labels.ISSUERS,
        labels.ROLES,
        labels.ATTEMPTS,
        labels.SIDES,
        labels.SENDERS,
        labels.CONNECTIONS,
        labels.ARGUMENTS,
        labels.DAMAGES,
        labels.SUBJECTS,
    )
}


def _label(value: Any) -> Any:
    """The words for a member of any enumeration of the model: a label with a tone, or the bare words."""
    found = _LABELS[type(value)][value]
    return _(found) if isinstance(found, str) else found
