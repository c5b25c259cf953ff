"""The command line as a person uses it: what is printed, where the report goes, how the program ends."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from analyzer.cli.exit_codes import ExitCode

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(range(256)) * 8


def run(*arguments: str | Path, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """The program in a process of its own, warnings as errors, away from the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "120"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "analyzer", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=120,
        env=environment,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def analyze(*arguments: str | Path, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    return run("analyze", *arguments, "--as-of", "2026-11-23", cwd=cwd, stdin=stdin)


def assert_clear_failure(done: subprocess.CompletedProcess[str], code: ExitCode, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


def test_a_sample_gives_a_verdict_a_report_and_the_severity_as_exit_code(tmp_path: Path) -> None:
    done = analyze(SAMPLES / "04-expired-one-up-two-down" / "evidence", "--json", "result.json", cwd=tmp_path)

    assert done.returncode == ExitCode.FOUND_CRITICAL, done.stderr
    assert done.stderr == ""
    lines = done.stdout.rstrip().split("\n")
    assert lines[-1] == "report.html"
    assert all(any(name in line for line in lines) for name in ("ftd-berlin", "ftd-seoul", "ftd-lima"))
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!")
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["findings"]


def test_a_healthy_case_ends_with_zero(tmp_path: Path) -> None:
    done = analyze(SAMPLES / "01-healthy" / "evidence", cwd=tmp_path)

    assert done.returncode == ExitCode.CLEAR, done.stdout + done.stderr


def a_cut_certificate() -> bytes:
    return (SAMPLES / "10-single-pem" / "evidence" / "cacert.pem").read_bytes()[:700]


def an_unrelated_certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "www.example.org")])
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    builder = builder.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def a_private_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("evidence", [a_cut_certificate, an_unrelated_certificate, a_private_key])
def test_a_lone_file_that_speaks_of_no_box_is_not_clear(evidence: Callable[[], bytes], tmp_path: Path) -> None:
    (tmp_path / "given.pem").write_bytes(evidence())
    done = analyze("given.pem", cwd=tmp_path)

    assert done.returncode == ExitCode.UNDECIDED, done.stdout + done.stderr
    assert "Not enough evidence" in done.stdout
    assert "or provide a troubleshoot bundle of the FMC" in done.stdout


def test_nothing_is_coloured_when_piped(tmp_path: Path) -> None:
    done = analyze(SAMPLES / "10-single-pem" / "evidence", cwd=tmp_path)

    assert "\x1b" not in done.stdout


def test_standard_input_is_one_of_the_inputs(tmp_path: Path) -> None:
    pasted = (SAMPLES / "11-pasted-log" / "evidence" / "pasted.txt").read_bytes()
    done = analyze("-", cwd=tmp_path, stdin=pasted)

    assert done.returncode == ExitCode.FOUND_HIGH, done.stderr
    assert "ftd-seoul" in done.stdout


def test_an_empty_folder_is_nothing_usable(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert_clear_failure(analyze("empty", cwd=tmp_path), ExitCode.NOTHING_USABLE, "empty: no file read", "No report", "troubleshoot bundle")
    assert not (tmp_path / "report.html").exists()


def test_a_picture_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "cat.jpg").write_bytes(JPEG)

    assert_clear_failure(analyze("cat.jpg", cwd=tmp_path), ExitCode.INCOMPLETE, "cat.jpg: This is a picture (JPEG)")


def test_a_log_of_another_product_is_nothing_usable(tmp_path: Path) -> None:
    line = 'Nov 22 10:00:00 web-1 nginx[77]: 192.0.2.1 - - "GET /sftunnel HTTP/1.1" 200\n'
    (tmp_path / "access.log").write_text(line * 100, encoding="utf-8")

    assert_clear_failure(analyze("access.log", cwd=tmp_path), ExitCode.NOTHING_USABLE, "access.log")


def test_a_half_downloaded_bundle_yields_what_it_holds_and_is_never_clear(tmp_path: Path) -> None:
    whole = (SAMPLES / "01-healthy" / "evidence" / "fmc-1-troubleshoot.tar.gz").read_bytes()
    (tmp_path / "fmc.tar.gz").write_bytes(whole[: len(whole) // 2])
    done = analyze("fmc.tar.gz", cwd=tmp_path)

    assert done.returncode == ExitCode.INCOMPLETE, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "fmc.tar.gz" in done.stdout + done.stderr
    assert "download" in done.stdout + done.stderr


def test_a_bundle_cut_before_anything_useful_says_so(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as bundle:
        info = tarfile.TarInfo("dir-archives/etc/sf/ims.conf")
        info.size = 100
        bundle.addfile(info, io.BytesIO(b"x" * 100))
    (tmp_path / "fmc.tar.gz").write_bytes(whole.getvalue()[:40])

    assert_clear_failure(analyze("fmc.tar.gz", cwd=tmp_path), ExitCode.INCOMPLETE, "fmc.tar.gz")


def test_a_path_that_is_not_there_is_a_usage_error_that_names_it(tmp_path: Path) -> None:
    assert_clear_failure(analyze("nowhere.tar.gz", cwd=tmp_path), ExitCode.USAGE, "nowhere.tar.gz")


def test_a_date_that_is_none_is_a_usage_error(tmp_path: Path) -> None:
    done = run("analyze", ".", "--as-of", "tomorrow", cwd=tmp_path)

    assert_clear_failure(done, ExitCode.USAGE, "tomorrow")


def test_a_rule_with_a_misspelt_name_stops_with_file_line_and_the_nearest_name(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    rule = (ROOT / "rules" / "internal-ca-expired.yaml").read_text(encoding="utf-8")
    rule = rule.replace("id: internal-ca-expired", "id: our-own").replace("internal_ca_not_after", "internal_ca_not_aftre")
    (rules / "our-own.yaml").write_text(rule, encoding="utf-8")
    done = analyze(SAMPLES / "10-single-pem" / "evidence", "--rules", rules, cwd=tmp_path)

    assert_clear_failure(done, ExitCode.USAGE, "our-own.yaml:", "internal_ca_not_aftre", "internal_ca_not_after")


def test_a_report_into_a_folder_that_is_not_there_is_a_usage_error_before_anything_is_read(tmp_path: Path) -> None:
    done = analyze(SAMPLES / "10-single-pem" / "evidence", "-o", "no/such/report.html", cwd=tmp_path)

    assert_clear_failure(done, ExitCode.USAGE, "does not exist")


def test_a_compressed_log_is_read_by_what_it_holds_not_by_its_name(tmp_path: Path) -> None:
    pasted = (SAMPLES / "11-pasted-log" / "evidence" / "pasted.txt").read_bytes()
    (tmp_path / "whatever").write_bytes(gzip.compress(pasted))

    assert analyze("whatever", cwd=tmp_path).returncode == ExitCode.FOUND_HIGH


def test_a_hostile_device_name_reaches_neither_terminal_nor_report_raw(tmp_path: Path) -> None:
    log = (
        "Nov 22 18:59:00 \x1b[31m<script>alert(1)</script>\u202e SF-IMS[1]: [2] sftunnel:sf_ssl [INFO] Connected to 198.51.100.7 from x\n"
        "Nov 22 18:59:00 \x1b[31m<script>alert(1)</script>\u202e SF-IMS[1]: [2] sftunnel:sf_ssl [ERROR] err 10:certificate has expired\n"
    )
    (tmp_path / "messages").write_text(log, encoding="utf-8")
    done = analyze("messages", cwd=tmp_path)
    report = (tmp_path / "report.html").read_text(encoding="utf-8")

    assert done.returncode == ExitCode.FOUND_HIGH
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "<script>alert" not in report


@pytest.mark.parametrize("command", [["--help"], ["analyze", "--help"], ["--version"]])
def test_help_and_version_end_with_zero(command: list[str], tmp_path: Path) -> None:
    assert run(*command, cwd=tmp_path).returncode == 0


def test_the_readme_lists_every_exit_code_with_its_meaning() -> None:
    from analyzer.cli.exit_codes import MEANING

    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert all(f"| {code.value} | {MEANING[code]} |" in readme for code in ExitCode)


def test_help_shows_every_exit_code(tmp_path: Path) -> None:
    from analyzer.cli.exit_codes import MEANING

    shown = " ".join(run("analyze", "--help", cwd=tmp_path).stdout.split())

    assert all(" ".join(MEANING[code].split())[:40] in shown for code in ExitCode)


def test_explain_prints_why_before_the_path_of_the_report(tmp_path: Path) -> None:
    done = analyze(SAMPLES / "04-expired-one-up-two-down" / "evidence", "--explain", "internal-ca-expired", cwd=tmp_path)

    assert done.returncode == ExitCode.FOUND_CRITICAL, done.stderr
    assert "[true] manager.internal_ca_not_after < now" in done.stdout
    assert done.stdout.rstrip().split("\n")[-1] == "report.html"


def test_explain_of_no_rule_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    done = analyze(SAMPLES / "10-single-pem" / "evidence", "--explain", "internal-ca-expird", cwd=tmp_path)

    assert_clear_failure(done, ExitCode.USAGE, "internal-ca-expird", "did you mean 'internal-ca-expired'?")
    assert not (tmp_path / "report.html").exists()


def test_explain_of_no_subject_names_those_there_are(tmp_path: Path) -> None:
    done = analyze(SAMPLES / "04-expired-one-up-two-down" / "evidence", "--explain", "push-failed:ftd-limo", cwd=tmp_path)

    assert_clear_failure(done, ExitCode.USAGE, "ftd-limo", "ftd-lima")


def test_what_explain_prints_of_evidence_is_harmless_on_a_terminal(tmp_path: Path) -> None:
    hostile = (SAMPLES / "11-pasted-log" / "evidence" / "pasted.txt").read_bytes()
    folder = tmp_path / "ftd\u202e\x1b[2J"
    folder.mkdir()
    (folder / "messages").write_bytes(hostile)
    done = analyze(folder, "--explain", "handshake-failed-expired", cwd=tmp_path)

    assert "handshake-failed-expired on tunnel" in done.stdout, done.stderr
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


def test_json_on_standard_output_is_the_document_and_nothing_else(tmp_path: Path) -> None:
    evidence = SAMPLES / "04-expired-one-up-two-down" / "evidence"
    done = analyze(evidence, "--format", "json", "--json", "result.json", cwd=tmp_path)

    assert done.returncode == ExitCode.FOUND_CRITICAL, done.stderr
    assert done.stdout == (tmp_path / "result.json").read_text(encoding="utf-8")
    assert (tmp_path / "report.html").is_file()


def test_csv_on_standard_output_has_a_row_for_each_box(tmp_path: Path) -> None:
    done = analyze(SAMPLES / "04-expired-one-up-two-down" / "evidence", "--format", "csv", cwd=tmp_path)

    assert [line.split(",")[1] for line in done.stdout.splitlines()] == ["label", "fmc-1.example", "ftd-lima", "ftd-seoul", "ftd-berlin"]


def test_a_format_that_is_not_known_is_named_with_those_that_are(tmp_path: Path) -> None:
    done = analyze(SAMPLES / "10-single-pem" / "evidence", "--format", "xml", cwd=tmp_path)

    assert_clear_failure(done, ExitCode.USAGE, "xml", "text, json or csv")


PEM = SAMPLES / "10-single-pem" / "evidence" / "cacert.pem"


@pytest.mark.parametrize("option", ["-o", "--json"])
def test_evidence_is_never_overwritten(option: str, tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "cacert.pem").write_bytes(PEM.read_bytes())

    for case in ("case", "case/cacert.pem"):
        assert_clear_failure(
            analyze(case, option, "case/cacert.pem", cwd=tmp_path), ExitCode.USAGE, "case/cacert.pem is a file of the evidence"
        )
    assert (tmp_path / "case" / "cacert.pem").read_bytes() == PEM.read_bytes()


def test_a_report_among_the_evidence_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "cacert.pem").write_bytes(PEM.read_bytes())

    first = analyze(".", "--json", "result.json", cwd=tmp_path)
    second = analyze(".", "--json", "result.json", cwd=tmp_path)

    assert (first.returncode, second.returncode) == (ExitCode.FOUND_CRITICAL, ExitCode.FOUND_CRITICAL), second.stderr
    assert "2 files are reports or plans from this program" in second.stdout


def test_the_map_of_a_redaction_overwrites_no_evidence_and_is_none(tmp_path: Path) -> None:
    (tmp_path / "cacert.pem").write_bytes(PEM.read_bytes())
    first = analyze(".", "--redact", cwd=tmp_path)
    second = analyze(".", "--redact", cwd=tmp_path)
    (tmp_path / "report.names.csv").write_text("somebody's own list\n")

    assert (first.returncode, second.returncode) == (ExitCode.FOUND_CRITICAL, ExitCode.FOUND_CRITICAL), second.stderr
    assert "report.names.csv" in second.stdout
    assert_clear_failure(analyze(".", "--redact", cwd=tmp_path), ExitCode.USAGE, "report.names.csv is a file of the evidence")
    assert_clear_failure(analyze(PEM, "--redact", "--json", "report.names.csv", cwd=tmp_path / ".."), ExitCode.USAGE, "is named twice")


def test_one_file_cannot_be_both_the_report_and_the_json(tmp_path: Path) -> None:
    assert_clear_failure(analyze(PEM, "-o", "result", "--json", "./result", cwd=tmp_path), ExitCode.USAGE, "result is named twice")


def test_an_empty_word_is_no_path(tmp_path: Path) -> None:
    """A variable of a shell that was not set: it does not mean the folder that one happens to be in."""
    (tmp_path / "cacert.pem").write_bytes(PEM.read_bytes())

    assert_clear_failure(analyze("", cwd=tmp_path), ExitCode.USAGE, '"": no such file or folder')


@pytest.mark.skipif(sys.platform == "win32", reason="streams closed by a shell of Unix")
@pytest.mark.parametrize(("closed", "case", "code"), [(">&-", str(PEM), ExitCode.FOUND_CRITICAL), ("<&-", "-", ExitCode.INCOMPLETE)])
def test_a_stream_that_is_closed_is_no_failure_of_the_program(closed: str, case: str, code: ExitCode, tmp_path: Path) -> None:
    command = f'exec "$0" -W error -m analyzer analyze "$1" --as-of 2026-11-23 {closed}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable, case],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )

    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr


def test_an_input_of_which_nothing_could_be_read_is_not_called_no_evidence(tmp_path: Path) -> None:
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"nothing\n" * 100)[:8])

    done = analyze("cut.gz", cwd=tmp_path)

    assert_clear_failure(done, ExitCode.INCOMPLETE, "could not read cut.gz", "No input could be read")
    assert "Provide a troubleshoot bundle" not in done.stderr


def test_places_without_end_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"cut-{number}.gz").write_bytes(gzip.compress(b"nothing\n" * 100)[:8])

    done = analyze(".", cwd=tmp_path)

    assert done.returncode == ExitCode.INCOMPLETE
    assert len(done.stderr.splitlines()) < 30
    assert "and 40 more" in done.stderr
