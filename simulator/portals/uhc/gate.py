"""The way into this portal: whoever is not signed in is sent to the identity provider."""

from pathlib import Path

from simulator.house import House
from simulator.portals.onehealthcareid.client import ClientGate
from simulator.portals.uhc.layout import SKINS

PORTAL = "uhc"
PAYER = "UHC"
SESSION_COOKIE = "UHCSESSION"
FOLDER = Path(__file__).parent


class Gate(ClientGate):
    session_cookie = SESSION_COOKIE

    def __init__(self, house: House) -> None:
        super().__init__(house, PORTAL, FOLDER, SKINS)
