"""What is known of a box or a tunnel, one line each: what is known first, and what is not in evidence folded behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import Device, Failure, Manager, Tunnel
from analyzer.model.outputs import CertificateCopy, CopyOutcome, GenerateCertsRun
from analyzer.report.wording import count, moment

T = TypeVar("T")


class Shape(StrEnum):
    """How a known value is drawn."""

    TEXT = "text"
    MOMENT = "moment"
    LABEL = "label"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: its title, the answer, and how to draw it."""

    title: str
    answer: Answer[Any]
    shape: Shape = Shape.TEXT


@dataclass(frozen=True, slots=True)
class Facts:
    """The lines with a value, and those without (each with the reason why)."""

    known: tuple[Fact, ...]
    missing: tuple[tuple[str, Missing], ...]


_COPIES = {
    CopyOutcome.COPIED: "the script copied the certificates",
    CopyOutcome.NOT_CONNECTED: "the script could not connect",
    CopyOutcome.NOT_HA_PEER: "the script left it out: not an HA peer (information, no failure)",
    CopyOutcome.INCOMPLETE: "the end of the script's output is not in evidence",
}


def box_facts(box: Manager | Device) -> Facts:
    """The facts of a manager or a device."""
    common = [Fact("UUID", box.uuid), Fact("Name", box.name), Fact("Address", box.address), Fact("Version", box.version)]
    if isinstance(box, Device):
        return _split([*common, Fact("Model", box.model), Fact("Managed by", box.managed_by)])
    return _split(
        [
            *common,
            Fact("Build", box.build),
            Fact("VDB", box.vdb),
            Fact("Role", box.role),
            Fact("InternalCA in force", box.internal_ca, Shape.CERTIFICATE),
            Fact("InternalCA valid from", box.internal_ca_not_before, Shape.MOMENT),
            Fact("InternalCA valid until", box.internal_ca_not_after, Shape.MOMENT),
            Fact("Its own certificate", box.leaf, Shape.CERTIFICATE),
            Fact("Who signed it", box.leaf_issued_by, Shape.LABEL),
            Fact("generate_certs.pl", _said(box.has_renewal_script, lambda there: "there" if there else "not there")),
            Fact("Newest renewal", _said(box.renewal, _renewal)),
        ]
    )


def tunnel_facts(tunnel: Tunnel) -> Facts:
    """The facts of a tunnel. That nothing was copied, and that two bundles fit, is nothing to list as missing."""
    return _split(
        [
            Fact("State", tunnel.state, Shape.LABEL),
            Fact("Since", tunnel.since, Shape.MOMENT),
            Fact("Seen at", tunnel.seen_at, Shape.MOMENT),
            Fact("Registration", _said(tunnel.registration, lambda text: f"{text} (says nothing of the connection)")),
            Fact("Newest failure", _said(tunnel.failure, _failure)),
            Fact("Certificate on the device", tunnel.device_leaf, Shape.CERTIFICATE),
            Fact("Who signed it", tunnel.device_leaf_issued_by, Shape.LABEL),
            Fact(
                "Private key on the device",
                _said(tunnel.leaf_matches_key, lambda ok: "belongs to its certificate" if ok else "does not belong to its certificate"),
            ),
            Fact("CA on the device", tunnel.device_ca, Shape.CERTIFICATE),
            Fact(
                "That CA is",
                _said(tunnel.device_ca_is_current, lambda ok: "the manager's CA in force" if ok else "not the manager's CA in force"),
            ),
            Fact("Certificate that the manager keeps for it", tunnel.leaf_to_push, Shape.CERTIFICATE),
            Fact("Newest push", _said(tunnel.push_failed, lambda failed: "failed" if failed else "did not fail")),
            *(Fact("Copied by script", _said(one, _copy)) for one in (tunnel.certificates_copied,) if isinstance(one, Known)),
            *(Fact("The two bundles", one) for one in (tunnel.pair_mismatch,) if isinstance(one, Known)),
        ]
    )


def _split(facts: list[Fact]) -> Facts:
    return Facts(
        tuple(fact for fact in facts if isinstance(fact.answer, Known)),
        tuple((fact.title, fact.answer) for fact in facts if isinstance(fact.answer, Missing)),
    )


def _said(answer: Answer[T], words: Callable[[T], str]) -> Answer[str]:
    """The answer with its value put in words; evidence and assumption stay."""
    return Known(words(answer.value), answer.evidence, answer.assumed) if isinstance(answer, Known) else answer


def _failure(failure: Failure) -> str:
    return f"{failure.text} ({moment(failure.time)})" if failure.time is not None else failure.text


def _renewal(run: GenerateCertsRun) -> str:
    started = moment(run.started) if run.started is not None else "at a time that is not in evidence"
    end = "finished" if run.finished else "its end is not in evidence"
    declined = ", not confirmed" if run.confirmed is False else ""
    return f"{started}, {end}{declined}, {count(len(run.failed), 'failed push', 'failed pushes')}"


def _copy(copy: CertificateCopy) -> str:
    restarted = ", and sftunnel was restarted" if copy.restarted else ""
    when = f" ({moment(copy.time)})" if copy.time is not None else ""
    return f"{_COPIES[copy.outcome]}{restarted}{when}"
