"""sftunnel-analyzer: an offline evidence analyzer for the Cisco Secure Firewall sftunnel.

Start with :mod:`analyzer.pipeline`: it is the whole story in one short function.
"""

__version__ = "0.1.0"
