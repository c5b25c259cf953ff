"""The CEL library, without the interactive shell that its package loads beside the engine (prompt_toolkit: half of our start-up)."""

from __future__ import annotations

import sys
from types import ModuleType

_SHELL = "cel.cli"

if _SHELL in sys.modules:
    import cel
else:
    sys.modules[_SHELL] = ModuleType(_SHELL)
    try:
        import cel
    finally:
        del sys.modules[_SHELL]

__all__ = ["cel"]
