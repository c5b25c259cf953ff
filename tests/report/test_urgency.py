"""The word for how urgent a case is: by what is lost, and by what the next reconnect can take."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.model.case import TunnelState
from analyzer.pipeline import Options, analyze
from analyzer.report.labels import Tone
from analyzer.report.urgency import Urgency, urgency_of
from analyzer.report.verdict import verdict_of
from tests.builders.cases import known
from tests.lab.cast import AS_OF
from tests.samples.test_samples import result_of

WORDS = {
    "01-healthy": Urgency.NOTHING,
    "02-expiring-in-60-days": Urgency.PLAN,
    "03-expired-all-connected": Urgency.NOW,
    "04-expired-one-up-two-down": Urgency.NOW,
    "07-another-manager": Urgency.TODAY,
    "08-ha-secondary-forgotten": Urgency.NOW,
    "10-single-pem": Urgency.NOW,
    "13-look-elsewhere": Urgency.TODAY,
    "14-mixed-up-files": Urgency.TODAY,
    "24-not-this-problem": Urgency.OPEN,
    "31-evidence-contradicts": Urgency.NOW,
}


@pytest.mark.parametrize(("sample", "urgency"), WORDS.items(), ids=list(WORDS))
def test_the_word_of_a_sample(sample: str, urgency: Urgency) -> None:
    assert verdict_of(result_of(sample)).word == urgency.word


def test_an_expired_ca_of_which_every_tunnel_is_down_can_take_no_further_tunnel() -> None:
    one = result_of("04-expired-one-up-two-down")
    down = replace(one.case, tunnels=tuple(replace(tunnel, state=known(TunnelState.DOWN)) for tunnel in one.case.tunnels))

    assert urgency_of(one, Tone.CRITICAL) is Urgency.NOW
    assert urgency_of(replace(one, case=down), Tone.CRITICAL) is Urgency.TODAY


@pytest.mark.parametrize(
    "text",
    [
        "ftd seoul n lima gone since tuesday. notAfter=Sep 22 12:16:56 2026 GMT. can i just reboot the fmc\n",
        "issuer=title = InternalCA\nnotBefore=Sep 24 12:16:56 2016 GMT\nnotAfter=Sep 22 12:16:56 2026 GMT\n",
    ],
)
def test_an_end_that_nobody_owns_may_be_that_of_tunnels_that_are_up(text: str, tmp_path: Path) -> None:
    """No appliance is known, so no tunnel is: silence about them does not make it less urgent."""
    (tmp_path / "mail.txt").write_text(text)
    found = analyze([tmp_path], Options(as_of=AS_OF, as_of_source="test"))

    assert found.case.tunnels == ()
    assert verdict_of(found).word == Urgency.NOW.word


def test_each_word_has_its_reason() -> None:
    assert len({one.word for one in Urgency}) == len({one.reason for one in Urgency}) == len(Urgency)
