"""A long history for `benchmarks.history`: a year of runs with what comes of them (questions, answers, submissions,
fires of schedules, what canaries saw, audit events, sheets), the same each time, written as fast as the database takes
them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from core.capabilities.catalog import write
from core.capabilities.claim_status import Claim, ClaimNotFound, Claims, Lifecycle
from core.capabilities.common import MemberNotFound
from core.capabilities.eligibility import Coverage, Member, Plan, PlanStatus
from core.capabilities.remittances import Method, Payment, Remittances
from core.errors import FleetError, PortalChanged, PortalUnavailable
from core.schedules import Definition
from lanes.assembly import Fleet
from store.audit import AuditEvent
from store.base import place
from store.batches import Batch, BatchRow
from store.canaries import CanaryPage
from store.database import server_url
from store.fires import Fire
from store.runs import Run, StoredAnswer
from store.schedules import Schedule
from store.schema import TABLES
from store.standings import SubmissionStanding
from store.submissions import StoredSubmission
from store.work_items import WorkItem

ITEMS_PER_RUN = 5
CHUNK = 5000
"""Runs per round trip."""
SHEETS = 2000
SHEET_ROWS = 100_000
PEOPLE = ("pat", "kim", "alex", "sam", "ops (fleet)")
CAPABILITIES = ("eligibility", "claim_status", "remittances")
SHARES = (60, 38, 2)
FOUND = {"eligibility": "coverage", "claim_status": "claims", "remittances": "remittances", "appeals": "submitted"}
NOT_FOUND = FOUND | {"eligibility": "member_not_found", "claim_status": "claim_not_found"}
FAILURES = (PortalUnavailable("The portal is down."), PortalChanged("coverage", "plan_name"))
SUBMISSIONS_EVERY, FIRES_EVERY, SCHEDULES = 100, 10, 40
"""Of so many runs come two submissions, one of them the smallest account's; of so many one fire."""
OPEN = 10_000
"""Runs, the latest: their submissions may be unsettled."""
STATES = ("confirmed", "confirmed", "confirmed", "refused", "unknown")
CANARIES = [(capability, entry) for capability in CAPABILITIES for entry in ("search", "result", "details")]
ACTIONS = ("item.answered", "phi.view", "phi.export", "credential.login", "person.signed_in")
PAYMENT = Payment(number="0042", paid_on=date(2026, 11, 20), amount=Decimal("50.80"), method=Method.CHECK)
QUERY = '{"claim_number": "E1"}'
COVERAGE = Coverage(member=Member(member_id="W1"), as_of=date(2026, 11, 20), plans=(Plan(status=PlanStatus.ACTIVE),))
PAYLOADS = {
    "coverage": write(COVERAGE),
    "member_not_found": write(MemberNotFound(message="not on file")),
    "remittances": write(Remittances(payments=(PAYMENT,))),
    "claims": write(Claims(claims=(Claim(claim_number="E1", status_text="Denied", lifecycle=Lifecycle.DENIED),))),
    "claim_not_found": write(ClaimNotFound(message="not on file")),
}
"""By outcome; whatever page opens one finds a true one."""
OPENED_ROWS, OPENED = SHEET_ROWS + 50_000, timedelta(days=31)
"""No list opens what is older than both: its seals are copies of one."""
COLUMNS: dict[Table, tuple[str, ...]] = {
    table.__table__: tuple(names.split())  # type: ignore[dict-item]
    for table, names in {
        Run: "id credential_id portal holder fence state started_at ended_at logins answered failed put_back",
        WorkItem: "id run_id portal credential_id capability natural_key query priority due_at not_before state "
        "attempts requested_by created_at started_at finished_at outcome error_code error_sentence next_step "
        "error_page error_element",
        StoredAnswer: "id work_item_id run_id outcome as_of adapter_version payload",
        StoredSubmission: "id work_item_id capability kind portal payer content_key subject_key state rehearsal "
        "needs_approval version intended_at requested_by created_at settled_at clicks looks",
        SubmissionStanding: "submission_id seen_at missing status decided against wants_answer closed",
        Schedule: "id name portal version definition considered_until created_at",
        Fire: "id schedule_id instant version missed state not_before takes last_day planned_at ended_at questions "
        "answered failed",
        CanaryPage: "portal capability entry seen_at well_at well failing_since element",
        AuditEvent: "seq at action actor subject detail previous hash",
        Batch: "id capability portal requested_by created_at began_at row_count",
        BatchRow: "batch_id row_number work_item_id",
    }.items()
}
Rows = dict[str, list[tuple[Any, ...]]]


class History:
    """What happened, oldest first, with ids as they would have been made. No hash of its audit trail is a real one."""

    def __init__(self, fleet: Fleet, accounts: Sequence[tuple[str, str]], runs: int, *, first_event: int) -> None:
        """`accounts`: (portal, credential id). The last has one run in a hundred."""
        self._fleet = fleet
        self._accounts = accounts
        self._runs = runs
        self._event = first_event
        self._chance = random.Random(7)  # noqa: S311 - a history that is the same each time
        self._now = datetime.now(UTC)
        self._never_opened = fleet.sealer.seal(QUERY, "nowhere")
        self._asked: list[str] = []
        """By the sheet: the latest questions."""

    def chunks(self) -> Iterator[Rows]:
        for first in range(0, self._runs, CHUNK):
            rows: Rows = {table.name: [] for table in COLUMNS}
            for number in range(first, min(first + CHUNK, self._runs)):
                self._run(number, rows)
            yield rows
        yield self._sheets() | self._schedules() | self._canaries()

    @property
    def last_event(self) -> int:
        return self._event - 1

    def _run(self, number: int, rows: Rows) -> None:
        chance, at = self._chance, self._now - timedelta(days=365) * (1 - number / self._runs)
        portal, credential = self._accounts[-1] if number % 100 == 0 else chance.choice(self._accounts[:-1])
        run_id = _id("run", at, number)
        state = "lost" if number % 997 == 0 else "ended"
        rows["run"].append((run_id, credential, portal, "w", number, state, at, at, 1, 4, 1, 0))
        for each in range(ITEMS_PER_RUN):
            self._item(rows, (run_id, portal, credential, at), number * ITEMS_PER_RUN + each)
        if number % FIRES_EVERY == 0:
            self._fire(rows, at, number // FIRES_EVERY)
        action, actor = chance.choices(ACTIONS, (90, 5, 1, 3, 1))[0], chance.choice(PEOPLE)
        rows["audit_event"].append((self._event, at, action, actor, run_id, "{}", "", ""))
        self._event += 1

    def _item(self, rows: Rows, run: tuple[str, str, str, datetime], number: int) -> None:
        chance, sealer, at = self._chance, self._fleet.sealer, run[3]
        item_id = _id("item", at, number)
        sent = number % (SUBMISSIONS_EVERY * ITEMS_PER_RUN) in (0, SUBMISSIONS_EVERY * ITEMS_PER_RUN // 2)
        capability = "appeals" if sent else chance.choices(CAPABILITIES, SHARES)[0]
        failure = chance.choice(FAILURES) if chance.random() < 0.02 else None
        outcome = None if failure else (FOUND if chance.random() < 0.8 else NOT_FOUND)[capability]
        on_sheet = number >= self._runs * ITEMS_PER_RUN - SHEET_ROWS
        opened = number >= self._runs * ITEMS_PER_RUN - OPENED_ROWS or at > self._now - OPENED
        query = sealer.seal(QUERY, place("work_item", item_id)) if opened else self._never_opened
        rows["work_item"].append(
            (
                *(
                    item_id,
                    *run[:3],
                    capability,
                    item_id,
                    query,
                    50 * on_sheet,
                    at,
                    at,
                    "done",
                    1,
                    chance.choice(PEOPLE),
                ),
                *(at, at, at, outcome, *_told(failure)),
            )
        )
        if sent:
            self._submission(rows, run[1], item_id, at, number)
        if outcome:
            answer_id = _id("ans", at, number)
            payload = self._never_opened
            if opened and outcome in PAYLOADS:
                payload = sealer.seal(PAYLOADS[outcome], place("answer", answer_id))
            rows["answer"].append((answer_id, item_id, run[0], outcome, at, "benchmark", payload))
        if on_sheet and not sent:
            self._asked.append(item_id)

    def _submission(self, rows: Rows, portal: str, item_id: str, at: datetime, number: int) -> None:
        sub_id, state = _id("sub", at, number), self._chance.choice(STATES)
        if number < (self._runs - OPEN) * ITEMS_PER_RUN and state == "unknown":
            state = "confirmed"  # settled long ago
        rows["submission"].append(
            (
                *(sub_id, item_id, "appeals", "appeal", portal, None, sub_id, sub_id, state, False),
                *(False, 1, at, self._chance.choice(PEOPLE), at, None if state == "unknown" else at, 1, 0),
            )
        )
        if state == "confirmed":
            rows["submission_standing"].append((sub_id, at, False, "received", False, False, False, False))

    def _fire(self, rows: Rows, at: datetime, number: int) -> None:
        failed = 1 if self._chance.random() < 0.1 else 0
        rows["fire"].append(
            (
                *(_id("fire", at, number), _schedule_id(number % SCHEDULES), at, 1, 0, "done", at, 1, at.date()),
                *(at, at, FIRES_EVERY * ITEMS_PER_RUN, FIRES_EVERY * ITEMS_PER_RUN - failed, failed),
            )
        )

    def _schedules(self) -> Rows:
        began = self._now - timedelta(days=365)
        rows: list[tuple[Any, ...]] = []
        for number in range(SCHEDULES):
            portal = self._accounts[number % len(self._accounts)][0]
            said = Definition.of(
                name=f"canary-{number}", task="canary", portal=portal, cron=f"{number} */4 * * *", time_zone="UTC"
            )
            rows.append((_schedule_id(number), said.name, portal, 1, said.model_dump_json(), self._now, began))
        return {"schedule": rows}

    def _canaries(self) -> Rows:
        return {
            "canary_page": [
                (portal, capability, entry, self._now, self._now, "{}", None, None)
                for portal in sorted({portal for portal, _ in self._accounts})
                for capability, entry in CANARIES
            ]
        }

    def _sheets(self) -> Rows:
        moments = [self._now - timedelta(minutes=minutes) for minutes in range(SHEETS)]
        portal = self._accounts[0][0]
        sheets = [
            (sheet_id(number), "eligibility", portal, PEOPLE[number % len(PEOPLE)], at, at, len(self._asked))
            for number, at in enumerate(moments)
        ]
        asked = [(sheet_id(0), number, item) for number, item in enumerate(self._asked, start=2)]
        return {"batch": sheets, "batch_row": asked}


def _schedule_id(number: int) -> str:
    return f"sched_{number:028x}"


def sheet_id(number: int) -> str:
    """The first has rows."""
    return f"batch_{number:016x}"


async def fill(where: str | Path, history: History) -> None:
    """Indexes are made anew afterwards, as a restored backup would have them."""
    url = f"sqlite+aiosqlite:///{where}" if isinstance(where, Path) else server_url(where)
    engine = create_async_engine(url)
    written = [table.__table__ for table in TABLES if table.__table__ in COLUMNS]
    indexes = [index for table in written for index in table.indexes]  # type: ignore[attr-defined]
    try:
        async with engine.begin() as connection:
            for index in indexes:
                await connection.run_sync(index.drop)
            if engine.dialect.name == "postgresql":  # references are right; a superuser need not have each one checked
                await connection.execute(
                    text(
                        "SELECT set_config('session_replication_role', 'replica', true) "
                        "WHERE current_setting('is_superuser') = 'on'"
                    )
                )
            for rows in history.chunks():
                for table, columns in COLUMNS.items():
                    await _write(connection, table, columns, rows.get(table.name, []))
            await connection.execute(text(f"UPDATE audit_head SET seq = {history.last_event}"))  # noqa: S608 - a number
            for index in indexes:
                await connection.run_sync(index.create)
        async with engine.connect() as connection:
            tidy = "VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)"
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text(tidy))
    finally:
        await engine.dispose()


async def _write(
    connection: AsyncConnection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.copy_records_to_table(table.name, records=rows, columns=columns)
        return
    places = ", ".join("?" * len(columns))
    plain = [tuple(_plain(value) for value in row) for row in rows]
    await connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places})", plain)  # noqa: S608 - our own names


def _plain(value: Any) -> Any:
    """As the store writes it to SQLite."""
    return value.replace(tzinfo=None).isoformat(" ", "microseconds") if isinstance(value, datetime) else value


def _told(failure: FleetError | None) -> tuple[str | None, ...]:
    if failure is None:
        return (None,) * 5
    changed = failure if isinstance(failure, PortalChanged) else None
    return (
        *(failure.code, failure.sentence, failure.next_step.value),
        *((changed.page, changed.element) if changed else (None, None)),
    )


def _id(prefix: str, at: datetime, number: int) -> str:
    return f"{prefix}_{int(at.timestamp() * 1000) << 16 | number & 0xFFFF:016x}{number:012x}"
