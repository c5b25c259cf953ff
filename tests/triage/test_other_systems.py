"""What holds a child on the systems that these tests do not run on, simulated."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

import psutil  # noqa: F401 - loaded as of this system, before another one is simulated
import pytest

from analyzer.triage.supervisor import memory_of
from analyzer.triage.windows_job import ExtendedLimits, JobObject


class Function:
    """One function of a library: its name, its calls, and what it gives."""

    def __init__(self, library: Kernel32, name: str) -> None:
        self.library, self.name, self.restype = library, name, None

    def __call__(self, *arguments: Any) -> int:
        return self.library.called(self.name, arguments)


class Kernel32:
    """Does what Windows does with job objects: notes their limits and processes. ``refuses`` is a function that fails."""

    def __init__(self, refuses: str = "") -> None:
        self.refuses = refuses
        self.limits: list[tuple[int, int]] = []
        self.processes: list[int] = []
        self.ended: list[str] = []

    def __getattr__(self, name: str) -> Function:
        function = Function(self, name)
        setattr(self, name, function)
        return function

    def called(self, name: str, arguments: tuple[Any, ...]) -> int:
        if name == self.refuses:
            return 0
        if name == "CreateJobObjectW":
            return 0x1_0000_0004  # a handle may be wider than an int
        assert arguments[0].value == 0x1_0000_0004
        if name == "SetInformationJobObject":
            _handle, kind, pointer, size = arguments
            assert (kind, size) == (9, ctypes.sizeof(ExtendedLimits))
            limits = pointer._obj
            self.limits.append((limits.basic.flags, limits.job_memory))
        elif name == "AssignProcessToJobObject":
            self.processes.append(arguments[1].value)
        else:
            self.ended.append(name)
        return 1


def test_the_limits_have_the_layout_of_windows() -> None:
    """As sizeof and offsetof give them in C on 64-bit Windows."""
    assert ctypes.sizeof(ExtendedLimits) == 144
    assert (ExtendedLimits.io.offset, ExtendedLimits.process_memory.offset, ExtendedLimits.job_memory.offset) == (64, 112, 120)


def test_a_child_is_put_into_a_job_that_ends_with_us_and_has_the_limit_of_the_case() -> None:
    kernel32 = Kernel32()

    job = JobObject(kernel32, 0x2_0000_0008)
    job.limit(3 << 30)
    job.end()

    assert kernel32.processes == [0x2_0000_0008]
    assert kernel32.limits == [(0x2000, 0), (0x2200, 3 << 30)]
    assert kernel32.ended == ["TerminateJobObject", "CloseHandle"]


@pytest.mark.parametrize("refuses", ["CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject"])
def test_a_child_that_cannot_be_held_is_not_run(refuses: str) -> None:
    with pytest.raises(OSError, match="Windows"):
        JobObject(Kernel32(refuses), 8)


def test_memory_is_told_without_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    here = memory_of(os.getpid())
    monkeypatch.setattr(sys, "platform", "darwin")
    space, resident = memory_of(os.getpid())

    assert abs(resident - here[1]) < 64 << 20
    assert space >= resident > 0
    assert memory_of(2**22 + 1) == (0, 0)
