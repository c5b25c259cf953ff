"""The texts of every sample in every container that people send: the same exit code and the same situations, or 4 and what it is.

A text that lies in a folder of an appliance's own tree is what it is by its name and place; only those that a person gave are wrapped.
"""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from analyzer.cli.exit_codes import ExitCode, exit_code
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from tests.builders.cases import utc
from tests.collect.wrappings import WRAPPINGS
from tests.samples.test_samples import SAMPLES, expected
from tests.slices import paired

TEXTS = sorted(path for path in SAMPLES.glob("*/evidence/**/*.txt") if path.parent.name in ("evidence", "ftd-lima", "ftd-seoul"))


def label(path: Path) -> str:
    return "/".join((path.relative_to(SAMPLES).parts[0], path.name))


def analyzed(folder: Path, name: str) -> Result:
    day = utc(str(expected(name)["as_of"])).replace(hour=23, minute=59, second=59)
    return analyze([folder], Options(as_of=day, as_of_source="--as-of"))


def told(result: Result) -> tuple[ExitCode, list[tuple[str, str]]]:
    """The exit code, and each appliance with its situation. One that is named after its file only is named after another here."""
    plans = (*result.plan.managers, *result.plan.devices)
    return exit_code(result), sorted((re.sub(r"evidence/\S+", "FILE", plan.label), plan.situation.value) for plan in plans)


@cache
def plain(name: str) -> tuple[ExitCode, list[tuple[str, str]]]:
    return told(analyzed(SAMPLES / name / "evidence", name))


@pytest.mark.parametrize(
    ("wrapping", "text"), paired(WRAPPINGS, TEXTS), ids=lambda value: value if isinstance(value, str) else label(value)
)
def test_the_same_text_in_a_container_gives_the_same_conclusion(wrapping: str, text: Path, tmp_path: Path) -> None:
    name = text.relative_to(SAMPLES).parts[0]
    ending, wrap = WRAPPINGS[wrapping]
    folder = tmp_path / "evidence"
    shutil.copytree(SAMPLES / name / "evidence", folder)
    given = folder / text.relative_to(SAMPLES / name / "evidence")
    given.with_name(f"{given.stem}{ending}.tmp").write_bytes(wrap(given.read_text(encoding="utf-8")))
    given.unlink()
    given.with_name(f"{given.stem}{ending}.tmp").rename(given.with_suffix(ending))

    result = analyzed(folder, name)

    if exit_code(result) is ExitCode.INCOMPLETE:
        assert any(damage.location.artifact.endswith(given.with_suffix(ending).name) for damage in result.incomplete)
    else:
        assert told(result) == plain(name)
