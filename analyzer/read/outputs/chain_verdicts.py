"""``openssl verify``, and the verdicts that ``openssl s_client`` prints of a chain that a peer shows.

``s_client`` without a trust file calls every chain untrusted (codes 18 to 21): those verdicts say nothing, and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from analyzer.model.certificate import ChainVerdict
from analyzer.read.outputs.certificate_text import end_of
from analyzer.read.outputs.name_text import slash_form
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.typed import Output, outputs, typed_above

_ERROR = re.compile(r"(?:.{0,200}: )?error (\d{1,3}) at (\d{1,2}) depth lookup ?: ?(\S.{0,120})")
_OK = re.compile(r"([\w./@+-]{1,300}\.(?:pem|crt|cer)): OK", re.IGNORECASE)
_CLIENT_ERROR = re.compile(r"verify error:num=(\d{1,3}):(\S.{0,120})")
_CLIENT_RESULT = re.compile(r"Verify return code: (\d{1,3}) \((.{1,120})\)")
_DEPTH = re.compile(r"depth=(\d{1,2})[ \t]{1,3}(\S.{0,1000})")
_WITHOUT_TRUST = frozenset((2, 18, 19, 20, 21))
"""Codes that only say that no trust anchor was given."""

_TRUST_OPTIONS = ("-CAfile", "-CApath", "-trusted")


class _Run(Struct):
    """One command's output: what it was asked of."""

    leaf: str
    ca: str
    shown_by: str
    trusts: bool
    files: tuple[str, ...] = ()


def wanted(page: Page) -> bool:
    """A word of either command's verdicts."""
    return page.has("depth lookup", "verify error:num=", "verify return code") or (page.has("openssl verify") and page.has(": ok"))


def recognise(page: Page) -> Iterator[ChainVerdict]:
    """One fact per error, and per file that verifies."""
    for output in outputs(page):
        yield from _of_output(page, output)


def _of_output(page: Page, output: Output) -> Iterator[ChainVerdict]:
    depth, subject = None, ""
    said: set[int] = set()
    for index in range(output.first, output.end):
        text = page.lines[index].text[:1_200].strip()
        if (at := _DEPTH.match(text)) is not None:
            depth, subject = int(at[1]), slash_form(at[2])
        elif (error := _ERROR.fullmatch(text)) is not None:
            run = _run(page, output, index, "verify")
            yield ChainVerdict(
                int(error[1]), error[3], int(error[2]), _subject_above(page, output, index), run.leaf, run.ca, "", page.evidence(index)
            )
        elif (fine := _OK.fullmatch(text)) is not None:
            run = _run(page, output, index, "verify")
            if fine[1] in run.files:
                yield ChainVerdict(0, "OK", None, "", run.leaf, run.ca, "", page.evidence(index))
        elif (error := _CLIENT_ERROR.match(text) or _CLIENT_RESULT.match(text)) is not None:
            run = _run(page, output, index, "s_client")
            code, of_all = int(error[1]), error.re is _CLIENT_RESULT
            if code in said or (of_all and (code == 0 or said)) or (code in _WITHOUT_TRUST and not run.trusts):
                continue
            said.add(code)
            yield ChainVerdict(
                code, error[2], None if of_all else depth, "" if of_all else subject, "", run.ca, run.shown_by, page.evidence(index)
            )


def _run(page: Page, output: Output, index: int, kind: str) -> _Run:
    typed = list(output.commands) if output.at is not None else typed_above(page, index, output.first)
    command = next((one for one in typed if one.program == "openssl" and one.arguments[:1] == (kind,)), None)
    if command is None:
        return _Run("", "", "", trusts=False)
    trusted = next((command.option(option) for option in _TRUST_OPTIONS if command.option(option)), "")
    leaf = command.path(command.arguments[-1]) if kind == "verify" and len(command.arguments) > 1 else ""
    shown_by = end_of(command, page.port) if kind == "s_client" else ""
    return _Run(leaf, command.path(trusted), shown_by, bool(trusted), command.arguments)


def _subject_above(page: Page, output: Output, index: int) -> str:
    """The certificate that an error of ``openssl verify`` is about: its name stands above, from 1.1 on alone, before behind the file."""
    if index <= output.first:
        return ""
    above = page.lines[index - 1].text[:1_200].strip()
    return slash_form(above) or slash_form(above.partition(": ")[2])
