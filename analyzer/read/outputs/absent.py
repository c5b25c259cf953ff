"""Files that a command did not find, and the renewal script where a command names it without a listing (``ls``, ``which``, ``find``)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from analyzer.model.outputs import AbsentFile, ListedFile
from analyzer.model.passage import Shell
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.typed import Output, outputs

SCRIPT = "/usr/local/sf/bin/generate_certs.pl"

_MISSING = re.compile(
    r"(?:-?bash: |sh: |sudo: )?(?:line \d{1,6}: )?(?:[a-z]{2,12}: )?"
    r"(?:cannot (?:access|stat|open|read)|can't open|Error opening Certificate)?[ \t]{0,2}"
    r"[\"'\u2018`]?(/?[\w./@+*-]{1,400}?)[\"'\u2019]?"
    r"(?: for reading)?(?:, | ?: )(?:No such file or directory|command not found)",
    re.IGNORECASE,
)
_NOT_IN_PATH = re.compile(r"(?:which: |/usr/bin/which: )no (generate_certs\.pl) in \(")
_OURS = re.compile(r"sftunnel|cacert|\.pem$|FAILED_PUSH|generate_certs|/var/sf/peers|/etc/sf/|vdb\.conf|patch_history")
_SCRIPT_LINE = re.compile(r"(/\S{1,200}/generate_certs\.pl)[ \t]{0,8}")
_FINDERS = ("ls", "which", "find", "whereis", "type", "command")


def wanted(page: Page) -> bool:
    """The words of an error, or the name of the script."""
    return page.has("no such file", "not found", "generate_certs.pl")


def recognise(page: Page) -> Iterator[AbsentFile | ListedFile]:
    """One fact per file of the tunnel that is not there, and one where the script is."""
    before: Output | None = None
    for output in outputs(page):
        if output.at is not None and before is not None and any(True for _ in before.ran(*_FINDERS)):
            # Alone on its line a path looks like a command.
            alone = _SCRIPT_LINE.fullmatch(page.lines[output.at].text.strip())
            if alone is not None and page.prompts[output.at].shell is Shell.NONE:
                yield ListedFile(SCRIPT.rpartition("/")[2], "", "", "", "", alone[1].rpartition("/")[0], page.evidence(output.at))
        before = output
        for index in range(output.first, output.end):
            text = page.lines[index].text[:700].strip()
            missing = _MISSING.match(text) or _NOT_IN_PATH.match(text)
            if missing is not None:
                path = _whole(missing[1], output)
                if _OURS.search(path) and "*" not in path:
                    yield AbsentFile(path, page.evidence(index))
            elif (
                output.at is not None and (script := _SCRIPT_LINE.fullmatch(text)) is not None and any(True for _ in output.ran(*_FINDERS))
            ):
                folder, _, name = script[1].rpartition("/")
                yield ListedFile(name, "", "", "", "", folder, page.evidence(index), page.host(index))


def _whole(written: str, output: Output) -> str:
    """The absolute path. The script is looked for by its name alone."""
    name = posixpath.basename(written)
    if name == "generate_certs.pl" and "/" not in written:
        return SCRIPT
    if name.startswith("generate_cert") and "*" in name:
        return posixpath.join(posixpath.dirname(written), "generate_certs.pl")
    if written.startswith("/") or not output.commands:
        return written
    return output.commands[-1].path(written) or written
