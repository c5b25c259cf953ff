"""Patterns that several readers build theirs of."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "split", "sub", "subn")


class _Later:
    """Stands for a pattern until one of its methods is first called."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = re.compile(*self._source)
        for method in _METHODS:  # found at once from now on
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def later(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern, compiled when it is first used: a large one costs more than all the rest of a run that does not need it.

    Raises `re.error` at that use, not here.
    """
    return cast("re.Pattern[AnyStr]", _Later(pattern, flags))


UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
"""Pattern of a UUID."""

OWN_FILE = re.compile(
    r"(?:^|[/!-])(?:ngfw[/-])?(?:etc[/-](?:sf|hostname)|var[/-](?:sf|log|tmp[/-]certs|opt)|usr[/-]local[/-]sf|opt[/-]cisco|Volume[/-])"
    r"|dir-archives|command-outputs?/|file-contents/"
)
"""In the path of a file: it lies in an appliance's own tree, or in a bundle that the appliance packed. Nobody pasted it."""
