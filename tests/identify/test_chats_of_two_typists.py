"""Two people of one chat who type at two FMCs in turns: an output belongs to the last prompt of the same name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.model.answer import Known
from analyzer.pipeline import Options, analyze

ASK = "openssl x509 -enddate -noout -in /etc/sf/ca_root/cacert.pem"
TALK = [
    ("Ida", f"root@fmc-oslo:/Volume/home/admin# {ASK}"),
    ("Bo Lund", f"root@fmc-riga:/Volume/home/admin# {ASK}"),
    ("Ida", "notAfter=Nov  9 05:00:00 2026 GMT"),
    ("Bo Lund", "notAfter=Jun  1 05:00:00 2033 GMT"),
]
STATUS = [
    ("Ida", "root@fmc-oslo:/Volume/home/admin# sftunnel_status.pl"),
    ("Bo Lund", "root@fmc-riga:/Volume/home/admin# sftunnel_status.pl"),
    ("Ida", "**RUN STATUS****ftd-a*************"),
    ("Ida", "\tChannelA Connected: No"),
    ("Ida", "\tChannelB Connected: No"),
    ("Bo Lund", "**RUN STATUS****ftd-b*************"),
    ("Bo Lund", "\tChannelA Connected: Yes, Interface eth0"),
    ("Bo Lund", "\tChannelB Connected: Yes, Interface eth0"),
]
SHAPES = {
    "stamp and name": "[21:01] {name}: {text}",
    "name": "{name}: {text}",
    "date, stamp and name": "[22/11/2026, 21:01:07] {name}: {text}",
    "heading": "{name}  21:01\n{text}",
    "heading with a date": "{name}  22/11/2026 21:01\n{text}",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("talk", [TALK, [*TALK, *STATUS], [*STATUS, *TALK]], ids=["dates", "dates, status", "status, dates"])
def test_each_name_has_a_terminal_of_its_own(talk: list[tuple[str, str]], shape: str, tmp_path: Path) -> None:
    file = tmp_path / "chat.txt"
    file.write_text("\n".join(shape.format(name=name, text=text) for name, text in talk) + "\n")
    case = analyze([file], Options(as_of=datetime(2026, 11, 23, tzinfo=UTC), as_of_source="the test")).case
    ends = {one.label: one.internal_ca_not_after.value.year for one in case.managers if isinstance(one.internal_ca_not_after, Known)}
    assert ends == {"fmc-oslo": 2026, "fmc-riga": 2033}
    if len(talk) > len(TALK):
        labels = {one.key: one.label for one in (*case.managers, *case.devices)}
        pairs = {(labels[one.manager], labels[one.device]): getattr(one.state, "value", None) for one in case.tunnels}
        assert {pair: str(state) for pair, state in pairs.items()} == {("fmc-oslo", "ftd-a"): "down", ("fmc-riga", "ftd-b"): "connected"}
