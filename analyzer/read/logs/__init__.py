"""`messages` and `comms.log`: what the sftunnel wrote into them."""

from analyzer.read.logs.reader import read

__all__ = ["read"]
