"""Where no second thread may be started (a browser), the same comes of a large input."""

from __future__ import annotations

import gzip
import io
import tarfile
import threading
from pathlib import Path

import pytest

from analyzer import backend
from analyzer.collect import collect
from analyzer.collect.walk import AHEAD_FROM_BYTES
from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.model.member import Artifact, Member


def everything(path: Path) -> list[object]:
    items = collect([path], DEFAULT_LIMITS)
    return [(item.location.source, b"".join(item.chunks())) if isinstance(item, Member) else item for item in items]


def test_no_thread_is_started_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytes(range(256)) * 40_000
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        head = tarfile.TarInfo("var/log/messages")
        head.size = len(data)
        archive.addfile(head, io.BytesIO(data))
    bundle = tmp_path / "bundle.tar.gz"
    bundle.write_bytes(gzip.compress(packed.getvalue(), 0))
    assert bundle.stat().st_size > max(AHEAD_FROM_BYTES, 8 << 20)
    expected = everything(bundle)

    def refused(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    with pytest.raises(RuntimeError):
        everything(bundle)
    monkeypatch.setattr(backend, "HAS_THREADS", False)

    assert everything(bundle) == expected
    assert isinstance(expected[-1], Artifact)
