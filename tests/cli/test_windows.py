"""What Windows does otherwise, simulated: README says that nothing was tried there."""

from __future__ import annotations

import errno
import sys

import pytest

from analyzer.cli.signals import printing
from analyzer.read.captures.tshark import tree_ended


class Reader:
    """Standard output whose reader has gone, as ``| more`` leaves it after q."""

    def __init__(self, number: int) -> None:
        self.number = number

    def flush(self) -> None:
        raise OSError(self.number, "Invalid argument")

    def fileno(self) -> int:
        return self.out

    out = -1


@pytest.mark.parametrize(("platform", "number", "is_told"), [("win32", errno.EINVAL, False), ("linux", errno.EINVAL, True)])
def test_a_reader_that_stopped_ends_the_printing_and_not_the_run(
    platform: str, number: int, is_told: bool, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (tmp_path_factory.mktemp("out") / "out").open("w") as out:
        reader = Reader(number)
        reader.out = out.fileno()
        monkeypatch.setattr(sys, "stdout", reader)
        monkeypatch.setattr(sys, "platform", platform)

        if is_told:
            with pytest.raises(OSError, match="Invalid argument"), printing():
                pass
        else:
            with printing():
                pass


def test_a_tshark_is_ended_with_all_that_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMROOT", r"D:\Win")

    assert tree_ended(4711) == [r"D:\Win\System32\taskkill.exe", "/T", "/F", "/PID", "4711"]
