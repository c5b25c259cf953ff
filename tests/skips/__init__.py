"""A skip that nobody allowed fails the run: `tests.skips.check`."""
