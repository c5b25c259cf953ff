"""Whose word a fact is, as a name that a person recognises."""

from __future__ import annotations

from analyzer.identify.scene import Scene
from analyzer.model.outputs import PeerStatus


def speaker_of(scene: Scene, status: PeerStatus) -> str:
    """The label of the appliance whose output it is, else the host of the prompt, else the file."""
    own = scene.speaker(status)
    return own.label if own is not None else status.host or status.evidence.location.source
