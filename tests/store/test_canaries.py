from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core.capabilities.canary import SeenPage
from store import canaries
from store.audit import AuditEvent
from store.database import Database
from tests.store.conftest import NOW


def page(capability: str, landed: str | None, *fields: str) -> SeenPage:
    return SeenPage(capability=capability, entry="search", landed=landed, fields=fields)


async def see(database: Database, *pages: SeenPage, minutes: int = 0) -> dict[str, str | None]:
    """The place that each capability fails at, by its name."""
    async with database.begin() as session:
        now = NOW + timedelta(minutes=minutes)
        await canaries.note(session, "uhc", pages, actor="canary", now=now)
    async with database.read() as session:
        failing = {row.capability: row.place for row in await canaries.all_failing(session)}
    return {name: failing.get(name) for name in ("eligibility", "users")}


async def test_what_was_there_when_the_page_was_well_is_missed(database: Database) -> None:
    well = (page("eligibility", "search", "birth_date", "member_id"), page("users", "search", "username"))
    assert await see(database, *well) == {"eligibility": None, "users": None}
    renamed = page("eligibility", "search", "birth_date")
    for minutes in (1, 2):
        drifted = await see(database, renamed, well[1], minutes=minutes)
        assert drifted == {"eligibility": "page “search”, element “member_id”", "users": None}
    assert (await see(database, page("eligibility", None), well[1]))["eligibility"] == "page “search”"
    assert await see(database, *well) == {"eligibility": None, "users": None}
    async with database.read() as session:
        rows = {row.capability: row for row in await canaries.of_portal(session, "uhc")}
        assert rows["eligibility"].well_at == NOW
        events = [event async for event in await session.stream_scalars(select(AuditEvent.action))]
    assert events == ["canary.failing", "canary.well"], "a change is told once"


async def test_another_page_than_before_and_a_new_field_are_no_change(database: Database) -> None:
    assert await see(database, page("eligibility", "practice", "tax_id"))
    assert await see(database, page("eligibility", "search", "member_id")) == {"eligibility": None, "users": None}
    assert await see(database, page("eligibility", "search", "member_id", "group")) == {
        "eligibility": None,
        "users": None,
    }
    assert (await see(database, page("eligibility", "practice")))["eligibility"] == "page “search”, element “tax_id”"


async def test_a_changed_log_in_holds_all_until_it_is_well(database: Database) -> None:
    async with database.begin() as session:
        await canaries.login_changed(session, "uhc", "password", "submit", actor="canary", now=NOW)
    async with database.read() as session:
        (row,) = await canaries.all_failing(session)
        assert (row.capability, row.place) == ("login", "page “password”, element “submit”")
    assert await see(database, page("users", "search")) == {"eligibility": None, "users": None}
