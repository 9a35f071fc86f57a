"""The Availity-like portal as one ASGI application."""

from starlette.applications import Starlette

from simulator.assets import assets
from simulator.house import House
from simulator.portals.availity.appeals import Appeals
from simulator.portals.availity.authorization_requests import AuthorizationRequests
from simulator.portals.availity.authorizations import Authorizations
from simulator.portals.availity.disputes import Disputes
from simulator.portals.availity.edi import EdiFiles
from simulator.portals.availity.gate import FOLDER, Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.login import Login
from simulator.portals.availity.messaging import Messaging
from simulator.portals.availity.notifications import Notifications
from simulator.portals.availity.passwords import Passwords
from simulator.portals.availity.recovery import Recovery
from simulator.portals.availity.remits import Remits
from simulator.portals.availity.shell import Shell
from simulator.portals.availity.users import OrganizationUsers


def build(house: House) -> Starlette:
    gate = Gate(house)
    inquiries, passwords = Inquiries(gate), Passwords(gate)
    return Starlette(
        routes=[
            assets(FOLDER / "static", gate.skins),
            *Login(gate, passwords).routes(),
            *passwords.routes(),
            *Recovery(gate).routes(),
            *Notifications(gate, inquiries).routes(),
            *Messaging(gate, inquiries).routes(),
            *Remits(gate, inquiries).routes(),
            *OrganizationUsers(gate, inquiries).routes(),
            *Authorizations(gate, inquiries).routes(),
            *AuthorizationRequests(gate, inquiries).routes(),
            *Disputes(gate, inquiries).routes(),
            *Appeals(gate, inquiries).routes(),
            *EdiFiles(gate, inquiries).routes(),
            *Shell(gate).routes(),
            *inquiries.routes(),
        ]
    )
