"""``--explain identity[:NAME]``: why mentions are one appliance, with the places."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from analyzer.cli.app import app

SAMPLE = Path(__file__).parents[2] / "samples/04-expired-one-up-two-down/evidence"


def explained(tmp_path: Path, asked: str) -> tuple[int, str]:
    out = str(tmp_path / "r.html")
    ran = CliRunner().invoke(app, ["analyze", str(SAMPLE), "--as-of", "2026-11-23", "--lang", "en", "-o", out, "--explain", asked])
    return ran.exit_code, ran.output


def test_each_merge_of_an_appliance_names_what_is_shared_and_where_it_stands(tmp_path: Path) -> None:
    code, text = explained(tmp_path, "identity:ftd-seoul")

    assert code == 14
    assert "ftd-seoul is one device:" in text
    uuid = next(line for line in text.splitlines() if "the same UUID (a72dbf00-1d37-11e8-a222-00005e005322)" in line)
    assert "fmc-1-troubleshoot.tar.gz" in uuid
    assert re.search(r"ftd-seoul-troubleshoot\.tar\.gz!/dir-archives/etc/sf/ims\.conf:\d+", uuid)


def test_an_appliance_may_be_asked_for_by_its_address(tmp_path: Path) -> None:
    assert "ftd-seoul is one device:" in explained(tmp_path, "identity:192.0.2.12")[1]


def test_without_a_name_every_appliance_is_explained(tmp_path: Path) -> None:
    text = explained(tmp_path, "identity")[1]

    assert {f"{name} is one" in text for name in ("fmc-1.example", "ftd-berlin", "ftd-lima", "ftd-seoul")} == {True}


def test_an_appliance_that_the_case_does_not_have_is_an_error_with_the_nearest_name(tmp_path: Path) -> None:
    code, text = explained(tmp_path, "identity:ftd-seoull")

    assert code == 2
    assert "no appliance 'ftd-seoull'" in text
    assert "ftd-seoul" in text.split("ftd-seoull")[1]
