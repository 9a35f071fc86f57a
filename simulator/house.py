"""What every portal of the simulator shares: the clock, the people, the accounts, the tally."""

from dataclasses import dataclass, field

from simulator.accounts import AccountBook
from simulator.claim_files import Clearing
from simulator.clock import VirtualClock
from simulator.dials import Dials
from simulator.mailroom import Mailroom
from simulator.network import Network
from simulator.pregnancies import Pregnancies
from simulator.requests import Requests
from simulator.sessions import Sessions
from simulator.submissions import Submissions
from simulator.tally import Tally
from simulator.world import World

PORTALS = {
    "availity": "availity.localhost",
    "medicaid_forms": "medicaid-forms.localhost",
    "medicaid_sso": "medicaid-sso.localhost",
    "uhc": "uhc.localhost",
    "optumpay": "optumpay.localhost",
    "ucare": "ucare.localhost",
    "ucare_old": "ucare-old.localhost",
}
"""Portals by host name."""
IDENTITY_HOST = "onehealthcareid.localhost"
MEDICAID_ID_HOST = "id.medicaid-sso.localhost"


@dataclass
class House:
    clock: VirtualClock
    world: World
    accounts: AccountBook
    tally: Tally
    dials: dict[str, Dials]
    sessions: dict[str, Sessions]
    submissions: Submissions
    mailroom: Mailroom
    requests: Requests
    pregnancies: Pregnancies
    clearing: Clearing
    network: Network = field(default_factory=Network)

    @classmethod
    def build(cls, seed: int) -> "House":
        clock = VirtualClock()
        return cls.around(World(seed, clock.today()), clock)

    @classmethod
    def around(cls, world: World, clock: VirtualClock) -> "House":
        """A house with nobody's account in it, around people that exist already."""
        tally = Tally(clock)
        dials = {portal: Dials() for portal in PORTALS}
        return cls(
            clock=clock,
            world=world,
            accounts=AccountBook(clock),
            tally=tally,
            dials=dials,
            sessions={portal: Sessions(portal, clock, tally) for portal in PORTALS},
            submissions=Submissions(world, clock, tally, dials),
            mailroom=Mailroom(world, clock, tally, dials),
            requests=Requests(world, clock, tally, dials),
            pregnancies=Pregnancies(world, clock, tally, dials),
            clearing=Clearing(world, clock, tally, dials),
        )
