"""Command outputs and small files of the appliances, as files of a bundle or pasted into one text with anything else.

Each recogniser is a module with two functions: ``wanted(page)``, a few literal checks, and ``recognise(page)``, which parses.
Most members of a bundle hold nothing for any of them, and cost one pass of each literal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from analyzer.model.facts import Fact
from analyzer.read.context import ReadContext
from analyzer.read.outputs import (
    absent,
    by_hand,
    ca_index,
    certificate_text,
    chain_verdicts,
    copy_certs,
    credentials,
    days_left,
    digests,
    failed_push,
    firewalls,
    generate_certs,
    hints,
    identity,
    listings,
    managers,
    packets,
    peers_map,
    printed_files,
    probes,
    process,
    records,
    revocation_list,
    show_version,
    sockets,
    status,
)
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.prompts import Prompt, find_prompt
from analyzer.read.text import Text

__all__ = ["Prompt", "find_prompt", "page_of", "read", "with_paths"]

_RECOGNISERS: tuple[tuple[Callable[[Page], bool], Callable[[Page], Iterator[Fact]]], ...] = (
    (status.wanted, status.recognise),
    (managers.wanted, managers.recognise),
    (process.wanted, process.recognise),
    (generate_certs.wanted, generate_certs.recognise),
    (failed_push.wanted, failed_push.recognise),
    (copy_certs.wanted, copy_certs.recognise),
    (certificate_text.wanted, certificate_text.recognise),
    (days_left.wanted, days_left.recognise),
    (chain_verdicts.wanted, chain_verdicts.recognise),
    (digests.wanted, digests.recognise),
    (revocation_list.wanted, revocation_list.recognise),
    (identity.wanted, identity.recognise),
    (show_version.wanted, show_version.recognise),
    (peers_map.wanted, peers_map.recognise),
    (ca_index.wanted, ca_index.recognise),
    (listings.wanted, listings.recognise),
    (absent.wanted, absent.recognise),
    (credentials.wanted, credentials.recognise),
)

_AT_A_TERMINAL: tuple[tuple[Callable[[Page], bool], Callable[[Page], Iterator[Fact]]], ...] = (
    (sockets.wanted, sockets.recognise),
    (packets.wanted, packets.recognise),
    (probes.wanted, probes.recognise),
    (by_hand.wanted, by_hand.recognise),
    (firewalls.wanted, firewalls.recognise),
    (hints.wanted, hints.recognise),
    (records.wanted, records.recognise),
)
"""What people type, and what pages and mails say: no log that an appliance keeps holds it, and such logs are most of a bundle."""


def page_of(text: Text, context: ReadContext) -> Page | None:
    """A whole text as the recognisers see it. None for one that is empty, or too large to be kept whole: only its log lines were kept."""
    return Page(text, context.port) if text.whole and text.lowered else None


def read(text: Text, context: ReadContext, page: Page | None = None) -> Iterator[Fact]:
    """Every fact of a whole text. ``page`` is it as `page_of` gives it, for a caller that has it."""
    page = page or page_of(text, context)
    if page is None:
        return
    for wanted, recognise in _RECOGNISERS if page.is_kept_log else (*_RECOGNISERS, *_AT_A_TERMINAL):
        if wanted(page):
            yield from recognise(page)


def with_paths(text: Text, context: ReadContext, found: Sequence[Fact]) -> Iterator[Fact]:
    """The same facts; certificates that a command of the text printed know the file."""
    yield from printed_files.with_paths(Page(text, context.port), found)
