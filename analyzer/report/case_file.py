"""``--write-facts``, and the form of the page: what is known of the appliances as statements, half filled, with the open questions.

What it states is what the result knows already, and what a person stated for this run; what is open stands in remarks, to be filled in by
somebody who knows. `draft_of` makes the draft, `case_text` writes it as a file that ``--facts`` reads.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from analyzer.model.answer import Answer, Conflicting, Known
from analyzer.model.case import Device, Manager
from analyzer.model.result import Result
from analyzer.model.statements import Accepted, ApplianceStated, FileStated, Statement
from analyzer.report.neutralise import neutralise
from analyzer.texts import _

_QUESTIONS = 40
_NOT_PLAIN = re.compile(r"[^ -~]")


class ApplianceDraft(Struct, frozen=True):
    """An appliance as it may be stated. A field that is "" is not stated.

    ``contradictions`` are sentences on what the evidence says twice; ``asks_role`` and ``asks_time_zone`` are a sentence where that field
    is open, else "". ``stated``: a person stated it for this run.
    """

    name: str
    kind: str
    same_as: tuple[str, ...] = ()
    role: str = ""
    time_zone: str = ""
    contradictions: tuple[str, ...] = ()
    asks_role: str = ""
    asks_time_zone: str = ""
    stated: bool = False


class FileDraft(Struct, frozen=True):
    """A file as it may be stated: one of ``internal_ca_of`` and ``written_on`` is the name of an appliance, the other is ""."""

    file: str
    internal_ca_of: str = ""
    written_on: str = ""


class AcceptedDraft(Struct, frozen=True):
    """A finding that a person accepts until a day (ISO 8601)."""

    finding: str
    subject: str
    until: str
    reason: str
    owner: str


class Draft(Struct, frozen=True):
    """What a file of statements would hold. ``questions`` are the open ones, as sentences."""

    appliances: tuple[ApplianceDraft, ...] = ()
    files: tuple[FileDraft, ...] = ()
    accepted: tuple[AcceptedDraft, ...] = ()
    questions: tuple[str, ...] = ()


class DraftLine(Struct, frozen=True):
    """A line of the file, and the field that it holds: ``appliances.0.role``; ``appliances.0`` for the entry itself, "" for no field."""

    text: str
    field: str = ""


def case_file_text(result: Result, statements: Sequence[Statement] = ()) -> str:
    """The file for a result that was concluded with these statements. The same result gives the same text."""
    return case_text(draft_of(result, statements))


def case_text(draft: Draft) -> str:
    """The draft as a file."""
    return "".join(f"{line.text}\n" for line in case_lines(draft))


def draft_of(result: Result, statements: Sequence[Statement] = (), accepted: Sequence[Accepted] = ()) -> Draft:
    """What is known, and what was stated. Every statement stands in it; one about an appliance of the case stands in its entry."""
    appliances: tuple[Manager | Device, ...] = (*result.case.managers, *result.case.devices)
    names = _names(appliances)
    logging = {covered.host.lower() for covered in result.case.coverage if covered.host}
    stated = [one for one in statements if isinstance(one, ApplianceStated)]
    drafts = []
    for one in appliances:
        said = _said_of(one, stated)
        if said is not None:
            stated.remove(said)
        drafts.append(_appliance(one, said.name if said else names[one.key], said, bool(_names_of(one) & logging)))
    drafts += [_as_stated(one) for one in stated]
    return Draft(
        appliances=tuple(_told_apart(drafts)),
        files=tuple(_file(one) for one in statements if isinstance(one, FileStated)),
        accepted=tuple(AcceptedDraft(one.finding, one.subject, one.until.isoformat(), one.reason, one.owner) for one in accepted),
        questions=tuple(_open_questions(result)),
    )


def case_lines(draft: Draft) -> Iterator[DraftLine]:
    """The lines of the file, each with the field that it holds."""
    yield DraftLine("# yaml-language-server: $schema=case.schema.json")
    yield from _remarks(_("Your statements here are separate evidence: the report quotes them, and other evidence can contradict them."))
    yield from _remarks(_("Pass it to --facts. Remove what you do not know."))
    yield DraftLine("appliances:" if draft.appliances else "appliances: []")
    for number, one in enumerate(draft.appliances):
        yield from _appliance_lines(one, f"appliances.{number}")
    yield from _remarks(
        _("Where a file is from, if neither its name nor its text shows it. Remove the # before the lines that you fill in.")
    )
    yield DraftLine("files:")
    for number, file in enumerate(draft.files):
        yield from _file_lines(file, f"files.{number}")
    if not draft.files:
        for text in ("  - file: folder/file.txt", "    written_on: ftd-1", "  - file: folder/cacert.pem", "    internal_ca_of: fmc-1"):
            yield DraftLine(f"#{text}")
    if draft.accepted:
        yield DraftLine("accepted:")
        for number, accepted in enumerate(draft.accepted):
            yield from _accepted_lines(accepted, f"accepted.{number}")
    if draft.questions:
        yield from _remarks(_("Open questions:"))
        for question in draft.questions:
            yield from _remarks(f"- {question}")


def _names(appliances: tuple[Manager | Device, ...]) -> dict[str, str]:
    """A name for each that no other has: two appliances may share the label."""
    times = Counter(one.label.lower() for one in appliances)
    named: dict[str, str] = {}
    for number, one in enumerate(appliances, 1):
        shared = times[one.label.lower()] > 1
        own = next((answer.value for answer in (one.uuid, one.address) if isinstance(answer, Known)), str(number))
        named[one.key] = f"{one.label} {own}" if shared else one.label
    return named


def _said_of(one: Manager | Device, stated: Sequence[ApplianceStated]) -> ApplianceStated | None:
    """The statement about this appliance: that of its label, else one that shares a name, an address or a UUID with it."""
    known = _names_of(one) | ({one.uuid.value.lower()} if isinstance(one.uuid, Known) else set())
    alike = [said for said in stated if said.manager == isinstance(one, Manager)]
    named = [said for said in alike if said.name.lower() == one.label.lower()]
    shared = [said for said in alike if not known.isdisjoint({said.name.lower(), *map(str.lower, said.same_as)})]
    return next(iter((*named, *shared)), None)


def _told_apart(drafts: Sequence[ApplianceDraft]) -> Iterator[ApplianceDraft]:
    """Without the words that several share (clones have one UUID): a file that states them of two appliances is refused."""
    times = Counter(word for one in drafts for word in {word.lower() for word in one.same_as})
    for one in drafts:
        yield replace(one, same_as=tuple(word for word in one.same_as if times[word.lower()] == 1))


def _appliance(one: Manager | Device, name: str, stated: ApplianceStated | None, logs: bool) -> ApplianceDraft:
    same = [answer.value for answer in (one.name, one.address, one.uuid) if isinstance(answer, Known) and answer.value != name]
    same += [word for word in (stated.same_as if stated else ()) if word.lower() not in {known.lower() for known in same}]
    role = one.role if isinstance(one, Manager) else None
    asks_role = ""
    if isinstance(one, Manager) and not isinstance(one.role, Known) and (one.ha_peer or isinstance(one.role, Conflicting)):
        asks_role = f"{one.role.why}: primary, secondary, standalone"
    return ApplianceDraft(
        name=name,
        kind="fmc" if isinstance(one, Manager) else "ftd",
        same_as=tuple(same),
        role=(stated.role if stated else "") or (role.value if isinstance(role, Known) else ""),
        time_zone=stated.time_zone if stated else "",
        contradictions=tuple(answer.why for answer in (one.name, one.address, one.uuid) if isinstance(answer, Conflicting)),
        asks_role=asks_role,
        asks_time_zone=_("of its log lines, if it is not UTC: +09:00, Asia/Seoul") if logs else "",
        stated=stated is not None,
    )


def _as_stated(one: ApplianceStated) -> ApplianceDraft:
    return ApplianceDraft(one.name, "fmc" if one.manager else "ftd", one.same_as, one.role, one.time_zone, stated=True)


def _file(one: FileStated) -> FileDraft:
    return FileDraft(one.file, internal_ca_of=one.of) if one.internal_ca else FileDraft(one.file, written_on=one.of)


def _appliance_lines(one: ApplianceDraft, place: str) -> Iterator[DraftLine]:
    yield DraftLine(f"  - name: {_scalar(one.name)}", f"{place}.name")
    yield DraftLine(f"    kind: {_plain(one.kind)}", f"{place}.kind")
    yield DraftLine(f"    same_as: [{', '.join(_scalar(word) for word in one.same_as)}]", f"{place}.same_as")
    for why in one.contradictions:
        yield from _remarks(why, "    ")
    if one.role:
        yield DraftLine(f"    role: {_plain(one.role)}", f"{place}.role")
    elif one.asks_role:
        yield DraftLine("    role:", f"{place}.role")
        yield from _remarks(one.asks_role, "    ")
    if one.time_zone:
        yield DraftLine(f"    time_zone: {_scalar(one.time_zone)}", f"{place}.time_zone")
    elif one.asks_time_zone:
        yield DraftLine("    time_zone:", f"{place}.time_zone")
        yield from _remarks(one.asks_time_zone, "    ")


def _file_lines(one: FileDraft, place: str) -> Iterator[DraftLine]:
    yield DraftLine(f"  - file: {_scalar(one.file)}", f"{place}.file")
    if one.internal_ca_of:
        yield DraftLine(f"    internal_ca_of: {_scalar(one.internal_ca_of)}", f"{place}.internal_ca_of")
    if one.written_on:
        yield DraftLine(f"    written_on: {_scalar(one.written_on)}", f"{place}.written_on")


def _accepted_lines(one: AcceptedDraft, place: str) -> Iterator[DraftLine]:
    yield DraftLine(f"  - finding: {_scalar(one.finding)}", f"{place}.finding")
    if one.subject:
        yield DraftLine(f"    subject: {_scalar(one.subject)}", f"{place}.subject")
    yield DraftLine(f"    until: {_scalar(one.until)}", f"{place}.until")
    yield DraftLine(f"    reason: {_scalar(one.reason)}", f"{place}.reason")
    yield DraftLine(f"    owner: {_scalar(one.owner)}", f"{place}.owner")


def _names_of(one: Manager | Device) -> set[str]:
    return {answer.value.lower() for answer in (one.name, one.address) if isinstance(answer, Known)}


def _open_questions(result: Result) -> list[str]:
    """What is missing of the appliances themselves, and what contradicts itself, each once."""
    gaps: list[Answer[Any]] = []
    for one in result.case.managers:
        gaps += [one.uuid, one.name, one.address, one.role, one.internal_ca_not_after]
    gaps += [answer for device in result.case.devices for answer in (device.uuid, device.name, device.address)]
    gaps += [tunnel.state for tunnel in result.case.tunnels]
    return list(dict.fromkeys(answer.why for answer in gaps if not isinstance(answer, Known)))[:_QUESTIONS]


def _remarks(text: str, indent: str = "") -> Iterator[DraftLine]:
    for line in neutralise(text).splitlines():
        yield DraftLine(f"{indent}# {line}")


def _plain(word: str) -> str:
    """A word of the program as it is; whatever else was filled in is quoted."""
    return word if word.isascii() and word.isalpha() else _scalar(word)


def _scalar(text: str) -> str:
    """A quoted scalar of YAML: that of JSON, but for characters beyond U+FFFF, which JSON writes as two halves."""
    return _NOT_PLAIN.sub(lambda found: f"\\U{ord(found[0]):08x}", json.dumps(text, ensure_ascii=False))
