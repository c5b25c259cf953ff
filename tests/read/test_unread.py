"""Nothing that speaks of trouble in the tunnel is lost in silence, and what other products write raises nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.cli.exit_codes import ExitCode, exit_code
from analyzer.cli.explain import answers, questions
from analyzer.model.passage import NotUnderstood
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.read.members import read_member
from tests.read.test_linear import CONTEXT, member

HEAD = "Nov 20 10:00:{:02} fmc-9 SF-IMS[4242]: [4243] sftunneld:sf_new"


def unread(*lines: str, name: str = "paste.txt") -> list[NotUnderstood]:
    return [fact for fact in read_member(member("\n".join(lines).encode(), name), CONTEXT) if isinstance(fact, NotUnderstood)]


def judged(folder: Path, *lines: str) -> Result:
    (folder / "paste.txt").write_text("\n".join(lines))
    return analyze([folder / "paste.txt"], Options(as_of=datetime(2026, 11, 23, tzinfo=UTC), as_of_source="the test"))


@pytest.mark.parametrize("level", ["WARN", "ERROR"])
def test_an_unknown_wording_is_given_once_with_how_often_and_when(level: str) -> None:
    lines = [HEAD.format(at) + f" [{level}] queue of {at} messages is odd" for at in (1, 2, 9)]

    [one] = unread(*lines, name="messages")
    assert (one.count, one.host, one.words) == (3, "fmc-9", "queue of 1 messages is odd")
    assert one.first is not None
    assert one.last is not None
    assert (one.last - one.first).seconds == 8
    assert one.evidence.location.line == 1


@pytest.mark.parametrize(
    "line",
    [
        HEAD.format(1) + " [INFO] queue is odd",
        HEAD.format(1) + " [ERROR] err 10:certificate has expired",
        HEAD.format(1) + " [WARN] reconnect to peer '192.0.2.7' in 60 seconds",
        "Nov 20 10:00:01 fmc-9 SF-IMS[4242]: [4243] CloudAgent:x [ERROR] all is lost",
    ],
)
def test_what_is_known_harmless_or_of_another_process_is_not(line: str) -> None:
    assert unread(line, name="messages") == []


@pytest.mark.parametrize(
    "line",
    [
        "the sftunnel is strange since Monday",
        "nothing comes in on 8305 any more",
        "what about the InternalCA?",
        "Certificate of the FMC expires in 12 days",
        "the certificate is not yet valid, says the device",
        "peer 192.0.2.7 did not respond, RPC timed out",
    ],
)
def test_a_pasted_line_that_speaks_of_the_tunnel_is_given(line: str) -> None:
    assert any(line.strip() in one.evidence.text for one in unread("Hello,", line, "Regards"))


@pytest.mark.parametrize(
    "line",
    [
        "%ASA-3-717009: Certificate validation failed. Certificate is expired, serial number: 01A3",
        "Nov 22 10:00:04 mx1 postfix/smtpd[991]: warning: certificate has expired",
        "2026/11/22 10:00:01 [crit] 1234#1234: *77 SSL_do_handshake() failed, certificate has expired",
        "curl: (60) SSL certificate problem: certificate has expired",
        "Nov 22 10:00:00 ap1 hostapd: wlan0: the certificate is not yet valid",
        "Command: /ngfw/usr/local/sf/bin/sftunnel -d -f /etc/sf/sftunnel.conf",
        "PID File: /ngfw/var/sf/run/sftunnel.pid",
        "proxy_cert /etc/sf/keys/sftunnel-cert.pem;",
        "order 18305 was shipped",
        "call 555-8305",
        "# what sftunnel is",
    ],
)
def test_other_products_and_mere_names_raise_nothing(line: str) -> None:
    assert unread("Hello,", line, "Regards") == []


@pytest.mark.parametrize(
    "name", ["var/log/notes.txt", "dir-archives/etc-sf/x.txt", "command-outputs/a b.output", "sftunnel.conf", "README.md", "tool.py"]
)
def test_files_of_an_appliance_and_programs_are_not_pasted(name: str) -> None:
    assert unread("the sftunnel is strange", name=name) == []


def test_what_a_reader_used_is_understood() -> None:
    text = ["root@fmc-9:~# netstat -an | grep 8305", "tcp 0 0 192.0.2.1:8305 192.0.2.9:44120 ESTABLISHED", "(8305 is the sftunnel)"]

    assert unread(*text) == []


def test_it_keeps_the_evidence_from_an_all_clear_and_is_listed(tmp_path: Path) -> None:
    result = judged(tmp_path, "the sftunnel is strange since Monday", "still strange is the sftunnel")

    assert result.usable
    assert exit_code(result) is ExitCode.UNDECIDED
    assert len(result.case.not_understood) == 2
    [notice] = [one for one in result.case.notices if one.doubts and "understood" in one.text]
    assert "the sftunnel is strange since Monday" in notice.text
    said = "\n".join(answers(result, questions(["unread"], ())))
    assert "paste.txt:1" in said
    assert "paste.txt:2" in said


def test_asked_where_nothing_is_left_it_says_so(tmp_path: Path) -> None:
    result = judged(tmp_path, "> sftunnel-status-brief", "PEER:192.0.2.75", "Registration: Completed.")

    assert "Every line about trouble in a tunnel was understood." in "\n".join(answers(result, questions(["unread"], ())))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["sftunnel", "8305", "InternalCA"]))
def test_any_pasted_text_is_looked_through(text: str, word: str) -> None:
    for one in unread(text, f"the {word} again", text):
        assert one.count >= 1
        assert one.evidence.location.line is not None
