"""What ``scripts/setup`` says and does before it installs anything, with stand-ins for Python, apt-get and the tools."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts of Unix")

SETUP = Path(__file__).parents[1] / "scripts" / "setup"
TOOLS = ("sh", "env", "cat", "grep", "tail", "cp", "mkdir", "rm", "touch", "uname")

PYTHON = """#!/bin/sh
# A Python of release $VERSION, with or without venv; its pip works once it is made by venv, and fails as often as $folder/broken says.
echo "python $*" >> {log}
case "$*" in
*version_info\\[:2\\]*) echo "${{VERSION:-3.13}}" ;;
*"version_info < "*) [ "${{VERSION:-3.13}}" != 3.10 ] ;;
*ensurepip*) [ -z "${{NO_VENV:-}}" ] ;;
"-m venv --clear"*) rm -rf "$4"; mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; touch "$4/whole" ;;
"-m pip --version") [ -e "${{0%/bin/python}}/whole" ] ;;
*"pip"*install*) [ ! -e "${{0%/bin/python}}/broken" ] ;;
esac
"""


@dataclass
class Machine:
    """Where the script runs: programs that are there, and what was called."""

    folder: Path

    def stand_in(self, name: str, body: str) -> Path:
        path = self.folder / "bin" / name
        path.write_text(body, encoding="utf-8")
        path.chmod(0o755)
        return path

    def set_up(self, kind: str = "run", python: str = "python3", **environment: str) -> subprocess.CompletedProcess[str]:
        command = ["sh", str(SETUP), python, str(self.venv), kind]
        variables = {"PATH": str(self.folder / "bin"), **environment}
        return subprocess.run(command, capture_output=True, text=True, cwd=self.folder, env=variables, check=False)

    @property
    def venv(self) -> Path:
        return self.folder / "venv"

    def called(self) -> list[str]:
        log = self.folder / "log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """With every tool that the demo wants; the user is an ordinary one, without sudo."""
    (tmp_path / "bin").mkdir()
    made = Machine(tmp_path)
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "bin" / name).symlink_to(found)
    made.stand_in("python3", PYTHON.format(log=tmp_path / "log"))
    made.stand_in("apt-get", f'#!/bin/sh\necho "apt-get $*" >> {tmp_path / "log"}\n')
    made.stand_in("tshark", "#!/bin/sh\n")
    made.stand_in("id", "#!/bin/sh\necho ${USER_ID:-1000}\n")
    return made


def test_a_demo_is_set_up(machine: Machine) -> None:
    done = machine.set_up()

    assert (done.returncode, done.stderr) == (0, "")
    assert (machine.venv / ".ready").exists()
    assert not (machine.venv / ".ready-dev").exists()
    assert any("--require-hashes --requirement requirements/run.txt" in line for line in machine.called())


@pytest.mark.parametrize(
    ("python", "version", "said"),
    [
        ("/nowhere/python3", "3.13", "setup: there is no '/nowhere/python3': install Python 3.11 or newer, or call make with PYTHON="),
        ("python3", "3.10", "setup: Python 3.11 or newer is needed, 'python3' is 3.10: call make with PYTHON="),
    ],
)
def test_a_python_that_does_not_do_is_named_before_anything_is_installed(machine: Machine, python: str, version: str, said: str) -> None:
    (machine.folder / "bin" / "tshark").unlink()

    done = machine.set_up(python=python, VERSION=version, USER_ID="0")

    assert done.returncode == 1
    assert done.stderr.startswith(said)
    assert [line for line in machine.called() if not line.startswith("python -c")] == []


def test_root_gets_the_packages_that_are_missing_and_reads_their_names(machine: Machine) -> None:
    (machine.folder / "bin" / "tshark").unlink()

    done = machine.set_up(USER_ID="0")

    assert done.returncode == 0
    assert "installing these packages of the system with apt-get (a minute or two): tshark\n" in done.stdout
    assert "apt-get install -y -qq --no-install-recommends tshark" in machine.called()


def test_what_apt_says_of_its_failure_is_passed_on(machine: Machine) -> None:
    (machine.folder / "bin" / "tshark").unlink()
    machine.stand_in("apt-get", "#!/bin/sh\necho 'E: no network' >&2\nexit 100\n")

    done = machine.set_up(USER_ID="0")

    assert done.returncode == 0
    assert done.stderr.startswith("E: no network\nsetup: not installed: tshark (apt-get install tshark failed)\n")


def test_without_the_right_to_install_it_says_what_goes_without(machine: Machine) -> None:
    (machine.folder / "bin" / "tshark").unlink()

    done = machine.set_up()

    assert done.returncode == 0
    assert "not installed: tshark (only root may install packages, and there is no sudo)" in done.stderr
    assert "without tshark: the embedded reader takes captures" in done.stderr
    assert not any(line.startswith("apt-get") for line in machine.called())


def test_a_system_without_apt_is_no_question_of_rights(machine: Machine) -> None:
    for name in ("tshark", "apt-get"):
        (machine.folder / "bin" / name).unlink()

    assert "not installed: tshark (there is no apt-get here)" in machine.set_up(USER_ID="0").stderr


def test_without_venv_nothing_is_begun_and_the_same_command_works_once_it_is_there(machine: Machine) -> None:
    stopped = machine.set_up(NO_VENV="1")
    again = machine.set_up()

    assert stopped.returncode == 1
    assert "nothing works without python3.13-venv" in stopped.stderr
    assert again.returncode == 0


@pytest.mark.parametrize("left", ["no pip", "no python", "a link to nowhere"])
def test_an_environment_that_was_left_half_made_is_made_anew(machine: Machine, left: str) -> None:
    (machine.venv / "bin").mkdir(parents=True)
    if left == "no pip":
        shutil.copy(machine.folder / "bin" / "python3", machine.venv / "bin" / "python")
    if left == "a link to nowhere":
        (machine.venv / "bin" / "python").symlink_to("/nowhere/python3")

    done = machine.set_up()

    assert (done.returncode, done.stderr) == (0, "")
    assert "is not whole and is made anew" in done.stdout
    assert (machine.venv / ".ready").exists()


def test_a_package_that_was_left_broken_is_cured_by_a_new_environment(machine: Machine) -> None:
    machine.set_up()
    (machine.venv / ".ready").unlink()
    (machine.venv / "broken").touch()

    done = machine.set_up()

    assert done.returncode == 0
    assert "was left half-made and is made anew" in done.stdout


def test_an_environment_that_worked_is_kept_when_an_update_fails(machine: Machine) -> None:
    """Without network, for one."""
    machine.set_up()
    (machine.venv / "broken").touch()

    done = machine.set_up()

    assert done.returncode == 1
    assert "the Python packages could not be installed" in done.stderr
    assert (machine.venv / "whole").exists()


def test_the_oldest_releases_want_the_oldest_python(machine: Machine) -> None:
    done = machine.set_up("oldest")

    assert done.returncode == 1
    assert "are made for Python 3.11, 'python3' is 3.13" in done.stderr
