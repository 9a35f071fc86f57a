"""UCare's older portal as one ASGI application."""

from starlette.applications import Starlette

from simulator.assets import assets
from simulator.house import House
from simulator.portals.ucare_old.claims import ClaimInquiries
from simulator.portals.ucare_old.gate import FOLDER, Gate
from simulator.portals.ucare_old.login import Login
from simulator.portals.ucare_old.members import MemberInquiries
from simulator.portals.ucare_old.menu import Menu
from simulator.portals.ucare_old.messages import Messages
from simulator.portals.ucare_old.passwords import Passwords
from simulator.portals.ucare_old.users import Users


def build(house: House) -> Starlette:
    gate = Gate(house)
    menu, passwords = Menu(gate), Passwords(gate)
    return Starlette(
        routes=[
            assets(FOLDER / "static", gate.skins),
            *Login(gate, passwords).routes(),
            *passwords.routes(),
            *menu.routes(),
            *MemberInquiries(gate, menu).routes(),
            *ClaimInquiries(gate, menu).routes(),
            *Messages(gate, menu).routes(),
            *Users(gate, menu).routes(),
        ]
    )
