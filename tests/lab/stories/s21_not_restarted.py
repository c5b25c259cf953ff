"""Everything was copied, nothing was restarted."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, EXPIRED, FMC_1, SEOUL
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.stories.s05_two_missed import HOTFIX, RENEWED
from tests.lab.story import AFFECTED, CLEAR, CONNECTED, DOWN, RENEW, RESTART, Expected, Story


def tell(stage: Stage) -> Story:
    """The files are the new ones, the process still holds the old: its log goes on as in case C."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED), vdb=410).register(BERLIN, SEOUL)
    site.cut(SEOUL, COLLECTED - timedelta(days=9, hours=6))
    site.renew(RENEWED, HOTFIX)
    site.tunnel(BERLIN).since = RENEWED + timedelta(hours=1)
    site.started[FMC_1.uuid] = RENEWED + timedelta(minutes=59)
    day = Day(site)
    day.healthy(BERLIN)
    day.failing(SEOUL)  # with the set that the process holds
    site.refresh(SEOUL, RENEWED + timedelta(hours=4))
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    seoul = ftd_tree(SEOUL, [site], COLLECTED, day.log(SEOUL), rotated_before=ROTATED)
    expected = (
        Expected("high")
        .manager(FMC_1, "healthy")
        .device(BERLIN, CONNECTED, "healthy")
        .device(SEOUL, DOWN, "restart-due")
        .finding("internal-ca-expired", FMC_1.uuid, CLEAR)
        .finding("renewed-not-restarted", SEOUL.uuid, AFFECTED)
        .never("internal-ca-expired", "leaf-not-issued-by-current-ca", "issuer-of-another-manager", "device-ca-differs")
        .commands_for(FMC_1, must_not=[RENEW])
        .commands_for(BERLIN, must_not=[RESTART])
        .commands_for(SEOUL, must=[RESTART], must_not=["> cacert.pem"])
    )
    return Story(
        "21-not-restarted",
        """fmc-1.example was renewed on 20 November. ftd-seoul was down and got the right three files by hand the same day; then the
        telephone rang. sftunnel was never restarted, so the process (running since July) still holds the old set and logs
        "certificate has expired" every 44 seconds.""",
        """the files on ftd-seoul are right, the process is older than they are: restart sftunnel there, which is safe because its
        tunnel is down. No file is copied again, nothing is renewed.""",
        expected,
        {"fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED), "ftd-seoul-troubleshoot.tar.gz": pack(seoul, COLLECTED)},
    )
