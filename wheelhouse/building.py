"""Putting the zip together. The same inputs give the same bytes: names are sorted, times are fixed, nothing of this machine goes in.

(zlib packs what no wheel has packed. Another zlib may pack it into other bytes.)
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from analyzer import __version__
from wheelhouse.inputs import HERE, PIP, PYTHON, ROOT, CannotBeHad, Pin, Wheel, requirements

FOLDER = f"sftunnel-analyzer-{__version__}"
"""The one folder in the zip."""

NAME = f"{FOLDER}-windows-amd64.zip"
_TEXTS = {".cmd": "ascii", ".txt": "utf-8-sig"}
"""How what people start and read is written: cmd.exe reads no mark at the start of a file, and Notepad needs one to know UTF-8."""


def own_wheel() -> tuple[str, bytes]:
    """The wheel of the program, with its name. Raises `CannotBeHad`."""
    with tempfile.TemporaryDirectory() as place:
        words = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", place, str(ROOT)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - the build tool, with words of ours
        found = list(Path(place).glob("*.whl"))
        if done.returncode or len(found) != 1:
            raise CannotBeHad(f"the wheel of the program cannot be built: {done.stderr[-500:] or done.stdout[-500:]}")
        return found[0].name, found[0].read_bytes()


def build(python: Path, wheels: tuple[Wheel, ...], program: tuple[str, bytes]) -> bytes:
    """The zip. ``python`` is the embeddable Python, ``program`` the wheel of the program."""
    files = {f"wheels/{wheel.path.name}": wheel.path.read_bytes() for wheel in wheels}
    name, data = program
    files[f"wheels/{name}"] = data
    ours = Pin("sftunnel-analyzer", __version__, frozenset({hashlib.sha256(data).hexdigest()}))
    chosen = [Pin(wheel.pin.name, wheel.pin.version, frozenset({wheel.sha256})) for wheel in wheels if wheel.pin.name != PIP.name]
    files["wheels/requirements.txt"] = requirements([*chosen, ours]).encode()
    with zipfile.ZipFile(python) as archive:
        files |= {f"python/{one.filename}": archive.read(one) for one in archive.infolist() if not one.is_dir()}
    places = f"python/python{PYTHON.tag}._pth"
    if places not in files:
        raise CannotBeHad(f"{python.name} has no {places.removeprefix('python/')}: it is not the embeddable Python {PYTHON.release}")
    files[places] = f"python{PYTHON.tag}.zip\r\n.\r\n..\\lib\r\n".encode("ascii")
    pip = next(wheel.path.name for wheel in wheels if wheel.pin.name == PIP.name)
    for path in sorted((HERE / "files").iterdir()):
        text = (
            path.read_text(encoding="utf-8")
            .replace("{{pip}}", pip)
            .replace("{{python}}", PYTHON.version)
            .replace("{{version}}", __version__)
        )
        files[path.name] = text.replace("\n", "\r\n").encode(_TEXTS[path.suffix])
    files["LICENSE.txt"] = (ROOT / "LICENSE").read_bytes()
    return _zipped(files)


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, data, compresslevel=9)
    return packed.getvalue()
