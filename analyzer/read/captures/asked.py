"""tshark, asked about one capture while that is still being walked.

The frames that the survey understands go into one small capture, which a tshark reads as it grows: what it takes to start and to dissect
is over soon after the walk is. The frames that only tshark may understand go into another, which a tshark of its own reads in the end,
and tells the addresses of.

The rule for starting it: for the first ``tshark_starts`` captures of a run in which a connection to the port carries data, since the
embedded reader finds the same; and for those with frames that are unclear, up to ``tshark_needed_starts``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Self

from analyzer.read.captures import embedded
from analyzer.read.captures.dissection import Conversation, Dissection, embedded_reader
from analyzer.read.captures.flows import FlowTable
from analyzer.read.captures.reduced import ReducedCapture
from analyzer.read.captures.survey import Needed, Survey
from analyzer.read.captures.translate import Translation, place_unclear
from analyzer.read.captures.tshark import Answer, TsharkFailed, TsharkRun
from analyzer.read.context import ReadContext
from analyzer.texts import _


class Asked:
    """Takes the frames that a dissector needs, in order; afterwards gives the `dissection`. A context: leaving it ends what was started."""

    def __init__(self, program: Path, survey: Survey, context: ReadContext) -> None:
        self._program = program
        self._survey = survey
        self._context = context
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._known: ReducedCapture | None = None
        self._unclear: ReducedCapture | None = None
        self._run: TsharkRun | None = None
        self._started = False
        self._refused = False
        self._failure: TsharkFailed | None = None

    def add(self, needed: Needed) -> None:
        """One more frame. Raises nothing: what goes wrong makes the embedded reader take over."""
        if self._failure:
            return
        try:
            if needed.unclear:
                self._unclear = self._unclear or self._open("unclear")
                self._unclear.add(needed)
            elif self._started or self._context.starts.chosen < self._context.limits.tshark_starts:
                self._known = self._known or self._open("known")
                self._known.add(needed)
                if self._known.failure:
                    raise TsharkFailed(self._known.failure, limited=self._known.limited)
                self._start(needed)
            else:
                self._refused = True
        except TsharkFailed as error:
            self._failure = error

    def dissection(self) -> Dissection:
        """What tshark says, or the embedded reader when it cannot be asked."""
        survey = self._survey
        if not survey.unclear and not any(flow.has_payload for flow in survey.table):
            why = _("no connection carries data") if survey.table.flows else _("no packet concerns the port")
            return Dissection(_("none needed"), why, [(flow, []) for flow in survey.table])
        if not self._failure and not self._started and not survey.unclear:
            return embedded_reader(survey, self._no_starts_left() if self._refused else _("no connection carries TLS for tshark to read"))
        try:
            if self._failure:
                raise self._failure
            return self._tell()
        except TsharkFailed as error:
            return embedded_reader(survey, str(error), limited=error.limited)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._run is not None:
            self._run.close()
        for reduced in (self._known, self._unclear):
            if reduced is not None:
                reduced.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _open(self, name: str) -> ReducedCapture:
        try:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="sftunnel-capture-", dir=self._context.temp_dir)
            folder = Path(self._folder.name).resolve() / name
            folder.mkdir(mode=0o700)
            return ReducedCapture(folder / "reduced.pcapng", self._context.limits.reduced_bytes)
        except OSError as error:
            raise TsharkFailed(_("no folder for temporary files ({error})").format(error=error.strerror)) from error

    def _start(self, needed: Needed) -> None:
        """Start tshark at the first frame that carries data of a connection, or completes some."""
        if self._started or self._known is None or needed.flow is None or not self._survey.table.flows[needed.flow].has_payload:
            return
        self._context.starts.chosen += 1
        self._started = True
        self._run = TsharkRun(self._program, self._known.path, self._survey.port, self._context.limits)

    def _tell(self) -> Dissection:
        survey = self._survey
        known, found = Translation(survey.table), FlowTable(survey.port, survey.limits)
        answers: list[Answer] = []
        if self._run is not None and self._known is not None:
            answer = _answer(self._run, self._known)
            answers.append(answer)
            for frame in answer.frames:
                original = self._known.original(frame.frame)
                if original is not None and original.flow is not None and original.sender is not None:
                    known.add(frame.records, original.flow, original.sender, original.number)
        new = self._tell_unclear(found, answers)
        left_out = len(known.missing()) + len(new.missing())
        if self._started and left_out and left_out == known.speaking() + new.speaking():
            raise TsharkFailed(_("tshark showed no connection's TLS records in full"))
        conversations: list[Conversation] = []
        for table, translation in ((survey.table, known), (found, new)):
            missing = translation.missing()
            for index, flow in enumerate(table):
                conversations.append((flow, embedded.dissect(flow) if index in missing else translation.events(index)))
        note = ""
        if not self._started and known.speaking():
            note = _("{why}: the embedded reader read the other connections").format(why=self._no_starts_left())
        elif left_out:
            note = _("tshark did not show every record of {n} connections: the embedded reader read those").format(n=left_out)
        return Dissection(answers[0].dissector, note, conversations, found=found)

    def _tell_unclear(self, found: FlowTable, answers: list[Answer]) -> Translation:
        """Ask about the unclear frames; connections that they turn out to be of go into ``found``."""
        if self._unclear is None:
            return Translation(found)
        limits, starts = self._context.limits, self._context.starts
        if starts.needed >= limits.tshark_needed_starts:
            told = _("tshark was started for {n} captures of this run that only it understands (limit tshark_needed_starts)")
            raise TsharkFailed(told.format(n=limits.tshark_needed_starts), limited=True)
        starts.needed += 1
        with TsharkRun(self._program, self._unclear.path, self._survey.port, limits, addresses=True) as run:
            answer = _answer(run, self._unclear)
        answers.append(answer)
        said = list(answer.frames)
        places = place_unclear(said, self._unclear.frames, found)
        new = Translation(found)
        for frame in said:
            original = self._unclear.original(frame.frame)
            if original is not None and frame.frame in places:
                new.add(frame.records, places[frame.frame].flow, places[frame.frame].sender, original.number)
        self._survey.kept += len(places)
        return new

    def _no_starts_left(self) -> str:
        told = _("tshark is started for {n} captures of a run (limit tshark_starts), and for those with packets that only it knows")
        return told.format(n=self._context.limits.tshark_starts)


def _answer(run: TsharkRun, reduced: ReducedCapture) -> Answer:
    reduced.close()
    if reduced.failure:
        raise TsharkFailed(reduced.failure, limited=reduced.limited)
    return run.answer()
