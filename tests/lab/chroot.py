"""A box's folder as the root of a shell, so that commands are run as printed. The vendor's tools are stand-ins that ask the test.

Nothing of this machine can be written to: the mounts live in a mount namespace of their own, and ``/usr`` is mounted read-only.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

Answer = Callable[[str, list[str], str], str]
"""What a stand-in does: its name, its arguments, what was typed at its prompts; returns what it prints. Raises `ToolFailed`."""

ROOM = "lab"
"""The folder inside a box in which stand-ins and the test meet."""
HOME = "root"
"""Where commands are typed."""
NGFW = "ngfw"
"""An FTD's other way to its own folders."""
_OF_SYSTEM = ("bin", "sbin", "lib", "lib64")
_TIMEOUT = 30.0

_STAND_IN = f"""#!/bin/sh
cat > /{ROOM}/typed
printf '%s\\n' "${{0##*/}}" "$@" > /{ROOM}/asking
mv /{ROOM}/asking /{ROOM}/asked
while [ ! -e /{ROOM}/status ]; do sleep 0.01; done
cat /{ROOM}/printed
status=$(cat /{ROOM}/status)
rm /{ROOM}/status
exit "$status"
"""


class ToolFailed(Exception):
    """A stand-in refuses, as the tool would: its text is printed, its exit status is 1."""


def why_not() -> str:
    """Why commands cannot be run in a box here; "" when they can."""
    if shutil.which("openssl") is None:
        return "openssl is not installed"
    if os.name != "posix" or os.geteuid() != 0:
        return "needs root, for mounts of its own"
    for tool in ("unshare", "chroot", "mount"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    tried = subprocess.run(["unshare", "--mount", "mount", "--bind", "/usr", "/usr"], capture_output=True)
    return "" if tried.returncode == 0 else "mounts are not allowed here"


def furnish(root: Path, tools: tuple[str, ...], *, by_path: tuple[str, ...] = ()) -> None:
    """Put the stand-ins and the mount points into a box. ``by_path``: tools of an FTD that are called by their path below ``/ngfw``."""
    for folder in ("usr", "dev", "var/tmp", HOME, ROOM, f"{ROOM}/bin"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name in _OF_SYSTEM:
        system = Path("/") / name
        if system.is_symlink():
            (root / name).symlink_to(system.readlink())
        elif system.is_dir():
            (root / name).mkdir()
    if by_path:
        (root / NGFW / "usr/local/sf/bin").mkdir(parents=True)
        (root / NGFW / "var").symlink_to("../var")
    for path in (*(root / ROOM / "bin" / tool for tool in tools), *(root / NGFW / "usr/local/sf/bin" / tool for tool in by_path)):
        path.write_text(_STAND_IN, encoding="ascii")
        path.chmod(0o755)


def unfurnished(path: str) -> bool:
    """Whether this path of a box is its own, and not part of the furniture."""
    return path.split("/", 1)[0] not in (*_OF_SYSTEM, "usr", "dev", HOME, ROOM, NGFW)


def type_in(root: Path, text: str, answers: tuple[str, ...], answer: Answer) -> tuple[int, str]:
    """Type a command, exactly this text, as root of that box. Returns its exit status and what it printed, errors included."""
    mounts = [f"mount --rbind -o ro /usr {shlex.quote(str(root / 'usr'))}", f"mount --rbind /dev {shlex.quote(str(root / 'dev'))}"]
    mounts += [
        f"mount --rbind /{name} {shlex.quote(str(root / name))}"
        for name in _OF_SYSTEM
        if (root / name).is_dir() and not (root / name).is_symlink()
    ]
    inside = f'cd /{HOME} && exec /bin/sh -c "$1"'
    script = " && ".join([*mounts, f'exec chroot {shlex.quote(str(root))} /bin/sh -c {shlex.quote(inside)} sh "$1"'])
    environment = {"PATH": f"/{ROOM}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "OPENSSL_CONF": "/dev/null"}
    typed = root / ROOM / "stdin"
    typed.write_text("".join(one + "\n" for one in answers), encoding="ascii")
    printed = root / ROOM / "terminal"
    with typed.open("rb") as stdin, printed.open("wb") as out:
        command = ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh", text]
        process = subprocess.Popen(command, stdin=stdin, stdout=out, stderr=subprocess.STDOUT, env=environment)
        try:
            _attend(root / ROOM, process, answer)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
    return process.returncode, printed.read_text(encoding="utf-8", errors="replace")


def _attend(room: Path, process: subprocess.Popen[bytes], answer: Answer) -> None:
    """Answer the stand-ins until the command ends."""
    end = time.monotonic() + _TIMEOUT
    while process.poll() is None:
        asked = room / "asked"
        if asked.exists():
            name, *arguments = asked.read_text(encoding="utf-8").splitlines()
            asked.unlink()
            try:
                text, status = answer(name, arguments, (room / "typed").read_text(encoding="utf-8")), 0
            except ToolFailed as refusal:
                text, status = f"{refusal}\n", 1
            (room / "printed").write_text(text, encoding="utf-8")
            (room / "ready").write_text(str(status), encoding="ascii")
            (room / "ready").rename(room / "status")
        if time.monotonic() > end:
            raise TimeoutError(f"the command did not end within {_TIMEOUT:.0f} s")
        time.sleep(0.005)
