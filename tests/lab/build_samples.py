"""Rebuilds ``samples/``: ``python -m tests.lab.build_samples [--to DIR] [--keep-captures] [name ...]``.

Bundles, certificates and logs come out byte for byte the same each time. Captures do not: they are taken anew from real connections,
which need network namespaces and tcpdump, so the command wants root.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.lab import stories
from tests.lab.catalogue import write_table
from tests.lab.stage import Stage
from tests.lab.story import Story
from tests.lab.wire import missing

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def tell_all(stage: Stage, wanted: Sequence[str] = ()) -> Iterator[Story]:
    """The stories in order; ``wanted`` are numbers or beginnings of names, none means all."""
    for module in sorted(pkgutil.iter_modules(stories.__path__), key=lambda m: m.name):
        number = module.name[1:3]
        if not wanted or any(w.startswith(number) for w in wanted):
            yield importlib.import_module(f"{stories.__name__}.{module.name}").tell(stage)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build; 2 if captures cannot be made here."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.lab.build_samples", description="Rebuild the samples from the simulated appliances."
    )
    parser.add_argument("names", nargs="*", help="samples to rebuild, by number or name; all if none is given")
    parser.add_argument("--to", type=Path, default=SAMPLES, help="folder to write to (default: samples/)")
    parser.add_argument("--keep-captures", action="store_true", help="take over the captures of the last build instead of taking new ones")
    chosen = parser.parse_args(arguments)
    if not chosen.keep_captures and (why := missing()):
        print(f"Captures cannot be taken here: {why}. As root it works; --keep-captures rebuilds all the rest.", file=sys.stderr)
        return 2
    for story in tell_all(Stage(not chosen.keep_captures, SAMPLES), chosen.names):
        story.write(chosen.to)
        print(f"{story.name}: {len(story.evidence)} files of evidence, {sum(map(len, story.evidence.values())):,} bytes")
    write_table(SAMPLES / "README.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
