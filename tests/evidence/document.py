"""The document of a run (JSON) as the expectations read it: appliances under all their names, commands, do-nots, questions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

HOLDS = ("affected", "at_risk")
"""States in which a finding is made."""


class Gone(Exception):
    """r.json no longer has a field that is needed here, or has another shape there: the score must be adapted to the program."""


def at(thing: Any, *path: str, where: str = "") -> Any:
    """The value at a path of keys. A key that is not there is a field that is gone."""
    for key in path:
        where = f"{where}.{key}" if where else key
        if not isinstance(thing, dict) or key not in thing:
            raise Gone(f"r.json has no {where}")
        thing = thing[key]
    return thing


def rows(thing: Any, *path: str, where: str = "") -> list[Any]:
    """A list at a path of keys."""
    found = at(thing, *path, where=where)
    if not isinstance(found, list):
        raise Gone(f"{'.'.join(path)} of r.json is no list")
    return found


def known(answer: Any, where: str) -> Any:
    """The value of an answer, None where it is missing or where claims contradict each other. Plain values are their own answer."""
    if isinstance(answer, dict):
        if "value" in answer:
            return answer["value"]
        if "missing" in answer or "conflicting" in answer:
            return None
        raise Gone(f"{where} of r.json is neither a value nor a reason why there is none")
    return answer


def caution(one: Any) -> str:
    """A do-not as one text: a sentence, or an object with ``text``, ``action`` (restart, reboot) and ``on``, the names it holds for."""
    if not isinstance(one, dict):
        return str(one)
    return f"{one.get('text', '')} [{one.get('action', '')}: {', '.join(str(name) for name in one.get('on') or ())}]"


def has(names: list[str], wanted: str) -> bool:
    """Whether one of the names is the wanted one. ``/.../`` is a regular expression that is searched in them."""
    if len(wanted) > 2 and wanted.startswith("/") and wanted.endswith("/"):
        return any(re.search(wanted[1:-1], name, re.IGNORECASE) for name in names)
    wanted = wanted.casefold()
    return any(name.casefold() == wanted or name.casefold().startswith(f"{wanted} (") for name in names)


@dataclass
class Box:
    """A manager or device of r.json, under all its names."""

    data: dict[str, Any]
    what: str

    @property
    def key(self) -> str:
        """What tunnels and findings call it."""
        return str(at(self.data, "key", where=self.what))

    @property
    def names(self) -> list[str]:
        """Label, name, address and UUID, those that are known."""
        told = [at(self.data, "label", where=self.what)]
        told += [known(at(self.data, part, where=self.what), f"{self.what}.{part}") for part in ("name", "address", "uuid")]
        return [str(one) for one in told if one]

    def field(self, name: str) -> Any:
        """A field by its name in r.json; ``ca_ends`` is the day on which the InternalCA of a manager ends."""
        if name == "ca_ends":
            name = "internal_ca_not_after"
        return known(at(self.data, name, where=self.what), f"{self.what}.{name}")


@dataclass
class Document:
    """r.json, or that there is none because nothing was understood."""

    data: Any

    def _boxes(self, kind: str) -> list[Box]:
        return [Box(one, f"case.{kind}[]") for one in rows(self.data, "case", kind)] if self.data is not None else []

    @property
    def managers(self) -> list[Box]:
        """The managers of the case."""
        return self._boxes("managers")

    @property
    def devices(self) -> list[Box]:
        """The devices of the case."""
        return self._boxes("devices")

    @property
    def tunnels(self) -> list[dict[str, Any]]:
        """The tunnels of the case."""
        return rows(self.data, "case", "tunnels") if self.data is not None else []

    @property
    def findings(self) -> list[dict[str, Any]]:
        """All findings, in whatever state."""
        return rows(self.data, "findings") if self.data is not None else []

    def about(self, finding: dict[str, Any]) -> list[str]:
        """All names of what a finding is about: of a tunnel those of its two ends."""
        subject = at(finding, "subject", where="findings[]")
        names = [str(at(finding, "subject_label", where="findings[]"))]
        keys = {subject}
        for tunnel in self.tunnels:
            if at(tunnel, "key", where="case.tunnels[]") == subject:
                keys |= {at(tunnel, "manager", where="case.tunnels[]"), at(tunnel, "device", where="case.tunnels[]")}
        for box in (*self.managers, *self.devices):
            if box.key in keys:
                names += box.names
        return names

    def steps(self) -> Iterator[dict[str, Any]]:
        """Every step of the plan, what to bring next included."""
        if self.data is None:
            return
        for kind in ("managers", "devices"):
            for box in rows(self.data, "plan", kind):
                yield from rows(box, "steps", where=f"plan.{kind}[]")
        yield from rows(self.data, "plan", "collect")

    def commands(self) -> Iterator[str]:
        """Every command that the plan prints, with what is typed at its prompts and into its input."""
        for step in self.steps():
            yield from typed_in(step)

    def plans(self) -> list[dict[str, Any]]:
        """The plan of each box."""
        if self.data is None:
            return []
        return [one for kind in ("managers", "devices") for one in rows(self.data, "plan", kind)]

    def names_of(self, key: Any, *labels: Any) -> list[str]:
        """All names of the box with that key, and these labels of it. A label may have the address behind it in brackets."""
        names = [str(one) for one in labels if one]
        names += [found.group(1) for one in names for found in [re.search(r"\(([0-9a-fA-F.:]+)\)$", one)] if found]
        for box in (*self.managers, *self.devices):
            if box.key == key:
                names += box.names
        return names

    def list_rows(self) -> Iterator[list[str]]:
        """The fields of each row of each list that the plan hands out for a copy script."""
        for plan in self.plans():
            for file in rows(plan, "files", where="plan box"):
                for line in rows(file, "lines", where="plan file"):
                    yield [part.strip().strip('"') for part in str(line).split(",")]

    def do_nots(self) -> Iterator[tuple[list[str], str]]:
        """Each do-not of the plan, with the names of the box in whose plan it stands ([] for those of the whole plan)."""
        if self.data is None:
            return
        yield from (([], caution(one)) for one in rows(self.data, "plan", "do_not"))
        for plan in self.plans():
            names = self.names_of(at(plan, "box", where="plan box"), at(plan, "label", where="plan box"))
            yield from ((names, caution(one)) for one in rows(plan, "do_not", where="plan box"))

    def conflicts(self) -> Iterator[str]:
        """Where a contradiction can be said: verdicts, do-nots, notices, questions and titles, and any field or rule named after it.

        Not the texts of steps and explanations: those speak of the general case.
        """
        yield from self.asks()
        if self.data is not None:
            plan = at(self.data, "plan")
            yield str(at(plan, "headline", where="plan"))
            yield from (str(at(one, "summary", where="plan box")) for one in self.plans())
            yield from (text for _, text in self.do_nots())
            yield from (str(at(one, "text", where="case.notices[]")) for one in rows(self.data, "case", "notices"))
            yield from (str(one.get("reason", "")) for one in rows(self.data, "incomplete"))
            for finding in self.findings:
                if at(finding, "state", where="findings[]") in HOLDS:
                    about = ", ".join(self.about(finding))
                    yield f"{at(finding, 'rule', where='findings[]')} {at(finding, 'title', where='findings[]')} ({about})"
            for step in self.steps():
                yield f"{step.get('title', '')} ({step.get('box_label') or ''})"
            yield from _named_fields(self.data, re.compile(r"conflict|contradict|ambig", re.IGNORECASE))

    def asks(self) -> Iterator[str]:
        """Everything that is asked for, one sentence each: what to bring next, and what could not be told with how to get it."""
        if self.data is None:
            return
        for step in rows(self.data, "plan", "collect"):
            typed = "; ".join(str(at(one, "text", where="plan command")) for one in rows(step, "commands", where="plan.collect[]"))
            title, why = at(step, "title", where="plan.collect[]"), at(step, "why", where="plan.collect[]")
            yield " | ".join(str(part) for part in (title, typed, why))
        for finding in self.findings:
            if at(finding, "state", where="findings[]") != "unknown":
                continue
            for entry in rows(finding, "missing", where="findings[]"):
                name, gap = entry if isinstance(entry, list) and len(entry) == 2 else ("", entry)
                why, how = at(gap, "missing", where="findings[].missing"), at(gap, "obtain", where="findings[].missing")
                yield f"{name} of {finding.get('subject_label', '')} | {why} | {how}"
        for step in self.steps():
            for one in rows(step, "refused", where="plan step"):
                yield " | ".join(str(one.get(part, "")) for part in ("what", "why", "obtain"))

    def sentences(self) -> Iterator[str]:
        """What the program itself says: of evidence nothing, and of rules that did not fire nothing."""
        if self.data is None:
            return
        plan = at(self.data, "plan")
        yield str(at(plan, "headline", where="plan"))
        yield from (caution(one) for one in rows(plan, "do_not", where="plan"))
        for kind in ("managers", "devices"):
            for box in rows(plan, kind, where="plan"):
                yield str(at(box, "summary", where=f"plan.{kind}[]"))
                yield from (caution(one) for one in rows(box, "do_not", where=f"plan.{kind}[]"))
        for step in self.steps():
            yield from (str(step.get(part, "")) for part in ("title", "why", "precondition", "check", "if_check_fails", "undo", "assumed"))
        for finding in self.findings:
            if at(finding, "state", where="findings[]") in HOLDS:
                yield str(at(finding, "title", where="findings[]"))
                yield str(at(finding, "explanation", where="findings[]"))
        yield from (str(at(one, "text", where="case.notices[]")) for one in rows(self.data, "case", "notices"))
        for tunnel in self.tunnels:
            failure = known(at(tunnel, "failure", where="case.tunnels[]"), "case.tunnels[].failure")
            if isinstance(failure, dict):
                yield str(failure.get("text", ""))
        yield from (str(one.get("reason", "")) for one in rows(self.data, "incomplete"))


def typed_in(step: dict[str, Any]) -> Iterator[str]:
    """The commands of a step, with what is typed at their prompts and into their input."""
    for command in rows(step, "commands", where="plan step"):
        yield str(at(command, "text", where="plan command"))
        for part in ("answers", "here_document"):
            yield from (str(line) for line in command.get(part) or ())


def _named_fields(thing: Any, name: re.Pattern[str]) -> Iterator[str]:
    """Of each field whose name matches and that is not empty: that there is a conflict, and what it holds."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            if value and name.search(str(key)):
                yield f"conflict: {json.dumps(value, ensure_ascii=False)}"
            else:
                yield from _named_fields(value, name)
    elif isinstance(thing, list):
        for value in thing:
            yield from _named_fields(value, name)


def mentions(text: str, names: list[str]) -> bool:
    """Whether a text has one of the names in it, as a word of its own. ``/.../`` is a regular expression."""
    for name in names:
        pattern = name[1:-1] if len(name) > 2 and name[0] == name[-1] == "/" else rf"(?<![\w-]){re.escape(name)}(?![\w-])"
        if re.search(pattern, text, re.IGNORECASE):
            return True
    return False
