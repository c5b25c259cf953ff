"""generate_certs.pl: its terminal output and its log."""

from __future__ import annotations

import pytest

from analyzer.model.outputs import GenerateCertsRun
from tests.read.outputs_builders import MANAGER, facts, utc, wrapped

PROMPT = "root@fmcv72:/Volume/home/admin#"
QUESTION = "Do you want to continue? [yes/no]:"
OLD_CA = "Current ca_root expires in 3646 days - at Oct  9 10:12:50 2034 GMT"
REPORT = "Some files were failed to be pushed to remote peers. For more details check /var/tmp/certs/1728915794/FAILED_PUSH"


def failed(name: str, file: str = "cacert.pem") -> str:
    return f"Failed to push to {name} = /var/sf/peers/{MANAGER}/{file}"


RUN = [
    f"{PROMPT} generate_certs.pl",
    "setting log file to /var/log/sf/sfca_generation.log",
    "",
    "You are about to generate new certificates for FMC and devices.",
    f"{QUESTION}yes",
    OLD_CA,
    f"{QUESTION}yes",
    failed("BSNS-1120-1"),
    failed("Seoul edge 2", "sftunnel-key.pem"),
    REPORT,
    "Scalars leaked: 1",
    PROMPT,
]


def runs(lines: list[str] | str, path: str = "notes.txt") -> list[GenerateCertsRun]:
    return [fact for fact in facts(lines, path) if isinstance(fact, GenerateCertsRun)]


def test_a_whole_run() -> None:
    run = runs(RUN)[0]

    assert (run.confirmed, run.finished, run.host) == (True, True, "fmcv72")
    assert run.old_ca_not_after == utc("2034-10-09 10:12:50")
    assert (run.failed_push_epoch, run.started) == (1728915794, utc("2024-10-14 14:23:14"))
    assert [(name, path) for name, path, _ in run.failed] == [
        ("BSNS-1120-1", f"/var/sf/peers/{MANAGER}/cacert.pem"),
        ("Seoul edge 2", f"/var/sf/peers/{MANAGER}/sftunnel-key.pem"),
    ]


def test_each_failed_push_quotes_its_own_line() -> None:
    assert [evidence.text for _, _, evidence in runs(RUN)[0].failed] == RUN[7:9]


def test_a_run_that_was_not_confirmed() -> None:
    run = runs([*RUN[:6], f"{QUESTION}no", PROMPT])[0]

    assert (run.confirmed, run.finished, run.failed) == (False, False, ())


def test_a_question_without_an_answer_is_not_a_yes() -> None:
    assert runs([*RUN[:6], QUESTION])[0].confirmed is False


def test_output_that_stops_early_is_not_finished() -> None:
    run = runs(RUN[:8])[0]

    assert (run.finished, run.failed_push_epoch, run.started) == (False, None, None)


def test_a_run_without_failures_ends_at_the_next_prompt() -> None:
    run = runs([*RUN[:7], PROMPT])[0]

    assert (run.finished, run.confirmed, run.failed) == (True, True, ())


def test_another_wording_for_an_expired_ca_still_gives_its_date() -> None:
    lines = [*RUN[:5], "Current ca_root has EXPIRED 12 days ago - at Oct  9 10:12:50 2014 GMT", f"{QUESTION}yes"]

    assert runs(lines)[0].old_ca_not_after == utc("2014-10-09 10:12:50")


@pytest.mark.parametrize("width", [40, 80, 113])
def test_a_terminal_wrap_changes_nothing(width: int) -> None:
    plain, folded = runs(RUN)[0], runs(wrapped("\n".join(RUN), width))[0]

    assert folded.failed_push_epoch == plain.failed_push_epoch
    assert folded.old_ca_not_after == plain.old_ca_not_after
    assert [fact[:2] for fact in folded.failed] == [fact[:2] for fact in plain.failed]


def test_a_log_of_two_runs_gives_two() -> None:
    second = REPORT.replace("1728915794", "1728999999")
    log = [f"[2024-10-14 14:23:14] {failed('A')}", REPORT, failed("B"), second]

    assert [(run.failed[0][0], run.failed_push_epoch) for run in runs(log, "var/log/sf/sfca_generation.log")] == [
        ("A", 1728915794),
        ("B", 1728999999),
    ]


def test_an_absurd_epoch_is_no_time() -> None:
    run = runs([REPORT.replace("1728915794", "9" * 19)])[0]

    assert (run.failed_push_epoch, run.started) == (9999999999999999999, None)


def test_a_note_that_names_the_script_is_no_run() -> None:
    assert runs(["Please run generate_certs.pl on the FMC.", "It writes sfca_generation.log"]) == []
