"""Tests expect English, whatever language the developer's terminal speaks. Those of a language name it."""

import os

os.environ["LANGUAGE"] = "en"
