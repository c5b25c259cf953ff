"""In random worlds, of which any part is given in any files, no conclusion is false and no command can do harm."""

from __future__ import annotations

import pytest

from tests.slices import is_whole
from tests.worlds.running import run

HERE, ALL, GROUPS = 80, 2_000, 8


@pytest.mark.parametrize("group", range(GROUPS))
def test_what_is_concluded_of_a_world_is_true_of_it(group: int) -> None:
    """A fixed slice of the worlds here, many more in `make test-all`."""
    last = ALL if is_whole() else HERE
    faults = {number: found for number in range(group, last, GROUPS) if (found := run(number)[1])}

    assert faults == {}
