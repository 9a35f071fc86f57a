"""Submissions handed in: checked, sealed, and written into the journal once, however often they are handed in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.catalog import CAPABILITIES, Capability, write
from core.capabilities.submissions import Confirmed, Enclosed, Submission
from core.errors import RequestInvalid
from core.manifest import SubmissionRule
from core.preflight import Cleared, preflight
from core.retention import SUBMISSIONS
from core.seal import seal_blob
from lanes.assembly import Fleet
from lanes.questions.ask import Counter, choose_credential, completed, counter_for, refusal
from lanes.submissions.claim_state import doubt
from store import approvals, credentials, quarantine, queue, submission_lists, submissions, work_items
from store.base import alone, new_id, period_of, place
from store.credentials import Credential, CredentialState
from store.submissions import SETTLED, NewFile, NewSubmission, StoredSubmission, SubmissionState
from store.work_items import NewItem, WorkItem


@dataclass(frozen=True)
class Order:
    kind: str
    portal: str
    keys: dict[str, str]
    files: Sequence[tuple[str, bytes]]
    """The name by which the practice knows it, and the content."""
    requested_by: str
    payer: str | None = None
    credential: str | None = None
    tins: frozenset[str] | None = None
    """Whose submissions that person may see; None: all."""
    rehearsal: bool = False
    anyway: bool = False
    """Also when the store's latest answer about the claim speaks against it."""


@dataclass(frozen=True)
class HandedIn:
    row: StoredSubmission
    item: WorkItem
    cleared: Cleared
    to_wake: bool
    """False when it was confirmed before."""


@dataclass(frozen=True)
class _Checked:
    """An order that may be sent."""

    order: Order
    counter: Counter
    credential: Credential
    wanted: Submission
    rule: SubmissionRule
    cleared: Cleared


async def hand_in(fleet: Fleet, order: Order) -> HandedIn:
    """Wakes nobody. What was confirmed is not sent again, what is on its way goes on, what was refused begins anew.

    Raises RequestInvalid with everything that is wrong, and as `lanes.questions.ask.ask` does.
    """
    enclosed = [Enclosed.of(title, data) for title, data in order.files]
    contents = {file.sha256: data for file, (_, data) in zip(enclosed, order.files, strict=True)}
    checked = await _checked(fleet, order, enclosed, contents)
    async with fleet.database.read() as session:
        _, known = await _known(session, fleet, checked)
    if known is None:
        await _no_doubt(fleet, checked)
    files = await _sealed(fleet, contents) if known is None else []
    async with fleet.database.begin() as session:
        portal, capability = checked.counter.manifest.id, checked.counter.capability.name
        if (resting := await quarantine.resting(session, portal, capability)) is not None:
            raise resting
        content_key, known = await _known(session, fleet, checked)
        if known is not None:
            row, to_wake = await _again(session, fleet, checked, known)
        else:
            row, to_wake = await _new(session, fleet, checked, content_key, files), True
        item = await work_items.get(session, row.work_item_id)
    return HandedIn(row, item, checked.cleared, to_wake)


async def check(fleet: Fleet, order: Order) -> Cleared:
    """What can be known before a log-in, and nothing is kept. Raises as `hand_in`."""
    enclosed = [Enclosed.of(title, data) for title, data in order.files]
    contents = {file.sha256: data for file, (_, data) in zip(enclosed, order.files, strict=True)}
    checked = await _checked(fleet, order, enclosed, contents)
    await _no_doubt(fleet, checked)
    return checked.cleared


async def _checked(fleet: Fleet, order: Order, enclosed: Sequence[Enclosed], contents: Mapping[str, bytes]) -> _Checked:
    found = sending_of(order.kind)
    counter = counter_for(fleet, found.name, order.portal, order.payer)
    rule, sends = counter.manifest.takes(order.kind, counter.payer), found.sends
    if rule is None or sends is None:
        raise RequestInvalid(f"{counter.manifest.name} takes no {order.kind} here.", field="kind")
    keys, today = order.keys, counter.manifest.today(fleet.clock.now())
    if sends.told_by is not None:
        keys = keys | await asyncio.to_thread(sends.told_by, [data for _, data in order.files], today)
    asked = sends.ask(order.kind, keys, enclosed)
    async with fleet.database.begin() as session:
        credential = await choose_credential(session, fleet, counter, order.credential)
    wanted = completed(asked, credential)
    cleared = await asyncio.to_thread(preflight, wanted, rule, contents, today=today)
    return _Checked(order, counter, credential, wanted, rule, cleared)


async def _no_doubt(fleet: Fleet, checked: _Checked) -> None:
    if checked.order.anyway:
        return
    viewer, sender = checked.order.requested_by, checked.credential
    contents = [data for _, data in checked.order.files]
    doubted = await doubt(
        fleet, checked.counter, checked.rule, checked.wanted, sender, contents=contents, viewer=viewer
    )
    if doubted is not None:
        raise doubted


def sending_of(kind: str) -> Capability:
    """Raises RequestInvalid for a kind that nobody sends."""
    known = {kind: each for each in CAPABILITIES.values() if each.sends for kind in each.sends.kinds}
    if kind not in known:
        raise RequestInvalid(f"“{kind}” is nothing that is submitted; known are {', '.join(known)}.", field="kind")
    return known[kind]


def subject_index(fleet: Fleet, portal: str, payer: str | None, kind: str, subject: str) -> str:
    """Blind: by it the journal knows what is about the same, and nothing else can be read from it."""
    return fleet.sealer.blind(json.dumps([portal, payer, kind, subject]), "submission_subject")


async def _known(session: AsyncSession, fleet: Fleet, checked: _Checked) -> tuple[str, StoredSubmission | None]:
    """By which key it is known, or will be, and as what: to the second tax ID that sends the same it is another one."""
    content = checked.wanted.content(checked.counter.manifest.id, checked.counter.payer)
    key = fleet.sealer.blind(content, "submission")
    known = await submissions.by_content(session, key)
    if known is not None and _of_others(checked, await _sender_of(session, known)):
        key = fleet.sealer.blind(json.dumps([content, checked.credential.scope]), "submission")
        known = await submissions.by_content(session, key)
    return key, known


def _of_others(checked: _Checked, sender: Credential) -> bool:
    """Only where nobody can have meant to go on with that one: the same must not be sent twice."""
    order, tin = checked.order, checked.credential.tin
    if order.tins is not None:
        return sender.tin not in order.tins
    return order.credential is not None and None not in (tin, sender.tin) and tin != sender.tin


async def _sender_of(session: AsyncSession, row: StoredSubmission) -> Credential:
    return await credentials.get(session, (await work_items.get(session, row.work_item_id)).credential_id)


async def _new(
    session: AsyncSession, fleet: Fleet, checked: _Checked, content_key: str, files: Sequence[NewFile]
) -> StoredSubmission:
    wanted, manifest, payer = checked.wanted, checked.counter.manifest, checked.counter.payer
    subject_key = subject_index(fleet, manifest.id, payer, wanted.kind, wanted.subject())
    await alone(session, subject_key)
    for other in await submissions.of_subject(session, subject_key):
        is_over = other.state is SubmissionState.REFUSED or (other.rehearsal and other.clicks == 0)
        if not is_over and not _of_others(checked, await _sender_of(session, other)):
            raise RequestInvalid(
                f"Another {wanted.kind} about the same is {other.state.value} already, with other files: {other.id}.",
                field="files",
            )
    now = fleet.clock.now()
    asked = NewItem(
        capability=checked.counter.capability.name,
        portal=manifest.id,
        payer=payer,
        credential_id=checked.credential.id,
        natural_key=content_key,
        query=write(wanted),
        requested_by=checked.order.requested_by,
    )
    (item,) = await work_items.add_all(session, fleet.sealer, [asked], now=now)
    made = NewSubmission(
        work_item_id=item.id,
        capability=asked.capability,
        kind=wanted.kind,
        portal=manifest.id,
        payer=payer,
        content_key=content_key,
        subject_key=subject_key,
        rehearsal=checked.order.rehearsal,
        needs_approval=await _needs_approval(session, checked),
        file_by=checked.cleared.file_by,
        requested_by=asked.requested_by,
        files=files,
    )
    return await submissions.add(session, made, now=now)


async def _again(
    session: AsyncSession, fleet: Fleet, checked: _Checked, row: StoredSubmission
) -> tuple[StoredSubmission, bool]:
    """The row, and whether there is something to do for it."""
    if row.state is SubmissionState.CONFIRMED:
        return row, False
    if checked.order.rehearsal and not row.rehearsal and row.state not in SETTLED:
        raise RequestInvalid(f"It was handed in to be sent: {row.id}. A rehearsal comes before that.", field="dry-run")
    now = fleet.clock.now()
    if row.state in (SubmissionState.CLICKED, SubmissionState.UNKNOWN):
        return row, True
    where = place("work_item", row.work_item_id)
    sealed = fleet.sealer.seal(write(checked.wanted), where, period_of(SUBMISSIONS, row.work_item_id))
    says_the_same = await _says_the_same(session, fleet, checked, row)
    armed = row.state is SubmissionState.ARMED
    sender = await _sender_again(session, checked, row)
    free = not armed and await queue.requeue(session, row.work_item_id, now=now, query=sealed, credential_id=sender.id)
    if says_the_same:
        return row, True
    if not free:
        raise RequestInvalid(
            f"A bot has it in hand right now, as it was handed in before: {row.id}. Hand it in again in a minute.",
            field="narrative",
        )
    again = await submissions.intend_again(
        session,
        row.id,
        rehearsal=checked.order.rehearsal,
        needs_approval=await _needs_approval(session, checked),
        file_by=checked.cleared.file_by,
        actor=checked.order.requested_by,
        now=now,
    )
    return again, True


async def _sender_again(session: AsyncSession, checked: _Checked, row: StoredSubmission) -> Credential:
    """The one it has, or in place of one that rests or is retired the one that was chosen now."""
    before, chosen = await _sender_of(session, row), checked.credential
    if before.state is CredentialState.OPEN:
        return before
    if None not in (before.tin, chosen.tin) and before.tin != chosen.tin:
        raise refusal(before, checked.counter.manifest)
    return chosen


async def _says_the_same(session: AsyncSession, fleet: Fleet, checked: _Checked, row: StoredSubmission) -> bool:
    """As what waits to be sent: a person who said yes to that has said it to this."""
    if row.state is SubmissionState.REFUSED:
        return False
    item = await work_items.get(session, row.work_item_id)
    before = (row.rehearsal, row.needs_approval, work_items.query_of(item, fleet.sealer))
    return before == (checked.order.rehearsal, await _needs_approval(session, checked), write(checked.wanted))


async def _needs_approval(session: AsyncSession, checked: _Checked) -> bool:
    """The manifest asks for it, or the practice does."""
    by_practice = await approvals.needed(session, checked.counter.manifest.id, checked.wanted.kind)
    return checked.rule.needs_approval or by_practice


async def _sealed(fleet: Fleet, contents: dict[str, bytes]) -> list[NewFile]:
    now = fleet.clock.now()
    made: list[NewFile] = []
    for digest, data in contents.items():
        row_id = new_id("file")
        name = f"{now:%Y/%m/%d}/{row_id}"
        key = fleet.sealer.data_key(period_of(SUBMISSIONS, row_id))
        blob = await asyncio.to_thread(seal_blob, data, key, place("submission_file", row_id))
        await fleet.evidence.put_if_absent(name, blob)
        made.append(NewFile(row_id, digest, len(data), name))
    return made


async def reconcile(
    fleet: Fleet, *, submission: str | None = None, of: frozenset[str] | None = None
) -> list[tuple[StoredSubmission, WorkItem]]:
    """Everything that is not settled goes on now, except what waits for a person's approval, and what belongs to a
    credential that rests. `of`: those of these credentials alone, by id. Wakes nobody.
    """
    async with fleet.database.begin() as session:
        found: list[tuple[StoredSubmission, WorkItem]] = []
        for row in await submission_lists.unsettled(session):
            waits = row.rehearsal or (row.needs_approval and row.approved_at is None)
            if (waits and row.state is SubmissionState.INTENT) or submission not in (None, row.id):
                continue
            item = await work_items.get(session, row.work_item_id)
            if of is not None and item.credential_id not in of:
                continue
            if (await credentials.get(session, item.credential_id)).state is CredentialState.OPEN:
                await queue.requeue(session, item.id, now=fleet.clock.now())
            found.append((row, item))
    return found


async def approve(fleet: Fleet, submission_id: str, *, version: int, actor: str) -> WorkItem:
    """`version`: the one that was read. Raises RequestInvalid."""
    now = fleet.clock.now()
    async with fleet.database.begin() as session:
        row = await submissions.approve(session, submission_id, version=version, actor=actor, now=now)
        await queue.requeue(session, row.work_item_id, now=now)
        return await work_items.get(session, row.work_item_id)


async def decide(fleet: Fleet, submission_id: str, *, number: str | None, actor: str, reason: str) -> WorkItem:
    """`number`: what the portal calls it; None when it was not received and is to be sent. Raises RequestInvalid."""
    now = fleet.clock.now()
    if number is not None and not number.strip():
        raise RequestInvalid("Say what the payer calls it.", field="number")
    told = Confirmed(number=number.strip()) if number is not None else None
    async with fleet.database.begin() as session:
        row = await submissions.decide(
            session, fleet.sealer, submission_id, write(told) if told else None, actor=actor, reason=reason, now=now
        )
        if told is None:
            await queue.requeue(session, row.work_item_id, now=now)
        else:
            await queue.close(session, row.work_item_id, outcome=told.outcome, now=now)
        return await work_items.get(session, row.work_item_id)
