"""Lists of appliances with passwords, however somebody wrote them down: each raises the notice, none is quoted, no inventory is accused."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from analyzer.model.outputs import CredentialFile
from tests.read.outputs_builders import facts

CANARY = "Hunter2-canary!"
ROWS = (("FTD 1", "10.0.0.1", "admin", CANARY), ("FTD 2", "10.0.0.2", "admin", CANARY))
HEADER = ("device_name", "ip_address", "admin_username", "admin_password")
ORDERS = tuple(permutations(range(4)))
BESIDE = tuple(order for order in ORDERS if abs(order.index(2) - order.index(3)) == 1)
"""Without a header a password is known by the user beside it."""

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "bar and blanks": " | ", "semicolon and blank": "; "}


def credentials(lines: list[str], path: str) -> list[CredentialFile]:
    return [fact for fact in facts(lines, path) if isinstance(fact, CredentialFile)]


@pytest.mark.parametrize("path", ["list.txt", "devices.csv"])
@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS)
@pytest.mark.parametrize("order", ORDERS, ids=["".join("naup"[at] for at in order) for order in ORDERS])
def test_rows_below_a_header(order: tuple[int, ...], separator: str, path: str) -> None:
    lines = [separator.join(row[at] for at in order) for row in (HEADER, *ROWS)]

    (found,) = credentials(lines, path)

    assert found.device_names == ("FTD 1", "FTD 2")
    assert CANARY not in repr(facts(lines, path))


@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS)
@pytest.mark.parametrize("order", BESIDE, ids=["".join("naup"[at] for at in order) for order in BESIDE])
def test_rows_without_a_header(order: tuple[int, ...], separator: str) -> None:
    lines = [separator.join(row[at] for at in order) for row in ROWS]

    (found,) = credentials(lines, "list.txt")

    assert CANARY not in repr(facts(lines, "list.txt"))
    assert "admin" not in repr(found)


@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS)
def test_three_columns(separator: str) -> None:
    assert len(credentials([separator.join(row[1:]) for row in ROWS], "list.txt")) == 1
    assert len(credentials([separator.join(one) for one in (("IP", "User", "Password"), ("10.0.0.1", "jdoe", "simple"))], "list.txt")) == 1


@pytest.mark.parametrize(
    "password", ["Password", "pwd", "admin_password", "Passwort", "Kennwort", "mot de passe", "contrase\u00f1a", "비밀번호"]
)
def test_headers_in_other_words(password: str) -> None:
    assert len(credentials([f"Host;IP;User;{password}", "ftd1;10.0.0.1;jdoe;simple"], "list.txt")) == 1


_DICTS = [{"name": row[0], "ip": row[1], "username": row[2], "password": row[3]} for row in ROWS]
RECORDS: dict[str, str] = {
    "JSON": json.dumps(_DICTS),
    "JSON, indented": json.dumps(_DICTS, indent=2),
    "JSON, by name": json.dumps({row[0]: {"password": row[3], "host": row[1], "user": row[2]} for row in ROWS}, indent=4),
    "NDJSON": "\n".join(map(json.dumps, _DICTS)),
    "a Python dictionary": repr(_DICTS),
    "a Perl hash": "\n".join(f"{{ host => '{row[1]}', user => '{row[2]}', password => '{row[3]}' }}," for row in ROWS),
    "YAML": "\n".join(f"- name: {row[0]}\n  host: {row[1]}\n  user: {row[2]}\n  password: {row[3]}" for row in ROWS),
    "YAML, quoted": "\n".join(f'- host: "{row[1]}"\n  password: "{row[3]}"\n  username: "{row[2]}"' for row in ROWS),
    "an inventory": "\n".join(f"ftd1 ansible_host={row[1]} ansible_user={row[2]} ansible_password={row[3]}" for row in ROWS),
    "an INI file": "\n".join(f"[{row[0]}]\nip = {row[1]}\nlogin = {row[2]}\npasswd = {row[3]}\n" for row in ROWS),
    "notes": "\n".join(f"Host: {row[1]}\nUser: {row[2]}\nPassword: {row[3]}\n" for row in ROWS),
    "XML": "\n".join(f"<device><ip>{row[1]}</ip><user>{row[2]}</user><password>{row[3]}</password></device>" for row in ROWS),
}


@pytest.mark.parametrize("text", RECORDS.values(), ids=RECORDS)
def test_records(text: str) -> None:
    lines = text.splitlines()

    assert len(credentials(lines, "list.txt")) == 1
    assert CANARY not in repr(facts(lines, "list.txt"))


@pytest.mark.parametrize(
    "lines",
    [
        ["Name;IP;Model;Version", "ftd1;10.0.0.1;FTD;7.2.5"],
        ["ftd1\t10.0.0.1\tonline\tRouted"],
        ["ftd1|10.0.0.1|7.2.5-208|Healthy", "ftd2|10.0.0.2|7.2.5-208|Healthy"],
        ["| Name | Address | State |", "|------|---------|-------|", "| ftd1 | 10.0.0.1 | Up |"],
        ["10.0.0.1;FTD-Berlin-1;admin"],
        ["Host;IP;User;Password", "ftd1;10.0.0.1;admin;", "ftd2;10.0.0.2;admin;********"],
        ["host: 10.0.0.1", "user: admin", "password: ********"],
        ['{"ip": "10.0.0.1", "user": "admin", "password": null}', '{"ip": "10.0.0.1", "user": "admin", "password": "<removed>"}'],
        ["tcp\t0\t0\t10.0.0.1:8305\t10.0.0.2:40000\tESTABLISHED\troot"],
        ["Enter the user name and password of the device: the host is 10.0.0.1."],
        ["admin    pts/0        10.0.0.9        Mon Nov 23 10:11   still logged in"],
        ["2026-11-23 10:00:00,123|root|10.0.0.1|sftunneld|Connected"],
    ],
)
def test_what_holds_no_password_is_not_accused(lines: list[str]) -> None:
    assert credentials(lines, "list.txt") == []


def test_a_configuration_of_an_appliance_is_no_list_of_somebody() -> None:
    assert credentials(["host = 10.0.0.1", "user = sfsnort", "password = x1"], "dir-archives/etc/sf/db.conf") == []
