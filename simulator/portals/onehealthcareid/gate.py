"""The identity provider's gate. It stands for the portal that sent the browser here: its faults, its tally."""

from pathlib import Path

from simulator.accounts import IDENTITY_PROVIDERS
from simulator.gate import Gate as AnyGate
from simulator.house import House
from simulator.portals.onehealthcareid.layout import SKINS

SESSION_COOKIE = "OHIDSESSION"
DEVICE_COOKIE = "OHIDDEVICE"
CHECK_COOKIE = "OHIDCHECK"
FOLDER = Path(__file__).parent
CLIENTS = tuple(portal for portal, keeper in IDENTITY_PROVIDERS.items() if keeper == "onehealthcareid")


class Gate(AnyGate):
    session_cookie = SESSION_COOKIE
    clients = CLIENTS

    def __init__(self, house: House, portal: str) -> None:
        super().__init__(house, portal, FOLDER, SKINS)
