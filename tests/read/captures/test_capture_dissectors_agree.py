"""The embedded reader and tshark give the same facts of every capture."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from analyzer.model.capture import CapturedConnection, CaptureRead
from analyzer.model.member import Damage
from tests.read.captures import packets as p
from tests.read.captures.dissector import PYSHARK_STARTS, TSHARK, needs_pyshark, needs_tshark, without_pyshark
from tests.read.captures.scenarios import V6, captured, every_scenario, read_capture
from tests.read.captures.test_capture_links import fragmented, fragmented6
from tests.read.captures.test_capture_sieve import CONTAINERS as EVERY_CONTAINER

pytestmark = needs_tshark
SAMPLES = sorted(
    path
    for path in (Path(__file__).parents[3] / "samples").glob("*/evidence/**/*")
    if path.name.removesuffix(".gz").endswith((".pcap", ".pcapng", ".cap")) and path.is_file()
)


@pytest.fixture(autouse=True)
def driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyshark does not start, tshark is asked all the same."""
    if not PYSHARK_STARTS:
        without_pyshark(monkeypatch)


def both(data: bytes, tmp_path: Path, port: int = 8305) -> tuple[list[CapturedConnection], list[CapturedConnection]]:
    """What the two say; and tshark really was the one that said it."""
    embedded = read_capture(data, port=port)
    dissected = read_capture(data, port=port, tshark=TSHARK, temp_dir=tmp_path)
    (read,) = (fact for fact in dissected if isinstance(fact, CaptureRead))
    assert read.note in ("", "no connection carries data", "no packet concerns the port")
    assert [fact for fact in embedded if isinstance(fact, Damage)] == [fact for fact in dissected if isinstance(fact, Damage)]
    one, two = ([fact for fact in facts if isinstance(fact, CapturedConnection)] for facts in (embedded, dissected))
    return one, two


def test_on_every_scenario(tmp_path: Path) -> None:
    names, packets = [], []
    for name, scenario in every_scenario():
        names.append(name)
        packets += scenario

    embedded, dissected = both(p.section(packets), tmp_path)

    assert len(embedded) == len(dissected) == len(names)
    differing = [(name, one, two) for name, one, two in zip(names, embedded, dissected, strict=True) if one != two]
    assert differing == []


@needs_pyshark
def test_without_pyshark_tshark_is_asked_the_same_and_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the comparison means the same on a Python on which pyshark does not start."""
    data = p.section([packet for _, scenario in every_scenario() for packet in scenario])
    _, through_pyshark = both(data, tmp_path)
    without_pyshark(monkeypatch)

    _, alone = both(data, tmp_path)

    assert alone == through_pyshark


REFUSED = captured("client-leaf-expired-12")
RAW6 = captured("client-leaf-expired-12", frame=lambda packet: packet, link=p.RAW, **V6)
CONTAINERS = {
    **{name: build(REFUSED) for name, build in EVERY_CONTAINER.items()},
    "pcap, big-endian, nanoseconds": p.pcap(REFUSED, big=True, nanoseconds=True),
    "pcapng, microseconds": p.section(REFUSED, resolution=6),
    "pcapng, an interface of another link type": p.section([*REFUSED, *captured("good-12", client_port=2, frame=p.sll, link=p.SLL)]),
    "cut": p.pcap(REFUSED)[:-20],
    "fragments": p.pcap(fragmented(REFUSED, 400)),
    "IPv6 fragments": p.pcap(fragmented6(RAW6, 800)),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_on_every_container(name: str, tmp_path: Path) -> None:
    embedded, dissected = both(CONTAINERS[name], tmp_path)

    assert embedded == dissected
    assert [alert.number for alert in dissected[0].alerts] == [45]


def test_on_another_port(tmp_path: Path) -> None:
    embedded, dissected = both(p.pcap(captured("client-leaf-expired-12", server_port=8306)), tmp_path, port=8306)

    assert embedded == dissected
    assert len(dissected) == 1


def test_packet_numbers_are_those_of_the_whole_capture(tmp_path: Path) -> None:
    """Between the packets of the port lie others, which tshark never sees."""
    noise = captured("good-12", server_port=443)
    packets = [one for pair in zip(noise, captured("good-12"), strict=True) for one in pair]

    embedded, dissected = both(p.pcap(packets), tmp_path)

    assert embedded == dissected
    assert dissected[0].server_chain[0].evidence.location.packet == 12


def test_on_what_one_side_said_behind_the_answer_to_it(tmp_path: Path) -> None:
    """Two ports of a switch are copied to one: tshark takes all that the client says for encrypted then."""
    packets = captured("good-12")
    late = [*packets[:3], *packets[4:10], packets[3], *packets[10:]]  # the ClientHello behind the ChangeCipherSpec of the server

    embedded = read_capture(p.pcap(late))
    dissected = read_capture(p.pcap(late), tshark=TSHARK, temp_dir=tmp_path)

    (one,), (two,) = ([fact for fact in facts if isinstance(fact, CapturedConnection)] for facts in (embedded, dissected))
    assert one == two
    assert len(two.client_chain) == 2


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: "/".join(path.parts[-4:]))
def test_on_every_sample(path: Path, tmp_path: Path) -> None:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()

    embedded, dissected = both(data, tmp_path)

    assert embedded == dissected
