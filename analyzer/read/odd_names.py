"""Files of a bundle or folder whose very names hold characters that do not show (field notes 9): the listing is the archive itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from analyzer.model.location import Evidence
from analyzer.model.member import Member
from analyzer.model.outputs import ListedFile
from analyzer.read.patterns import UUID

_IN_PEER_FOLDER = re.compile(rf"(?:^|/)(?:ngfw[/-])?var[/-]sf[/-]peers[/-](?P<uuid>{UUID})/(?P<name>[^/]{{1,255}})$", re.IGNORECASE)
_NOT_SHOWN = {"Cc", "Cf", "Co", "Cn", "Zl", "Zp"}


def recognise(member: Member) -> Iterator[ListedFile]:
    """The file as the row of a listing, when its name is one of a peers folder and holds such a character."""
    path = member.location.member or member.location.artifact
    if path.isascii() and path.isprintable():
        return
    found = _IN_PEER_FOLDER.search(path)
    if found is None or not any(unicodedata.category(sign) in _NOT_SHOWN for sign in found["name"]):
        return
    size = "" if member.size is None else str(member.size)
    yield ListedFile(found["name"], size, "", "", "", f"/var/sf/peers/{found['uuid'].lower()}", Evidence(member.location, found["name"]))
