"""``compare`` after the manual repair: the list of the failed push is still there, and the living connection proves the new set."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.cli.exit_codes import ExitCode
from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, LIMA, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.outputs import status_on_fmc
from tests.lab.pki import InternalCA
from tests.lab.renewal import failed_push, generate_certs
from tests.lab.scenes import pasted
from tests.lab.site import CONNECTED, Site

RENEWED = COLLECTED - timedelta(days=2)
HOTFIX = "Cisco_Firepower_Mgmt_Center_Hotfix_FZ-7.2.9.99-4"


def given(folder: Path, *, came_up: timedelta | None) -> tuple[str, str]:
    """The evidence before the renewal and after it. ``came_up`` is how long after the run ftd-seoul connected, None: it did not."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED), vdb=410).register(BERLIN, SEOUL, LIMA)
    site.cut(SEOUL, RENEWED - timedelta(days=9))
    before, after = folder / "before", folder / "after"
    before.mkdir()
    after.mkdir()
    (before / "fmc-1.tar.gz").write_bytes(pack(fmc_tree(site, RENEWED - timedelta(hours=5)), RENEWED - timedelta(hours=5)))
    renewal = site.renew(RENEWED, HOTFIX)
    if came_up is not None:
        site.refresh(SEOUL, RENEWED + came_up)
        tunnel = site.tunnel(SEOUL)
        tunnel.state, tunnel.since = CONNECTED, RENEWED + came_up
    (after / "fmc-1.tar.gz").write_bytes(pack(fmc_tree(site, COLLECTED), COLLECTED))
    terminal = pasted(FMC_1.host, "generate_certs.pl", generate_certs(site, renewal))
    terminal += pasted(FMC_1.host, f"cat /var/tmp/certs/{renewal.epoch}/FAILED_PUSH", failed_push(site, renewal))
    terminal += pasted(FMC_1.host, "sftunnel_status.pl", status_on_fmc(site, COLLECTED))
    (after / "terminal.txt").write_text(terminal, encoding="utf-8")
    return str(before), str(after)


@pytest.mark.parametrize(
    ("came_up", "code"),
    [(timedelta(hours=3), ExitCode.CLEAR), (None, ExitCode.NOT_FIXED)],
    ids=["up since the copy", "still down"],
)
def test_the_repair_is_shown_as_done_where_the_tunnel_came_up_after_it(tmp_path: Path, came_up: timedelta | None, code: ExitCode) -> None:
    ended = CliRunner().invoke(app, ["compare", *given(tmp_path, came_up=came_up), "--as-of", f"{COLLECTED:%Y-%m-%d}", "--lang", "en"])

    assert ended.exit_code == code, ended.output
