"""Which names identify an appliance, and which two names may be one."""

from __future__ import annotations

import re

FACTORY_NAMES = frozenset(
    {
        "firepower",  # FMC and FTD as installed (Cisco documents 222464 and 222495, the FPR1010 guide)
        "ciscoasa",  # LINA as installed
        "asa",
        "localhost",  # Linux without a name
        "(none)",  # what uname and hostname print without a name
        "none",
        "unknown",
        "sourcefire3d",  # FMC 5.x and 6.x as installed
        "firesight",
        "fmc",  # names of the kind of appliance, which templates and guides use
        "fmcv",
        "ftd",
        "ftdv",
        "vftd",
        "vfmc",
        "device",
        "manager",
        "sensor",
        "firewall",
        "management-center",
        "defense-center",
        "hostname",
        "dontresolve",  # what is entered for an end behind address translation
        "peerip",  # what an RPC STATUS header prints for a peer that has no name
    }
)
"""Host names and display names that many appliances have: they identify nobody."""

_FACTORY_DOMAINS = frozenset({"", "localdomain", "local", "localhost"})

_NAME_OF_FILE = re.compile(r"[-_. ](?:sftunnel|cacert|messages|comms|status)\b.*", re.IGNORECASE)
"""What people put behind a device's name when they copy a file off it: ``ftd-1-sftunnel-cert.pem``."""

_PACKED = re.compile(r"\.(?:tar\.(?:gz|bz2|xz|zst)|tgz|tbz2|txz|tar|zip|gz|xz|bz2|zst)$", re.IGNORECASE)

_TEXT_OF_A_DOCUMENT = re.compile(
    r"(?:mail-\d{1,9}/)?(?:part-\d{1,9}(?:-subject)?|string-\d{1,9}(?:-[^/]{1,60})?|text|subject|body(?:\.rtf)?"
    r"|(?:word|xl|ppt)/[^!]{1,200}\.xml|content\.xml)"
)
"""What a text goes by that is no file of its own (`analyzer.collect.documents`): it is named by what it stands in, ``ftd-lima.eml``."""

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_NUMBER_OF_AN_ATTACHMENT = re.compile(r"!/(?:mail-\d{1,9}/)?(?:part|attachment)-\d{1,9}/")

_NUMBERED = re.compile(r"^\d{1,3}(?:[ _.)]+|-(?=\D))")
"""Numbers that put files in an order: ``03 ftd-lima.txt``."""

_SAYS_WHAT = re.compile(
    r"(?:^|[-_. ()]+)(?:sftunnel|status|brief|output|log|logs|messages|comms|show|managers?|version|paste[d]?|transcript|terminal|session|"
    r"putty|cli|"
    r"text|dates?|copy|troubleshoot(?:ing)?|results?|bundle|files?|evidence|new|old|capture|of|from|the)(?=$|[-_. ()]+)",
    re.IGNORECASE,
)
"""Words of a file name that tell what it is, not whose."""

_GENERIC = frozenset(
    [
        "in",
        "out",
        "all",
        "tap",
        "rpc",
        "pm",
        "fx",
        "ss",
        "net",
        "netstat",
        "stat",
        "info",
        "note",
        "notes",
        "post",
        "pair",
        "one",
        "two",
        "other",
        "mail",
        "e-mail",
        "ticket",
        "case",
        "chat",
        "ocr",
        "screen",
        "picture",
        "input",
        "stdin",
        "tmp",
        "etc",
        "var",
        "given",
        "data",
        "test",
        "x",
        "y",
        "z",
        "a",
        "b",
        "c",
        "peers",
        "keys",
        "ca_root",
        "cacert",
        "ims",
        "index",
        "box",
        "branch",
        "site",
        "unit",
        "node",
        "primary",
        "secondary",
        "active",
        "standby",
        "up",
        "down",
        "before",
        "after",
        "ssl",
        "cert",
        "certs",
        "certificate",
        "pem",
        "txt",
    ]
)


def normal(name: str) -> str:
    """The name for comparison: lower case, without a final dot."""
    return name.strip().lower().rstrip(".")


def short(name: str) -> str:
    """The name without its domain. A name that begins with a number has none (an address, a version)."""
    lowered = normal(name)
    head = lowered.partition(".")[0]
    return lowered if head.isdigit() or not head else head


def identifies(name: str) -> bool:
    """The name is somebody's own: no factory name, and no empty one."""
    lowered = normal(name)
    if not lowered:
        return False
    head, _, domain = lowered.partition(".")
    return not (head in FACTORY_NAMES and domain in _FACTORY_DOMAINS)


_LIKE_A_MANAGER = re.compile(r"(?:^|[-_.])v?fmcv?\d*(?=[-_.]|$)", re.IGNORECASE)
_LIKE_A_DEVICE = re.compile(r"ftd|fpr|asa|fw|firewall|ngfw|sensor|ips(?=[-_.\d]|$)", re.IGNORECASE)


def called_like_a_manager(name: str) -> bool:
    """The name says FMC, and nothing that a device is called."""
    return _LIKE_A_MANAGER.search(name) is not None and _LIKE_A_DEVICE.search(name) is None


def like_a_host(text: str) -> bool:
    """It could be a host name: one word of letters, digits, hyphens and dots. A folder that says something else has blanks."""
    return _HOST.fullmatch(text) is not None


def may_be_one(first: str, second: str) -> bool:
    """Two names (normalised) that one appliance may have as its host name: equal, or the one is the other without its domain."""
    if first == second:
        return True
    one, other = (first, second) if len(first) < len(second) else (second, first)
    return "." not in one and short(other) == one


def words_of_path(part: str) -> tuple[str, ...]:
    """What a part of a path (a folder, a file name) may name: itself, without its suffix, without what people add behind a name."""
    return tuple(dict.fromkeys(word for word in (part, part.partition(".")[0], _NAME_OF_FILE.sub("", part)) if word))


def file_of(path: str) -> str:
    """The file that somebody named: of a text in a mail, document or export the file it stands in; an attachment without the number that
    it goes by in its mail."""
    outer, nested, inner = path.rpartition("!/")
    while nested and _TEXT_OF_A_DOCUMENT.fullmatch(inner) is not None:
        path = outer
        outer, nested, inner = path.rpartition("!/")
    return _NUMBER_OF_AN_ATTACHMENT.sub("!/", path)


def hint_of_path(path: str) -> str:
    """The name that a file name may hold: ``03 ftd-lima brief.txt`` says ftd-lima. "" where it only says what the file is."""
    base = file_of(path).replace("!/", "/").rsplit("/", 1)[-1]
    base = _PACKED.sub("", base)
    stem = base[: base.rindex(".")] if "." in base.lstrip(".") and len(base) - base.rindex(".") <= 7 else base
    stem = _NUMBERED.sub("", stem)
    previous = None
    while previous != stem:
        previous, stem = stem, _SAYS_WHAT.sub(" ", stem).strip(" -_.()")
    lowered = normal(stem)
    if len(lowered) < 3 or not identifies(lowered) or lowered in _GENERIC or not any(sign.isalpha() for sign in lowered):
        return ""
    return stem[:63]
