"""`fleet registrations`: what it takes until a portal is open, and how far it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from cli.actor import actor
from cli.opened import opened_fleet
from cli.output import console, print_json, table
from lanes.accounts import registration
from lanes.accounts.registration import Item, Progress, Standing, words
from store.registrations import Settled, StepState


def list_registrations(*, as_json: bool) -> None:
    async def listed() -> list[Standing]:
        async with opened_fleet() as fleet, fleet.database.read() as session:
            return await registration.board(session, fleet)

    standings = asyncio.run(listed())
    if as_json:
        print_json([_standing(each) for each in standings])
        return
    headings = ("portal", "organization", "accounts in use", "done", "next step", "whose")
    console.print(table(*headings, rows=[row for each in standings for row in _rows(each)]))


def _rows(standing: Standing) -> Iterator[tuple[object, ...]]:
    if not standing.under_way:
        state = "not begun" if not standing.accounts else None
        yield standing.portal, None, standing.accounts, state, None, None
    for each in standing.under_way:
        done = f"{each.settled} of {len(each.items)}"
        what = each.next.what if each.next else f"finished {each.finished_on}"
        who = each.next.whose if each.next else None
        yield standing.portal, each.registration.organization, standing.accounts, done, what, who


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "portal": standing.portal,
        "accounts": standing.accounts,
        "registrations": [_progress(each) for each in standing.under_way],
    }


def start(portal: str, organization: str, tin: str | None) -> None:
    async def begin() -> Progress:
        async with opened_fleet() as fleet:
            return await registration.start(fleet, portal, organization, tin=tin, actor=actor())

    _print(asyncio.run(begin()))


def show(portal: str, organization: str | None, *, as_json: bool) -> None:
    async def look() -> Progress:
        async with opened_fleet() as fleet:
            return await registration.show(fleet, portal, organization)

    seen = asyncio.run(look())
    if as_json:
        print_json(_progress(seen))
    else:
        _print(seen)


def settle(
    portal: str, step: str, *, on: datetime | None, by: str, note: str | None, organization: str | None, needed: bool
) -> None:
    day = (on or datetime.now(UTC)).date()
    settled = Settled(step, StepState.DONE if needed else StepState.NOT_NEEDED, day, by, note)

    async def kept() -> Progress:
        async with opened_fleet() as fleet:
            return await registration.settle(fleet, portal, organization, settled, actor=actor())

    _told(asyncio.run(kept()))


def reopen(portal: str, step: str, organization: str | None) -> None:
    async def taken_back() -> Progress:
        async with opened_fleet() as fleet:
            return await registration.reopen(fleet, portal, organization, step, actor=actor())

    _told(asyncio.run(taken_back()))


def _told(progress: Progress) -> None:
    console.print(f"{progress.registration.portal}, {progress.told}.")


def _print(progress: Progress) -> None:
    rows = [
        (each.step.id, each.step.kind.value.replace("_", " "), each.step.what, each.step.whose, *_settled(each))
        for each in progress.items
    ]
    console.print(table("step", "kind", "what", "whose", "state", "on", "by", "note", rows=rows))
    _told(progress)


def _settled(item: Item) -> tuple[object, ...]:
    told = item.settled
    return (words(told.state), told.on, told.by, told.note) if told else ("to do", None, None, None)


def _progress(progress: Progress) -> dict[str, Any]:
    row = progress.registration
    return {
        "id": row.id,
        "portal": row.portal,
        "organization": row.organization,
        "tin": row.tin,
        "started_at": row.started_at,
        "started_by": row.started_by,
        "finished_on": progress.finished_on,
        "next": progress.next.id if progress.next else None,
        "steps": [_item(each) for each in progress.items],
    }


def _item(item: Item) -> dict[str, Any]:
    told = item.step.model_dump(mode="json") | {"state": None, "on": None, "by": None, "note": None}
    if item.settled is not None:
        settled = item.settled
        told |= {"state": settled.state.value, "on": settled.on, "by": settled.by, "note": settled.note}
    return told
