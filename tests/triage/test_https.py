"""Sources on a web server: one of this machine, which lists its files as Apache and nginx do, and breaks where it is asked to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote, unquote

import pytest

from analyzer.triage.record import CaseState
from analyzer.triage.remote import RemoteError, children, files
from tests.triage.builders import EXPIRED, VALID, put
from tests.triage.test_people import of, run

SAMPLE = Path(__file__).parents[2] / "samples" / "04-expired-one-up-two-down" / "evidence"


class Server(ThreadingHTTPServer):
    """``asked`` is what it was asked for. Of ``cut`` it sends the first half and closes, ``denied`` it refuses."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        self.cut: set[str] = set()
        self.denied: set[str] = set()
        super().__init__(("127.0.0.1", 0), partial(Answering, folder))

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    """One answer: a file, or a list of files with the links that such lists have."""

    server: Server

    def __init__(self, folder: Path, *arguments: Any) -> None:
        self.folder = folder
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        place = self.folder / unquote(self.path.partition("?")[0]).strip("/")
        if self.path in self.server.denied or not place.exists():
            self.send_error(403 if place.exists() else 404)
        elif place.is_dir() and not self.path.endswith("/"):
            self.send_response(301)
            self.send_header("Location", f"{self.path}/")
            self.end_headers()
        else:
            data = self._list(place) if place.is_dir() else place.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if place.is_dir() else "application/octet-stream")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data[: len(data) // 2] if self.path in self.server.cut else data)

    do_HEAD = do_GET

    @staticmethod
    def _list(place: Path) -> bytes:
        names = [f"{one.name}/" if one.is_dir() else one.name for one in sorted(place.iterdir())]
        links = ["?C=M;O=D", "../", "/", "http://192.0.2.1/cases/other.txt", *(quote(name) for name in names)]
        return "".join(f'<a href="{escape(link)}">{escape(link)}</a>\n' for link in links).encode()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path / "site")
    Thread(target=started.serve_forever, daemon=True).start()
    yield started
    started.shutdown()
    started.server_close()


def test_a_triage_of_a_web_server_is_that_of_its_files(server: Server, tmp_path: Path) -> None:
    """Only what lies below the address is a case: no link that sorts, none upwards, none to another server."""
    cases = put(tmp_path / "site" / "cases", {"a.txt": EXPIRED, "b/x.txt": VALID, "b/deep/y.txt": EXPIRED})
    for path in SAMPLE.iterdir():
        (cases / "b" / path.name).write_bytes(path.read_bytes())
    put(tmp_path / "site", {"outside.txt": EXPIRED})

    there, _said = run(f"{server.address}/cases/", tmp_path / "there")
    here, _said = run(cases, tmp_path / "here")

    assert {label: (one.state, one.severity, one.headline) for label, one in of(there).items()} == {
        label: (one.state, one.severity, one.headline) for label, one in of(here).items()
    }
    assert "/outside.txt" not in server.asked
    assert [path for path in server.asked if not path.startswith("/cases/")] == []


def test_the_cases_and_files_of_an_address(server: Server, tmp_path: Path) -> None:
    put(tmp_path / "site" / "cases", {"a.txt": "1", "b/x.txt": "2", "b/deep/y.txt": "3"})

    assert [name for name, _address in children(f"{server.address}/cases/")] == ["a.txt", "b"]
    assert [one.path.removeprefix(server.address) for one in files(f"{server.address}/cases/b/")] == [
        "/cases/b/deep/y.txt",
        "/cases/b/x.txt",
    ]


def test_a_connection_that_breaks_is_incomplete_and_read_again(server: Server, tmp_path: Path) -> None:
    put(tmp_path / "site" / "cases", {"a.txt": EXPIRED, "b.txt": VALID})
    server.cut.add("/cases/a.txt")

    broken, _said = run(f"{server.address}/cases/", tmp_path / "out")
    server.cut.clear()
    whole, _said = run(f"{server.address}/cases/", tmp_path / "out")

    assert of(broken)["a.txt"].state in (CaseState.INCOMPLETE, CaseState.UNREADABLE)
    assert (of(broken)["b.txt"].state, of(whole)["a.txt"].state) == (CaseState.DONE, CaseState.DONE)


def test_a_server_that_refuses_is_named_with_its_answer(server: Server, tmp_path: Path) -> None:
    put(tmp_path / "site" / "cases", {"a.txt": EXPIRED})
    server.denied |= {"/cases/", "/cases"}

    with pytest.raises(RemoteError, match=r"/cases/: it cannot be read \(.*403"):
        children(f"{server.address}/cases/")
