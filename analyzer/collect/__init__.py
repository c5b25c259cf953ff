"""From paths to a stream of members, within limits. Knows nothing of Cisco."""

from analyzer.collect.collect import Collected, collect
from analyzer.collect.inputs import InputNotFound
from analyzer.collect.reopen import open_at, open_each

__all__ = ["Collected", "InputNotFound", "collect", "open_at", "open_each"]
