"""Retention: what is due goes with its key, what is on hold stays, and whoever reads a shredded thing is told so."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.capabilities.catalog import CAPABILITIES, ERRANDS
from core.errors import RequestInvalid
from core.retention import Period, rules
from core.seal import Sealer, Shredded, wrapped_key
from core.vault import MemoryVault
from core.vault.hvac_vault import HvacVault
from lanes.assembly import Fleet
from lanes.keeping import holds
from lanes.keeping.overview import count_days, overview
from lanes.keeping.shredding import due, shred
from lanes.sealed_objects import open_object
from lanes.views import asked_by, open_answer
from store import audit, credentials, work_items
from store.base import moment_id, place
from store.credentials import Credential, NewCredential
from store.database import Database
from store.holdings import LATE, CountedDay
from store.keys import open_sealer
from store.objects import FolderStore, MemoryStore
from store.retention import HoldKind
from store.runs import Evidence
from store.work_items import ItemState
from tests.lanes.offices import DECEMBER, KEY, NOVEMBER, OVER, Office, Standing, employed


class Killed(BaseException):
    """As kill -9: nothing of ours handles it."""


@pytest.fixture
async def office(fleet: Fleet, credential: Credential) -> Office:
    return await employed(replace(fleet, sealer=Sealer(KEY, fleet.vault)), credential)


def test_every_capability_has_a_class_and_no_picture_outlives_its_question() -> None:
    named = [name for rule in rules().values() for name in rule.capabilities]
    assert sorted(named) == sorted({*CAPABILITIES, *ERRANDS})
    for rule in rules().values():
        assert rule.pictures is None or rules()[rule.pictures].months <= rule.months
    assert (rules()["audit"].months, rules()["audit"].never_shredded) == (72, True)


def test_a_period_goes_when_its_term_has_passed_since_its_end() -> None:
    period = Period.read("answers.2026-11")
    assert (period.goes_on, str(period.next)) == (date(2028, 12, 1), "answers.2026-12")
    assert Period.read("audit.2026-11").goes_on is None
    with pytest.raises(RequestInvalid, match="written CLASS"):
        Period.read("answers.2026-13")


async def test_what_is_due_goes_and_its_history_stays(office: Office) -> None:
    old, young = await office.answered("W111", NOVEMBER), await office.answered("W222", DECEMBER)
    fleet = office.later(OVER)
    planned = await shred(fleet, actor="lee", dry_run=True)
    assert await office.whole(old)
    done = await shred(fleet, actor="lee")
    assert [(str(each.period), each.rows, each.objects) for each in done] == [
        ("pictures.2026-11", 0, 1),
        ("pictures.2026-12", 0, 1),
        ("answers.2026-11", 2, 0),
    ]
    assert [(each.period, each.rows, each.objects) for each in planned] == [
        (each.period, each.rows, each.objects) for each in done
    ]
    with pytest.raises(Shredded, match="was shredded on 2028-12-01 by the retention rules"):
        await open_answer(fleet, old, viewer="lee")
    assert (await open_listed(fleet, "kim")) == {young: True, old: False}
    async with fleet.database.read() as session:
        item = await work_items.get(session, old)
        assert (item.outcome, item.shredded_at) == ("coverage", OVER)
        assert (await audit.verify(session)).broken_at is None
    assert isinstance(fleet.evidence, MemoryStore)
    assert not fleet.evidence.objects
    periods, _ = await overview(fleet)
    states = {str(each.period): (each.held.rows, each.state) for each in periods}
    assert states["answers.2026-11"] == (0, "shredded on 2028-12-01, its key destroyed")
    assert states["answers.2026-12"] == (2, "kept")
    assert await shred(fleet, actor="lee") == []


@pytest.mark.parametrize("where", ["sqlite", "postgres"], indirect=True)
async def test_what_is_held_is_told_alike_whether_its_days_are_counted_or_not(office: Office) -> None:
    midnight = DECEMBER + timedelta(days=1)
    moments = (NOVEMBER, DECEMBER, midnight - timedelta(milliseconds=1), midnight, midnight + timedelta(days=40))
    for moment in moments:
        await office.answered("W111", moment)
    kept = {"answers.2026-11": (2, 0), "pictures.2026-11": (0, 1), "answers.2026-12": (6, 0)}
    kept |= {"pictures.2026-12": (0, 3), "answers.2027-01": (2, 0), "pictures.2027-01": (0, 1)}
    assert await told(office.fleet) == kept
    await count_days(office.later(midnight + LATE))
    assert await counted(office.fleet) == [NOVEMBER.date(), DECEMBER.date()]
    assert await told(office.fleet) == kept
    await count_days(office.later(moments[-1] + timedelta(days=1)))
    assert await counted(office.fleet) == [NOVEMBER.date(), DECEMBER.date(), midnight.date()], (
        "a day waits for the late"
    )
    assert await told(office.fleet) == kept
    await shred(office.later(OVER), actor="lee")
    await count_days(office.fleet)
    assert len(await counted(office.fleet)) == len(moments) - 1
    gone = {"answers.2026-11": (0, 0), "pictures.2026-11": (0, 0)}
    gone |= {"pictures.2026-12": (0, 0), "pictures.2027-01": (0, 0)}
    assert await told(office.fleet) == kept | gone


async def test_a_day_that_is_counted_is_read_no_more(office: Office) -> None:
    await office.answered("W111", DECEMBER)
    await count_days(office.later(DECEMBER + timedelta(days=2)))
    await office.answered("W222", DECEMBER)
    assert (await told(office.fleet))["answers.2026-12"] == (2, 0)


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_a_picture_of_no_question_keeps_no_day_from_being_counted(office: Office) -> None:
    await office.answered("W111", DECEMBER)
    async with office.fleet.database.begin() as session:
        (picture,) = await session.scalars(select(Evidence))
        alone = {"id": moment_id("ev", NOVEMBER), "object_name": "elsewhere", "work_item_id": None}
        known = {each.name: getattr(picture, each.name) for each in Evidence.__table__.columns}
        session.add(Evidence(**known | alone))
    async with asyncio.timeout(20):
        await count_days(office.later(DECEMBER + timedelta(days=2)))
    assert await counted(office.fleet) == [DECEMBER.date()]


async def told(fleet: Fleet) -> dict[str, tuple[int, int]]:
    periods, _ = await overview(fleet)
    return {str(each.period): (each.held.rows, each.held.objects) for each in periods}


async def counted(fleet: Fleet) -> list[date]:
    async with fleet.database.read() as session:
        return list(await session.scalars(select(CountedDay.day).distinct().order_by(CountedDay.day)))


async def open_listed(fleet: Fleet, person: str) -> dict[str, bool]:
    return {item.id: bool(query) for item, query in await asked_by(fleet, person, before=None)}


async def test_copies_that_were_made_before_are_closed_too(office: Office) -> None:
    old = await office.answered("W111", NOVEMBER)
    async with office.fleet.database.read() as session:
        row = await work_items.get(session, old)
        copied = bytes(row.query)
    blob = await office.fleet.evidence.get(old.replace("item", "ev"))
    await shred(office.later(OVER), actor="lee")
    with pytest.raises(Shredded, match="2028-12-01"):
        Sealer(KEY, office.fleet.vault).open(copied, place("work_item", old))
    with pytest.raises(Shredded, match="2028-12-01"):
        Sealer(KEY, office.fleet.vault).open_data_key(wrapped_key(blob))


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_a_backup_of_store_and_evidence_stays_shut_in_a_real_vault(
    office: Office, control_vault: HvacVault, tmp_path: Path
) -> None:
    store, evidence = tmp_path / "store", FolderStore(tmp_path / "evidence")
    store.mkdir()
    database = Database.open(store / "fleet.db")
    await database.migrate()
    fleet = replace(office.fleet, vault=control_vault, database=database, evidence=evidence)
    async with database.begin() as session:
        new = NewCredential(portal="availity", name="north", environment="simulator")
        credential = await credentials.add(session, fleet.sealer, new, actor="test", now=NOVEMBER)
    fleet = replace(fleet, sealer=await open_sealer(database, control_vault))
    mine = await employed(fleet, credential)
    # Of years that no other test of this vault seals in.
    old = await mine.answered("W111", datetime(2019, 3, 5, tzinfo=UTC))
    young = await mine.answered("W222", datetime(2019, 4, 5, tzinfo=UTC))
    shutil.copytree(tmp_path / "evidence", tmp_path / "copy" / "evidence")
    shutil.copytree(store, tmp_path / "copy" / "store")
    now = Standing(datetime(2021, 4, 1, tzinfo=UTC))
    await shred(replace(fleet, clock=now), actor="lee")
    await database.close()

    backup = Database.open(tmp_path / "copy" / "store" / "fleet.db")
    sealer = await open_sealer(backup, control_vault)
    kept = FolderStore(tmp_path / "copy" / "evidence")
    mine.fleet = replace(fleet, database=backup, evidence=kept, sealer=sealer)
    async with backup.read() as session:
        items = {each: await work_items.get(session, each) for each in (old, young)}
    assert work_items.query_of(items[young], sealer) == '{"member_id": "W222"}'
    with pytest.raises(Shredded, match="2021-04-01"):
        work_items.query_of(items[old], sealer)
    with pytest.raises(Shredded, match="2021-04-01"):
        await open_object(mine.fleet, old.replace("item", "ev"), "x", what="A piece")
    await backup.close()


async def test_what_was_sealed_before_periods_had_keys_is_read_and_goes_too(office: Office) -> None:
    office.fleet = replace(office.fleet, sealer=Sealer(KEY))
    old = await office.answered("W111", NOVEMBER)
    fleet = office.later(datetime(2027, 1, 1, tzinfo=UTC))
    assert await office.whole(old)
    fleet = office.later(OVER)
    assert [each.key_destroyed for each in await shred(fleet, actor="lee")] == [False, False]
    assert not await office.whole(old)
    assert "had no key of its own" in (await overview(fleet))[0][0].state


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_a_hold_covers_what_names_it_and_no_more(office: Office) -> None:
    held = await office.answered("W111-22", NOVEMBER)
    claim = await office.answered("W333", NOVEMBER, claim="E 2026/77")
    other = await office.answered("W444", NOVEMBER)
    fleet = office.later(OVER)
    for kind, number in ((HoldKind.PATIENT, "w11122"), (HoldKind.CLAIM, "E202677")):
        await holds.place(fleet, kind, number, reason="letter of counsel", actor="lee")
    assert all(each.spared == 2 and not each.key_destroyed for each in await shred(fleet, actor="lee"))
    assert [await office.whole(each) for each in (held, claim, other)] == [True, True, False]
    in_force = (await overview(fleet))[1]
    assert [each.subject for each in in_force] == [None, None]
    for each in in_force:
        await holds.release(fleet, each.id, reason="settled", actor="lee")
    assert [each.key_destroyed for each in await shred(office.later(OVER), actor="lee")] == [True, True]
    assert not any([await office.whole(each) for each in (held, claim, other)])
    with pytest.raises(RequestInvalid, match="no such hold in force"):
        await holds.release(fleet, in_force[0].id, reason="again", actor="lee")
    for kind, subject in ((HoldKind.PATIENT, "1-2"), (HoldKind.RUN, "run_x"), (HoldKind.PERIOD, "answers")):
        with pytest.raises(RequestInvalid):
            await holds.place(fleet, kind, subject, reason="r", actor="lee")


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_what_is_not_done_yet_stays(office: Office) -> None:
    waiting = await office.answered("W111", NOVEMBER)
    async with office.fleet.database.begin() as session:
        (await work_items.get(session, waiting)).state = ItemState.HELD
    office.later(OVER)
    await shred(office.fleet, actor="lee")
    assert await office.whole(waiting)


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(2))
async def test_whatever_is_on_hold_survives_any_order_of_runs(office: Office, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - of a test
    months = [datetime(2026, 11, 2, tzinfo=UTC) + timedelta(days=31 * number) for number in range(3)]
    items = {f"W{number:05}": await office.answered(f"W{number:05}", chance.choice(months)) for number in range(6)}
    kept: dict[str, str] = {}
    moment = datetime(2027, 11, 1, tzinfo=UTC)
    for _ in range(12):
        fleet = office.later(moment := moment + timedelta(days=chance.randrange(60)))
        member = chance.choice(sorted(items))
        if chance.random() < 0.3 and member not in kept and await office.whole(items[member]):
            placed = await holds.place(fleet, HoldKind.PATIENT, member, reason="counsel", actor="lee")
            kept[member] = placed.id
        elif chance.random() < 0.2 and member in kept:
            await holds.release(fleet, kept.pop(member), reason="settled", actor="lee")
        else:
            await shred(fleet, actor="lee")
        assert all([await office.whole(items[each]) for each in kept])
    fleet = office.later(datetime(2029, 6, 1, tzinfo=UTC))
    await shred(fleet, actor="lee")
    assert {each for each, item in items.items() if await office.whole(item)} == set(kept)


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
@pytest.mark.parametrize("moment", range(4))
async def test_killed_anywhere_the_next_run_ends_it(office: Office, moment: int) -> None:
    items = [await office.answered(f"W{number}", NOVEMBER) for number in range(3)]
    fleet = office.later(OVER)
    assert isinstance(fleet.vault, MemoryVault)
    assert isinstance(fleet.evidence, MemoryStore)

    class DyingVault(MemoryVault):
        async def destroy_period_key(self, period: str, day: date) -> bool:
            destroyed = await super().destroy_period_key(period, day)
            if moment == 0:
                raise Killed
            return destroyed

    class DyingStore(MemoryStore):
        async def delete(self, name: str) -> None:
            if moment == 1:
                raise Killed
            await super().delete(name)
            if moment == 2 or len(self.objects) == 1:
                raise Killed

    vault, objects = DyingVault(), DyingStore()
    vault.__dict__, objects.objects = fleet.vault.__dict__, fleet.evidence.objects
    dying = replace(fleet, vault=vault, evidence=objects)
    with pytest.raises(Killed):
        await shred(dying, actor="lee")
    for item in items:
        await office.whole(item)
    await shred(office.later(OVER + timedelta(days=1)), actor="lee")
    assert not any([await office.whole(item) for item in items])
    assert not objects.objects
    assert not [each for each in await due(fleet.database, OVER.date()) if each.kind == "answers"]
    async with fleet.database.read() as session:
        destroyed = select(func.count()).where(audit.AuditEvent.action == "retention.key_destroyed")
        assert await session.scalar(destroyed) == 2


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_files_that_were_left_in_a_drop_folder_go(office: Office, tmp_path: Path) -> None:
    left, new = (tmp_path / "inbox" / "morning" / name for name in ("left.csv", "new.csv"))
    left.parent.mkdir(parents=True)
    for path, touched in ((left, NOVEMBER), (new, DECEMBER)):
        path.write_text("member_id\nW1\n")
        os.utime(path, (touched.timestamp(), touched.timestamp()))
    fleet = office.later(datetime(2027, 1, 1, tzinfo=UTC))
    await holds.place(fleet, HoldKind.PERIOD, "inbox.2026-11", reason="counsel", actor="lee")
    assert await shred(fleet, actor="lee") == []
    (hold,) = (await overview(fleet))[1]
    assert hold.subject == "inbox.2026-11"
    await holds.release(fleet, hold.id, reason="settled", actor="lee")
    assert [(str(each.period), each.objects) for each in await shred(fleet, actor="lee")] == [("inbox.2026-11", 1)]
    assert (left.exists(), new.exists()) == (False, True)
