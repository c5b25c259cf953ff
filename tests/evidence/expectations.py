"""What is expected of a case (``expect.json``), held against one run. README.md says what the file may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.evidence.document import HOLDS, Box, Document, at, caution, has, known, mentions, rows, typed_in

LIMIT = 60
"""Seconds for one run."""

ENDS = (0, 3, 4, 5, 10, 11, 12, 13, 14)
"""Exit codes of `analyze` that are a result. Any other is a failure, whatever is expected."""

COMPARE_ENDS = (0, 3, 4, 5, 7, 8)
"""Those of `compare`."""

WITHOUT_RESULT = (3, 4)
"""Exit codes after which no r.json need be there: nothing was understood, or nothing could be read."""

ASKING = "How to get it:"
"""In a line of the terminal that says what could not be told. Such a line asks; it does not count as having said what it asks for."""

KEYS = {
    *("why", "kind", "danger", "args", "exit_in", "exit_not_in"),
    *("managers", "managers_not", "managers_count", "devices", "devices_not", "devices_count"),
    *("findings", "findings_not", "says", "never_says", "commands_not", "asks", "asks_not"),
    *("times", "compare", "plan", "untouched", "protected", "listed", "listed_not", "row_or_conflict", "conflict", "order", "prints"),
}

CHANGES = re.compile(
    r"pmtool\s+restart|generate_certs\.pl|^\s*>\s*/|^\s*(cat|tee)\b.*>\s*/(var/sf/peers|etc/sf)|^\s*(vi|vim|nano|mv|rm|install)\b.*/(var/sf/peers|etc/sf)"
    r"|^\s*(reboot|shutdown|restart)\b|configure\s+manager\s+(add|delete)",
    re.IGNORECASE,
)
"""A command that changes the box on which it is typed. Looking, printing and copying to a backup change nothing."""

RESTARTS = re.compile(r"restart|reboot|power|upgrade", re.IGNORECASE)
"""A do-not that keeps a tunnel alive."""

ALL_DEVICES = re.compile(
    r"\b(any|none|no)( one)?( of)?( its| the| your| these| those)? (device|FTD|box)(e?s)?\b|restart no\b",
    re.IGNORECASE,
)
"""A do-not that holds for every device, whatever its name."""

WHOSE_TUNNELS = re.compile(r"(?<!whose )(?<!with )\b(living )?tunnels( (that|which) (still )?\w+)? ?\([^)]*\)", re.IGNORECASE)
"""Names of devices that a do-not for another box gives as its reason: "the tunnels that live (ftd-1, ftd-2) might not come back"."""

CONFLICTS = re.compile(
    r"contradict|conflict|ambigu|disagree|mismatch|inconsisten|(does|do|did) not (agree|fit|match)|cannot both"
    r"|which of (the|these|them|those|both)"
    r"|not the same|fits? (two|several|both)|restored|set back|differ(s|ent)? (from|between|in)\b"
    r"|more than one (FMC|manager|device|FTD|box|appliance)"
    r"|(two|several) (different )?(FMCs|managers|devices|FTDs|boxes|appliances|outputs|sources|addresses|dates|names)"
    r"|(older|newer|earlier|later) (InternalCA |CA )?than (that|the one|those|the copy|the InternalCA|the CA|its|what|the renewal)",
    re.IGNORECASE,
)
"""A sentence that says of two pieces of evidence that they do not go together, or that one of them fits several boxes."""


@dataclass
class Run:
    """What one run of the program left."""

    code: int | None
    out: str = ""
    err: str = ""
    document: Any = None
    broken: str = ""
    """Why r.json could not be used, "" when it could or is not there."""

    @property
    def first_line(self) -> str:
        """What it said first."""
        return next((line.strip() for line in (self.out + "\n" + self.err).splitlines() if line.strip()), "nothing")[:160]


@dataclass
class Judge:
    """Holds one run against what is expected of it."""

    expect: dict[str, Any]
    run: Run
    document: Document

    def __post_init__(self) -> None:
        self._text = "\n".join((self.run.out, self.run.err))

    def unmet(self) -> Iterator[str]:
        """One sentence for each expectation that is not met."""
        run, expect = self.run, self.expect
        if run.code is None:
            yield f"it did not end within {LIMIT} s"
            return
        if run.code not in (COMPARE_ENDS if expect.get("compare") else ENDS):
            yield f"it ended with {run.code}: {run.first_line}"
            return
        if run.broken:
            yield run.broken
            return
        if run.document is None and run.code not in WITHOUT_RESULT and not expect.get("compare"):
            yield f"it ended with {run.code} and wrote no r.json: {run.first_line}"
            return
        if "exit_in" in expect and run.code not in expect["exit_in"]:
            yield f"exit: {run.code}, expected one of {expect['exit_in']}: {run.first_line}"
        if run.code in expect.get("exit_not_in", ()):
            yield f"exit: {run.code}, which must not be: {run.first_line}"
        for what in ("managers", "devices"):
            yield from self._boxes(what)
        yield from self._findings()
        yield from self._words()
        yield from self._plans()
        yield from self._boxes_of_the_plan()

    def _plans(self) -> Iterator[str]:
        """What the plan of one box holds."""
        for wanted in self.expect.get("plan", ()):
            on = wanted.get("on")
            name = "/".join(on)[:60] if on else "all"
            mine = [
                one
                for one in self.document.plans()
                if on is None
                or any(
                    has(self.document.names_of(at(one, "box", where="plan box"), at(one, "label", where="plan box")), each) for each in on
                )
            ]
            if not mine:
                if any(key in wanted for key in ("commands", "situation_in", "do_not")):
                    yield f"plan: there is none for {name}"
                continue
            situations = [str(at(one, "situation", where="plan box")) for one in mine]
            if "situation_in" in wanted and not any(re.fullmatch(each, one) for each in wanted["situation_in"] for one in situations):
                yield f"plan: {name} is {', '.join(situations)}, expected {' or '.join(wanted['situation_in'])}"
            for one in situations:
                if any(re.fullmatch(each, one) for each in wanted.get("situation_not", ())):
                    yield f"plan: {name} is {one}, which must not be"
            steps = [step for one in mine for step in rows(one, "steps", where="plan box")]
            typed = [text for step in steps for text in typed_in(step)]
            for pattern in wanted.get("commands", ()):
                if not any(re.search(pattern, one, re.IGNORECASE) for one in typed):
                    yield f"plan: no command of {name} is /{pattern}/"
            for pattern in wanted.get("commands_not", ()):
                found = next((one for one in typed if re.search(pattern, one, re.IGNORECASE)), None)
                if found is not None:
                    yield f"plan: a command of {name} is /{pattern}/: {found[:100]}"
            do_nots = [caution(text) for one in mine for text in rows(one, "do_not", where="plan box")]
            for pattern in wanted.get("do_not_not", ()):
                wrong = next((one for one in do_nots if re.search(pattern, one, re.IGNORECASE)), None)
                if wrong is not None:
                    yield f"plan: a do-not of {name} is /{pattern}/: {wrong[:100]}"
            for pattern in wanted.get("do_not", ()):
                if not any(re.search(pattern, one, re.IGNORECASE) for one in do_nots):
                    yield f"plan: no do-not of {name} is /{pattern}/"

    def _boxes_of_the_plan(self) -> Iterator[str]:
        """On which boxes nothing is changed, which are kept alive, which stand in a copy list, where evidence contradicts itself."""
        document, expect = self.document, self.expect
        lists = list(document.list_rows())
        for names in expect.get("untouched", ()):
            name = "/".join(names)[:80]
            row = next((one for one in lists if any(has(one[:2], each) for each in names)), None)
            if row is not None:
                yield f"untouched: {name} is in a copy list: {','.join(row)}"
            for step in document.steps():
                here = any(has(document.names_of(step.get("box"), step.get("box_label")), each) for each in names)
                bad = next((one for one in typed_in(step) if CHANGES.search(one) and (here or mentions(one, names))), None)
                if bad is not None:
                    yield f"untouched: on {name} is typed: {bad[:100]}"
                    break
        do_nots = list(document.do_nots())
        for names in expect.get("protected", ()):
            kept = (
                (re.search("restart", text, re.IGNORECASE) and (mentions(WHOSE_TUNNELS.sub("", text), names) or ALL_DEVICES.search(text)))
                or (RESTARTS.search(text) and any(has(own, each) for each in names))
                for own, text in do_nots
            )
            if not any(kept):
                yield f"protected: no do-not says that {'/'.join(names)[:80]} must not be restarted"
        for names in expect.get("listed", ()):
            if not any(has(one[:2], each) for one in lists for each in names):
                yield f"listed: {'/'.join(names)[:80]} is in no copy list"
        for names in expect.get("listed_not", ()):
            row = next((one for one in lists if any(has(one[:2], each) for each in names)), None)
            if row is not None:
                yield f"listed_not: {'/'.join(names)[:80]} is in a copy list: {','.join(row)}"
        for wanted in expect.get("row_or_conflict", ()):
            name, address = "/".join(wanted["is"])[:80], wanted["address"]
            mine = [row for row in lists if any(has(row[:1], each) for each in wanted["is"])]
            row = next((one for one in mine if address not in one[1:2]), None)
            if row is not None:
                yield f"row_or_conflict: {name} is in a copy list, and not with {address}: {','.join(row)}"
            elif not mine and not self._contradicts([*wanted["is"], address]):
                yield f"row_or_conflict: {name} is in no copy list, and nothing says that the evidence about it contradicts itself"
        if "conflict" in expect:
            for names in expect["conflict"]:
                if not self._contradicts(names):
                    yield f"conflict: nothing says that the evidence about {'/'.join(names)[:80]} contradicts itself or fits several"
        for patterns in expect.get("order", ()):
            told = [self._text, *document.sentences()]
            for one in document.steps():
                told += [str(one.get("title", "")), *typed_in(one)]
            text, begin = "\n".join(told), 0
            for pattern in patterns:
                found = re.compile(pattern, re.IGNORECASE).search(text, begin)
                if not found:
                    yield f"order: /{pattern}/ is nowhere{' behind the one before it' if begin else ''}"
                    break
                begin = found.end()

    def _contradicts(self, names: list[str]) -> bool:
        """Whether something says that the evidence about one of these names contradicts itself or fits several boxes."""
        told = (*self.document.conflicts(), *self._text.splitlines())
        return any(CONFLICTS.search(one) and (not names or mentions(one, names)) for one in told)

    def _boxes(self, what: str) -> Iterator[str]:
        wanted, count = self.expect.get(what, ()), self.expect.get(f"{what}_count")
        forbidden = self.expect.get(f"{what}_not", ())
        if not wanted and count is None and not forbidden:
            return
        boxes = self.document.managers if what == "managers" else self.document.devices
        there = ", ".join(box.names[0] if box.names else "?" for box in boxes)[:160] or "none"
        allowed = [count] if isinstance(count, int) else count
        if allowed is not None and len(boxes) not in allowed:
            yield f"{what}_count: {len(boxes)}, expected {' or '.join(map(str, allowed))} (there: {there})"
        for name in forbidden:
            for box in boxes:
                if has(box.names, name):
                    yield f"{what}_not: {name} is one of the {what} (there: {there})"
                    break
        yield from self._assign(what, list(wanted), boxes, there)

    def _assign(self, what: str, wanted: list[dict[str, Any]], boxes: list[Box], there: str) -> Iterator[str]:
        """Each expected box is another box. Tells of those that find none why the nearest one is not it."""
        faults = [[self._faults(one, box) for box in boxes] for one in wanted]

        def place(index: int, taken: frozenset[int]) -> bool:
            if index == len(wanted):
                return True
            free = (number for number, fault in enumerate(faults[index]) if not fault and number not in taken)
            return any(place(index + 1, taken | {number}) for number in free)

        if place(0, frozenset()):
            return
        told = False
        for one, of_boxes in zip(wanted, faults, strict=True):
            if not any(not fault for fault in of_boxes):
                told = True
                name = "/".join(one.get("is", ["any"]))[:80]
                near = [
                    fault for box, fault in zip(boxes, of_boxes, strict=True) if any(has(box.names, each) for each in one.get("is", ()))
                ]
                near = near or ([min(of_boxes, key=len)] if of_boxes and "is" not in one else [])
                yield f"{what}: {name}: {'; '.join(near[0]) if near else f'is not among them (there: {there})'}"
        if not told:
            yield f"{what}: {len(wanted)} different ones are expected, and some are one and the same (there: {there})"

    def _faults(self, wanted: dict[str, Any], box: Box) -> list[str]:
        """Why a box is not the expected one, [] when it is."""
        if "is" in wanted and not any(has(box.names, one) for one in wanted["is"]):
            return [f"is {box.names[0] if box.names else 'nameless'}"]
        faults = []
        for name, value in wanted.items():
            if name == "tunnel":
                states = self._states(box, wanted.get("with"))
                if not set(states) & set(value.split("|")):
                    faults.append(f"its tunnel is {' and '.join(states)}, expected {value}")
            elif name not in ("is", "with"):
                own = name in box.data or name == "ca_ends" or box.what.startswith("case.managers")
                found = [box.field(name)] if own else self._of_tunnels(box, name, wanted.get("with"))
                if not any(_agrees(one, value) for one in found):
                    told = ", ".join("not in evidence" if one is None else str(one)[:60] for one in found) or "not in evidence"
                    faults.append(f"its {name} is {told}, expected {value}")
        return faults

    def _own_tunnels(self, device: Box, manager: list[str] | None) -> list[dict[str, Any]]:
        names = {box.key: box.names for box in self.document.managers}
        mine = [one for one in self.document.tunnels if at(one, "device", where="case.tunnels[]") == device.key]
        if manager is None:
            return mine
        return [one for one in mine if any(has(names.get(at(one, "manager", where="case.tunnels[]"), []), each) for each in manager)]

    def _states(self, device: Box, manager: list[str] | None) -> list[str]:
        found = (known(at(one, "state", where="case.tunnels[]"), "case.tunnels[].state") for one in self._own_tunnels(device, manager))
        return sorted({str(one) if one else "unknown" for one in found}) or ["unknown"]

    def _of_tunnels(self, device: Box, name: str, manager: list[str] | None) -> list[Any]:
        tunnels = self._own_tunnels(device, manager)
        if not tunnels:
            return []
        return [known(at(one, name, where="case.tunnels[]"), f"case.tunnels[].{name}") for one in tunnels]

    def _findings(self) -> Iterator[str]:
        for wanted in self.expect.get("findings", ()):
            states = wanted.get("state_in", HOLDS)
            near = ""
            for finding in self.document.findings:
                rule, state = at(finding, "rule", where="findings[]"), at(finding, "state", where="findings[]")
                if not any(re.fullmatch(one, rule) for one in wanted["rule_in"]):
                    continue
                if "about" in wanted and not any(has(self.document.about(finding), one) for one in wanted["about"]):
                    near = near or f" ({rule} is {state} of {at(finding, 'subject_label', where='findings[]')[:60]})"
                    continue
                if state in states:
                    break
                near = f" ({rule} is {state})"
            else:
                about = f" about {'/'.join(wanted['about'])}" if "about" in wanted else ""
                yield f"findings: none of {'/'.join(wanted['rule_in'])}{about} is {' or '.join(states)}{near}"
        for unwanted in self.expect.get("findings_not", ()):
            for finding in self.document.findings:
                rule = at(finding, "rule", where="findings[]")
                if re.fullmatch(unwanted, rule) and at(finding, "state", where="findings[]") in HOLDS:
                    yield f"findings_not: {rule} about {at(finding, 'subject_label', where='findings[]')[:80]}"
                    break

    def _words(self) -> Iterator[str]:
        expect = self.expect
        if "says" in expect or "never_says" in expect:
            told = "\n".join((*(line for line in self._text.splitlines() if ASKING not in line), *self.document.sentences()))
            for pattern in expect.get("says", ()):
                if not re.search(pattern, told, re.IGNORECASE):
                    yield f"says: nowhere /{pattern}/: {self.run.first_line}"
            said = "\n".join((self._text, *self.document.sentences()))
            for pattern in expect.get("never_says", ()):
                found = re.search(pattern, said, re.IGNORECASE)
                if found:
                    yield f"never_says: /{pattern}/: {_around(said, found)}"
        for pattern in expect.get("prints", ()):
            if not re.search(pattern, self._text, re.IGNORECASE):
                yield f"prints: the terminal does not say /{pattern}/"
        if "commands_not" in expect:
            commands = list(self.document.commands())
            for pattern in expect["commands_not"]:
                found_in = next((one for one in commands if re.search(pattern, one, re.IGNORECASE)), None)
                if found_in is not None:
                    yield f"commands_not: /{pattern}/: {found_in[:120]}"
        if "asks" in expect or "asks_not" in expect:
            asks = [*self.document.asks(), *(line.strip() for line in self._text.splitlines() if ASKING in line)]
            for pattern in expect.get("asks", ()):
                if not any(re.search(pattern, one, re.IGNORECASE) for one in (*asks, self.run.first_line)):
                    yield f"asks: nothing asks for /{pattern}/"
            for pattern in expect.get("asks_not", ()):
                asked = next((one for one in asks if re.search(pattern, one, re.IGNORECASE)), None)
                if asked is not None:
                    yield f"asks_not: the input answers /{pattern}/, and still: {asked[:160]}"


def _agrees(found: Any, wanted: Any) -> bool:
    """Whether a value is the expected one: a moment by its day, a version also with its build behind it."""
    if isinstance(wanted, bool) or isinstance(found, bool) or found is None:
        return found is wanted
    told, meant = str(found).casefold(), str(wanted).casefold()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", meant):
        return told.startswith(meant)
    return told == meant or told.startswith((f"{meant}-", f"{meant} ", f"{meant}.("))


def _around(text: str, found: re.Match[str]) -> str:
    start = text.rfind("\n", 0, found.start()) + 1
    return text[max(start, found.start() - 60) : found.end() + 80].split("\n")[0].strip()
