"""A payment that comes again, on another day and by another question, is told as what it is: nobody posts it twice."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from fixtures_portals import PROVIDER, SimulatedPortal
from sqlalchemy import func, select, update

from bots.contracts import LaneBot, SessionState
from console.comparing import differences
from console.money import PROOF, summed
from core.capabilities.catalog import capability
from core.capabilities.remittances import (
    ClaimFate,
    Payment,
    Relation,
    Remittance,
    Remittances,
    RemittedClaim,
)
from core.vault import MemoryVault
from lanes.assembly import Fleet
from lanes.keeping.shredding import shred
from lanes.lane import LaneWorker
from lanes.questions.ask import Question, ask
from lanes.questions.pulled_before import marked
from lanes.views import open_answer
from store import credentials
from store.credentials import Credential, NewCredential
from store.pulled_payments import PulledMark, PulledPayment
from store.queue import Work
from store.work_items import ItemState, NewItem, WorkItem, add_all

PAYER = "BHIL"
DAY = date(2026, 11, 2)


class Calendar:
    """A clock that goes on, and can be set forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(max(0.0, (moment - self.now()).total_seconds()))


@dataclass
class Poster:
    """Asks one question after the other. Implements lanes.lane.Browsers."""

    fleet: Fleet
    portal: SimulatedPortal
    clock: Calendar

    async def lane(self, portal: str, state: SessionState | None) -> LaneBot:
        assert portal == self.portal.id
        return await self.portal.host.lane(state)

    async def pull(self, **keys: str) -> tuple[str, dict[str, Payment]]:
        """The question's id, and the payments by number."""
        query = capability("remittances").ask({**keys, "provider_npi": PROVIDER})
        asked = await ask(self.fleet, Question("remittances", self.portal.id, query, "kim", PAYER))
        await LaneWorker(self.fleet, self).work(asked.item.credential_id)
        answer = (await open_answer(self.fleet, asked.item.id, viewer="kim")).answer
        assert isinstance(answer, Remittances)
        return asked.item.id, {each.number: each for each in answer.payments}


@pytest.fixture
async def poster(fleet: Fleet, simulated: dict[str, SimulatedPortal]) -> AsyncIterator[Poster]:
    portal, clock = simulated["availity"], Calendar()
    portal.dial()
    secrets = portal.account()
    assert isinstance(fleet.vault, MemoryVault)
    await fleet.vault.save_login(portal.id, "poster", secrets.username, secrets.password, expected_version=0)
    async with fleet.database.begin() as session:
        new = NewCredential(portal=portal.id, name="poster", environment="simulator", tin="12-3456789")
        await credentials.add(session, fleet.sealer, new, actor="test", now=clock.now())
    yield Poster(replace(fleet, portals={portal.id: portal.definition.manifest}, clock=clock), portal, clock)
    portal.dial()


async def test_a_duplicate_and_a_re_issue_of_another_day_are_marked_and_proven_once(poster: Poster) -> None:
    paid = poster.portal.house.world.payments[PAYER]
    voided = next(each for each in paid if "voided" in each.tags and "835" in each.documents)
    again = next(each for each in paid if each.replaces == voided.number)
    first, seen = await poster.pull(check_number=voided.number)
    assert seen[voided.number].pulled_before == ()
    poster.clock.ahead += timedelta(days=1)
    _, seen = await poster.pull(claim_number=voided.entries[0].claim.claim_number)

    (same,) = seen[voided.number].pulled_before
    (reissue,) = [each for each in seen[again.number].pulled_before if each.work_item == first]
    assert (same.relation, same.number, same.work_item) == (Relation.SAME, voided.number, first)
    assert (same.pulled_at.date(), same.paid_on) == (poster.clock.now().date() - timedelta(days=1), voided.paid_on)
    assert (reissue.relation, reissue.number) == (Relation.REISSUE, voided.number)
    assert reissue.claims == tuple(sorted(each.claim.claim_number for each in voided.entries))
    proof = (await summed(poster.fleet, None)).proof
    assert sum(proof.values()) == len(seen)
    assert proof.keys() <= PROOF.keys()


async def test_what_is_taken_back_is_told_with_the_payment_that_paid_it(poster: Poster) -> None:
    paid = poster.portal.house.world.payments[PAYER]
    later = next(each for each in paid if "reversal" in each.tags)
    claim = later.entries[-1].claim.claim_number
    before = next(
        each for each in paid if each is not later and claim in [one.claim.claim_number for one in each.entries]
    )
    await poster.pull(check_number=before.number)
    poster.clock.ahead += timedelta(days=3)
    _, seen = await poster.pull(check_number=later.number)
    told = [(each.relation, each.number, each.claims) for each in seen[later.number].pulled_before]
    assert told == [(Relation.TAKES_BACK, before.number, (claim,))]


class Book:
    """Keeps answers as a lane does, without a portal."""

    def __init__(self, fleet: Fleet, credential: Credential) -> None:
        self.fleet = fleet
        self._credential = credential
        self._keys = itertools.count()

    async def keep(self, *payments: Payment) -> list[list[tuple[Relation, str]]]:
        new = NewItem("remittances", "availity", PAYER, self._credential.id, f"blind {next(self._keys)}", "{}", "kim")
        async with self.fleet.database.begin() as session:
            (item,) = await add_all(session, self.fleet.sealer, [new], now=self.fleet.clock.now())
            answer = await marked(session, self.fleet, Work(item, "run_1"), Remittances(payments=payments))
        assert isinstance(answer, Remittances)
        return [[(each.relation, each.number) for each in one.pulled_before] for one in answer.payments]

    async def rows(self) -> tuple[int, int]:
        async with self.fleet.database.read() as session:
            counts = [
                await session.scalar(select(func.count()).select_from(each)) for each in (PulledPayment, PulledMark)
            ]
        return counts[0] or 0, counts[1] or 0


@pytest.fixture
def book(fleet: Fleet, credential: Credential) -> Book:
    return Book(fleet, credential)


def check(
    number: str, *claims: tuple[str, int], day: date = DAY, payer: str = "Blue", replaces: str | None = None
) -> Payment:
    """Of a claim and what is paid of it; negative: taken back. Without claims there is no 835."""
    listed = tuple(
        RemittedClaim(
            claim_number=claim,
            status_code="22" if paid < 0 else "1",
            fate=ClaimFate.REVERSED if paid < 0 else ClaimFate.PRIMARY,
            billed=Decimal(paid * 2),
            paid=Decimal(paid),
        )
        for claim, paid in claims
    )
    amount = Decimal(sum(paid for _, paid in claims))
    era = Remittance(trace_number=number, amount=amount, claims=listed) if claims else None
    return Payment(number=number, paid_on=day, amount=amount, payer_name=payer, replaces=replaces, remittance=era)


async def test_other_content_under_the_same_number_is_told_as_such(book: Book) -> None:
    assert await book.keep(check("0042", ("C1", 80))) == [[]]
    assert await book.keep(check("42", ("C1", 70))) == [[(Relation.CHANGED, "0042")]]
    assert await book.keep(check("0042", ("C1", 80))) == [[(Relation.SAME, "0042")]]
    assert (await book.rows())[0] == 2


async def test_a_number_that_two_payers_use_is_two_payments(book: Book) -> None:
    await book.keep(check("0042", ("C1", 80)))
    assert await book.keep(check("0042", ("C9", 15), day=DAY + timedelta(days=1), payer="Green")) == [[]]


async def test_a_corrected_claim_of_other_amounts_is_no_re_issue(book: Book) -> None:
    await book.keep(check("1", ("C1", 80)))
    assert await book.keep(check("2", ("C1", 60))) == [[]]
    assert await book.keep(check("3", ("C1", -80), ("C1", 90))) == [[(Relation.TAKES_BACK, "1")]]
    assert await book.keep(check("4", ("C1", 90))) == [[(Relation.REISSUE, "3")]]


async def test_who_pulls_the_older_payment_last_hears_that_it_was_taken_back(book: Book) -> None:
    await book.keep(check("2", ("C1", -80), ("C1", 80)))
    assert await book.keep(check("1", ("C1", 80))) == [[(Relation.TAKEN_BACK, "2")]]


async def test_payments_of_one_answer_are_told_apart_in_their_order(book: Book) -> None:
    assert await book.keep(check("1", ("C1", 80)), check("2", ("C1", 80))) == [[], [(Relation.REISSUE, "1")]]


async def test_a_re_issue_without_an_835_is_known_by_what_the_page_says(book: Book) -> None:
    await book.keep(check("0031"))
    assert await book.keep(check("42", replaces="31")) == [[(Relation.REISSUE, "0031")]]
    assert await book.keep(check("43", replaces="31", payer="Green")) == [[]]


async def test_what_the_retention_has_ended_is_told_no_more(book: Book) -> None:
    await book.keep(check("1", ("C1", 80)), check("2", ("C2", 10)))
    assert await book.rows() == (2, 4)
    calendar = Calendar()
    calendar.ahead = timedelta(days=8 * 366)
    async with book.fleet.database.begin() as session:
        await session.execute(update(WorkItem).values(state=ItemState.DONE))
    later = replace(book.fleet, clock=calendar)
    await shred(later, actor="test")
    assert await book.rows() == (0, 0)


def test_two_pulls_of_one_payment_do_not_differ_by_the_mark() -> None:
    one = {"payments": [{"number": "1", "pulled_before": []}]}
    other = {"payments": [{"number": "1", "pulled_before": [{"number": "1"}]}]}
    assert differences(one, other) == []
