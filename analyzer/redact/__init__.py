"""Replaces what identifies people and networks, in the facts, before anything is concluded from them. Every later sentence then holds the
substitutes only, and no sentence of the program's own is ever touched."""

from analyzer.redact.keyed import SECRET_BYTES, code
from analyzer.redact.redaction import Redaction, withheld

__all__ = ["SECRET_BYTES", "Redaction", "code", "withheld"]
