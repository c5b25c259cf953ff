"""Files in another order, the same bytes twice, and decoys never make a result less careful (`tests.careful.order` says what that is)."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from tests.careful.decoys import DECOYS
from tests.careful.order import careful, less_careful
from tests.worlds.world import AS_OF, World, draw

SOME = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
WORLDS = st.integers(min_value=0, max_value=5_000).map(draw)


def result_of(paths: Sequence[Path]) -> Result:
    return analyze(paths, Options(as_of=AS_OF, as_of_source="--as-of"))


def written(world: World, folder: Path, below: str = "given") -> list[Path]:
    """The files of a world, and each file or folder that somebody would name on the command line."""
    root = folder / below
    root.mkdir(parents=True, exist_ok=True)
    world.write(root)
    return sorted(root.iterdir())


@SOME
@given(world=WORLDS, data=st.data())
def test_the_order_of_the_files_changes_nothing(world: World, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        paths = written(world, Path(name))
        shuffled = data.draw(st.permutations(paths))

        assert careful(result_of(shuffled)) == careful(result_of(paths))


@SOME
@given(world=WORLDS)
def test_the_same_bytes_twice_change_nothing_for_the_worse(world: World) -> None:
    with tempfile.TemporaryDirectory() as name:
        paths = written(world, Path(name))
        once = careful(result_of(paths))
        again = written(world, Path(name), "attached again")

        assert less_careful(careful(result_of([*paths, *again])), once) == []


@pytest.mark.parametrize("decoy", DECOYS)
@settings(SOME, max_examples=4)
@given(world=WORLDS)
def test_a_decoy_beside_the_evidence_changes_nothing_for_the_worse(world: World, decoy: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        paths = written(world, Path(name))
        alone = careful(result_of(paths))
        for file, data in DECOYS[decoy].items():
            path = Path(name) / "decoy" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

        assert less_careful(careful(result_of([*paths, Path(name) / "decoy"])), alone) == []
