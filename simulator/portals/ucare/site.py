"""UCare's newer portal as one ASGI application."""

from starlette.applications import Starlette

from simulator.assets import assets
from simulator.house import House
from simulator.portals.ucare.authorization_requests import AuthorizationRequests
from simulator.portals.ucare.authorizations import AuthorizationInquiries
from simulator.portals.ucare.claims import ClaimInquiries
from simulator.portals.ucare.compose import Compose
from simulator.portals.ucare.gate import FOLDER, Gate
from simulator.portals.ucare.login import Login
from simulator.portals.ucare.members import MemberInquiries
from simulator.portals.ucare.messages import MessageCenter
from simulator.portals.ucare.passwords import MyUser, Passwords
from simulator.portals.ucare.payments import Payments
from simulator.portals.ucare.practice import Practices
from simulator.portals.ucare.pregnancies import PregnanciesOnFile, PregnancyNotices
from simulator.portals.ucare.reconsiderations import Reconsiderations
from simulator.portals.ucare.recovery import Recovery
from simulator.portals.ucare.reports import Reports
from simulator.portals.ucare.sent import SentFolder
from simulator.portals.ucare.shell import Shell
from simulator.portals.ucare.users import UserAdministration


def build(house: House) -> Starlette:
    gate = Gate(house)
    practices, passwords = Practices(gate), Passwords(gate)
    shell = Shell(gate, practices)
    return Starlette(
        routes=[
            assets(FOLDER / "static", gate.skins),
            *Login(gate, passwords).routes(),
            *Recovery(gate).routes(),
            *MyUser(gate, shell, passwords).routes(),
            *shell.routes(),
            *practices.routes(),
            *MemberInquiries(gate, shell).routes(),
            *ClaimInquiries(gate, shell).routes(),
            *Payments(gate, shell).routes(),
            *Reconsiderations(gate, shell).routes(),
            *Compose(gate, shell).routes(),
            *SentFolder(gate, shell).routes(),
            *MessageCenter(gate, shell).routes(),
            *Reports(gate, shell).routes(),
            *UserAdministration(gate, shell).routes(),
            *AuthorizationInquiries(gate, shell).routes(),
            *AuthorizationRequests(gate, shell, practices, house.requests).routes(),
            *PregnanciesOnFile(gate, shell).routes(),
            *PregnancyNotices(gate, shell, practices, house.pregnancies).routes(),
        ]
    )
