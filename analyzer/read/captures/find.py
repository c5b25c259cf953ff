"""Where tshark is on this machine, and which version it is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

_VERSION_SECONDS = 20.0
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
    here = Path.cwd().resolve()
    folders = [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    if sys.platform == "win32":
        folders += [Path(root) / "Wireshark" for key in ("ProgramFiles", "ProgramFiles(x86)") if (root := os.environ.get(key))]
    else:
        folders += [Path(place) for place in _USUAL_PLACES]
    for folder in folders:
        if folder.is_absolute() and folder.resolve() != here and shutil.which(str(folder / name)):
            return folder / name
    return None


@lru_cache(maxsize=8)
def tshark_version(program: Path) -> str:
    """``4.0.17``. Raises `OSError` or `subprocess.SubprocessError` when the program does not run, `ValueError` when it is no tshark."""
    shown = subprocess.run(  # noqa: S603 - the program is an absolute path that the user or `find_tshark` chose
        [str(program), "--version"], capture_output=True, timeout=_VERSION_SECONDS, stdin=subprocess.DEVNULL, check=True
    )
    found = re.search(rb"(?i)tshark \(wireshark\) (\d{1,3}\.\d{1,3}\.\d{1,3})", shown.stdout[:2000])
    if found is None:
        raise ValueError(f"{program} does not say that it is tshark")
    return found[1].decode()
