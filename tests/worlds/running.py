"""One world through the program, as a user runs it."""

from __future__ import annotations

import json
import tempfile
from contextlib import chdir
from pathlib import Path

from typer.testing import CliRunner

from analyzer.cli.app import app
from tests.evidence.document import Document
from tests.worlds.invariants import broken
from tests.worlds.world import draw


def run(number: int) -> tuple[int, list[str]]:
    """The exit code for the world of that number, and what is not as it must be."""
    world = draw(number)
    with tempfile.TemporaryDirectory(prefix="world-") as place:
        world.write(Path(place) / "in")
        with chdir(place):
            arguments = ["analyze", "in/", "--lang", "en", "-o", "r.html", "--json", "r.json", "--as-of", "2026-11-23", "--no-tshark"]
            ended = CliRunner().invoke(app, arguments, env={"NO_COLOR": "1", "LANG": "C.UTF-8"})
            written = Path("r.json")
            document = Document(json.loads(written.read_text("utf-8")) if written.exists() else None)
    return ended.exit_code, list(broken(world, ended.exit_code, document))
