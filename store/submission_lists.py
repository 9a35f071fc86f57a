"""The journal of submissions, listed and looked through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Exists, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.submissions import UNSETTLED, StoredSubmission, SubmissionState, SubmittedFile
from store.work_items import WorkItem


async def latest(
    session: AsyncSession, *, of: Collection[str] | None = None, before: str | None = None, limit: int = 200
) -> Sequence[StoredSubmission]:
    """The newest first. `of`: those of these credentials alone. `before`: the last one of the page before."""
    found = select(StoredSubmission).order_by(StoredSubmission.id.desc()).limit(limit)
    if of is not None:
        found = found.where(_of(of))
    if before is not None:
        found = found.where(StoredSubmission.id < before)
    return (await session.scalars(found)).all()


async def unsettled(session: AsyncSession) -> Sequence[StoredSubmission]:
    found = select(StoredSubmission).where(StoredSubmission.state.in_(UNSETTLED))
    return (await session.scalars(found.order_by(StoredSubmission.id))).all()


async def last_days(session: AsyncSession) -> Mapping[str, Sequence[date | None]]:
    """By credential, of each submission that is unsettled: until when it can be filed; None where nobody knows."""
    found = select(WorkItem.credential_id, StoredSubmission.file_by).join(WorkItem)
    told: dict[str, list[date | None]] = defaultdict(list)
    for credential_id, day in await session.execute(found.where(StoredSubmission.state.in_(UNSETTLED))):
        told[credential_id].append(day)
    return told


async def with_file(session: AsyncSession, sha256: str) -> str | None:
    """The id of a submission with this content among its files that is sent, or to be sent."""
    meant = (
        StoredSubmission.state != SubmissionState.REFUSED,
        StoredSubmission.rehearsal.is_(False),
        SubmittedFile.sha256 == sha256,
    )
    found = select(StoredSubmission.id).join(SubmittedFile, SubmittedFile.submission_id == StoredSubmission.id)
    return (await session.scalars(found.where(*meant).order_by(StoredSubmission.id))).first()


def _of(credential_ids: Collection[str]) -> Exists:
    """Looked up submission by submission: a credential has far more questions than are sent to payers."""
    return exists().where(WorkItem.id == StoredSubmission.work_item_id, WorkItem.credential_id.in_(credential_ids))
