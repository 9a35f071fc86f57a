"""Registering with a portal: each portal's checklist is whole, and what is done of it is kept and told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.errors import RequestInvalid
from core.registration import Checklist, StepKind
from lanes.accounts import registration
from lanes.assembly import Fleet
from payers.registry import load_checklist, load_manifest, portal_ids
from store import audit
from store.credentials import Credential
from store.registrations import RegistrationStep, Settled, StepState

NORTHGATE = "Northgate Family Practice"
NOTE = "reference 4711, filed in binder 2"


@pytest.mark.parametrize("portal", portal_ids())
def test_the_checklist_of_each_portal_is_whole(portal: str) -> None:
    steps = load_checklist(portal).steps
    kinds = [step.kind for step in steps]
    assert kinds == sorted(kinds, key=list(StepKind).index)
    assert {"tin", "npi", "w9"} <= {step.id for step in steps}
    missing = set(StepKind) - set(kinds)
    assert missing == (set() if load_manifest(portal).mfa else {StepKind.SECOND_FACTOR})


def test_a_portal_leaves_out_only_what_there_is() -> None:
    common = load_checklist("availity")
    with pytest.raises(ValueError, match="no common step"):
        common.of_portal(Checklist(verified=date(2026, 11, 22), leaves_out=("blood",)))


async def test_what_was_done_is_kept_with_day_and_name_and_its_note_sealed(
    fleet: Fleet, credential: Credential
) -> None:
    today = fleet.clock.now().date()
    begun = await registration.start(fleet, "availity", NORTHGATE, tin="36-4418027", actor="kim")
    assert (begun.settled, begun.next and begun.next.id) == (0, "tin")
    for step in ("tin", "npi", "w9"):
        settled = Settled(step, StepState.DONE, today, "Lee Park", NOTE)
        after = await registration.settle(fleet, "availity", None, settled, actor="kim")
    assert after.told.startswith(f"{NORTHGATE}: 3 of {len(after.items)}, next: An authorized official")
    again = Settled("w9", StepState.NOT_NEEDED, today - timedelta(days=1), "Ann Lin")
    await registration.settle(fleet, "availity", NORTHGATE, again, actor="kim")
    await registration.reopen(fleet, "availity", None, "npi", actor="kim")
    shown = {item.step.id: item.settled for item in (await registration.show(fleet, "availity", None)).items}
    assert (shown["npi"], shown["w9"]) == (None, again)
    assert shown["tin"] == Settled("tin", StepState.DONE, today, "Lee Park", NOTE)

    async with fleet.database.read() as session:
        (standing,) = await registration.board(session, fleet)
        rows = list(await session.scalars(select(RegistrationStep)))
        trail = list(await session.scalars(select(audit.AuditEvent).order_by(audit.AuditEvent.seq)))
    assert (standing.portal, standing.accounts, [each.settled for each in standing.under_way]) == ("availity", 1, [2])
    assert all(NOTE.encode() not in (row.note or b"") for row in rows)
    told = [event.action.removeprefix("registration.") for event in trail if event.action.startswith("registration.")]
    assert told == ["started", "done", "done", "done", "not_needed", "reopened"]
    assert not [event for event in trail if NOTE in event.detail]

    for item in after.items:
        await registration.settle(
            fleet, "availity", None, Settled(item.step.id, StepState.DONE, today, "Lee Park"), actor="kim"
        )
    assert (await registration.show(fleet, "availity", None)).told == f"{NORTHGATE}: finished {today}"


async def test_what_cannot_be_is_refused_with_its_cure(fleet: Fleet) -> None:
    today = fleet.clock.now().date()

    async def refused(settled: Settled, organization: str | None = None) -> str:
        with pytest.raises(RequestInvalid) as refusal:
            await registration.settle(fleet, "availity", organization, settled, actor="kim")
        return refusal.value.sentence

    done = Settled("w9", StepState.DONE, today, "Lee Park")
    assert "fleet registrations start availity" in await refused(done)
    with pytest.raises(RequestInvalid, match="not a portal here"):
        await registration.start(fleet, "elsewhere", NORTHGATE, tin=None, actor="kim")
    await registration.start(fleet, "availity", NORTHGATE, tin=None, actor="kim")
    with pytest.raises(RequestInvalid, match="under way"):
        await registration.start(fleet, "availity", NORTHGATE, tin=None, actor="kim")
    assert "they are tin, npi, w9" in await refused(Settled("w10", StepState.DONE, today, "Lee Park"))
    assert "still to come" in await refused(Settled("w9", StepState.DONE, today + timedelta(days=2), "Lee Park"))
    assert await refused(Settled("w9", StepState.DONE, today, " ")) == "Say who did it."
    await registration.start(fleet, "availity", "Lakeside Imaging", tin=None, actor="kim")
    assert "add --organization" in await refused(done)
    with pytest.raises(RequestInvalid, match="still to do"):
        await registration.reopen(fleet, "availity", NORTHGATE, "w9", actor="kim")
