"""Whether it is worth asking what was done to a text: a certificate file, and most members of a bundle, need nothing of `segments`."""

from __future__ import annotations

import re

from analyzer.read.patterns import later

_LARGEST = 1 << 20
"""Bytes of a text that is looked through line by line for what was done to it: nobody pastes a larger one."""

_SPEAKS = later(
    rb"sftunnel|8305|internalca|not ?(?:after|before)|sf-ims|openssl|managers?\b|registration|ca_root|run status|peer|pmtool|netstat|"
    rb"isconnected|disconnected|generate_certs|failed_push|establishssl|certificate has expired|ssl_renegotiate|show version|"
    rb"heartbeat|[a-z]@[a-z0-9.-]{1,64}:[/~]",
    re.IGNORECASE,
)
CONTROLS = later(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n|\r|\Z)")
"""Control characters that a terminal leaves in what it records."""


def may_be_changed(data: bytes) -> bool:
    """The text may speak of a tunnel, or holds control characters, and is not too large to be looked through."""
    return len(data) <= _LARGEST and (_SPEAKS.search(data) is not None or CONTROLS.search(data) is not None)
