"""What lies beside evidence and is none: files and texts that look like an InternalCA, a date of one, or a failure of a tunnel."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.lab.cast import uuid_v1
from tests.lab.pki import InternalCA

_MADE = datetime(2015, 3, 4, 5, 6, 7, tzinfo=UTC)
_OTHER = InternalCA.ending(uuid_v1(_MADE, 99), datetime(2035, 1, 1, tzinfo=UTC))
_ENDED = InternalCA.ending(uuid_v1(_MADE, 98), datetime(2020, 1, 1, tzinfo=UTC))


def _dates(ends: str) -> str:
    return f"notBefore=Aug  1 00:00:00 2015 GMT\nnotAfter={ends}\n"


DECOYS: dict[str, dict[str, bytes]] = {
    "a web server's cacert.pem, ended": {
        "web.txt": ("root@web-77:/etc/pki/CA# openssl x509 -noout -dates -in cacert.pem\n" + _dates("Jul 30 23:59:59 2025 GMT")).encode()
    },
    "a web server's cacert.pem, valid": {
        "web.txt": ("root@web-77:~# openssl x509 -noout -dates -in /etc/pki/CA/cacert.pem\n" + _dates("Jul 30 23:59:59 2039 GMT")).encode()
    },
    "the dates of a web site": {"site.txt": ("the intranet:\n" + _dates("Jul 30 23:59:59 2039 GMT")).encode()},
    "a count of days that nothing dates": {
        "days.txt": b"The certificate is valid for more than 30 days.\nIt is valid for 2900 more days.\n"
    },
    "a log of another program": {
        "mail.log": b"Nov 20 10:11:12 relay postfix/smtp[991]: cannot verify mx.example.net: certificate has expired\n"
    },
    "the InternalCA of another FMC": {"elsewhere/cacert.pem": _OTHER.root.pem},
    "the ended InternalCA of another FMC": {"elsewhere/cacert.pem": _ENDED.root.pem},
}
"""By what they are, the files of each."""
