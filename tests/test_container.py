"""The Containerfile, as far as it can be told without building it, and the Job of docs/triage.md that runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from analyzer.model.ending import ExitCode
from tests.triage.builders import EXPIRED, VALID, put

ROOT = Path(__file__).parents[1]
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="the shell of Unix")
TEXT = re.sub(r"(?m)^#.*\n", "", (ROOT / "Containerfile").read_text(encoding="utf-8")).replace("\\\n", " ")
STEPS = [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in TEXT.splitlines() if line)]
COPIED = [source for word, rest in STEPS if word == "COPY" and "--from=" not in rest for source in rest.split()[:-1]]
RUN = " && ".join(rest for word, rest in STEPS if word == "RUN")

DONE = {
    code.value
    for code in ExitCode
    if code in (ExitCode.CLEAR, ExitCode.NOTHING_USABLE, ExitCode.INCOMPLETE, ExitCode.UNDECIDED) or code.name.startswith("FOUND_")
}
"""Exit codes of a triage that says what was found."""


def test_it_copies_what_there_is_and_what_the_ignore_file_lets_through() -> None:
    ignored, *rows = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")]
    let_through = {line[1:] for line in rows if line.startswith("!")}

    assert ignored == "*"
    assert set(COPIED) == let_through
    assert [source for source in COPIED if not (ROOT / source).exists()] == []


def test_it_copies_all_that_the_wheel_is_made_of() -> None:
    """Otherwise the build fails, or a part of the program is absent."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {
        *wheel["packages"],
        *wheel["force-include"],
        project["project"]["readme"],
        *project["project"]["license-files"],
        "pyproject.toml",
    }

    assert needed | {"requirements/run.txt"} == set(COPIED)


def test_every_library_comes_from_the_lock_with_its_hash() -> None:
    installs = re.findall(r"pip install ([^&]*)", RUN)

    assert len(installs) == 2
    libraries, program = installs
    assert "--require-hashes" in libraries
    assert libraries.split()[-2:] == ["--requirement", "requirements/run.txt"]
    assert {"--no-deps", "--no-build-isolation"} <= set(program.split())
    assert program.split()[-1] == "."
    assert not re.search(r"index-url|find-links|trusted-host|https?:", RUN)


def test_it_runs_the_program_as_an_ordinary_user() -> None:
    last = dict(STEPS)
    user = int(last["USER"])

    assert user > 0
    assert f"useradd --uid {user} " in RUN
    assert json.loads(last["ENTRYPOINT"]) == ["sftunnel-analyzer"]
    assert [word for word, _rest in STEPS].index("USER") > max(n for n, (word, _rest) in enumerate(STEPS) if word in ("RUN", "COPY"))


def test_both_stages_are_of_one_system_whose_python_runs_pyshark() -> None:
    bases = [rest.split()[0] for word, rest in STEPS if word == "FROM"]

    assert set(bases) == {"docker.io/library/debian:13-slim"}, "Debian 13 has Python 3.13; pyshark does not start on 3.14"
    assert "tshark" in RUN
    assert not fnmatch(RUN, "*curl*|*wget*")


def job() -> dict[str, object]:
    text = (ROOT / "docs" / "triage.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"```yaml\n(apiVersion.*?)```", text, re.DOTALL)
    loaded: dict[str, object] = yaml.safe_load(found)
    return loaded


@posix_only
def test_the_parts_of_the_job_do_all_cases_and_end_well(tmp_path: Path) -> None:
    """Its command, with the folders of a test in place of the volumes: also a case with findings ends with 0."""
    spec = job()["spec"]
    container = spec["template"]["spec"]["containers"][0]  # type: ignore[index]
    source = put(tmp_path / "cases", {f"case-{number}.txt": EXPIRED + "#" * number for number in range(3)} | {"b.txt": VALID})
    shell, option, words = container["command"]
    words = words.replace("/cases", str(source)).replace("/out", str(tmp_path / "out")).replace("/16", "/2")
    given = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    ends = [
        subprocess.run([shell, option, words], env=given | {"JOB_COMPLETION_INDEX": str(part)}, capture_output=True, check=False).returncode
        for part in range(2)
    ]

    assert ends == [0, 0]
    assert sorted(path.name for path in (tmp_path / "out" / "cases").iterdir()) == ["b.txt", "case-0.txt", "case-1.txt", "case-2.txt"]


@posix_only
@pytest.mark.parametrize("code", [*range(15), 137, 143])
def test_a_part_runs_again_only_when_it_was_not_done(code: int, tmp_path: Path) -> None:
    """What says what was found is an end; a mistake of the command line, a fault and a kill are failures."""
    stands_in = tmp_path / "sftunnel-analyzer"
    stands_in.write_text(f"#!/bin/sh\nexit {code}\n", encoding="ascii")
    stands_in.chmod(0o755)
    shell, option, words = job()["spec"]["template"]["spec"]["containers"][0]["command"]  # type: ignore[index]

    done = subprocess.run(
        [shell, option, words], env={"PATH": f"{tmp_path}{os.pathsep}/bin", "JOB_COMPLETION_INDEX": "0"}, capture_output=True, check=False
    )

    assert (done.returncode == 0) == (code in DONE)


def test_the_job_asks_for_as_many_parts_as_it_starts() -> None:
    spec = job()["spec"]
    parts = re.findall(r"/(\d+) ", str(spec["template"]["spec"]["containers"][0]["command"]))  # type: ignore[index]

    assert parts == [str(spec["completions"])]  # type: ignore[index]
    assert spec["template"]["spec"]["securityContext"]["runAsUser"] == int(dict(STEPS)["USER"])  # type: ignore[index]


@pytest.mark.parametrize("volume", ["cases", "out", "tmp"])
def test_each_volume_of_the_job_is_mounted(volume: str) -> None:
    pod = job()["spec"]["template"]["spec"]  # type: ignore[index]

    assert volume in [one["name"] for one in pod["volumes"]]
    assert volume in [one["name"] for one in pod["containers"][0]["volumeMounts"]]
