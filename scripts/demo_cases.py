"""``python scripts/demo_cases.py FOLDER``: 60 cases for `make demo-triage`, made of the samples, as uploads of a team look.

Each sample is a case; others hold only one file of a sample, one is an upload that broke off, one is empty, one was sent twice.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "samples"
CASES = 60
_CUSTOMERS = ("Globex", "Initech", "Umbrella", "Hooli", "Stark")
_OWNERS = ("kim", "lee", "park")
_ACCEPTED = """\
accepted:
  - finding: internal-ca-expired
    until: 2026-12-01
    reason: The change window is on 30 November.
    owner: kim
"""


def main() -> None:
    """Write the cases anew."""
    folder = Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    made: list[Path] = []
    samples = sorted(path for path in SAMPLES.iterdir() if (path / "evidence").is_dir())
    for sample in samples:
        shutil.copytree(sample / "evidence", _place(folder, made))
    files = [path for sample in samples for path in sorted((sample / "evidence").rglob("*")) if path.is_file()]
    several = [path for path in files if sum(other.is_relative_to(path.parent) for other in files) > 1]
    for path in several[:: max(1, len(several) // 64)]:
        if len(made) == CASES - 3:
            break
        shutil.copy2(path, _empty(folder, made))
    bundle = next(path for path in files if path.suffix == ".gz")
    (_empty(folder, made) / bundle.name).write_bytes(bundle.read_bytes()[: bundle.stat().st_size // 3])
    _empty(folder, made)
    shutil.copytree(made[0], _place(folder, made))
    (made[-1] / "case.yaml").unlink(missing_ok=True)
    for number, case in enumerate(made[:-3]):
        about = f"sr: {case.name}\ncustomer: {_CUSTOMERS[number % 5]}\nowner: {_OWNERS[number % 3]}\n"
        (case / "case.yaml").write_text(about, encoding="utf-8")
    facts = folder / ".facts"
    facts.mkdir()
    (facts / f"{made[2].name}.yaml").write_text(_ACCEPTED, encoding="utf-8")
    print(f"{len(made)} cases in {folder}")


def _place(folder: Path, made: list[Path]) -> Path:
    made.append(folder / f"6990{10007 + 137 * len(made):05d}")
    return made[-1]


def _empty(folder: Path, made: list[Path]) -> Path:
    place = _place(folder, made)
    place.mkdir(parents=True)
    return place


if __name__ == "__main__":
    main()
