"""A job object of Windows: the memory of a child and of all that it starts is limited together, and they end together, also when this
program is killed (the last handle is closed then).

https://learn.microsoft.com/windows/win32/procthread/job-objects
"""

from __future__ import annotations

import ctypes
from typing import Any

_EXTENDED_LIMITS = 9
"""JobObjectExtendedLimitInformation."""

_JOB_MEMORY, _KILL_ON_CLOSE = 0x200, 0x2000


class _Basic(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_user_time", ctypes.c_int64),
        ("job_user_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("largest_working_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("basic", _Basic),
        ("io", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


class JobObject:
    """Holds a child and all that it starts. ``kernel32`` is the library of Windows."""

    def __init__(self, kernel32: Any, process: int) -> None:
        """Put a process (its handle) into a new job object. Raises OSError."""
        self._kernel32 = kernel32
        for name in ("CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject", "TerminateJobObject", "CloseHandle"):
            getattr(kernel32, name).restype = ctypes.c_void_p if name.startswith("Create") else ctypes.c_int
        handle = kernel32.CreateJobObjectW(None, None)
        if not handle:
            raise OSError("Windows gave no job object")
        self._handle = ctypes.c_void_p(handle)
        self.limit(0)
        if not kernel32.AssignProcessToJobObject(self._handle, ctypes.c_void_p(process)):
            self.end()
            raise OSError("Windows did not put the process into its job object")

    def limit(self, size: int) -> None:
        """Together they get no more than ``size`` bytes (0: no limit). Raises OSError."""
        limits = ExtendedLimits(job_memory=size)
        limits.basic.flags = _KILL_ON_CLOSE | (_JOB_MEMORY if size else 0)
        if not self._kernel32.SetInformationJobObject(self._handle, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)):
            raise OSError("Windows did not take the limit of a job object")

    def end(self) -> None:
        """End all of them, at once."""
        self._kernel32.TerminateJobObject(self._handle, 1)
        self._kernel32.CloseHandle(self._handle)
