"""The command line: options, what a person sees, exit codes, and the files that a run writes."""

from analyzer.cli.app import main

__all__ = ["main"]
