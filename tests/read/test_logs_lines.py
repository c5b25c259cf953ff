"""Log lines of sftunnel: header, meaning, numbers and peers (field notes 2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.location import Location
from analyzer.model.log import LogEvent, LogKind
from analyzer.read import logs
from analyzer.read.context import ReadContext
from analyzer.read.logs.catalogue import classify, rows
from analyzer.read.text import Text, read_text

K = LogKind
CONTEXT = ReadContext(as_of=datetime(2026, 11, 23, tzinfo=UTC))
HEAD = "Sep 20 04:10:47 FTD-hostname SF-IMS[50792]: [51982] sftunnel:sf_ssl "
DN = "/title=InternalCA/OU=Intrusion Management System/CN=cdb123c8-4347-11ef-aca1-f3aa241412a1/O=Cisco Systems, Inc"
UUID = "c8d5d5c6-87c9-11ef-a993-b9831565bc4e"


def read(*lines: str) -> list[LogEvent]:
    text = read_text(["\n".join(lines).encode()], Location("case", "messages"), "messages", datetime(2026, 11, 20, tzinfo=UTC))
    return list(logs.read(text, CONTEXT))


def one(line: str) -> LogEvent:
    [event] = read(line)
    return event


def say(message: str, level: str = "ERROR") -> LogEvent:
    return one(f"{HEAD}[{level}] {message}")


def test_a_line_is_taken_apart() -> None:
    event = one(HEAD + "[WARN] SSL Verification status: certificate has expired")

    assert (event.host, event.pid, event.tid, event.level) == ("FTD-hostname", 50792, 51982, "WARN")
    assert event.message == "SSL Verification status: certificate has expired"
    assert (event.time, event.time_text) == (datetime(2026, 9, 20, 4, 10, 47, tzinfo=UTC), "Sep 20 04:10:47")
    assert event.evidence.location == Location("case", "messages", line=1, offset=0)
    assert event.evidence.text == HEAD + "[WARN] SSL Verification status: certificate has expired"


FTD_LINES = [
    ("Initiating IPv4 connection", K.INITIATING),
    ("Wait to connect to 8305 (IP", K.WAITING),
    ("Connected to 10.10.200.31 f", K.TCP_CONNECTED),
    ("-Error with certificate at", K.CERTIFICATE_ERROR),
    ("issuer = /title=Intern", K.ISSUER),
    ("subject = /title=Intern", K.SUBJECT),
    ("err 10:certificate has e", K.VERIFY_ERROR),
    ("SSL_renegotiate error: 1:", K.SSL_ERROR),
    ("Connect:SSL handshake fail", K.HANDSHAKE_FAILED),
    ("SSL Verification status: ce", K.VERIFICATION_STATUS),
]
FMC_LINES = [
    ("VERIFY ssl_verify_callback_in", K.VERIFY_CALLBACK),
    ("SSL_renegotiate error: 1: er", K.SSL_ERROR),
    ("establishConnectionUtil: SSL", K.VERIFICATION_STATUS),
    ("establishConnectionUtil: Fail", K.CONNECTION_FAILED),
    ("establishSSLConnection: Unab", K.CONNECTION_FAILED),
    ("establishSSLConnection: ret_", K.CONNECTION_FAILED),
    ("establishSSLConnection: irt", K.CONNECTION_FAILED),
    ("establishSSLConnection: Fail", K.CONNECTION_FAILED),
]


@pytest.mark.parametrize(("message", "kind"), FTD_LINES + FMC_LINES)
def test_each_line_of_document_222464_is_known_as_printed(message: str, kind: LogKind) -> None:
    assert say(message).kind is kind


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Initiating IPv4 conn", K.INITIATING),
        ("Wait to co", K.WAITING),
        ("-Error with", K.CERTIFICATE_ERROR),
        ("Connect:SSL han", K.HANDSHAKE_FAILED),
        ("SSL Verif", K.VERIFICATION_STATUS),
        ("SSL_renego", K.SSL_ERROR),
        ("establishSSLConnection: U", K.CONNECTION_FAILED),
        ("issuer =", K.ISSUER),
        ("err 1", K.VERIFY_ERROR),
    ],
)
def test_a_line_cut_inside_the_known_words_keeps_its_kind(message: str, kind: LogKind) -> None:
    event = say(message)

    assert (event.kind, event.cut) == (kind, True)


@pytest.mark.parametrize(
    "message", ["Connect", "SSL", "establish", "Init", "err", "", "issuer lookup failed", "err in setup", "errno 10:x"]
)
def test_too_little_or_other_words_are_other(message: str) -> None:
    assert say(message).kind is K.OTHER


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Established connection to sftunnel for peer 192.168.10.40", K.ESTABLISHED),
        ("HMAC verification reached timeout", K.HMAC_TIMEOUT),
        ("peer 192.0.2.1: HMAC verification reached timeout, closing", K.HMAC_TIMEOUT),
        ("ShutDownPeer 192.0.2.1", K.PEER_SHUTDOWN),
        ("Unable to connect to 192.0.2.1 (port 8305): Connection refused", K.CONNECTION_REFUSED),
        ("a line that nobody has described", K.OTHER),
    ],
)
def test_lines_known_from_other_sources(message: str, kind: LogKind) -> None:
    assert say(message, "INFO").kind is kind


@pytest.mark.parametrize(
    "message",
    [
        "stream_src=/var/sf/cloud_download/full_bcdb_rep_X.X.bin",
        "stream_dest=/tmp/x",
        "FILE /var/sf/x",
        "Opened file '/var/sf/x'",
        f"Initiated fstream task pushing /var/sf/x to {UUID}, task_id 449",
    ],
)
def test_file_transfers_are_signs_of_life(message: str) -> None:
    assert one(f"Apr 15 16:17:19 firesight SF-IMS[3911]: [3962] sftunneld:stream_file [INFO] {message}").kind is K.FILE_TRANSFER


def test_every_row_of_the_catalogue_is_reached_by_its_own_words() -> None:
    fills = {K.VERIFY_ERROR: "10:x", K.ISSUER: " = /CN=x", K.SUBJECT: " = /CN=x", K.VERIFICATION_STATUS: ": ok"}

    assert [row.begins for row in rows() if not row.pattern and classify(row.begins + fills.get(row.kind, "")).kind is not row.kind] == []


@pytest.mark.parametrize(
    "line",
    [
        "Apr 15 16:17:19 firesight SF-IMS[3911]: [3962] CloudAgent:IPReputation [INFO] Response code: 200",
        "Apr 15 16:17:19 firesight SF-IMS[3911]: [3962] pm:process [INFO] Started snort (3912)",
        "Apr 15 16:17:19 firesight SF-IMS[3911]: [3962] CloudAgent:x [INFO] see sftunnel:sf_ssl [ERROR] err 10:certificate has expired",
        "sftunnel (system) - Running 3912",
        "grep sftunnel /var/log/messages",
        "subject = /CN=web",
        "verify error:num=10:certificate has expired",
        "",
    ],
)
def test_other_processes_and_other_text_give_no_event(line: str) -> None:
    assert read(line) == []


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ("Sep 20 04:10:47 FTD hostname 1 SF-IMS[1]: [2] sftunnel:sf_ssl [INFO] ShutDownPeer", "FTD hostname 1"),
        ("Sep 20 04:10:47 SF-IMS[1]: [2] sftunnel:sf_ssl [INFO] ShutDownPeer", ""),
        ("messages.1:Sep 20 04:10:47 ftd SF-IMS[1]: [2] sftunnel:sf_ssl [INFO] ShutDownPeer", "ftd"),
        ("2024-09-20 04:10:47 ftd SF-IMS[1]: [2] sftunnel:sf_ssl [INFO] ShutDownPeer", "ftd"),
        ("2024-09-20 04:10:47 ftd [1]: [2] sftunneld:sf_ssl [INFO] ShutDownPeer", "ftd"),
    ],
)
def test_the_host_may_have_blanks_be_missing_or_stand_behind_a_path(line: str, host: str) -> None:
    event = one(line)

    assert (event.kind, event.host, event.pid, event.tid) == (K.PEER_SHUTDOWN, host, 1, 2)
    assert event.time is not None


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("sftunneld:stream_file [INFO] stream_src=/var/sf/x", K.FILE_TRANSFER),
        ("  sftunnel:sf_ssl [ERROR] err 10:certificate has expired", K.VERIFY_ERROR),
        ("err 68:CA signature digest algorithm too weak", K.VERIFY_ERROR),
        ("Established connection to sftunnel for peer 192.168.10.40", K.ESTABLISHED),
        ("Connect:SSL handshake failed", K.HANDSHAKE_FAILED),
    ],
)
def test_pasted_lines_without_a_header_count(line: str, kind: LogKind) -> None:
    event = one(line)

    assert (event.kind, event.time, event.host, event.pid) == (kind, None, "", None)


def test_bare_names_count_only_below_the_line_they_continue() -> None:
    found = read("-Error with certificate at depth: 1", f"issuer = {DN}", f"subject = {DN}", "", "", f"subject = {DN}")

    assert [event.kind for event in found] == [K.CERTIFICATE_ERROR, K.ISSUER, K.SUBJECT]


def test_bare_lines_do_not_count_in_a_log_that_is_kept_in_part() -> None:
    whole = read_text([b"err 10:certificate has expired"], Location("m"), "m", None)
    part = Text(whole.location, whole.name, None, whole.lines, whole=False)

    assert list(logs.read(part, CONTEXT)) == []


@pytest.mark.parametrize(
    ("message", "code", "text"),
    [
        ("err 10:certificate has expired", 10, "certificate has expired"),
        ("err 10:certificate has e", 10, "certificate has e"),
        ("err 19:self-signed certificate in certificate chain", 19, "self-signed certificate in certificate chain"),
        ("verify error:num=7:certificate signature failure", 7, "certificate signature failure"),
        ("SSL Verification status: certificate has expired", 10, "certificate has expired"),
        ("establishConnectionUtil: SSL Verification status: self signed certificate", 18, "self signed certificate"),
        ("SSL Verification status: ok", None, "ok"),
        ("SSL Verification status: ce", None, "ce"),
    ],
)
def test_a_verdict_has_its_number(message: str, code: int | None, text: str) -> None:
    event = say(message)

    assert (event.verify_code, event.verify_text) == (code, text)


def test_the_depth_of_the_failing_certificate_is_read() -> None:
    assert (say("-Error with certificate at depth: 1").depth, say("-Error with certificate at").depth) == (1, None)


@pytest.mark.parametrize(
    ("code", "alert", "reason"),
    [
        ("14094410", 40, 1040),
        ("14094412", 42, 1042),
        ("14094414", 44, 1044),
        ("14094415", 45, 1045),
        ("14094416", 46, 1046),
        ("14094418", 48, 1048),
        ("1409441B", 51, 1051),
        ("1409442E", 70, 1070),
        ("14094455", 109, 1109),
        ("1409445C", 116, 1116),
        ("0A000415", 45, 1045),
        ("0A00041B", 51, 1051),
        ("0A00045C", 116, 1116),
        ("1416F086", None, 134),
        ("0A000086", None, 134),
        ("0A000117", None, 279),
        ("0A0000C7", None, 199),
        ("0B080074", None, None),
        ("00000001", None, None),
    ],
)
def test_openssl_error_strings_of_both_generations(code: str, alert: int | None, reason: int | None) -> None:
    event = say(f"SSL_renegotiate error: 1: error:{code}:SSL routines:f:words")

    assert (event.kind, event.alert, event.reason) == (K.SSL_ERROR, alert, reason)


@pytest.mark.parametrize(
    ("message", "alert"),
    [
        ("SSL_renegotiate error: 1: SSL alert number 45", 45),
        ("SSL_renegotiate error: 1: tlsv1 alert unknown ca", 48),
        ("SSL_renegotiate error: 1: sslv3 alert certificate expired:ssl/record/rec_layer_s3.c:1584", 45),
        ("SSL_renegotiate error: 1: SSL alert number 450", None),
        ("SSL_renegotiate error: 1: error:140944", None),
    ],
)
def test_an_alert_without_a_whole_error_code(message: str, alert: int | None) -> None:
    assert say(message).alert == alert


def test_an_error_string_in_an_unknown_line_makes_it_an_ssl_error() -> None:
    event = say("SSL_read gave up: error:0A000415:SSL routines::sslv3 alert certificate expired")

    assert (event.kind, event.alert) == (K.SSL_ERROR, 45)


@pytest.mark.parametrize(
    ("message", "peer"),
    [
        ("Initiating IPv4 connection to 192.0.2.7:8305/tcp", "192.0.2.7"),
        ("Initiating IPv6 connection to 2001:DB8::7", "2001:db8::7"),
        ("Wait to connect to 8305 (IPv4): 192.0.2.7", "192.0.2.7"),
        ("Wait to connect to 8305 (IPv6): 2001:db8::7", "2001:db8::7"),
        ("Connected to 10.10.200.31 from resolved_ips_list (port 8305) (IPv4)", "10.10.200.31"),
        ("Connected to 10.10.200.31", "10.10.200.31"),
        ("Connected to 999.10.200.31 from", ""),
        ("Established connection to sftunnel for peer 192.168.10.40", "192.168.10.40"),
        (f"Established connection to sftunnel for peer {UUID.upper()}", UUID),
        ("establishConnectionUtil: Failed to connect to peer 192.0.2.7", "192.0.2.7"),
        (f"Initiated fstream task pushing /var/sf/peers/{UUID[::-1]}/x to {UUID}, task_id 449", UUID),
        ("-Error with certificate at depth: 1", ""),
        ("err 10:certificate 192.0.2.7", ""),
        ("Wait to connect to 8305 at 04:10:47", ""),
    ],
)
def test_the_peer_named_in_a_line(message: str, peer: str) -> None:
    assert say(message, "INFO").peer == peer


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        (DN, False),
        (DN[:-20], True),
        ("/title=Intern", True),
        ("/title=", True),
        ("/CN=192.0.2.7", False),
        ("/CN=192.0.2.7/O=", True),
    ],
)
def test_a_name_knows_whether_it_is_cut(name: str, cut: bool) -> None:
    event = say(f"issuer   = {name}")

    assert (event.name, event.cut) == (name, cut)


def pasted(*messages: str, width: int) -> list[LogEvent]:
    return read(*((HEAD + "[ERROR] " + message)[:width].rstrip() for message in messages))


def test_lines_that_all_end_at_one_column_were_cut_there() -> None:
    full = "Connected to 10.10.200.31 from resolved_ips_list"
    messages = [
        "Initiating IPv4 connection to 10.10.200.31:8305/tcp",
        "Wait to connect to 8305 (IPv4): 10.10.200.31",
        full,
        f"issuer = {DN}",
    ]
    width = len(HEAD + "[ERROR] Connected to 10.10.200.3")
    found = pasted(*messages, width=width)

    assert [event.cut for event in found] == [True] * 4
    assert [event.peer for event in found] == ["", "", "", ""]


def test_an_address_that_ends_before_the_margin_is_believed() -> None:
    messages = [
        "Initiating IPv4 connection to x",
        "Wait to connect to 8305 (IPv4): x",
        "Connected to 10.10.200.31 from res",
        f"issuer = {DN}",
    ]
    found = pasted(*messages, width=len(HEAD + "[ERROR] Connected to 10.10.200.31 f"))

    assert found[2].peer == "10.10.200.31"


def test_an_ordinary_log_is_not_taken_for_a_cut_one() -> None:
    found = pasted(
        "Initiating IPv4 connection to 192.0.2.7:8305/tcp",
        "ShutDownPeer 192.0.2.7",
        f"issuer = {DN}",
        "err 10:x",
        "Connect:SSL handshake failed",
        width=999,
    )

    assert [event.cut for event in found] == [False] * 5


_WORDS = st.sampled_from(
    [
        "Sep 20 04:10:47 ",
        "2024-02-30 25:61:61 ",
        "ftd ",
        "SF-IMS[1]: ",
        "[2] ",
        "sftunnel:",
        "sf_ssl ",
        "[ERROR] ",
        "err ",
        "10:",
        "issuer = ",
        "/CN=",
        "error:0A000415:",
        "SSL alert number 999",
        "Connected to ",
        "1.2.3.4",
        "::",
        "\x00",
        "é",
        " ",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(_WORDS, max_size=12).map("".join), max_size=5))
def test_no_line_raises(lines: list[str]) -> None:
    for event in read(*lines):
        assert event.evidence.location.line is not None
        assert event.time is None or event.time <= datetime(2026, 11, 24, tzinfo=UTC)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_no_message_raises(message: str) -> None:
    assert classify(message).kind in LogKind
