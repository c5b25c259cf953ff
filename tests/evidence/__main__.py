"""``make recall``: every case of the corpus, and the score by kind as it stands in docs/recall.md.

python -m tests.evidence [REGEX] [-v]           prints what fails; without REGEX it also writes docs/recall.md
python -m tests.evidence [REGEX] --variants     what passes as it is and fails in another shape that says the same
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.evidence.running import Verdict, folders, judge
from tests.evidence.variants import VARIANTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "recall.md"
HEAD = """# What the program concludes from evidence as people send it

`make recall` writes this page. The cases are in `tests/evidence/cases/`; [their README](../tests/evidence/README.md) says what they are
and what they demand. A case passes when every demand of its `expect.json` is met. A case is *dangerous* when failing it can mean a false
all-clear, a device that vanishes, swapped roles, or commands for the wrong appliance.

"""


def table(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Kind by kind, passed of all; the dangerous ones; all of them."""
    yield f"{'kind':<14}{'passed':>8}{'all':>6}"

    def line(name: str, chosen: Callable[[Verdict], bool]) -> str:
        these = [one for one in verdicts if chosen(one)]
        passed = sum(one.passed for one in these)
        share = f"{100 * passed / len(these):>6.0f} %" if these else ""
        return f"{name:<14}{passed:>8}{len(these):>6}{share}"

    for kind in sorted({one.kind for one in verdicts}):
        yield line(kind, lambda one, kind=kind: one.kind == kind)  # type: ignore[misc]
    yield line("dangerous", lambda one: one.danger)
    yield line("total", lambda one: True)


def tell(verdict: Verdict, *, verbose: bool) -> None:
    """Print why a case fails."""
    shape = f" [{verdict.variant}]" if verdict.variant else ""
    print(f"{'DANGER' if verdict.danger and not verdict.unread else 'FAIL':<7}{verdict.name}{shape}: {verdict.unmet[0]}")
    if verbose:
        print(*(f"       also: {text}" for text in verdict.unmet[1:]), f"       why: {verdict.why}", sep="\n")
        print(*(f"       | {text}" for text in verdict.said.splitlines()), sep="\n")


def main(arguments: Sequence[str]) -> int:
    """The command line."""
    verbose = "-v" in arguments
    pattern = next((one for one in arguments if not one.startswith("-")), "")
    with ProcessPoolExecutor(2) as pool:
        verdicts = [one for one in pool.map(judge, folders(pattern), chunksize=4) if one is not None]
        if "--variants" in arguments:
            good = {one.name for one in verdicts if one.passed}
            jobs = [(folder, variant) for variant in VARIANTS for folder in folders(pattern) if folder.name in good]
            changed = [one for one in pool.map(judge, *zip(*jobs, strict=True), chunksize=4) if one is not None] if jobs else []
            for one in changed:
                if not one.passed:
                    tell(one, verbose=verbose)
            failed = Counter(one.variant for one in changed if not one.passed)
            for variant, count in Counter(one.variant for one in changed).items():
                print(f"{variant:<16}{count - failed[variant]:>5} of {count}")
            return 0
    for one in verdicts:
        if not one.passed:
            tell(one, verbose=verbose)
    print(*table(verdicts), sep="\n")
    if not pattern:
        PAGE.write_text(HEAD + "```\n" + "\n".join(table(verdicts)) + "\n```\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
