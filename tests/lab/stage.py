"""Where stories are played before a camera: captures are real, or those of the last build where they cannot be made."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tests.lab.cast import Appliance
from tests.lab.tls import Outcome, Party, connection
from tests.lab.wire import PORT, Wire


@dataclass(frozen=True)
class Stage:
    """``captures`` False: for an ordinary user, who may not make network namespaces. Captures then come from ``kept``, if there."""

    captures: bool
    kept: Path

    def film(
        self,
        sample: str,
        path: str,
        begins: datetime,
        managers: list[Appliance],
        devices: list[Appliance],
        play: Callable[[Wire, ExitStack], object],
        *,
        at_manager: bool = False,
    ) -> dict[str, bytes]:
        """The evidence ``{path: capture}`` of what ``play`` does on a wire between these boxes.

        What ``play`` enters into the stack (a `connection`) stays open until after the capture.
        """
        if not self.captures:
            earlier = self.kept / sample / "evidence" / path
            return {path: earlier.read_bytes()} if earlier.exists() else {}
        with Wire([m.address for m in managers], [d.address for d in devices]) as wire, ExitStack() as afterwards:
            with wire.captured(begins, at_manager=at_manager) as got:
                play(wire, afterwards)
            return {path: got[0]}


def device_dials(
    wire: Wire, device: Appliance, party: Party, fmc: Appliance, manager: Party, version: str = "TLSv1.2"
) -> AbstractContextManager[Outcome]:
    """A connection on the wire, the device being the TLS client."""
    dialing, listening = replace(party, prefix=wire.device), replace(manager, prefix=wire.manager)
    return connection(dialing, listening, version, address=fmc.address, port=PORT, source=device.address)


def manager_dials(
    wire: Wire, device: Appliance, party: Party, fmc: Appliance, manager: Party, version: str = "TLSv1.2"
) -> AbstractContextManager[Outcome]:
    """A connection on the wire, the manager being the TLS client: either box can be (field notes 2.4)."""
    dialing, listening = replace(manager, prefix=wire.manager), replace(party, prefix=wire.device)
    return connection(dialing, listening, version, address=device.address, port=PORT, source=fmc.address)
