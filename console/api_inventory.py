"""Portals, accounts and the numbers of the first page, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel

from console.api_door import ApiRunReader, ApiVisitor, api_room
from console.door import HouseOf
from console.inventory import Account, PortalState, states, with_risks
from console.money import DAYS as MONEY_DAYS
from console.overview import Numbers, by_day, by_outcome, by_portal, numbers
from console.rights import rights_of
from console.scope import allowed_credentials
from core.capabilities.catalog import CAPABILITIES, Capability
from core.capabilities.remittances import Proof
from lanes.accounts.at_risk import AtRisk

router = api_room("", "inventory")


class KeyTold(BaseModel):
    name: str
    required: bool


class CapabilityTold(BaseModel):
    name: str
    keys: list[KeyTold]
    """Of a question."""
    asks_payer: bool
    """Else the portal answers for all its payers alike."""
    sends: dict[str, list[KeyTold]]
    """The kinds of what is sent, with their keys; empty where nothing is. A portal may want more of them."""

    @classmethod
    def of(cls, each: Capability) -> CapabilityTold:
        sends = each.sends
        return cls(
            name=each.name,
            keys=_keys(each.query),
            asks_payer=each.asks_payer,
            sends=dict.fromkeys(sends.kinds, _keys(sends.submission, but=("kind", "files"))) if sends else {},
        )


def _keys(model: type[BaseModel], but: Sequence[str] = ()) -> list[KeyTold]:
    fields = model.model_fields.items()
    return [KeyTold(name=name, required=field.is_required()) for name, field in fields if name not in but]


class EndTold(BaseModel):
    day: date
    why: str


class AccountTold(BaseModel):
    """Never a secret."""

    id: str
    portal: str
    name: str
    state: str
    tin: str | None
    provider_npi: str | None
    administrator_contact: str | None
    last_login_at: datetime | None
    last_failure_at: datetime | None
    last_failure_code: str | None
    attempts_remaining: int | None
    """As the portal said last."""
    log_in_before: datetime | None
    """Then the portal switches it off for want of log-ins."""
    ends: list[EndTold]
    """On these days it stops working unless somebody acts; the next one first."""
    authorization: str | None
    """What is on file of the form that allows the account to a bot."""
    backup_codes_left: int | None
    waiting: int
    """Questions in its queue."""
    at_risk: str | None
    """What stands still if it locks, or does already."""
    rotates_on: date | None
    """From this day on the fleet changes its password by itself."""
    stop_sentence: str | None
    to_do: str | None
    """What a person does next; none where nothing waits for one."""

    @classmethod
    def of(cls, each: Account, risk: AtRisk | None) -> AccountTold:
        made = {"state", "log_in_before", "ends", "authorization", "waiting", "at_risk", "rotates_on", "to_do"}
        known = {name: getattr(each.credential, name) for name in AccountTold.model_fields if name not in made}
        return cls(
            **known,
            state=each.credential.state.value,
            log_in_before=each.deadline,
            ends=[EndTold(day=day, why=why) for day, why in each.fresh.deadlines],
            authorization=each.fresh.authorization,
            waiting=each.waiting,
            at_risk=risk.sentence if risk else None,
            rotates_on=each.fresh.rotates_on,
            to_do=each.to_do,
        )


class PayerTold(BaseModel):
    id: str
    name: str


class RestingTold(BaseModel):
    """Its page is not as the fleet knows it; nothing of it is asked until a developer has looked."""

    capability: str
    since: datetime | None
    page: str
    element: str | None


class CanaryPageTold(BaseModel):
    capability: str
    page: str
    well: bool
    element: str | None
    """The one that was missed; none when the page itself was not recognised."""
    seen_at: datetime
    well_at: datetime | None
    failing_since: datetime | None


class PortalTold(BaseModel):
    id: str
    name: str
    payers: list[PayerTold]
    capabilities: list[str]
    proven: str
    bots: str
    """What its terms say of them."""
    terms_read_on: date | None
    paused: str | None
    not_whole: str | None
    """Why its adapter cannot be used, and it is asked nothing."""
    session_minutes: int
    inactivity_days: int | None
    resting: list[RestingTold]
    canary: list[CanaryPageTold]

    @classmethod
    def of(cls, each: PortalState) -> PortalTold:
        portal = each.manifest
        return cls(
            id=portal.id,
            name=portal.name,
            payers=[PayerTold(id=payer.id, name=payer.name) for payer in portal.payers],
            capabilities=list(portal.capabilities),
            proven=portal.rung.value,
            bots=portal.policy.stance,
            terms_read_on=portal.policy.reviewed_on,
            paused=portal.paused,
            not_whole=each.broken.sentence if each.broken else None,
            session_minutes=portal.session_minutes,
            inactivity_days=portal.inactivity_days,
            resting=[
                RestingTold(capability=row.capability, since=row.since, page=row.page, element=row.element)
                for row in each.resting
            ],
            canary=[
                CanaryPageTold(
                    capability=row.capability,
                    page=row.entry,
                    well=row.failing_since is None,
                    element=row.element,
                    seen_at=row.seen_at,
                    well_at=row.well_at,
                    failing_since=row.failing_since,
                )
                for row in each.pages
            ],
        )


class DayCounted(BaseModel):
    day: date
    found: int
    nothing_found: int
    failed: int


class PortalCounted(BaseModel):
    portal: str
    answered: int
    of: int


class OutcomeCounted(BaseModel):
    outcome: str
    """`failed`: without an answer."""
    count: int


class OverviewTold(BaseModel):
    """Of the person's tax IDs; free of patient data."""

    days: list[DayCounted]
    total: int
    failed: int
    portals: list[PortalCounted]
    outcomes: list[OutcomeCounted]
    """The most frequent first."""
    stopped_accounts: list[str]
    """PORTAL/NAME; empty for those who may not see runs."""
    resting: dict[str, list[RestingTold]]
    """By portal."""
    money_days: int
    """So many days the sums below go back."""
    payments: dict[Proof, int]
    """By how well they are proven."""
    denied: int
    denials: dict[str, int]
    """Denied claims by adjustment reason code."""
    deadlines: dict[str, int]
    """Denied claims that can still be appealed, by the time left."""

    @classmethod
    def of(cls, found: Numbers) -> OverviewTold:
        days = by_day(found.counted, found.days)
        return cls(
            days=[
                DayCounted(day=day, **{name.replace(" ", "_"): parts[name] for name in _PARTS})
                for day, parts in days.items()
            ],
            total=found.total,
            failed=found.failed,
            portals=[
                PortalCounted(portal=portal, answered=answered, of=count)
                for portal, (answered, count) in by_portal(found.counted).items()
            ],
            outcomes=[
                OutcomeCounted(outcome=name, count=count)
                for (name, _), count in by_outcome(found.counted).most_common()
            ],
            stopped_accounts=[
                f"{each.credential.portal}/{each.credential.name}" for each in found.inventory if each.mood == "bad"
            ],
            resting={
                portal: [RestingTold(**{name: getattr(row, name) for name in RestingTold.model_fields}) for row in rows]
                for portal, rows in found.resting.items()
            },
            money_days=MONEY_DAYS,
            **{name: getattr(found.sums, name) for name in ("denied", "denials", "deadlines")},
            payments=dict(found.sums.proof),
        )


_PARTS = ("found", "nothing found", "failed")


class MeTold(BaseModel):
    name: str
    roles: list[str]
    rights: list[str]
    tins: list[str] | None
    """None: all."""


@router.get("/me")
async def me(visitor: ApiVisitor) -> MeTold:
    """Whose token this is, and what it may do."""
    return MeTold(
        name=visitor.name,
        roles=sorted(visitor.roles),
        rights=sorted(rights_of(visitor)),
        tins=None if visitor.tins is None else sorted(visitor.tins),
    )


@router.get("/overview")
async def overview(visitor: ApiVisitor, house: HouseOf) -> OverviewTold:
    """The numbers of the console's first page."""
    return OverviewTold.of(await numbers(house, visitor))


@router.get("/accounts")
async def account_list(visitor: ApiRunReader, house: HouseOf) -> list[AccountTold]:
    """The bots' accounts on the portals: their state, and what ends when."""
    async with house.fleet.database.read() as session:
        found, risks = await with_risks(session, house.fleet, await allowed_credentials(session, visitor))
    return [AccountTold.of(each, risks.get(each.credential.id)) for each in found]


@router.get("/portals")
async def portal_list(visitor: ApiRunReader, house: HouseOf) -> list[PortalTold]:
    """What each can be asked, how well its adapter is proven, what rests, and what the canary saw last."""
    del visitor
    return [PortalTold.of(each) for each in await states(house)]


@router.get("/capabilities")
async def capabilities(visitor: ApiVisitor) -> list[CapabilityTold]:
    """What can be asked and sent, and by which keys. Which portal has what: `/api/portals`."""
    del visitor
    return [CapabilityTold.of(each) for each in CAPABILITIES.values()]
