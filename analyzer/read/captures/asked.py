"""tshark, asked about one capture while that is still being walked.

The frames that the survey understands go to one tshark as they are found: what it takes to start and to dissect is over soon after the walk
is. The frames that only tshark may understand go to another, which tells the addresses as well. Neither they nor the answers are written to
a disk.

The rule for starting it: for the first ``tshark_starts`` captures of a run in which a connection to the port carries something to read,
since the embedded reader finds the same; and for those with frames that are unclear, up to ``tshark_needed_starts``.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Self

from analyzer.model.limits import Limits
from analyzer.read.captures import embedded
from analyzer.read.captures.answer import Answer, TsharkFailed
from analyzer.read.captures.dissection import Conversation, Dissection, embedded_reader
from analyzer.read.captures.flows import FlowTable
from analyzer.read.captures.reduced import ReducedCapture
from analyzer.read.captures.survey import Needed, Survey
from analyzer.read.captures.translate import Translation, place_unclear
from analyzer.read.captures.tshark import TsharkRun
from analyzer.read.context import ReadContext, Starts
from analyzer.texts import _

_PIECE_BYTES = 32 << 10


class _Question:
    """The frames for one tshark, handed over in pieces once that is started."""

    def __init__(self, limits: Limits) -> None:
        self.capture = ReducedCapture(limits.reduced_bytes)
        self.run: TsharkRun | None = None
        self._limits = limits

    def add(self, needed: Needed) -> None:
        """One more frame. Raises `TsharkFailed` when there are too many."""
        self.capture.add(needed)
        if self.capture.full:
            told = _("the connections to the port have more than {size:,} bytes (limit reduced_bytes)")
            raise TsharkFailed(told.format(size=self._limits.reduced_bytes), limited=True)
        if self.run is not None and self.capture.waiting >= _PIECE_BYTES:
            self.run.feed(self.capture.take())

    def answer(self, run: TsharkRun, starts: Starts) -> Answer:
        """Hands over the rest, and waits, which counts for the whole run. Raises `TsharkFailed`."""
        run.feed(self.capture.take())
        began = time.monotonic()
        try:
            return run.answer(max(0.0, self._limits.tshark_run_seconds - starts.waited))
        finally:
            starts.waited += time.monotonic() - began


class Asked:
    """Takes the frames that a dissector needs, in order; afterwards gives the `dissection`. A context: leaving it ends what was started."""

    def __init__(self, program: Path, survey: Survey, context: ReadContext) -> None:
        self._program = program
        self._survey = survey
        self._context = context
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._known = _Question(context.limits)
        self._unclear = _Question(context.limits)
        self._refused = False
        self._failure: TsharkFailed | None = None

    def add(self, needed: Needed) -> None:
        """One more frame. Raises nothing: what goes wrong makes the embedded reader take over."""
        if self._failure:
            return
        try:
            if needed.unclear:
                self._start_unclear()
                self._unclear.add(needed)
            elif self._known.run is not None or self._context.starts.chosen < self._context.limits.tshark_starts:
                self._known.add(needed)
                self._start_known(needed)
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
        if not self._failure and self._known.run is None and not survey.unclear:
            return embedded_reader(survey, self._no_starts_left() if self._refused else _("no connection carries TLS for tshark to read"))
        try:
            if self._failure:
                raise self._failure
            return self._tell()
        except TsharkFailed as error:
            return embedded_reader(survey, str(error), error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for question in (self._known, self._unclear):
            if question.run is not None:
                question.run.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _start_known(self, needed: Needed) -> None:
        """At the first frame of a connection that carries something to read, or completes it."""
        if self._known.run is None and needed.flow is not None and self._survey.table.flows[needed.flow].readable:
            self._context.starts.chosen += 1
            self._known.run = self._started("known", addresses=False)

    def _start_unclear(self) -> None:
        limits, starts = self._context.limits, self._context.starts
        if self._unclear.run is not None:
            return
        if starts.needed >= limits.tshark_needed_starts:
            told = _("tshark was started for {n} captures of this run that only it understands (limit tshark_needed_starts)")
            raise TsharkFailed(told.format(n=limits.tshark_needed_starts), limited=True)
        starts.needed += 1
        self._unclear.run = self._started("unclear", addresses=True)

    def _started(self, name: str, *, addresses: bool) -> TsharkRun:
        """tshark in a folder of its own. Raises `TsharkFailed`."""
        try:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(
                    prefix="sftunnel-capture-",
                    dir=self._context.temp_dir,
                    ignore_cleanup_errors=True,  # on Windows a folder in which a tshark still ends cannot be removed
                )
            folder = Path(self._folder.name).resolve() / name
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise TsharkFailed(_("no folder for temporary files ({error})").format(error=error.strerror)) from error
        return TsharkRun(self._program, folder, self._survey.port, self._context.limits, addresses=addresses)

    def _tell(self) -> Dissection:
        survey = self._survey
        known, found = Translation(survey.table), FlowTable(survey.port, survey.limits)
        answers: list[Answer] = []
        if self._known.run is not None:
            answer = self._known.answer(self._known.run, self._context.starts)
            answers.append(answer)
            for frame in answer.frames:
                original = self._known.capture.original(frame.frame)
                if original is not None and original.flow is not None and original.sender is not None:
                    known.add(frame.records, original.flow, original.sender, original.number)
        new = self._tell_unclear(found, answers)
        told = [(table, translation, translation.missing()) for table, translation in ((survey.table, known), (found, new))]
        left_out = sum(len(missing) for _, _, missing in told)
        if self._known.run is not None and left_out and left_out == known.speaking() + new.speaking():
            raise TsharkFailed(_("tshark showed no connection's TLS records in full"))
        conversations: list[Conversation] = []
        for table, translation, missing in told:
            for index, flow in enumerate(table):
                conversations.append((flow, embedded.dissect(flow) if index in missing else translation.events(index)))
        note = ""
        if self._known.run is None and known.speaking():
            note = _("{why}: the embedded reader read the other connections").format(why=self._no_starts_left())
        elif left_out:
            note = _("tshark did not show every record of {n} connections: the embedded reader read those").format(n=left_out)
        return Dissection(answers[0].dissector, note, conversations, found=found)

    def _tell_unclear(self, found: FlowTable, answers: list[Answer]) -> Translation:
        """Ask about the unclear frames; connections that they turn out to be of go into ``found``."""
        if self._unclear.run is None:
            return Translation(found)
        answer = self._unclear.answer(self._unclear.run, self._context.starts)
        answers.append(answer)
        said = list(answer.frames)
        places = place_unclear(said, self._unclear.capture.frames, found)
        new = Translation(found)
        for frame in said:
            original = self._unclear.capture.original(frame.frame)
            if original is not None and frame.frame in places:
                new.add(frame.records, places[frame.frame].flow, places[frame.frame].sender, original.number)
        self._survey.kept += len(places)
        return new

    def _no_starts_left(self) -> str:
        told = _("tshark is started for {n} captures of a run (limit tshark_starts), and for those with packets that only it knows")
        return told.format(n=self._context.limits.tshark_starts)
