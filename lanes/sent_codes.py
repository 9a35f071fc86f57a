"""Codes that portals send to people: a lane waits here with its browser open, and whoever has the code hands it in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from bots.contracts import EMAILED_LINK
from core.errors import CodeRequired, FleetError, RequestInvalid
from core.phi import Secret
from core.redact import known_values
from lanes.news import CODE
from lanes.notices import Notice
from store import audit, credentials, leases, runs
from store.leases import Lease
from store.runs import Run, RunState

if TYPE_CHECKING:
    from lanes.assembly import Fleet

_FORM = re.compile(r"[0-9A-Za-z]{4,16}")
_LINK = re.compile(r"https?://[^\s<>\"]{4,2000}")


class Waiting:
    """The runs of this process that wait for a code. One per process."""

    def __init__(self) -> None:
        self._codes: dict[str, asyncio.Future[Secret]] = {}

    @contextmanager
    def code_for(self, run_id: str) -> Iterator[asyncio.Future[Secret]]:
        self._codes[run_id] = code = asyncio.get_running_loop().create_future()
        try:
            yield code
        finally:
            del self._codes[run_id]

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._codes

    def give(self, run_id: str, code: Secret) -> None:
        """Nothing happens when the run waits no longer, or somebody else was quicker."""
        waiting = self._codes.get(run_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(code)


@dataclass(frozen=True)
class CodeWanted:
    """What people are told of a run that waits. Free of patient data, and of where the code was sent."""

    run: str
    portal: str
    credential: str
    medium: str
    until: datetime

    @property
    def sentence(self) -> str:
        return (
            f"{self.portal}/{self.credential} waits for {_what(self.medium)}, until "
            f"{self.until.astimezone():%H:%M:%S}; `fleet code {self.run}` hands it in."
        )


@dataclass(frozen=True)
class HandedCode:
    """As it comes over the desk."""

    run: str
    code: str = field(repr=False)
    given_by: str = field(kw_only=True)


async def wanted(session: AsyncSession, *, now: datetime, credential_id: str | None = None) -> list[CodeWanted]:
    """What waits now, the most pressing first."""
    waiting = await runs.awaiting_code(session, now=now, credential_id=credential_id)
    names = {run.id: (await credentials.get(session, run.credential_id)).name for run in waiting}
    return [told for run in waiting if (told := told_of(run, names[run.id]))]


def told_of(run: Run, credential: str) -> CodeWanted | None:
    """None for a run that waits for nothing."""
    if run.state is not RunState.WORKING or run.code_medium is None or run.code_until is None:
        return None
    return CodeWanted(run.id, run.portal, credential, run.code_medium, run.code_until)


async def ask_person(fleet: Fleet, lease: Lease, run_id: str, medium: str) -> Secret:
    """Until somebody hands the code in. Raises CodeRequired when nobody did in time, LeaseLost."""
    seconds = fleet.settings.code_wait_seconds
    until = fleet.clock.now() + timedelta(seconds=seconds)
    with fleet.waiting.code_for(run_id) as code:
        async with fleet.database.begin() as session:
            await leases.check(session, lease)
            # Whatever the portal thinks of the password, it has said it: a worker that ends now left no try open.
            await credentials.password_answered(session, lease.credential_id)
            await runs.await_code(session, run_id, medium=medium, until=until)
            credential = await credentials.get(session, lease.credential_id)
        told = CodeWanted(run_id, credential.portal, credential.name, medium, until)
        fleet.news.tell(CODE + run_id)
        fleet.notices.post(Notice("code_wanted", told.sentence, told.portal, told.credential, run_id, until))
        try:
            async with asyncio.timeout(seconds):
                return await code
        except TimeoutError:
            again = "recover" if medium == EMAILED_LINK else "reopen"
            raise CodeRequired(
                f"Nobody handed in {_what(medium)}; `fleet credentials {again}` has it send another one when somebody "
                "is there to read it.",
                medium=medium,
                expires_at=until,
            ) from None
        finally:
            with suppress(FleetError):  # the end of the run says the same
                async with fleet.database.begin() as session:
                    await runs.code_came(session, run_id)
            fleet.news.tell(CODE + run_id)


def _what(medium: str) -> str:
    return (
        "the link that the portal has sent by e-mail"
        if medium == EMAILED_LINK
        else f"the code that the portal has sent by {medium}"
    )


def _read(handed: str, medium: str | None) -> Secret:
    """Raises RequestInvalid."""
    if medium == EMAILED_LINK:
        link = handed.strip()
        if not _LINK.fullmatch(link):
            raise RequestInvalid(
                "The whole link of the e-mail is needed, from http on; nothing was handed in.", field="code"
            )
        known_values.remember(link)
        return Secret(link)
    code = re.sub(r"[\s-]", "", handed)
    if not _FORM.fullmatch(code):
        raise RequestInvalid("A code has 4 to 16 letters or digits; nothing was handed in.", field="code")
    known_values.remember_code(code)
    return Secret(code)


async def hand_in(fleet: Fleet, handed: HandedCode) -> bool:
    """Whether the run waited here, in this process. Raises RequestInvalid for what is no code and for a run that waits
    for none.
    """
    async with fleet.database.begin() as session:
        run = await runs.get(session, handed.run)
        if run.id not in {each.id for each in await runs.awaiting_code(session, now=fleet.clock.now())}:
            raise RequestInvalid(
                "This run waits for no code, or no longer; `fleet status` names those that do.", field="run"
            )
        code = _read(handed.code, run.code_medium)
        if run.id not in fleet.waiting:
            return False
        event = audit.Event("code.given", handed.given_by, run.id, {"medium": run.code_medium})
        await audit.append(session, event, now=fleet.clock.now())
    fleet.waiting.give(run.id, code)
    return True
