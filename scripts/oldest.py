"""Prints the oldest release of each library that ``pyproject.toml`` admits, as constraints for pip. ``python scripts/oldest.py``"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

LOWER = re.compile(r"(?P<name>[\w.-]+)>=(?P<oldest>[\d.]+)[^;]*(?P<where>;.*)?")


def oldest(dependencies: list[str]) -> list[str]:
    """Each dependency at its lower bound. Raises `ValueError` for one without."""
    constraints = []
    for dependency in dependencies:
        found = LOWER.fullmatch(dependency)
        if found is None:
            raise ValueError(f"pyproject.toml: '{dependency}' has no lower bound (NAME>=RELEASE)")
        constraints.append(f"{found['name']}=={found['oldest']}{found['where'] or ''}")
    return constraints


if __name__ == "__main__":
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    sys.stdout.write("".join(f"{line}\n" for line in oldest(project["dependencies"])))
