"""The Franklin Medicaid provider portal as one ASGI application: pages of which parts are exchanged."""

from starlette.applications import Starlette

from simulator.assets import assets
from simulator.house import House
from simulator.portals.medicaid_id.assertions import Assertions
from simulator.portals.medicaid_sso.appeals import Appeals
from simulator.portals.medicaid_sso.approvals import Approvals
from simulator.portals.medicaid_sso.cascade import Cascades
from simulator.portals.medicaid_sso.claims import Claims
from simulator.portals.medicaid_sso.gate import FOLDER, Gate
from simulator.portals.medicaid_sso.inbox import Inbox
from simulator.portals.medicaid_sso.letters import Letters
from simulator.portals.medicaid_sso.recipients import Recipients
from simulator.portals.medicaid_sso.remittances import Remittances
from simulator.portals.medicaid_sso.shell import Shell
from simulator.portals.medicaid_sso.staff import Staff


def build(house: House, assertions: Assertions) -> Starlette:
    gate = Gate(house)
    return Starlette(
        routes=[
            assets(FOLDER / "static", gate.skins),
            *Shell(gate, assertions).routes(),
            *Cascades(gate).routes(),
            *Recipients(gate).routes(),
            *Claims(gate).routes(),
            *Approvals(gate).routes(),
            *Remittances(gate).routes(),
            *Appeals(gate).routes(),
            *Inbox(gate).routes(),
            *Letters(gate).routes(),
            *Staff(gate).routes(),
        ]
    )
