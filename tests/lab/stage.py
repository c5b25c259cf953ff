"""Where stories are played: real captures where that is possible, none where it is not."""

from __future__ import annotations

from dataclasses import dataclass

from tests.lab.cast import Appliance
from tests.lab.tls import Party


@dataclass
class Stage:
    """``captures`` False: for an ordinary user, who may not make network namespaces; stories then come without their captures."""

    captures: bool = False

    def capture(self, path: str, client: Party, server: Party, client_box: Appliance, server_box: Appliance) -> dict[str, bytes]:
        """The evidence ``{path: capture}`` of one handshake, or nothing."""
        return {}
