"""Captures (pcap, pcapng): what they show of the connections to the sftunnel port."""

from analyzer.read.captures.find import find_tshark
from analyzer.read.captures.reader import read
from analyzer.read.captures.records import looks_like_capture

__all__ = ["find_tshark", "looks_like_capture", "read"]
