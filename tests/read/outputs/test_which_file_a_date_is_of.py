"""Several certificates in one output: each date belongs to its own file, or to none."""

from __future__ import annotations

import pytest

from analyzer.model.certificate import CertificateDates
from tests.read.outputs_builders import facts

PROMPT = "root@fmc-1:/Volume/home/admin# "
OURS, OTHER = "/etc/sf/ca_root/cacert.pem", "/etc/ssl/server.crt"
FIRST, SECOND = "notAfter=Sep 22 12:16:56 2026 GMT\n", "notAfter=Nov 18 12:16:56 2034 GMT\n"
BOTH = f"{PROMPT}openssl x509 -noout -enddate -in {OURS}; openssl x509 -noout -enddate -in {OTHER}\n"
FIND = f"{PROMPT}find /etc -name '*.pem' "
EXEC = "-exec openssl x509 -noout -enddate -in {} \\;"

CASES = {
    "in order": (BOTH + FIRST + SECOND, [(OURS, 2026), (OTHER, 2034)]),
    "the first cannot be read": (
        f"{BOTH}Can't open {OURS} for reading, Permission denied\nunable to load certificate\n{SECOND}",
        [(OTHER, 2034)],
    ),
    "the first cannot be found": (f"{BOTH}Could not open file or uri for loading certificate from {OURS}\n{SECOND}", [(OTHER, 2034)]),
    "the second cannot be read": (f"{BOTH}{FIRST}Can't open {OTHER} for reading, No such file or directory\n", [(OURS, 2026)]),
    "one printed nothing, and which is not told": (BOTH + SECOND, [("", 2034)]),
    "the path below each": (
        f"{FIND}{EXEC} -print\n{FIRST}{OURS}\n{SECOND}/var/lib/mysql/cacert.pem\n",
        [(OURS, 2026), ("/var/lib/mysql/cacert.pem", 2034)],
    ),
    "the path above each": (
        f"{FIND}-print {EXEC}\n{OURS}\n{FIRST}/var/lib/mysql/cacert.pem\n{SECOND}",
        [(OURS, 2026), ("/var/lib/mysql/cacert.pem", 2034)],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_a_date_is_of_the_file_that_printed_it(text: str, expected: list[tuple[str, int]]) -> None:
    found = [one for one in facts(text) if isinstance(one, CertificateDates)]

    assert [(one.path, one.not_after.year if one.not_after is not None else None) for one in found] == expected
