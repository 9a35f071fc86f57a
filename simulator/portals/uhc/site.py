"""The UnitedHealthcare-like portal as one ASGI application."""

from starlette.applications import Starlette

from simulator.assets import assets
from simulator.house import House
from simulator.portals.onehealthcareid.tickets import Tickets
from simulator.portals.uhc.case_requests import CaseRequests
from simulator.portals.uhc.cases import CaseInquiries
from simulator.portals.uhc.claims import ClaimInquiries
from simulator.portals.uhc.disputes import Disputes
from simulator.portals.uhc.gate import FOLDER, Gate
from simulator.portals.uhc.library import Library
from simulator.portals.uhc.members import MemberInquiries
from simulator.portals.uhc.shell import Shell
from simulator.portals.uhc.trackit import TrackIt
from simulator.portals.uhc.users import UserManagement


def build(house: House, tickets: Tickets) -> Starlette:
    gate = Gate(house)
    return Starlette(
        routes=[
            assets(FOLDER / "static", gate.skins),
            *Shell(gate, tickets).routes(),
            *MemberInquiries(gate).routes(),
            *ClaimInquiries(gate).routes(),
            *Library(gate).routes(),
            *UserManagement(gate).routes(),
            *CaseInquiries(gate).routes(),
            *CaseRequests(gate).routes(),
            *Disputes(gate).routes(),
            *TrackIt(gate).routes(),
        ]
    )
