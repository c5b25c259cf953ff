"""The offline zip for Windows: what is in it, as far as another system can tell.

The embeddable Python stands in as a small zip with the names of the real one. The wheels are the real ones.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from packaging.tags import Tag
from packaging.utils import parse_wheel_filename

from wheelhouse import inputs
from wheelhouse.building import FOLDER, build, own_wheel
from wheelhouse.inputs import PIP, PYTHON, ROOT, CannotBeHad, Pin, Wheel, embedded, lock, required_by, requirements, wanted, wheels

EMBEDDABLE = {
    "python.exe": b"MZ",
    "python3.dll": b"MZ",
    f"python{PYTHON.tag}.dll": b"MZ",
    f"python{PYTHON.tag}.zip": b"PK",
    f"python{PYTHON.tag}._pth": f"python{PYTHON.tag}.zip\r\n.\r\n\r\n#import site\r\n".encode(),
    "vcruntime140.dll": b"MZ",
    "vcruntime140_1.dll": b"MZ",
    "LICENSE.txt": b"PSF",
}
"""Of the embeddable Python, the names that count here."""

OF_WINDOWS = re.compile(
    r"(api-ms-win-[\w-]+|advapi32|bcrypt(primitives)?|crypt32|dbghelp|iphlpapi|kernel32|ntdll|ole32|pdh|powrprof|psapi|shell32|user32|ws2_32)\.dll"
)
"""What every Windows 10 has."""


@pytest.fixture(scope="module")
def found() -> tuple[Wheel, ...]:
    try:
        return wheels()
    except CannotBeHad as error:
        pytest.skip(f"the wheels for Windows cannot be fetched here: {error}")


@pytest.fixture(scope="module")
def program() -> tuple[str, bytes]:
    return own_wheel()


def python_zip(folder: Path, files: dict[str, bytes] = EMBEDDABLE) -> Path:
    path = folder / PYTHON.file
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@pytest.fixture(scope="module")
def packed(found: tuple[Wheel, ...], program: tuple[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return build(python_zip(tmp_path_factory.mktemp("python")), found, program)


@pytest.fixture(scope="module")
def files(packed: bytes) -> dict[str, bytes]:
    """The members of the zip, without the name of its folder."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = archive.namelist()
        assert [name for name in names if not name.startswith(f"{FOLDER}/") or "\\" in name or ".." in name] == []
        return {name.removeprefix(f"{FOLDER}/"): archive.read(name) for name in names}


def test_what_no_wheel_stands_for_is_what_only_building_needs(found: tuple[Wheel, ...]) -> None:
    """Every release of the lock that holds on Windows is there, but the build tools, which nothing in the zip asks for."""
    asked = set(wanted()) | {name for wheel in found for name in required_by(wheel.path)}
    there = {wheel.pin.name for wheel in found}

    assert asked - there == set()
    assert (set(lock()) - there) & asked == set()
    assert set(lock()) - there == {"editables", "hatchling", "pathspec", "pluggy", "tomlkit", "trove-classifiers"}
    assert there - set(lock()) == {PIP.name}
    assert {"colorama", "psutil"} <= there, "what only Windows needs: pip evaluates markers for the system that it runs on"


def test_every_wheel_fits_the_python_in_the_zip(files: dict[str, bytes]) -> None:
    names = [Path(name).name for name in files if name.endswith(".whl")]

    unfit = [name for name in names if not any(map(fits, parse_wheel_filename(name)[3]))]

    assert (len(names) > 20, unfit) == (True, [])


def fits(tag: Tag) -> bool:
    release = re.fullmatch(r"cp3(\d+)", tag.interpreter)
    newest = int(PYTHON.release.split(".")[1])
    if tag.platform == "any":
        return tag.abi == "none" and tag.interpreter in ("py3", "py2.py3")
    if tag.platform != "win_amd64" or release is None:
        return False
    return tag.abi == f"cp{PYTHON.tag}" if tag.abi != "abi3" else int(release[1]) <= newest


def test_every_digest_is_that_of_the_lock_and_of_the_file(files: dict[str, bytes]) -> None:
    lines = files["wheels/requirements.txt"].decode("ascii").splitlines()
    stated = {line.split("==")[0]: line.split() for line in lines}
    digests = {hashlib.sha256(data).hexdigest() for name, data in files.items() if name.endswith(".whl")}

    assert {words[-1].removeprefix("--hash=sha256:") for words in stated.values()} | PIP.digests == digests
    pins = lock()
    for name, (release, digest) in stated.items():
        if name != "sftunnel-analyzer":
            assert release == f"{name}=={pins[name].version}"
            assert digest.removeprefix("--hash=sha256:") in pins[name].digests
    assert len(stated) == len(digests) - 1


def test_every_library_of_an_extension_comes_with_windows_or_with_the_python_in_the_zip(found: tuple[Wheel, ...]) -> None:
    """A wheel that asks for more (``msvcp140.dll`` is the usual one) would fail on a fresh Windows."""
    there = {name.lower() for name in EMBEDDABLE}
    absent = []
    for wheel in found:
        with zipfile.ZipFile(wheel.path) as archive:
            own = {Path(name).name.lower() for name in archive.namelist()}
            for name in archive.namelist():
                if name.endswith((".pyd", ".dll")):
                    absent += [
                        (name, dll) for dll in imported(archive.read(name)) if not OF_WINDOWS.fullmatch(dll) and dll not in there | own
                    ]

    assert absent == []


def imported(data: bytes) -> set[str]:
    """The names of the libraries in the import table of a PE file (Microsoft's "PE Format": the data directory, entry 1), in lower case."""

    def number(at: int, size: int = 4) -> int:
        return int.from_bytes(data[at : at + size], "little")

    head = number(0x3C)
    assert data[head : head + 4] == b"PE\0\0"
    optional = head + 24
    assert number(optional, 2) == 0x20B, "PE32+: 64 bits"
    sections = optional + number(head + 20, 2)
    spans = [(number(at + 12), number(at + 8), number(at + 20)) for at in range(sections, sections + 40 * number(head + 6, 2), 40)]

    def place(address: int) -> int:
        return next(raw + address - first for first, size, raw in spans if first <= address < first + size)

    names = set()
    row = place(number(optional + 112 + 8))
    while number(row + 12):
        start = place(number(row + 12))
        names.add(data[start : data.index(b"\0", start)].decode("ascii").lower())
        row += 20
    return names


@pytest.mark.parametrize("name", ["sftunnel-analyzer.cmd", "drop-evidence-here.cmd"])
def test_a_start_script_is_one_that_cmd_reads(name: str, files: dict[str, bytes]) -> None:
    script = files[name]
    text = script.decode("ascii")

    assert script.count(b"\n") == script.count(b"\r\n") > 5
    assert text.startswith("@echo off\r\n"), "no mark before the first command"
    assert "{{" not in text
    assert set(re.findall(r"goto (\w+)", text)) <= set(re.findall(r"(?m)^:(\w+)", text))
    named = {path.replace("\\", "/").partition(".whl")[0] for path in re.findall(r"%HERE%((?:python|wheels)\\[\w\\.-]+)", text)}
    assert named <= {member.removesuffix(".whl") for member in files} | {"wheels"}
    assert not re.search(r"(?i)[a-z]:\\|https?:", text)


def test_the_python_looks_into_its_own_folders_only(files: dict[str, bytes]) -> None:
    """With such a file, Python reads no variable of the environment, no registry and no folder of the user."""
    assert files[f"python/python{PYTHON.tag}._pth"] == f"python{PYTHON.tag}.zip\r\n.\r\n..\\lib\r\n".encode()


@pytest.mark.parametrize("name", ["README.txt", "README-ko.txt"])
def test_instructions_open_in_notepad(name: str, files: dict[str, bytes]) -> None:
    text = files[name]

    assert text.startswith(b"\xef\xbb\xbf")
    assert text.count(b"\n") == text.count(b"\r\n") > 20
    assert "{{" not in text.decode("utf-8-sig")
    assert PYTHON.version in text.decode("utf-8-sig")


def test_both_instructions_name_the_same_commands(files: dict[str, bytes]) -> None:
    english, korean = (
        sorted(re.findall(r"(?a)[\w.\\-]+\.(?:cmd|zip|html)", files[name].decode("utf-8-sig"))) for name in ("README.txt", "README-ko.txt")
    )

    assert english == korean


def test_nothing_of_this_machine_is_in_it(files: dict[str, bytes], program: tuple[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(program[1])) as archive:
        ours = {name: archive.read(name) for name in archive.namelist()} | {
            name: data for name, data in files.items() if name[-4:] != ".whl"
        }
    private = [str(ROOT).encode(), str(Path.home()).encode() + b"/", sys.prefix.encode()]

    assert [name for name, data in ours.items() if any(one in data for one in private)] == []
    assert b"://" not in files["wheels/requirements.txt"]


def test_the_same_inputs_give_the_same_bytes(packed: bytes, found: tuple[Wheel, ...], tmp_path: Path) -> None:
    assert build(python_zip(tmp_path), found, own_wheel()) == packed


def test_another_file_is_not_taken_for_the_python(tmp_path: Path) -> None:
    path = python_zip(tmp_path)

    with pytest.raises(CannotBeHad, match=f"its SHA-256 is [0-9a-f]{{64}}, not {PYTHON.sha256}"):
        embedded(path)
    with pytest.raises(CannotBeHad, match="cannot be read: No such file"):
        embedded(tmp_path / "absent.zip")


def test_without_a_network_the_message_says_what_to_fetch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(address: str, timeout: int) -> None:
        raise OSError(f"no way to {address} in {timeout}")

    monkeypatch.setattr(inputs, "urlopen", unreachable)

    with pytest.raises(CannotBeHad, match=re.escape(f"make wheelhouse EMBEDDED={PYTHON.file}")):
        embedded(None, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_was_fetched_is_checked_before_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "urlopen", lambda address, timeout: io.BytesIO(b"another file"))

    with pytest.raises(CannotBeHad, match="is not python-"):
        embedded(None, tmp_path)


def test_another_zip_is_not_taken_for_the_python_of_this_release(
    found: tuple[Wheel, ...], program: tuple[str, bytes], tmp_path: Path
) -> None:
    with pytest.raises(CannotBeHad, match="is not the embeddable Python"):
        build(python_zip(tmp_path, {"python.exe": b"MZ", "python312._pth": b""}), found, program)


def test_a_wheel_with_another_digest_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip-26.3-py3-none-any.whl").write_bytes(b"not pip")
    monkeypatch.setattr(inputs, "_fetch", lambda pins, folder: None)

    with pytest.raises(CannotBeHad, match="no wheel of pip"):
        wheels(tmp_path)


def test_the_lines_for_pip_name_every_digest_and_no_registry() -> None:
    assert requirements([Pin("a", "1", frozenset({"f" * 64, "0" * 64}))]) == f"a==1 --hash=sha256:{'0' * 64} --hash=sha256:{'f' * 64}\n"


def test_the_program_runs_on_a_python_that_looks_into_its_own_folders_only(tmp_path: Path) -> None:
    """As in the zip: no site-packages, no variable of the environment, and children that start the same way."""
    if sys.platform == "win32":
        pytest.skip("the folders of a Python of Unix")
    python = tmp_path / "python" / "python"
    python.parent.mkdir()
    shutil.copy2(Path(sys.executable).resolve(), python)
    folders = [sysconfig.get_path("stdlib"), sysconfig.get_config_var("DESTSHARED"), sysconfig.get_path("purelib"), str(ROOT)]
    python.with_name("python._pth").write_text("\n".join(folders), encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    sample = ROOT / "samples" / "10-single-pem" / "evidence"
    words = [python, "-m", "analyzer", "triage", sample.parent, "--out", tmp_path / "out", "--as-of", "2026-11-23", "--case", "(evidence)"]

    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path / "elsewhere",
        env=os.environ | {"PYTHONPATH": "/nowhere", "PYTHONHOME": ""},
    )

    assert "1 done" in done.stdout, done.stderr
    assert done.returncode == 14
