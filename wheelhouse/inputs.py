"""What goes into the zip, fetched once and checked by its digest each time: the embeddable Python, and a wheel for each locked library.

pip evaluates the markers of a requirement for the system that it runs on. The zip is for another one: so the markers of the lock and of the
wheels are evaluated here, for Windows, and pip only fetches.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from urllib.request import urlopen

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).parent
ROOT = HERE.parent
LOCK = ROOT / "requirements" / "run.txt"
KEPT = ROOT / "build" / "wheelhouse"
"""Where what was fetched is kept."""


class CannotBeHad(Exception):
    """Something that the zip is made of cannot be fetched here, or is not what it should be. The message says what to do."""


@dataclass(frozen=True)
class Embedded:
    """The embeddable Python, as `pins.json` names it."""

    version: str
    file: str
    address: str
    sha256: str

    @property
    def release(self) -> str:
        """``3.13`` of 3.13.14."""
        return ".".join(self.version.split(".")[:2])

    @property
    def tag(self) -> str:
        """``313`` of 3.13.14: the number in the names of its files."""
        return self.release.replace(".", "")


@dataclass(frozen=True)
class Pin:
    """One locked release, and the SHA-256 of each of its files."""

    name: str
    version: str
    digests: frozenset[str]


@dataclass(frozen=True)
class Wheel:
    """A wheel on this disk."""

    pin: Pin
    path: Path
    sha256: str


_PINS = json.loads((HERE / "pins.json").read_text(encoding="utf-8"))
PYTHON = Embedded(**_PINS["python"])
PIP = Pin("pip", _PINS["pip"]["version"], frozenset({_PINS["pip"]["sha256"]}))
"""What installs the wheels on the computer without Python: it starts out of its wheel."""

TARGET = {
    "implementation_name": "cpython",
    "implementation_version": PYTHON.version,
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "platform_release": "10",
    "platform_system": "Windows",
    "platform_version": "",
    "python_full_version": PYTHON.version,
    "python_version": PYTHON.release,
    "sys_platform": "win32",
    "extra": "",
}
"""What the markers of requirements see: 64-bit Windows, with the embeddable Python."""


def lock() -> dict[str, Pin]:
    """The locked releases for Windows, by normalized name."""
    found: dict[str, Pin] = {}
    for entry in LOCK.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if not entry or entry.startswith("#"):
            continue
        requirement = Requirement(entry.partition("--hash=")[0].strip())
        if requirement.marker is None or requirement.marker.evaluate(TARGET):
            digests = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
            pin = Pin(canonicalize_name(requirement.name), str(requirement.specifier).removeprefix("=="), digests)
            found[pin.name] = pin
    return found


def wanted() -> list[str]:
    """The libraries that the program itself asks for on Windows, by normalized name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return _applying(project["dependencies"])


def required_by(wheel: Path) -> list[str]:
    """What the metadata of a wheel asks for on Windows, without its extras."""
    with zipfile.ZipFile(wheel) as archive:
        place = next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        asked: list[str] = message_from_bytes(archive.read(place)).get_all("Requires-Dist", [])
    return _applying(asked)


def _applying(asked: list[str]) -> list[str]:
    parsed = [Requirement(text) for text in asked]
    return [canonicalize_name(one.name) for one in parsed if one.marker is None or one.marker.evaluate(TARGET)]


def wheels(folder: Path = KEPT) -> tuple[Wheel, ...]:
    """pip, and a wheel for each library that the program needs on Windows, with what these need. Raises `CannotBeHad`."""
    folder.mkdir(parents=True, exist_ok=True)
    pins, found = lock(), {}
    found[PIP.name] = next(_wheels([PIP], folder))
    new = wanted()
    while new:
        if missing := sorted(set(new) - set(pins)):
            raise CannotBeHad(f"{LOCK.name} has no release for Windows of: {', '.join(missing)}. Call `make lock`.")
        for wheel in _wheels([pins[name] for name in sorted(set(new))], folder):
            found[wheel.pin.name] = wheel
        new = [name for name in {name for wheel in found.values() for name in required_by(wheel.path)} if name not in found]
    return tuple(found[name] for name in sorted(found))


def _wheels(pins: list[Pin], folder: Path) -> Iterator[Wheel]:
    absent = [pin for pin in pins if _kept(pin, folder) is None]
    if absent:
        _fetch(absent, folder)
    for pin in pins:
        wheel = _kept(pin, folder)
        if wheel is None:
            raise CannotBeHad(
                f"no wheel of {pin.name} {pin.version} for 64-bit Windows and Python {PYTHON.release} has a digest of the lock"
            )
        yield wheel


def _kept(pin: Pin, folder: Path) -> Wheel | None:
    """The wheel of this release in the folder. A file with another digest is not one."""
    for path in sorted(folder.glob("*.whl")):
        if canonicalize_name(path.name.split("-")[0]) == pin.name:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if digest in pin.digests:
                return Wheel(pin, path, digest)
    return None


def _fetch(pins: list[Pin], folder: Path) -> None:
    """Fetch wheels with pip, from the index that this machine uses."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        asked = Path(place) / "asked.txt"
        asked.write_text(requirements(pins), encoding="utf-8")
        words = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]
        words += ["--platform", "win_amd64", "--implementation", "cp", "--python-version", PYTHON.release, "--abi", f"cp{PYTHON.tag}"]
        words += ["--abi", "abi3", "--abi", "none", "--dest", place, "--requirement", str(asked)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - pip, with words of ours
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise CannotBeHad(f"pip fetched no wheels: {' '.join(said[-2:]) or done.stderr[-300:]}")
        for path in Path(place).glob("*.whl"):
            shutil.move(path, folder / path.name)


def requirements(pins: list[Pin]) -> str:
    """Lines for ``pip install --require-hashes``. They name no registry, and end with line feeds."""
    return "".join(f"{pin.name}=={pin.version}{''.join(f' --hash=sha256:{one}' for one in sorted(pin.digests))}\n" for pin in pins)


def embedded(given: Path | None, folder: Path = KEPT) -> Path:
    """The embeddable Python: the file that was given, the one that is kept, or fetched from its address. Raises `CannotBeHad`."""
    path = given or folder / PYTHON.file
    if given is None and not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with urlopen(PYTHON.address, timeout=60) as answer:  # noqa: S310 - an address of ours
                data = answer.read()
        except OSError as error:
            raise CannotBeHad(
                f"{PYTHON.address} cannot be fetched ({error}). Fetch it on another computer, and call"
                f" `make wheelhouse EMBEDDED={PYTHON.file}`."
            ) from error
        path.write_bytes(data)
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise CannotBeHad(f"{path} cannot be read: {error.strerror}") from error
    if digest != PYTHON.sha256:
        raise CannotBeHad(
            f"{path} is not {PYTHON.file}: its SHA-256 is {digest}, not {PYTHON.sha256}. Fetch it again from {PYTHON.address}"
        )
    return path
