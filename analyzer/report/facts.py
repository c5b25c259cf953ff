"""What is known of a box or a tunnel, one line each: what is known first, and what is not in evidence folded behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from msgspec import Struct

from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import Device, Failure, Manager, Tunnel
from analyzer.model.outputs import CertificateCopy, CopyOutcome, GenerateCertsRun
from analyzer.report.labels import managed_by, manager_role
from analyzer.report.wording import listed, moment
from analyzer.texts import N_, _, ngettext

T = TypeVar("T")


class Shape(StrEnum):
    """How a known value is drawn."""

    TEXT = "text"
    MOMENT = "moment"
    LABEL = "label"
    CERTIFICATE = "certificate"


class Fact(Struct, frozen=True):
    """One line: its title, the answer, and how to draw it."""

    title: str
    answer: Answer[Any]
    shape: Shape = Shape.TEXT


class Facts(Struct, frozen=True):
    """The lines with a value, and those without (each with the reason why)."""

    known: tuple[Fact, ...]
    missing: tuple[tuple[str, Missing], ...]


_COPIES = {
    CopyOutcome.COPIED: N_("the script copied the certificates"),
    CopyOutcome.NOT_CONNECTED: N_("the script could not connect"),
    CopyOutcome.NOT_HA_PEER: N_("the script skipped it: not an HA peer (information, not an error)"),
    CopyOutcome.INCOMPLETE: N_("the end of the script's output is not in the evidence"),
}


def appliance_facts(box: Manager | Device) -> Facts:
    """The facts of a manager or a device."""
    common = [Fact(_("UUID"), box.uuid), Fact(_("Name"), box.name), Fact(_("Address"), box.address), Fact(_("Version"), box.version)]
    if isinstance(box, Device):
        return _split([*common, Fact(_("Model"), box.model), Fact(_("Managed by"), _said(box.managed_by, managed_by))])
    return _split(
        [
            *common,
            Fact(_("Build"), box.build),
            Fact(_("VDB"), box.vdb),
            Fact(_("Role"), _said(box.role, manager_role)),
            Fact(_("Current InternalCA"), box.internal_ca, Shape.CERTIFICATE),
            Fact(_("InternalCA valid from"), box.internal_ca_not_before, Shape.MOMENT),
            Fact(_("InternalCA valid until"), box.internal_ca_not_after, Shape.MOMENT),
            Fact(_("Its own certificate"), box.leaf, Shape.CERTIFICATE),
            Fact(_("Issuer"), box.leaf_issued_by, Shape.LABEL),
            *_printed(_("Its own certificate ends"), box.leaf_printed_end),
            Fact(_("generate_certs.pl"), _said(box.has_renewal_script, lambda there: _("installed") if there else _("not installed"))),
            Fact(_("Newest renewal"), _said(box.renewal, _renewal)),
        ]
    )


def _printed(name: str, end: Answer[datetime]) -> list[Fact]:
    """An end that a command printed; that none was printed is nothing to list as missing."""
    return [Fact(name, end, Shape.MOMENT)] if isinstance(end, Known) else []


def tunnel_facts(tunnel: Tunnel) -> Facts:
    """The facts of a tunnel. That nothing was copied, and that two bundles fit, is nothing to list as missing."""
    return _split(
        [
            Fact(_("State"), tunnel.state, Shape.LABEL),
            Fact(_("Since"), tunnel.since, Shape.MOMENT),
            Fact(_("Last status"), tunnel.seen_at, Shape.MOMENT),
            Fact(
                _("Registration"),
                _said(tunnel.registration, lambda text: _("{registration} (not the connection state)").format(registration=text)),
            ),
            Fact(_("Newest failure"), _said(tunnel.failure, _failure)),
            Fact(_("Certificate on the device"), tunnel.device_leaf, Shape.CERTIFICATE),
            Fact(_("Issuer"), tunnel.device_leaf_issued_by, Shape.LABEL),
            *_printed(_("Certificate on the device ends"), tunnel.device_leaf_printed_end),
            Fact(
                _("Private key on the device"),
                _said(
                    tunnel.leaf_matches_key, lambda ok: _("belongs to its certificate") if ok else _("does not belong to its certificate")
                ),
            ),
            Fact(_("CA on the device"), tunnel.device_ca, Shape.CERTIFICATE),
            *_printed(_("CA on the device ends"), tunnel.device_ca_printed_end),
            Fact(
                _("CA status"),
                _said(tunnel.device_ca_is_current, lambda ok: _("the FMC's current CA") if ok else _("not the FMC's current CA")),
            ),
            Fact(_("Certificate that the FMC keeps for it"), tunnel.leaf_to_push, Shape.CERTIFICATE),
            Fact(_("Newest push"), _said(tunnel.push_failed, lambda failed: _("failed") if failed else _("did not fail"))),
            *(Fact(_("Copied by script"), _said(one, _copy)) for one in (tunnel.certificates_copied,) if isinstance(one, Known)),
            *(Fact(_("The two bundles"), one) for one in (tunnel.pair_mismatch,) if isinstance(one, Known)),
        ]
    )


def _split(facts: list[Fact]) -> Facts:
    """What is missing for one reason, and got in one way, is one line."""
    missing: dict[Missing, list[str]] = {}
    for fact in facts:
        if isinstance(fact.answer, Missing):
            missing.setdefault(fact.answer, []).append(fact.title)
    return Facts(
        tuple(fact for fact in facts if isinstance(fact.answer, Known)),
        tuple((listed(titles), answer) for answer, titles in missing.items()),
    )


def _said(answer: Answer[T], words: Callable[[T], str]) -> Answer[str]:
    """The answer with its value put in words; evidence and assumption stay."""
    return Known(words(answer.value), answer.evidence, answer.assumed) if isinstance(answer, Known) else answer


def _failure(failure: Failure) -> str:
    return _("{what} ({moment})").format(what=failure.text, moment=moment(failure.time)) if failure.time is not None else failure.text


def _renewal(run: GenerateCertsRun) -> str:
    """When, how it ended, and how many pushes failed."""
    return listed(
        (
            moment(run.started) if run.started is not None else _("at an unknown time"),
            _("finished") if run.finished else _("its end is unknown"),
            *((_("not confirmed"),) if run.confirmed is False else ()),
            ngettext("{n} failed push", "{n} failed pushes", len(run.failed)).format(n=len(run.failed)),
        )
    )


def _copy(copy: CertificateCopy) -> str:
    told = _(_COPIES[copy.outcome])
    if copy.restarted:
        told = _("{copied}, and sftunnel was restarted").format(copied=told)
    return _("{what} ({moment})").format(what=told, moment=moment(copy.time)) if copy.time is not None else told
