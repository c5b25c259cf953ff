"""What the program relies on of each library. It holds from the oldest release that `pyproject.toml` admits to the newest.

`make test` runs this with the locked releases, `make test-oldest` with the oldest, `make test-newest` with the newest.
"""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
import zlib
from datetime import UTC, datetime

import cel
import msgspec
import pytest
import stringzilla
import yaml
import zstandard
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from analyzer.collect.inflate import INFLATE_ERRORS, crc32, new_inflater
from scripts.oldest import oldest
from tests.read.builders_certificates import internal_ca_der
from tests.read.captures.dissector import needs_pyshark

TEXT = b"sftunnel " * 5_000


def test_cryptography_loads_a_version_1_certificate_with_serial_0_and_checks_its_signature() -> None:
    """The InternalCA is one. Newer releases warn of the serial number, none refuses it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        certificate = x509.load_der_x509_certificate(internal_ca_der())
        serial = certificate.serial_number
    key = certificate.public_key()

    assert (certificate.version, serial) == (x509.Version.v1, 0)
    assert certificate.not_valid_after_utc.tzinfo is not None
    assert certificate.signature_hash_algorithm is not None
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(certificate.signature, certificate.tbs_certificate_bytes, padding.PKCS1v15(), certificate.signature_hash_algorithm)


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("a.b > 2", True),
        ("a.at - timestamp('2026-11-20T00:00:00Z') > duration('72h')", True),
        ("a.names.exists(n, n == 'x')", True),
        ("size(a.names) == 2 && !('z' in a.names)", True),
    ],
)
def test_cel_compares_counts_and_subtracts_times(source: str, answer: bool) -> None:
    facts = {"a": {"b": 3, "at": datetime(2026, 11, 24, tzinfo=UTC), "names": ["x", "y"]}}

    assert cel.compile(source).execute(facts) is answer


def test_cel_raises_for_what_does_not_compile_and_for_a_name_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="ERROR: <input>"):
        cel.compile("a +")
    with pytest.raises(Exception, match="nothing_here"):
        cel.compile("nothing_here > 1").execute({})


def test_the_inflater_stops_at_a_length_and_says_what_is_behind_the_end() -> None:
    """isal where it has a wheel, zlib else."""
    packed = zlib.compress(TEXT)[2:-4] + b"behind"
    inflater = new_inflater()

    first = inflater.decompress(packed, 100)
    rest = inflater.decompress(b"", 1 << 20)

    assert (first, first + rest) == (TEXT[:100], TEXT)
    assert (inflater.eof, inflater.unused_data) == (True, b"behind")
    assert crc32(TEXT) == zlib.crc32(TEXT)


def test_the_inflater_raises_for_damage() -> None:
    with pytest.raises(INFLATE_ERRORS):
        new_inflater().decompress(b"\xff" * 100, 1 << 20)


def test_jinja_escapes_and_refuses_an_unknown_name() -> None:
    environment = Environment(
        loader=DictLoader({"a": "{{ name }}", "b": "{{ nmae }}"}), autoescape=True, undefined=StrictUndefined, finalize=lambda value: value
    )

    assert environment.get_template("a").render(name="<script>") == "&lt;script&gt;"
    with pytest.raises(UndefinedError):
        environment.get_template("b").render(name="x")


class Made(msgspec.Struct, frozen=True):
    """As the types of the program are."""

    name: str
    at: datetime
    parts: tuple[int, ...] = ()


def test_msgspec_makes_frozen_types_that_hash_compare_and_go_through_messagepack() -> None:
    made = Made("x", datetime(2026, 11, 23, tzinfo=UTC), (1, 2))

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(made), type=Made) == made
    assert hash(msgspec.structs.replace(made, name="y")) != hash(made)
    assert msgspec.json.encode(made) == b'{"name":"x","at":"2026-11-23T00:00:00Z","parts":[1,2]}'
    with pytest.raises(AttributeError):
        made.name = "y"  # type: ignore[misc]
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"name": 1, "at": "2026-11-23T00:00:00Z"}', type=Made)


def test_yaml_gives_events_with_lines_anchors_and_tags() -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events = list(yaml.parse("a: 1\nb: &x !t [c]\n", Loader=loader))
    (sequence,) = [event for event in events if isinstance(event, yaml.SequenceStartEvent)]

    assert (sequence.start_mark.line, sequence.anchor, sequence.tag) == (1, "x", "!t")
    with pytest.raises(yaml.MarkedYAMLError) as caught:
        list(yaml.parse("a: [1\nb: 2\n", Loader=loader))
    assert caught.value.problem_mark is not None


def test_rich_measures_wide_letters_and_shows_progress_on_a_terminal_only() -> None:
    written = io.StringIO()
    with Progress(console=Console(file=written, force_terminal=False), transient=True) as bar:
        bar.advance(bar.add_task("reading", total=2))

    assert Text("만료").cell_len == 4
    assert "\x1b" not in written.getvalue()


def test_stringzilla_finds_and_counts_as_bytes_do() -> None:
    for start, end in ((0, len(TEXT)), (1, 100), (9, 9), (len(TEXT) - 3, len(TEXT))):
        assert stringzilla.find(TEXT, b"tunnel", start, end) == TEXT.find(b"tunnel", start, end)
        assert stringzilla.count(TEXT, b"tunnel", start, end) == TEXT.count(b"tunnel", start, end)


def test_typer_needs_no_other_library_to_read_a_command_line() -> None:
    """pydantic would double the start of a small run; click changes under typer's feet."""
    code = "import sys, typer; print(sorted({'pydantic', 'click'} & sys.modules.keys()))"

    assert subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_zstandard_reads_a_frame_in_pieces_and_refuses_a_large_window_and_damage() -> None:
    packed = zstandard.ZstdCompressor().compress(TEXT) + b"behind"
    frame = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()

    assert frame.decompress(packed[:20]) + frame.decompress(packed[20:]) == TEXT
    assert (frame.eof, frame.unused_data) == (True, b"behind")
    large = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=24)).compressobj()
    data = large.compress(bytes(1 << 22)) + large.flush()
    for damaged in (data, b"\x28\xb5\x2f\xfd" + b"\xff" * 60):
        with pytest.raises(zstandard.ZstdError):
            zstandard.ZstdDecompressor(max_window_size=1 << 12).decompressobj().decompress(damaged)


@needs_pyshark
def test_pyshark_has_what_the_child_calls() -> None:
    from pyshark.capture.pipe_capture import PipeCapture
    from pyshark.packet.layers.json_layer import JsonLayer

    assert all(hasattr(PipeCapture, name) for name in ("packets_from_tshark", "close_async", "_get_tshark_version"))
    layers = JsonLayer("tls", [{"a": "1"}, {"b": "2"}])
    assert (layers._all_fields, [layer._all_fields for layer in layers.duplicate_layers]) == ({"a": "1"}, [{"b": "2"}])


def test_the_oldest_release_of_a_library_is_its_lower_bound() -> None:
    assert oldest(["typer>=0.26,<0.29", "PyYAML>=6.0", "isal>=1.7; platform_machine == 'x86_64'"]) == [
        "typer==0.26",
        "PyYAML==6.0",
        "isal==1.7; platform_machine == 'x86_64'",
    ]
    with pytest.raises(ValueError, match="'rich' has no lower bound"):
        oldest(["rich"])
