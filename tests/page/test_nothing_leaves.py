"""Nothing leaves the page. A page without the policy reaches a listener by every way that is tried; ours, by none.

The same hostile script runs in three places: in a control page, in our page itself, and in a report inside of it. In the last two it is put
there by the test: evidence cannot do that.

What counts is a byte that arrives. Chromium opens a connection for a frame before it asks the policy, and closes it again without a byte
(docs/page.md says so).
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.page.opened import opened

WAYS = {
    "fetch": "fetch(AT)",
    "XMLHttpRequest": "const x = new XMLHttpRequest(); x.open('GET', AT); x.send()",
    "beacon": "navigator.sendBeacon(AT, 'x')",
    "WebSocket": "new WebSocket(AT.replace('http', 'ws'))",
    "EventSource": "new EventSource(AT)",
    "image": "new Image().src = AT",
    "style": "add('link', {rel: 'stylesheet', href: AT})",
    "font": "new FontFace('f', `url(${AT})`).load()",
    "script": "add('script', {src: AT})",
    "module": "import(AT)",
    "audio": "new Audio(AT).load()",
    "video poster": "add('video', {poster: AT})",
    "object": "add('object', {data: AT, type: 'text/html'})",
    "frame": "add('iframe', {src: AT})",
    "navigation of a frame": "const f = add('iframe', {}); f.contentWindow.location = AT",
    "form": "const f = add('form', {action: AT, method: 'post', target: add('iframe', {name: 'into'}).name}); f.submit()",
    "prefetch": "add('link', {rel: 'prefetch', href: AT})",
    "preload": "add('link', {rel: 'preload', as: 'image', href: AT})",
    "worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${AT}')`])))",
    "import in a worker": "new Worker(URL.createObjectURL(new Blob([`importScripts('${AT}')`])))",
}
"""Each asks for an address of its own, so that what arrives says which it was."""

LEAVING = {
    "navigation": "location.href = AT",
    "refresh": "add('meta', {httpEquiv: 'refresh', content: `0;url=${AT}`})",
    "link": "add('a', {href: AT}).click()",
}
"""Ways that replace the page: each is tried alone."""

FROM_A_REPORT = {
    "navigation of the page": "top.location = AT",
    "a new window": "open(AT)",
    "link to the page": "add('a', {href: AT, target: '_top'}).click()",
}

SCRIPT = """
const add = (kind, values) => document.body.appendChild(Object.assign(document.createElement(kind), values));
const ways = {WAYS};
for (const [name, way] of Object.entries(ways)) {
  const AT = `http://127.0.0.1:PORT/${name.replaceAll(" ", "-")}/`;
  try { way(AT); } catch (error) { console.log("refused", name, error); }
}
"""


class Listener:
    """Counts who sends anything, whatever it is."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._listen, args=(connection,), daemon=True).start()

    def _listen(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(5)
            if data := connection.recv(1000):
                self.heard.append(data)

    def ways(self) -> set[str]:
        """The first part of each path that was asked for."""
        return {data.split(b" ")[1].split(b"/")[1].decode() for data in self.heard}

    def close(self) -> None:
        self._socket.close()


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    try:
        yield listener
    finally:
        listener.close()


def script(ways: Mapping[str, str], port: int) -> str:
    listed = ", ".join(f"{json.dumps(name)}: (AT) => {{ {way} }}" for name, way in ways.items())
    return SCRIPT.replace("{WAYS}", f"{{{listed}}}").replace("PORT", str(port))


def reached(browser: Browser, file: Path, listener: Listener, wanted: int, patience: int) -> set[str]:
    """The ways by which a byte arrived, once so many did or so many tenths of a second passed after the page was opened."""
    with opened(browser, file, wait=False) as page:
        for _ in range(patience):
            if len(listener.ways()) >= wanted:
                break
            page.page.wait_for_timeout(100)
    return listener.ways()


@pytest.fixture(scope="module")
def bare(built: Path) -> str:
    """The page with its policy and its scripts, without Python: it opens at once."""
    text = built.read_text(encoding="utf-8")
    begin, end = text.index('<script type="text/plain" data-part='), text.index('<script type="application/json" id="facts">')
    return text[:begin] + text[end:]


def control_page(ways: Mapping[str, str], port: int) -> str:
    return f"<!DOCTYPE html><meta charset=utf-8><body><script>{script(ways, port)}</script>"


TOGETHER: list[dict[str, str]] = [WAYS, *({name: way} for name, way in LEAVING.items())]
NAMES = [", ".join(ways) if len(ways) == 1 else "every way" for ways in TOGETHER]


@pytest.mark.parametrize("ways", TOGETHER, ids=NAMES)
def test_a_page_without_the_policy_reaches_out_by_each(ways: dict[str, str], browser: Browser, tmp_path: Path) -> None:
    with listening() as listener:
        file = tmp_path / "control.html"
        file.write_text(control_page(ways, listener.port), encoding="utf-8")

        assert reached(browser, file, listener, len(ways), patience=200) == {name.replace(" ", "-") for name in ways}


@pytest.mark.parametrize("ways", TOGETHER, ids=NAMES)
def test_ours_reaches_out_by_none(ways: dict[str, str], bare: str, browser: Browser, tmp_path: Path) -> None:
    with listening() as listener:
        file = tmp_path / "ours.html"
        file.write_text(bare.replace("</body>", f"<script>{script(ways, listener.port)}</script></body>"), encoding="utf-8")

        assert reached(browser, file, listener, 1, patience=20) == set()


@pytest.mark.parametrize("ways", [*TOGETHER, *({name: way} for name, way in FROM_A_REPORT.items())], ids=[*NAMES, *FROM_A_REPORT])
def test_a_report_in_it_reaches_out_by_none(ways: dict[str, str], bare: str, browser: Browser, tmp_path: Path) -> None:
    """The frame is made as `shell.js` makes it."""
    with listening() as listener:
        report = json.dumps(control_page(ways, listener.port)).replace("</", "<\\/")
        show = (
            "const shown = document.createElement('iframe'); shown.setAttribute('sandbox', 'allow-scripts'); "
            f"shown.srcdoc = {report}; document.getElementById('report').replaceChildren(shown);"
        )
        file = tmp_path / "ours.html"
        file.write_text(bare.replace("</body>", f"<script>{show}</script></body>"), encoding="utf-8")

        assert reached(browser, file, listener, 1, patience=20) == set()
