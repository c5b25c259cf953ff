"""Tests expect English, whatever language the developer's terminal speaks. Those of a language name it.

How much is run, `tests.slices` says. A skip that is not allowed fails the run: `tests.skips.check`.
"""

import os
from pathlib import Path

import pytest

from tests import slices
from tests.skips.check import GUIDE, SkipCheck, table

os.environ["LANGUAGE"] = "en"


def pytest_addoption(parser: pytest.Parser) -> None:
    slices.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Skips are counted in the process that hears of every test, whoever runs it."""
    slices.choose(config)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipCheck(table(GUIDE.read_text(encoding="utf-8"))))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return True if slices.is_left_out(collection_path, config) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        left_out = [item for item in items if getattr(item, "originalname", "") in slices.NOT_QUICK_TESTS]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
