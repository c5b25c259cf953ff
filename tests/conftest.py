"""Tests expect English, whatever language the developer's terminal speaks. Those of a language name it.

Examples are the same in every run of `make test`, and new ones in every run of `make test-all`. A skip that is not allowed fails the run.
"""

import os

import pytest
from hypothesis import settings

from tests.skips.check import GUIDE, SkipCheck, table
from tests.slices import FULL

os.environ["LANGUAGE"] = "en"

settings.register_profile("slice", derandomize=True)
settings.register_profile("full", print_blob=True)
settings.load_profile("full" if FULL else "slice")


def pytest_configure(config: pytest.Config) -> None:
    """In the process that hears of every test, whoever runs it."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipCheck(table(GUIDE.read_text(encoding="utf-8"))))
