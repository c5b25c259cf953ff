"""Lines of sftunnel in ``messages`` and ``comms.log``, whole, rotated or pasted: each becomes an event (field notes 2)."""

from analyzer.read.logs.reader import read

__all__ = ["read"]
