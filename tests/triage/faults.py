"""Faults for the processes of a triage, put into them as they start (``sitecustomize``): the program itself knows nothing of them.

A child that opens a file of a name in `FAULTS` exits, hangs and ignores signals, or takes memory in C. ``KILL_AT`` kills the process
between writing its n-th file and moving it to its place.
"""

from __future__ import annotations

import os
from pathlib import Path

_SITE = """
import ctypes, os, signal, sys, time

renames = 0

def hook(event, arguments):
    global renames
    if event == "open" and isinstance(arguments[0], str) and "analyzer.triage.child" in sys.orig_argv:
        name = os.path.basename(arguments[0])
        if name == "exits.txt":
            os._exit(3)
        if name == "hangs.txt":
            for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(one, signal.SIG_IGN)
            while True:
                time.sleep(60)
        if name == "eats.txt":
            libc = ctypes.CDLL(None)
            libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
            libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
            while True:
                block = libc.malloc(16 << 20)
                if not block:
                    os.abort()
                libc.memset(block, 1, 16 << 20)
                time.sleep(0.002)
    elif event == "os.rename" and str(arguments[0]).endswith(".part"):
        renames += 1
        if str(renames) == os.environ.get("KILL_AT"):
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
"""


def environment(folder: Path, *, kill_at: int = 0) -> dict[str, str]:
    """The environment of a process with these faults. ``folder`` is made for them."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_SITE)
    return os.environ | {"PYTHONPATH": str(folder), "KILL_AT": str(kill_at)}
