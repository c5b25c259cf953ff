"""``sftunnel_status.pl``, ``sftunnel-status`` and ``sftunnel-status-brief`` (field notes 3.5, 3.6, 11).

The full shape of ``sftunnel_status.pl`` is known from memory only, so nothing depends on the order of lines or on blanks: a line is
known by its key, and belongs to the peer named last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.outputs import ApplianceIdentity, PeerStatus, TunnelProcess
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.status_block import PeerBlock, is_address
from analyzer.read.outputs.times import ctime
from analyzer.read.patterns import UUID

_LITERALS = (
    "run status*",
    "rpc status*",
    "rpc status :",
    "peer channel channel",
    "connection to peer '",
    "sftunnel start time",
    "last disconnect time",
    "did not reply at",
    "channela connected",
    "channelb connected",
)
_CHANNEL = re.compile(
    r"Peer channel Channel-?([AB]) is (not )?(\w{1,20})(?: type)? ?(?:\((\w{1,20})\))?"
    r"(?:, using '([^']{0,60})')?(?:, connected to '([^']{0,80})')?(?: via '([^']{0,80})')?",
    re.IGNORECASE,
)
_CONNECTED = re.compile(r"Channel-?([AB]) Connected\s*:\s*(\w{1,10})(?:, Interface (\S{1,60}))?", re.IGNORECASE)
_CONNECTION = re.compile(r"(?:IPv[46] )?Connection to peer '([^']{0,80})' (Attempted at|Start Time)\s*:?\s*(.*)", re.IGNORECASE)
_KEYED = re.compile(
    r"(SFTUNNEL Start Time|Registration|Last disconnect time|Last disconnect reason|Heartbeat Send Time|Heartbeat Received Time|RPC status)"
    r"\s{0,40}:\s{0,40}(.*)",
    re.IGNORECASE,
)
_CHECKED = re.compile(r"(Check peer|Peer) (\S{1,80}) (at|did not reply)\b(?: at)?\s{0,4}(/\S{1,200})?", re.IGNORECASE)
_SOFTWARE = re.compile(r"sw_(version|build)\s{1,8}(\S{1,40})")
_CLI_COMMAND = re.compile(r"(?<![\w/.-])sftunnel-status(?:-brief)?(?![\w.-])")
_HEAD_LINES = 12
_INTERFACE = re.compile(r"(\S{1,40}) \((?:control|events|control events|management|[a-z ]{1,40})\) (\S.{0,400})")
_FILE = re.compile(r"(?:Key File|Cert File|CA Cert)\s{0,8}=\s{0,8}(/\S{1,200})", re.IGNORECASE)
_PEER_PATH = re.compile(rf"(?:Key File|Cert File|CA Cert)\s{{0,8}}=\s{{0,8}}/\S{{0,80}}/peers/({UUID})/", re.IGNORECASE)
_RPC_DETAIL = re.compile(r"'(uuid|ip|name)' => '([^']{1,100})'")

_ONCE = ("connected-A", "connected-B")
"""Lines of which a block has one."""


def wanted(page: Page) -> bool:
    """A literal of such an output, or a ``PEER:`` line."""
    return page.has(*_LITERALS, "\npeer:") or page.text.lowered.startswith(b"peer:")


def recognise(page: Page) -> Iterator[PeerStatus | TunnelProcess | ApplianceIdentity]:
    """Every peer block, in order of its output, the process start time, and the addresses of the box itself."""
    output = _Output(page, None)
    for index, line in enumerate(page.lines):
        if index in page.prompts:
            yield from output.finished(closed=True)
            output = _Output(page, index)
            continue
        text = line.text[:1_000].strip()
        if len(text) < 5:
            continue
        if output.blocks and text.startswith("SFTUNNEL Start Time"):
            yield from output.finished(closed=True)
            output = _Output(page, output.prompt)
        process = output.read(index, text)
        if process is not None:
            yield process
    yield from output.finished(closed=False)


def _named_above(page: Page) -> str:
    """The command of a device's CLI that the words of a person above an output name, "" for none or another."""
    for line in page.lines[:_HEAD_LINES]:
        text = line.text[:300]
        if text.startswith("*") or _KEYED.match(text.strip()) is not None:
            return ""
        if (found := _CLI_COMMAND.search(text)) is not None:
            return found[0]
    return ""


class _Output:
    """What one command printed: the stretch from a prompt to the next."""

    def __init__(self, page: Page, prompt: int | None) -> None:
        self.page = page
        self.blocks: list[PeerBlock] = []
        self.current: PeerBlock | None = None
        self.named: dict[str, int] = {}
        self.connected_to: dict[str, int] = {}
        self.own_interface = ""
        self.own_addresses: list[tuple[str, int]] = []
        self.in_peer_info = False
        self.asked, self.asked_at, self.script = "", 0, ""
        self.registration: tuple[int, str] | None = None
        self.prompt = prompt
        if prompt is not None:
            self.command = page.prompts[prompt].command
        else:
            self.command = page.text.name.removesuffix(".output") if "sftunnel" in page.name else _named_above(page)

    def finished(self, *, closed: bool) -> Iterator[PeerStatus | ApplianceIdentity]:
        """The facts. ``closed``: something followed the output, so that it is not cut."""
        for address, index in self.own_addresses:
            yield ApplianceIdentity("ADDRESS", address, self.page.evidence(index))
        for block in self.blocks:
            block.ended = block.ended or closed or block is not self.blocks[-1]
            if self.script:
                block.paths[self.script] = None
            if block.says_something():
                own = tuple(address for address, _ in self.own_addresses)
                yield block.status(self.page, own, self.command[:200], self.own_interface)

    def read(self, index: int, text: str) -> TunnelProcess | None:
        """Take one line."""
        process = self._read(index, text)
        if self.current is not None:
            for name in self.current.names():
                self.named[name] = min(self.named.get(name, self.current.number), self.current.number)
            if self.current.address and self.current.address != self.current.titled:
                self.connected_to.setdefault(self.current.address.lower(), self.current.number)
        return process

    def _about(self, *names: str) -> PeerBlock | None:
        """The first block of a peer of one of these names, addresses or UUIDs."""
        surely = [self.connected_to[name.lower()] for name in names if name.lower() in self.connected_to]
        numbers = surely or [self.named[name.lower()] for name in names if name.lower() in self.named]
        return self.blocks[min(numbers)] if numbers else None

    def _read(self, index: int, text: str) -> TunnelProcess | None:
        if text.startswith("*") and text.upper().lstrip("* ").startswith(("RUN STATUS", "RPC STATUS")):
            self._starred(index, text)
        elif text[:5].upper() == "PEER:":
            self._begin(index, text, header=True).name_peer(text[5:].strip()[:100].strip())
        elif text.upper().startswith("PEER INFO"):
            self.in_peer_info = True
        elif (keyed := _KEYED.match(text)) is not None:
            return self._keyed(index, text, keyed[1].lower(), keyed[2].strip())
        elif (channel := _CHANNEL.match(text)) is not None:
            self._channel(index, text, channel)
        elif (connected := _CONNECTED.match(text)) is not None:
            block = self._block(index, text, f"connected-{connected[1].upper()}")
            block.channel("control" if connected[1] in "Aa" else "event", connected[2].lower() == "yes")
            block.interface = block.interface or (connected[3] or "")
        elif (connection := _CONNECTION.match(text)) is not None:
            self._connection(index, text, connection)
        elif (checked := _CHECKED.match(text)) is not None:
            self.asked = checked[2] if is_address(checked[2]) or re.fullmatch(UUID, checked[2]) else ""
            self.asked_at = index
            self.script = checked[4] or ""
        else:
            self._detail(index, text)
        return None

    def _starred(self, index: int, text: str) -> None:
        parts = [part.strip() for part in text.split("*") if part.strip()]
        name = parts[1][:100] if len(parts) > 1 else ""
        if parts[0].upper().startswith("RUN"):
            self._begin(index, text, header=True).title(name)
            self.blocks[-1].seen.add("run status")
            self._take_asked(self.blocks[-1])
            return
        about = self._about(name, self.asked)
        if about is None:
            about = self._begin(index, text, header=True)
            about.name_peer("" if name.upper() == "PEERIP" else name)
        else:
            about.note(index, text)
        self.current = about
        self._take_asked(about)

    def _begin(self, index: int, text: str, *, header: bool) -> PeerBlock:
        block = PeerBlock(index, header, len(self.blocks))
        if self.registration is not None and not header and self.registration[0] >= index - 2:
            block.first, block.registration = self.registration
            block.note(block.first, self.page.lines[block.first].text.strip(), "registration")
        self.registration = None
        block.note(index, text)
        self.blocks.append(block)
        self.current = block
        self.in_peer_info = False
        return block

    def _block(self, index: int, text: str, kind: str) -> PeerBlock:
        """The block that a line belongs to.

        One without a header begins anew when a kind of line repeats. So does one with a header when a channel repeats: the header of the
        next peer was lost.
        """
        block = self.current
        if block is None or (kind in block.seen and (not block.header or kind in _ONCE)):
            block = self._begin(index, text, header=False)
            block.seen.add(kind)
        else:
            block.note(index, text, kind)
        self._take_asked(block)
        return block

    def _take_asked(self, block: PeerBlock) -> None:
        """The peer that the command was asked about is this block's, and the line that names it belongs to the evidence."""
        if not self.asked:
            return
        if is_address(self.asked):
            block.address = block.address or self.asked
        else:
            block.uuid = block.uuid or self.asked
        block.first = min(block.first, self.asked_at)
        self.asked = ""

    def _keyed(self, index: int, text: str, key: str, value: str) -> TunnelProcess | None:
        if key == "sftunnel start time":
            started = ctime(value)
            if started is None:
                return None
            return TunnelProcess(started, None, None, self.page.evidence(index), host=self.page.host(index))
        if key == "registration":
            said = value.rstrip(". ")[:100]
            if self.current is None or (not self.current.header and "registration" in self.current.seen):
                self.registration = (index, said)
            else:
                self.current.note(index, text, "registration")
                self.current.registration = said
            return None
        if key == "rpc status":
            block = self._block(index, text, key)
            block.rpc_failed = value.lower().startswith("fail")
            block.ended = True
            return None
        block = self._block(index, text, key)
        time = ctime(value)
        if key == "last disconnect time":
            block.last_disconnect, block.dropped, block.ended = time, True, True
        elif key == "last disconnect reason":
            block.last_disconnect_reason, block.dropped, block.ended = value[:300], True, True
        elif key == "heartbeat send time":
            block.heartbeat_sent = time
        else:
            block.heartbeat_received, block.ended = time, time is not None
        return None

    def _channel(self, index: int, text: str, found: re.Match[str]) -> None:
        letter, negated, word, kind, interface, peer, via = found.groups(default="")
        block = self._block(index, text, f"channel-{letter.upper()}")
        which = kind.lower() if kind.lower() in ("control", "event") else ("control" if letter in "Aa" else "event")
        block.channel(which, word.lower() == "valid" and not negated)
        block.interface = block.interface or interface
        block.connects_to(peer)
        if is_address(via):
            block.local_addresses.append(via)

    def _connection(self, index: int, text: str, found: re.Match[str]) -> None:
        peer, what, time = found.groups()
        block = self._block(index, text, "connection")
        block.connects_to(peer)
        if what.lower() == "start time":
            block.started, block.connected_since = True, ctime(time)
        else:
            block.dropped, block.attempted_at, block.ended = True, ctime(time), True

    def _detail(self, index: int, text: str) -> None:
        """Lines that say something of a peer only inside its block: software, interfaces, file paths, RPC details."""
        block = self.current
        if (interface := _INTERFACE.match(text)) is not None:
            addresses = [part.strip() for part in interface[2].split(",") if is_address(part.strip())]
            if block is None and not self.in_peer_info:
                self.own_addresses.extend((address, index) for address in addresses[:16])
                self.own_interface = self.own_interface or interface[1]
            elif block is None:
                return
            elif self.in_peer_info and addresses and not block.address:
                block.address = addresses[0]
        elif block is None:
            return
        elif (named := _FILE.match(text)) is not None:
            if text[:8].lower() == "key file":
                if "key file" in block.seen:
                    block = self._begin(index, text, header=False)
                block.seen.add("key file")
            block.paths[named[1]] = None
            if (path := _PEER_PATH.match(text)) is not None:
                block.uuid = block.uuid or path[1]
                block.note(index, text)
        elif (software := _SOFTWARE.match(text)) is not None:
            block.note(index, text)
            if software[1] == "version":
                block.sw_version = software[2]
            else:
                block.sw_build = software[2]
        elif (detail := _RPC_DETAIL.match(text)) is not None:
            block.note(index, text)
            if detail[1] == "ip" and is_address(detail[2]):
                block.connects_to(detail[2])
            elif detail[1] == "uuid" and re.fullmatch(UUID, detail[2]):
                block.uuid = block.uuid or detail[2]
