"""What goes into the page, fetched once and checked by digest each time: the Python of Pyodide from npm, wheels from PyPI.

A wheel marked ``linux`` has no build for a browser: of it only the files of pure Python are taken, which every build of it has.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.request import urlopen

HERE = Path(__file__).parent
PINS = HERE / "inputs.json"
KEPT = HERE.parent / "build" / "page"
"""Where what was fetched is kept."""

_PLATFORMS = {
    "emscripten": ["pyemscripten_2026_0_wasm32"],
    "linux": ["manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64"],
}
_PYTHON = "3.14"
_REGISTRY = "https://registry.npmjs.org"


class CannotBeHad(Exception):
    """Something that the page is made of cannot be fetched here, or is not what it should be. The message says what to do."""


@dataclass(frozen=True)
class Pin:
    """One thing that goes into the page."""

    name: str
    version: str
    sha256: str
    licence: str
    platform: str = ""


@dataclass(frozen=True)
class Inputs:
    """Everything that the page is made of, on this disk."""

    runtime: Path
    wheels: tuple[tuple[Pin, Path], ...]
    pins: tuple[Pin, ...]


def pins() -> tuple[Pin, tuple[Pin, ...]]:
    """The runtime and the wheels, as `PINS` names them."""
    stated = json.loads(PINS.read_text(encoding="utf-8"))
    return Pin(**stated["runtime"]), tuple(Pin(**one) for one in stated["wheels"])


def inputs(folder: Path = KEPT) -> Inputs:
    """Everything, fetched where it is not there yet. Raises `CannotBeHad`."""
    folder.mkdir(parents=True, exist_ok=True)
    runtime, wheels = pins()
    found = tuple((pin, _checked(_kept(pin, folder) or _fetched(pin, folder, _wheel), pin)) for pin in wheels)
    return Inputs(_checked(_kept(runtime, folder) or _fetched(runtime, folder, _package), runtime), found, (runtime, *wheels))


def _kept(pin: Pin, folder: Path) -> Path | None:
    path = folder / f"{pin.name}-{pin.version}"
    return path if path.is_file() else None


def _checked(path: Path, pin: Pin) -> Path:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != pin.sha256:
        raise CannotBeHad(f"{path} is not {pin.name} {pin.version}: its SHA-256 is {digest}, not {pin.sha256}. Remove it, and call again.")
    return path


class _Fetch(Protocol):
    def __call__(self, pin: Pin, place: Path) -> str: ...


def _fetched(pin: Pin, folder: Path, fetch: _Fetch) -> Path:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        told = fetch(pin, Path(place))
        files = [path for path in Path(place).iterdir() if path.suffix in (".whl", ".tgz")]
        if len(files) != 1:
            raise CannotBeHad(f"{pin.name} {pin.version} could not be fetched: {told}")
        return Path(shutil.move(_checked(files[0], pin), folder / f"{pin.name}-{pin.version}"))


def _wheel(pin: Pin, place: Path) -> str:
    """Fetch a wheel with pip, from the index that this machine uses."""
    wanted = place / "wanted.txt"
    wanted.write_text(f"{pin.name}=={pin.version} --hash=sha256:{pin.sha256}\n", encoding="utf-8")
    platforms = [word for platform in _PLATFORMS[pin.platform] for word in ("--platform", platform)]
    asked = [
        "download",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        "--python-version",
        _PYTHON,
        "--implementation",
        "cp",
    ]
    return _run([sys.executable, "-m", "pip", *asked, "--abi", "cp314", *platforms, "--dest", str(place), "-r", str(wanted)], place)


def _package(pin: Pin, place: Path) -> str:
    """Fetch a package with npm, from the registry that this machine uses; where there is no npm, from the one that npm would ask."""
    npm = shutil.which("npm")
    if npm is not None:
        return _run([npm, "pack", "--silent", f"{pin.name}@{pin.version}"], place)
    registry = os.environ.get("NPM_CONFIG_REGISTRY", _REGISTRY).rstrip("/")
    try:
        with urlopen(f"{registry}/{pin.name}/-/{pin.name}-{pin.version}.tgz", timeout=60) as answer:  # noqa: S310 - an address of ours
            (place / "package.tgz").write_bytes(answer.read())
    except (OSError, ValueError) as error:
        kept = KEPT / f"{pin.name}-{pin.version}"
        return f"{error}. Set NPM_CONFIG_REGISTRY to the registry of this network, or put the package's .tgz there as {kept}"
    return ""


def _run(command: list[str], place: Path) -> str:
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)  # noqa: S603 - pip or npm, with words of ours
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return " ".join(said[-2:]) or f"{Path(command[0]).name} gave nothing"
