"""``generate_certs.pl``: its terminal output and ``sfca_generation.log`` (field notes 3.1).

The log's own shape and the wording for an expired CA are not known: sentences are looked for anywhere in a line, dates anywhere in theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct, field

from analyzer.model.location import Evidence
from analyzer.model.outputs import GenerateCertsRun, moment_of_epoch
from analyzer.read.outputs.page import LINE_CHARACTERS, Page
from analyzer.read.outputs.times import ctime

_LITERALS = (
    "failed to push to ",
    "generate new certificates",
    "current ca_root",
    "sfca_generation",
    "generate_certs",
    "some files were failed",
)
_FAILED = re.compile(r"Failed to push to (.{1,200}?) = (/\S{1,400})")
_EPOCH = re.compile(r"/var/tmp/certs/(\d{1,19})/FAILED_PUSH")
_QUESTION = re.compile(r"Do you want to continue\s?\?\s{0,4}\[yes/no\]\s{0,4}:?\s{0,4}(\S{0,20})", re.IGNORECASE)
_OLD_CA = re.compile(r"ca_root\b.{0,80}\bexpire", re.IGNORECASE)
_WRAPPED_LINES = 12


class _Run(Struct):
    first: int
    last: int
    old_ca_not_after: datetime | None = None
    confirmed: bool | None = None
    finished: bool = False
    reported: bool = False
    epoch: int | None = None
    said: bool = False
    quote: str = ""
    failed: list[tuple[str, str, Evidence]] = field(default_factory=list)

    def fact(self, page: Page) -> GenerateCertsRun:
        return GenerateCertsRun(
            started=moment_of_epoch(self.epoch) if self.epoch is not None else None,
            old_ca_not_after=self.old_ca_not_after,
            confirmed=self.confirmed,
            finished=self.finished,
            failed=tuple(self.failed),
            failed_push_epoch=self.epoch,
            evidence=page.evidence(self.first, self.last, self.quote),
            host=page.host(self.first),
        )


def wanted(page: Page) -> bool:
    """A sentence of the script, or the name of its log."""
    return page.has(*_LITERALS) or "sfca_generation" in page.name


def recognise(page: Page) -> Iterator[GenerateCertsRun]:
    """The runs, in order. The time of a run is its FAILED_PUSH folder's."""
    run: _Run | None = None
    for index, line in enumerate(page.lines):
        if index in page.prompts:
            if run is not None and run.said:
                run.finished = run.finished or run.confirmed is not False
                yield run.fact(page)
            run = None
            continue
        text = line.text[:LINE_CHARACTERS]
        begins = "setting log file to" in text or (run is not None and run.said and "You are about to generate" in text)
        if begins or (run is not None and run.reported and "Failed to push to " in text):
            if run is not None and run.said:
                yield run.fact(page)
            run = None
        run = _take(page, run, index, text)
    if run is not None and run.said:
        yield run.fact(page)


def _take(page: Page, run: _Run | None, index: int, text: str) -> _Run | None:
    """The run with what one line adds to it; a run begins at the first line that belongs to one."""
    if "sfca_generation.log" in text and "setting log file" in text:
        return _Run(index, index, quote=text)
    question = _QUESTION.search(text)
    if question is not None and run is not None:
        run.confirmed, run.last, run.said = question[1].lower() in ("yes", "y"), index, True
    elif "You are about to generate new certificates" in text:
        run = run or _Run(index, index)
        run.said, run.quote, run.last = True, text, index
    elif _OLD_CA.search(text):
        run = run or _Run(index, index)
        run.said, run.last = True, index
        run.old_ca_not_after = ctime(_unwrapped(page, index, _ends_with_date)) or run.old_ca_not_after
        run.quote = run.quote if run.old_ca_not_after is None else text
    elif "Failed to push to " in text:
        run = run or _Run(index, index)
        _failed(page, run, index)
    elif "Some files were failed" in text:
        found = _EPOCH.search(_unwrapped(page, index, lambda joined: "FAILED_PUSH" in joined))
        run = run or _Run(index, index)
        run.said, run.finished, run.reported, run.last = True, True, True, index
        run.epoch = int(found[1]) if found is not None else run.epoch
    elif text.startswith("Scalars leaked") and run is not None:
        run.finished, run.last = True, index
    return run


def _failed(page: Page, run: _Run, index: int) -> None:
    joined = _unwrapped(page, index, lambda joined: joined.rstrip().endswith(".pem"))
    found = _FAILED.search(joined)
    if found is not None:
        run.failed.append((found[1].strip(), found[2], page.evidence(index, text=joined)))
        run.said, run.last = True, index
        run.quote = run.quote or joined


def _ends_with_date(joined: str) -> bool:
    return ctime(joined) is not None


def _unwrapped(page: Page, index: int, complete: Callable[[str], bool]) -> str:
    """A line, joined with those below while the sentence is not complete: the terminal may have wrapped it anywhere."""
    joined = page.lines[index].text[:LINE_CHARACTERS]
    for below in range(index + 1, min(len(page.lines), index + _WRAPPED_LINES)):
        text = page.lines[below].text
        if (
            complete(joined)
            or not text.strip()
            or below in page.prompts
            or text.startswith(("Failed to push", "Some files", "Do you want"))
        ):
            break
        joined += text[:LINE_CHARACTERS]
    return joined
