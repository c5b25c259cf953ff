"""Sources that are addresses (``s3://``, ``gs://``, ``https://``), with the extra ``remote`` (fsspec). Nothing here is touched without one.

Each file is read as one forward stream. Credentials come from the environment, as the library of each store takes them: an address that
holds some is refused, for addresses are printed.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from analyzer.collect.inputs import Streamed
from analyzer.collect.items import printable
from analyzer.texts import _
from analyzer.triage.record import InputFile

ABOUT = "case.yaml"
"""The file in the folder of a case that says whose it is."""

ABOUT_BYTES = 64 << 10

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_BLOCK = 8 << 20
_MARKS = ("ETag", "etag", "md5Hash", "md5", "content_md5", "checksum", "sha256")
_TIMES = ("LastModified", "last_modified", "mtime", "updated", "created")


class RemoteError(ValueError):
    """An address that cannot be used. The message says why and what to do."""


def is_address(source: str) -> bool:
    """Whether a source is an address, not a path."""
    return _ADDRESS.match(source) is not None


def _system(source: str) -> tuple[Any, str]:
    """What reads an address, and the place within it. Raises `RemoteError`."""
    parts = urlsplit(source)
    if "@" in parts.netloc or parts.query or parts.fragment:
        shown = f"{parts.scheme}://..."
        raise RemoteError(_("{source}: put credentials into the environment, and give the address without them").format(source=shown))
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        told = _("{source}: an address needs the extra remote: pip install 'sftunnel-analyzer[remote]'")
        raise RemoteError(told.format(source=printable(source))) from None
    try:
        system, place = url_to_fs(source)
    except (ImportError, ValueError) as error:  # a store whose library is not installed, or a kind of address that nothing knows
        raise RemoteError(f"{printable(source)}: {error}") from error
    return system, str(place)


def _failed(source: str, error: Exception) -> RemoteError:
    told = f"{type(error).__name__}: {error}"[:300]
    return RemoteError(_("{source}: it cannot be read ({error})").format(source=printable(source), error=told))


def children(source: str) -> list[tuple[str, str]]:
    """Name and address of each child of a folder, or of the file itself. Raises `RemoteError`."""
    system, place = _system(source)
    try:
        if not system.isdir(place):
            return [(source.rstrip("/").rpartition("/")[2], source)]
        listed = {str(one["name"]).rstrip("/") for one in system.ls(place, detail=True)}
        found = sorted(one for one in listed - {place.rstrip("/")} if not _sorts(system, one))
    except Exception as error:  # whatever the library of a store raises: it is not ours to know
        raise _failed(source, error) from error
    return [(one.rpartition("/")[2], str(system.unstrip_protocol(one))) for one in found]


def files(source: str) -> Iterator[InputFile]:
    """Every file of a case. What says that a file is unchanged (an ETag, a digest, a time) stands as its time. Raises `RemoteError`."""
    system, _place, found = _found(source)
    for name, about in found:
        yield InputFile(str(system.unstrip_protocol(name)), int(about.get("size") or 0), _mark(about))


def _found(source: str) -> tuple[Any, str, list[tuple[str, dict[str, Any]]]]:
    """What reads the address, the place, and every file of the case but its `ABOUT`. Raises `RemoteError`."""
    system, place = _system(source)
    try:
        found: dict[str, dict[str, Any]] = system.find(place, detail=True)
    except Exception as error:  # whatever the library of a store raises
        raise _failed(source, error) from error
    own = f"{place.rstrip('/')}/{ABOUT}"
    kept = {name: about for name, about in found.items() if about.get("type") != "directory" and name != own and not _sorts(system, name)}
    return system, place, sorted(kept.items())


def _sorts(system: Any, name: str) -> bool:
    """A link of a web server's list of files that sorts it (``?C=M;O=D``), not a file. Elsewhere a name may have a question mark."""
    protocols = (system.protocol,) if isinstance(system.protocol, str) else tuple(system.protocol)
    return "http" in protocols and "?" in name


def about_text(source: str) -> str:
    """What the `ABOUT` of a case says, "" where there is none. Raises `RemoteError`."""
    system, place = _system(source)
    path = f"{place.rstrip('/')}/{ABOUT}"
    try:
        if not system.isfile(path) or (system.size(path) or 0) > ABOUT_BYTES:
            return ""
        return bytes(system.cat_file(path)).decode("utf-8", "replace")
    except Exception as error:
        raise _failed(source, error) from error


def _mark(about: dict[str, Any]) -> int:
    """A number that changes with the file; another one each time where nothing tells."""
    marks = [f"{name}={about[name]}" for name in (*_MARKS, *_TIMES) if about.get(name)]
    told = "\0".join(marks) or secrets.token_hex()
    return int.from_bytes(hashlib.sha256(told.encode("utf-8", "replace")).digest()[:7], "big")


def streamed(source: str) -> list[Streamed]:
    """Every file of a case, to be read as one forward stream each. Raises `RemoteError`."""
    system, place, found = _found(source)
    base = place.rstrip("/").rpartition("/")[0]
    return [Streamed(name.removeprefix(f"{base}/").lstrip("/"), _modified(about), partial(_opened, system, name)) for name, about in found]


def _modified(about: dict[str, Any]) -> datetime | None:
    for name in _TIMES:
        value = about.get(name)
        if isinstance(value, datetime):
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
    return None


class _Forward:
    """A stream whose every failure is one of the system: what was read before it counts, and the next run tries again."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """As of a file. Raises OSError."""
        try:
            return bytes(self._stream.read(size))
        except OSError:
            raise
        except Exception as error:
            raise OSError(f"{type(error).__name__}: {error}"[:200]) from error

    def close(self) -> None:
        """As of a file."""
        self._stream.close()


def _opened(system: Any, name: str) -> BinaryIO:
    try:
        return cast("BinaryIO", _Forward(system.open(name, "rb", block_size=_BLOCK, cache_type="readahead")))
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}"[:200]) from error
