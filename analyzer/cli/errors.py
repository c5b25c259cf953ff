"""Errors of the command line that are said in a sentence."""

from __future__ import annotations


class UnknownQuestion(Exception):
    """There is no such rule, or the case has no such subject."""
