"""What people read where there is no report: why nothing of the inputs could be used, the same on the command line and in the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from analyzer.model.result import Result
from analyzer.report.neutralise import neutralise
from analyzer.report.wording import listed
from analyzer.texts import _, ngettext

_NAMED = 5
_DAMAGES_NAMED = 20
"""Places that could not be read and are named where there is nothing else to say: an archive can have a million."""


def why_nothing(result: Result, paths: Sequence[str]) -> tuple[list[str], str]:
    """The lines about single files, and the sentence that ends the run. ``paths`` are the inputs as given."""
    lines = [neutralise(line) for line in _of_files(result, paths)]
    if not result.members and result.incomplete:
        return lines, _("No input could be read, for the reasons above. No report was written.")
    given = listed(paths[:_NAMED])
    if len(paths) > _NAMED:
        given = _("{places} and {number} more").format(places=given, number=len(paths) - _NAMED)
    files = ngettext("{n} file", "{n} files", result.members).format(n=result.members) if result.members else _("no file")
    told = _(
        "{given}: {files} read, without any evidence of an sftunnel. Provide a troubleshoot bundle, messages or "
        "comms.log, a capture of TCP 8305, or certificate files. No report was written."
    )
    return lines, told.format(given=given, files=files)


def _of_files(result: Result, paths: Sequence[str]) -> Iterator[str]:
    for damage in result.incomplete[:_DAMAGES_NAMED]:
        yield _("could not read {place}: {why}").format(place=damage.location, why=damage.reason)
    if len(result.incomplete) > _DAMAGES_NAMED:
        yield _("and {number:,} more").format(number=len(result.incomplete) - _DAMAGES_NAMED)
    for notice in result.case.notices:  # its own reports, for example, which are no evidence
        yield notice.text
    yield from _seeming(result, paths)


def _seeming(result: Result, paths: Sequence[str]) -> Iterator[str]:
    """For the first files as given: what each seems to be. Of those that were not read that is said already.

    Below a folder an artifact is named from that folder on.
    """
    from analyzer.read.seems import HEAD_BYTES, seems

    said = {damage.location.artifact for damage in result.incomplete}
    for artifact in result.artifacts[:_NAMED]:
        if artifact.path in said:
            continue
        places = (Path(artifact.path), *(Path(path).absolute().parent / artifact.path for path in paths))
        place = next((place for place in places if place.is_file()), None)
        if place is None:
            continue  # standard input: it was read once
        try:
            with place.open("rb") as file:
                what = seems(file.read(HEAD_BYTES))
        except OSError:  # gone, or closed to us, since it was read
            continue
        yield _("{file} seems to be {what}").format(file=artifact.path, what=what)
