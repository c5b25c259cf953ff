"""FAILED_PUSH as a file, pasted, wrapped and cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.model.outputs import PushFailure
from tests.read.outputs_builders import DEVICE, MANAGER, OTHER_DEVICE, facts, push_record, wrapped

PATH = "fmc/var/tmp/certs/1728915794/FAILED_PUSH"
CAT = "root@fmcv72:/Volume/home/admin# cat /var/tmp/certs/1728915794/FAILED_PUSH\n"
PROMPT = "root@fmcv72:/Volume/home/admin#\n"
RECORDS = "\n".join(
    [
        push_record(file="cacert.pem"),
        push_record(file="sftunnel-key.pem"),
        push_record(file="sftunnel-cert.pem"),
        push_record(name="Seoul edge 2", address="2001:db8::7", device=OTHER_DEVICE, file="sftunnel-cert.pem"),
    ]
)


def failures(content: str, path: str = "notes.txt") -> list[PushFailure]:
    return [fact for fact in facts(content, path) if isinstance(fact, PushFailure)]


def values(records: list[PushFailure]) -> list[tuple[str, ...]]:
    return [(r.device_uuid, r.device_name, r.device_address, r.source_path, r.destination_path) for r in records]


def test_a_record_has_both_boxes_and_both_paths() -> None:
    record = failures(push_record(file="sftunnel-key.pem"), PATH)[0]

    assert record == PushFailure(
        device_uuid=DEVICE,
        device_name="BSNS-1120-1",
        device_address="10.48.67.54",
        source_path=f"/var/sf/peers/{DEVICE}/certs_pushed//sftunnel-key.pem",
        destination_path=f"/var/sf/peers/{MANAGER}/sftunnel-key.pem",
        manager_uuid=MANAGER,
        epoch=1728915794,
        cut=False,
        evidence=record.evidence,
    )
    assert (record.evidence.location.line, record.evidence.text) == (1, push_record(file="sftunnel-key.pem"))


def test_a_device_name_may_hold_blanks() -> None:
    assert failures(push_record(name="Seoul edge 2"), PATH)[0].device_name == "Seoul edge 2"


def test_a_device_name_may_hold_a_slash() -> None:
    assert failures(push_record(name="lab /rack 4"), PATH)[0].device_name == "lab /rack 4"


def test_a_record_that_lost_its_name_and_address_is_a_cut_one() -> None:
    source, destination = f"/var/sf/peers/{DEVICE}/certs_pushed//cacert.pem", f"/var/sf/peers/{MANAGER}/cacert.pem"

    (record,) = failures(f"{DEVICE} {source} {destination}\n", PATH)

    assert (record.device_name, record.device_address, record.cut) == ("", "", True)
    assert (record.device_uuid, record.source_path, record.destination_path) == (DEVICE, source, destination)


def test_the_cat_line_gives_the_epoch() -> None:
    assert [r.epoch for r in failures(CAT + RECORDS + "\n" + PROMPT)] == [1728915794] * 4


def test_without_file_name_or_cat_the_epoch_is_unknown() -> None:
    assert [r.epoch for r in failures(RECORDS)] == [None] * 4


@pytest.mark.parametrize("path", ["a/1728303362/FAILED_PUSH", "dir-archives/var-tmp-certs-1728303362-FAILED_PUSH"])
def test_the_folder_gives_the_epoch_in_both_ways_of_flattening(path: str) -> None:
    assert failures(push_record(), path)[0].epoch == 1728303362


@given(st.integers(min_value=1, max_value=260))
@settings(max_examples=60, deadline=None)
def test_any_wrap_width_gives_the_same_records(width: int) -> None:
    assert values(failures(wrapped(RECORDS, width), PATH)) == values(failures(RECORDS, PATH))


@given(st.integers(min_value=40, max_value=260))
@settings(max_examples=40, deadline=None)
def test_any_wrap_width_below_a_cat_gives_the_same_records(width: int) -> None:
    pasted = failures(CAT + wrapped(RECORDS, width) + PROMPT)

    assert values(pasted) == values(failures(RECORDS, PATH))
    assert not any(record.cut for record in pasted)


@given(st.integers(min_value=0, max_value=len(RECORDS)))
@settings(max_examples=80, deadline=None)
def test_cutting_gives_a_prefix(at: int) -> None:
    whole, cut = failures(RECORDS, PATH), failures(RECORDS[:at], PATH)
    complete = [record for record in cut if not record.cut]

    assert values(complete) == values(whole[: len(complete)])
    assert len(cut) - len(complete) <= 1
    for last in cut[len(complete) :]:
        of_whole = whole[len(complete)]
        assert last.device_uuid == of_whole.device_uuid
        assert last.device_name in ("", of_whole.device_name)
        assert last.device_address in ("", of_whole.device_address)
        assert of_whole.source_path.startswith(last.source_path)
        assert of_whole.destination_path.startswith(last.destination_path)


def test_a_record_cut_inside_its_address_does_not_give_half_an_address() -> None:
    record = failures(f"{DEVICE} BSNS-1120-1 10.48.67.5", PATH)[0]

    assert (record.cut, record.device_address, record.device_name) == (True, "", "")


def test_a_blank_lost_at_the_margin_is_put_back() -> None:
    line = push_record()
    at = line.index(" /var/sf/peers")
    copied = f"{line[:at]}\n{line[at + 1 : 2 * at + 2]}\n{line[2 * at + 2 :]}"

    assert values(failures(copied, PATH)) == values(failures(line, PATH))


def test_a_prompt_ends_a_cut_record() -> None:
    record = failures(CAT + push_record()[:100] + "\n" + PROMPT)[0]

    assert record.cut
    assert "root@" not in record.destination_path + record.source_path


def test_a_private_key_below_a_cut_record_is_not_quoted() -> None:
    pasted = CAT + push_record()[:100] + "\n-----BEGIN PRIVATE KEY-----\nMIIEvSECRET\n-----END PRIVATE KEY-----\n"

    assert "SECRET" not in repr(facts(pasted))


def test_wrapped_evidence_spans_its_lines_and_quotes_the_joined_record() -> None:
    evidence = failures(CAT + wrapped(push_record(), 80) + PROMPT)[0].evidence

    assert (evidence.location.line, evidence.location.last_line) == (2, 3)
    assert evidence.text == push_record()


def test_windows_line_ends_change_nothing() -> None:
    windows = failures(RECORDS.replace("\n", "\r\n"), PATH)

    assert [replace(r, evidence=windows[0].evidence) for r in windows] == [
        replace(r, evidence=windows[0].evidence) for r in failures(RECORDS, PATH)
    ]


def test_other_lines_that_begin_with_a_uuid_are_no_records() -> None:
    assert failures(f"see /var/sf/peers/\n{DEVICE} is a device\n{DEVICE} online /etc/passwd /etc/shadow\n") == []
