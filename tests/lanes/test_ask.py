from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from core.capabilities.catalog import capability
from core.capabilities.eligibility import EligibilityQuery
from core.errors import AccountLocked, AutomationBlocked, PortalChanged, RequestInvalid
from core.manifest import Lock, Retention, Rung
from core.phi import Phi
from core.settings import Settings
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.questions.ask import Counter, How, Question, ask
from store import credentials, history, quarantine
from store.credentials import Credential
from store.work_items import ItemState

MakeQuery = Callable[[str], EligibilityQuery]


def _question(query: EligibilityQuery, **more: Any) -> Question:
    return Question(
        **{"capability": "eligibility", "portal": "availity", "payer": "aetna", "requested_by": "t", **more},
        query=query,
    )


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"portal": "optum"}, "“optum” is not a portal here; known are availity"),
        ({"payer": "cigna"}, "“cigna” is not a payer here; known are aetna, humana"),
        ({"payer": None}, "needs a payer: aetna, humana"),
        ({"capability": "horoscope"}, "“horoscope” is not a capability"),
        ({"credential": "west"}, "“west” is not a credential here; known are north"),
    ],
)
async def test_unknown_names_are_told_with_the_known_ones(
    fleet: Fleet, credential: Credential, query: MakeQuery, wrong: dict[str, Any], says: str
) -> None:
    with pytest.raises(RequestInvalid, match=says):
        await ask(fleet, _question(query("A1"), **wrong))


async def test_what_a_portal_does_not_keep_any_more_is_not_asked_for(fleet: Fleet, credential: Credential) -> None:
    portal = fleet.portals["availity"]
    keeps = (
        Retention(kind="documents", months=24),
        Retention(kind="notification", days=7),
        Retention(kind="remittances", months=13),
    )
    more = {"capabilities": ("messages", "documents", "remittances"), "retention": keeps}
    remembers = dataclasses.replace(fleet, portals={"availity": portal.model_copy(update=more)})
    today = fleet.clock.now().date()

    def asked(name: str, back: int, **keys: str) -> Question:
        days = {"from_date": str(today - timedelta(days=back)), "to_date": str(today - timedelta(days=back - 5))}
        return _question(capability(name).ask({**days, **keys}), capability=name)

    with pytest.raises(RequestInvalid, match="what was asked for lies before that") as refused:
        await ask(remembers, asked("documents", 900))
    assert refused.value.field == "to_date"
    with pytest.raises(RequestInvalid, match="keeps this since"):
        await ask(remembers, asked("messages", 30, kind="notification"))
    long_ago = str(today - timedelta(days=500))
    paid = capability("remittances").ask({"paid_from": long_ago, "paid_to": long_ago})
    with pytest.raises(RequestInvalid, match="keeps this since") as refused:
        await ask(remembers, _question(paid, capability="remittances"))
    assert refused.value.field == "paid_to"
    assert (await ask(remembers, asked("documents", 733))).how is How.NEW
    assert (await ask(remembers, asked("messages", 30))).how is How.NEW


def test_what_a_portal_keeps_is_counted_by_its_own_days(fleet: Fleet) -> None:
    keeps = (Retention(kind="messages", days=30),)
    west = {"time_zone": "America/Los_Angeles", "retention": keeps}
    counter = Counter(capability("messages"), fleet.portals["availity"].model_copy(update=west), None)
    now = datetime.combine(date.today(), time(3), UTC)
    for back, kept in ((31, True), (32, False)):
        day = str(now.date() - timedelta(days=back))
        query = capability("messages").ask({"from_date": day, "to_date": day})
        with nullcontext() if kept else pytest.raises(RequestInvalid, match="keeps this since"):
            counter.check(query, now)


async def test_a_portal_without_a_credential_says_so(fleet: Fleet, query: MakeQuery) -> None:
    with pytest.raises(RequestInvalid, match="no credential"):
        await ask(fleet, _question(query("A1")))


async def test_an_equal_question_is_joined_then_answered_from_the_store(
    fleet: Fleet, credential: Credential, query: MakeQuery, portal: Any
) -> None:
    first = await ask(fleet, _question(query("A1"), priority=50))
    joined = await ask(fleet, _question(query("A1"), payer="Aetna", priority=0))
    assert (first.how, joined.how, joined.item.id) == (How.NEW, How.JOINED, first.item.id)
    other = await ask(fleet, _question(query("A1"), payer="humana"))
    assert other.how is How.NEW

    await LaneWorker(fleet, portal).work(credential.id)
    again = await ask(fleet, _question(query("A1")))
    assert (again.how, again.item.id, again.item.outcome) == (How.ANSWERED, first.item.id, "member_not_found")
    assert (await ask(fleet, _question(query("A1"), fresh=True))).how is How.NEW


async def test_an_old_answer_is_not_good_enough(
    fleet: Fleet, credential: Credential, query: MakeQuery, portal: Any, virtual_clock: Any
) -> None:
    await ask(fleet, _question(query("A1")))
    await LaneWorker(fleet, portal).work(credential.id)
    virtual_clock.advance(days=4000)
    later = dataclasses.replace(fleet, clock=virtual_clock)
    assert (await ask(later, _question(query("A1")))).how is How.NEW


async def test_capitals_and_forms_of_a_name_make_no_other_question(fleet: Fleet, credential: Credential) -> None:
    def named(last: str) -> EligibilityQuery:
        return EligibilityQuery.model_validate({"first_name": "Ana", "last_name": last, "birth_date": "1980-02-29"})

    first = await ask(fleet, _question(named("Mu\u00f1oz")))
    assert (await ask(fleet, _question(named("MUN\u0303OZ")))).item.id == first.item.id
    assert (await ask(fleet, _question(named("Munoz")))).item.id != first.item.id


async def test_ids_that_differ_in_a_letter_are_other_questions(
    fleet: Fleet, credential: Credential, query: MakeQuery
) -> None:
    ids = {(await ask(fleet, _question(query(member)))).item.id for member in ("A1", "a1", "A10", "0A1")}
    assert len(ids) == 4


async def test_the_least_busy_open_credential_is_taken(
    fleet: Fleet, credential: Credential, second_credential: Credential, query: MakeQuery
) -> None:
    taken = [(await ask(fleet, _question(query(f"M{number}")))).item.credential_id for number in range(4)]
    assert sorted(taken) == sorted([credential.id, second_credential.id] * 2)


async def test_a_stopped_credential_refuses_with_the_portals_reason_and_the_cure(
    fleet: Fleet, credential: Credential, query: MakeQuery
) -> None:
    problem = AccountLocked("The portal has locked the account.")
    async with fleet.database.begin() as session:
        await credentials.stop(session, credential.id, problem, actor="t", now=fleet.clock.now())
    with pytest.raises(AccountLocked, match=r"has locked the account.*administrator.*reopens it\.$"):
        await ask(fleet, _question(query("A1")))
    lock = Lock(opened_by="its help desk", minutes=30, source="assumed")
    known = {"availity": fleet.portals["availity"].model_copy(update={"lock": lock})}
    with pytest.raises(AccountLocked, match=r"lasts 30 minutes there; before that it is opened by its help desk\.$"):
        await ask(dataclasses.replace(fleet, portals=known), _question(query("A1")))


async def test_a_capability_in_quarantine_refuses(fleet: Fleet, credential: Credential, query: MakeQuery) -> None:
    changed = PortalChanged("search", "submit")
    async with fleet.database.begin() as session:
        for _ in range(2):
            await quarantine.changed(session, "availity", "eligibility", changed, actor="t", now=fleet.clock.now())
    with pytest.raises(PortalChanged):
        await ask(fleet, _question(query("A1")))


async def test_what_was_only_proven_in_the_simulator_does_not_go_live(fleet: Fleet, query: MakeQuery) -> None:
    live = dataclasses.replace(fleet, settings=Settings(home=fleet.settings.home, environment="live"))
    with pytest.raises(AutomationBlocked, match="simulator only"):
        await ask(live, _question(query("A1")))
    forbidden = fleet.portals["availity"].model_copy(
        update={
            "rung": Rung.LIVE,
            "policy": fleet.portals["availity"].policy.model_copy(update={"stance": "forbidden"}),
        }
    )
    with pytest.raises(AutomationBlocked, match="do not allow bots"):
        await ask(dataclasses.replace(live, portals={"availity": forbidden}), _question(query("A1")))


async def test_who_watches_proves_an_adapter_on_the_real_portal_where_its_terms_allow_it(
    fleet: Fleet, query: MakeQuery
) -> None:
    settings = Settings(home=fleet.settings.home, environment="live")
    policy = fleet.portals["availity"].policy
    known = {
        stance: fleet.portals["availity"].model_copy(update={"policy": policy.model_copy(update={"stance": stance})})
        for stance in ("allowed", "unknown")
    }
    new = credentials.NewCredential("availity", "north", "live")
    async with fleet.database.begin() as session:
        await credentials.add(session, fleet.sealer, new, actor="t", now=fleet.clock.now())
    watched = dataclasses.replace(_question(query("A1")), attended=True)
    with pytest.raises(AutomationBlocked, match="do not allow bots"):
        await ask(dataclasses.replace(fleet, settings=settings, portals={"availity": known["unknown"]}), watched)
    proving = dataclasses.replace(fleet, settings=settings, portals={"availity": known["allowed"]})
    with pytest.raises(AutomationBlocked, match="--attended"):
        await ask(proving, _question(query("A1")))
    asked = await ask(proving, watched)
    async with fleet.database.read() as session:
        told = await history.audit_page(session, action="portal.attended", limit=5)
    assert [event.subject for event in told.events] == [asked.item.id]


async def test_the_credentials_provider_asks_where_none_is_named(fleet: Fleet, query: MakeQuery) -> None:
    new = credentials.NewCredential("availity", "north", "simulator", provider_npi="1234567893")
    async with fleet.database.begin() as session:
        await credentials.add(session, fleet.sealer, new, actor="t", now=fleet.clock.now())
    plain = await ask(fleet, _question(query("A1")))
    spelled = EligibilityQuery(member_id=Phi("A1"), birth_date=query("A1").birth_date, provider_npi="1234567893")
    assert (await ask(fleet, _question(spelled))).item.id == plain.item.id
    assert plain.item.state is ItemState.QUEUED
