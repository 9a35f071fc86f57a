"""The Optum Pay-like portal as one ASGI application."""

from starlette.applications import Starlette

from simulator.assets import assets
from simulator.house import House
from simulator.portals.onehealthcareid.tickets import Tickets
from simulator.portals.optumpay.bundles import Bundles
from simulator.portals.optumpay.gate import FOLDER, Gate
from simulator.portals.optumpay.payments import Payments
from simulator.portals.optumpay.shell import Shell
from simulator.portals.optumpay.users import Users


def build(house: House, tickets: Tickets) -> Starlette:
    gate = Gate(house)
    return Starlette(
        routes=[
            assets(FOLDER / "static", gate.skins),
            *Shell(gate, tickets).routes(),
            *Payments(gate).routes(),
            *Bundles(gate).routes(),
            *Users(gate).routes(),
        ]
    )
