"""Whose word a fact is, as a name that a person recognises."""

from __future__ import annotations

from analyzer.join.scene import Scene
from analyzer.model.location import Evidence


def speaker_of(scene: Scene, evidence: Evidence, host: str = "") -> str:
    """The label of the appliance whose tree or prompt it is, else the host of the prompt, else the file."""
    own = scene.owner(evidence.location)
    if own is None and host:
        own = scene.managers.find(name=host) or scene.devices.find(name=host)
    return own.label if own is not None else host or evidence.location.source
