"""The gate of FranklinID. It stands for the portal behind it: its faults, its tally."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from starlette.responses import HTMLResponse

from simulator.gate import Gate as AnyGate
from simulator.house import House
from simulator.portals.medicaid_id.layout import SKINS

FOLDER = Path(__file__).parent


class Gate(AnyGate):
    session_cookie = "FRANKLINID"

    def __init__(self, house: House) -> None:
        super().__init__(house, "medicaid_sso", FOLDER, SKINS)

    def render(self, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
        """No element has the same id twice: each is drawn when the page is made."""
        return super().render(template, status, uid=lambda: str(uuid4()), **values)
