"""A state's Medicaid portal of the web-forms kind as one ASGI application."""

from starlette.applications import Starlette

from simulator.assets import assets
from simulator.house import House
from simulator.portals.medicaid_forms.appeals import AppealPages
from simulator.portals.medicaid_forms.authorizations import AuthorizationPages
from simulator.portals.medicaid_forms.claim_files import FileExchange
from simulator.portals.medicaid_forms.claims import ClaimPages
from simulator.portals.medicaid_forms.desk import References
from simulator.portals.medicaid_forms.eligibility import EligibilityPages
from simulator.portals.medicaid_forms.gate import FOLDER, Gate
from simulator.portals.medicaid_forms.login import Login
from simulator.portals.medicaid_forms.mailbox import Mailbox
from simulator.portals.medicaid_forms.menu import Menu
from simulator.portals.medicaid_forms.passwords import Profile
from simulator.portals.medicaid_forms.remittances import RemittanceFolders
from simulator.portals.medicaid_forms.users import Users


def build(house: House) -> Starlette:
    gate = Gate(house)
    references = References(house.world.seed)
    return Starlette(
        routes=[
            assets(FOLDER / "static", gate.skins),
            *Login(gate).routes(),
            *Menu(gate).routes(),
            *Profile(gate).routes(),
            *EligibilityPages(gate, references).routes(),
            *ClaimPages(gate, references).routes(),
            *AuthorizationPages(gate, references).routes(),
            *Mailbox(gate).routes(),
            *RemittanceFolders(gate).routes(),
            *Users(gate).routes(),
            *AppealPages(gate).routes(),
            *FileExchange(gate).routes(),
        ]
    )
