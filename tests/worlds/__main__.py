"""``python -m tests.worlds FIRST LAST [FOLDER]``: what is not as it must be in these worlds. FOLDER: write the files of FIRST there."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.worlds.running import run
from tests.worlds.world import draw

if __name__ == "__main__":
    first, last = int(sys.argv[1]), int(sys.argv[2])
    if len(sys.argv) > 3:
        draw(first).write(Path(sys.argv[3]))
    with ProcessPoolExecutor(2) as pool:
        ended: Counter[int] = Counter()
        wrong = 0
        for number, (code, faults) in zip(range(first, last), pool.map(run, range(first, last), chunksize=4), strict=True):
            ended[code] += 1
            wrong += bool(faults)
            for fault in faults:
                print(f"{number}: {fault}")
    print(f"{last - first} worlds, {wrong} with a fault; exit codes {dict(sorted(ended.items()))}")
