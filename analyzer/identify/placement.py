"""Which box a file came from, and where it stood on that box.

Troubleshoot bundles flatten paths in two ways that live side by side (field notes 5.1): nested (``dir-archives/etc/sf/ims.conf``) and
dashed (``dir-archives/var-log/messages``). An extracted bundle, or a folder that copies ``/etc/sf`` or ``/var/sf``, looks the same
without the archive.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from analyzer.model.location import NESTED, Location

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)

_ON_BOX = re.compile(
    r"(?:^|/)(?:"
    r"(?P<archives>dir-archives/)"
    r"|(?P<outputs>command-outputs/)"
    r"|(?=(?:ngfw/)?(?:etc/sf|var/sf|var/log|var/tmp/certs|usr/local/sf|var-log|var-sf-peers|var-tmp-certs|etc-sf)[/-])"
    r"|(?=etc/hostname$)"
    r")"
)


class Placement(Struct, frozen=True):
    """``root`` names the box: the archive or folder that holds its tree, or the loose file itself. ``path`` is the absolute path on the
    box,
    without a ``/ngfw`` prefix, ``""`` for a loose file; outputs of commands are ``/command-outputs/<name>``. ``ngfw`` tells that the
    prefix was there."""

    root: str
    path: str
    ngfw: bool = False

    @property
    def loose(self) -> bool:
        """The file does not stand in the tree of a box."""
        return not self.path

    @property
    def peer_uuid(self) -> str:
        """The UUID of the ``/var/sf/peers/<UUID>/`` folder that the file stands in, lower case, or ""."""
        _, found, rest = self.path.partition("/var/sf/peers/")
        match = UUID.match(rest) if found else None
        return match.group().lower() if match else ""


@lru_cache(maxsize=65536)
def _place(artifact: str, member: str) -> Placement:
    whole = f"{artifact}{NESTED}{member}" if member else artifact
    cut = whole.rfind(NESTED)
    base, inside = (whole[: cut + len(NESTED)], whole[cut + len(NESTED) :]) if cut >= 0 else ("", whole)
    match = _ON_BOX.search(inside)
    if match is None:
        return Placement(whole, "")
    root = (base + inside[: match.start()]).removesuffix(NESTED).rstrip("/")
    rest = inside[match.end() :]
    if match.group("outputs"):
        return Placement(root or "the given folder", f"/command-outputs/{rest}")
    ngfw = rest.startswith("ngfw")
    rest = rest.removeprefix("ngfw/").removeprefix("ngfw-")
    first, slash, tail = rest.partition("/")
    if "-" in first and UUID.search(first) is None:
        first = first.replace("-", "/")
    return Placement(root or "the given folder", f"/{first}{slash}{tail}", ngfw)


def place(location: Location) -> Placement:
    """Where on which box the file of this location stood."""
    return _place(location.artifact, location.member)
