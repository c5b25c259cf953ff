"""Where tshark is on this machine."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

_USUAL_PLACES = (
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/opt/local/bin",
    "/usr/sbin",
    "/Applications/Wireshark.app/Contents/MacOS",
)


def find_tshark() -> Path | None:
    """The tshark of the search path, or of the place where its installer puts it.

    Never one from the current directory or a relative entry of the path: the directory may be an unpacked bundle.
    """
    name = "tshark.exe" if sys.platform == "win32" else "tshark"
    try:
        here: Path | None = Path.cwd().resolve()
    except FileNotFoundError:  # it was removed meanwhile
        here = None
    folders = [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    if sys.platform == "win32":
        folders += [Path(root) / "Wireshark" for key in ("ProgramFiles", "ProgramFiles(x86)") if (root := os.environ.get(key))]
    else:
        folders += [Path(place) for place in _USUAL_PLACES]
    for folder in folders:
        if folder.is_absolute() and folder.resolve() != here and shutil.which(str(folder / name)):
            return folder / name
    return None
