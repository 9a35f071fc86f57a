"""Rosters come in: from a schedule's folder of the inbox, or by hand. Sealed on the way, and no copy stays in clear."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import structlog

from core.capabilities.catalog import capability
from core.errors import FleetError, RequestInvalid
from core.schedules import Definition
from lanes.assembly import Fleet
from lanes.batches.batch import CHUNK, WAYS
from lanes.batches.results import ENDINGS, sheet_writer
from lanes.batches.rows import Questions
from lanes.batches.sheets import Row, Sheet, need_columns, open_sheet
from lanes.calendar.obstacles import Board, counters
from lanes.questions.ask import check_policy
from store import audit, rosters, schedules
from store.rosters import Line, Roster
from store.schedules import Schedule

SETTLED_SECONDS = 5
"""A file that was touched since may still be in the writing."""
REPORT = ".problems.csv"

log = structlog.get_logger()


async def take_in(fleet: Fleet, schedule: Schedule, source: Path, *, by: str) -> Roster:
    """The schedule asks about these lines from now on, and about none of an older roster. Bad lines stop nothing: they
    are kept with their problems. Raises RequestInvalid for a file that is no roster, and as `counter_for` while the
    portal may not be asked: then nothing is kept.
    """
    said = schedule.read()
    if said.kind.roster is None:
        raise RequestInvalid(f"“{said.name}” asks for {said.task}, which needs no roster.", field="in")
    sheet = await asyncio.to_thread(open_sheet, source, capability(said.task).query.model_fields)
    need_columns(sheet, said.task, WAYS[said.task])
    check_policy(fleet, counters(Board.of(fleet), said)[0].manifest)
    digest = await asyncio.to_thread(_digest, source)
    now = fleet.clock.now()
    roster = Roster(
        id=rosters.new_roster_id(), schedule_id=schedule.id, digest=digest, received_by=by, received_at=now,
        line_count=0, bad_count=0,
    )  # fmt: skip
    async with fleet.database.begin() as session:
        known = await rosters.current(session, schedule.id)
        if known is not None and known.digest == digest:
            return known
        await rosters.begin(session, fleet.sealer, roster, sheet.headers)
    lines = bad = 0
    reader = _Reader(fleet, said, sheet)
    rows = sheet.rows()
    while chunk := await asyncio.to_thread(_take, rows):
        read = [reader.line(row) for row in chunk]
        async with fleet.database.begin() as session:
            await rosters.put(session, fleet.sealer, roster.id, read)
        lines, bad = lines + len(read), bad + sum(line.problem is not None for line in read)
    if not lines:
        raise RequestInvalid(f"{source.name} has no rows under its header.", field="in")
    async with fleet.database.begin() as session:
        now = fleet.clock.now()
        await rosters.put_in_force(session, roster, lines=lines, bad=bad, now=now)
        event = audit.Event("roster.received", by, schedule.id, {"roster": roster.id, "lines": lines, "bad": bad})
        await audit.append(session, event, now=now)
        return await rosters.get(session, roster.id)


async def empty_inbox(fleet: Fleet) -> None:
    """Takes in every file that lies in a schedule's folder. What was taken in is gone from there; what was not stays,
    with a report beside it or for the next time. One that cannot be taken in keeps no other from it.
    """
    async with fleet.database.read() as session:
        known = await schedules.all_of(session)
    with _alone(fleet.settings.layout.inbox) as alone:
        for schedule in known if alone else ():
            said = schedule.read()
            sources: list[Path] = []
            if said.kind.roster is not None:
                with _its_own_trouble(schedule):
                    sources = await asyncio.to_thread(_waiting, fleet.settings.layout.inbox / said.name)
            for source in sources:
                with _its_own_trouble(schedule):
                    await _receive(fleet, schedule, source)


async def write_bad_lines(fleet: Fleet, schedule: Schedule, target: Path, *, viewer: str) -> int:
    """The lines that ask nothing, as they came, each with its problem: to be mended and handed in again. In clear, and
    audited as `phi.export`.
    """
    async with fleet.database.begin() as session:
        roster = await rosters.current(session, schedule.id)
        if roster is None:
            raise RequestInvalid(f"“{schedule.name}” has no roster yet.", field="name")
        await audit.append(session, audit.Event("phi.export", viewer, roster.id), now=fleet.clock.now())
    headers = json.loads(rosters.headers_of(roster, fleet.sealer))
    count = 0
    with sheet_writer(target) as out:
        out.write([*headers, "row", "problem"])
        async for lines in rosters.lines_of(fleet.database, fleet.sealer, roster.id, chunk=CHUNK):
            for line in lines:
                if line.problem is not None:
                    out.write([*line.cells, str(line.row_number), line.problem])
                    count += 1
    return count


async def _receive(fleet: Fleet, schedule: Schedule, source: Path) -> None:
    report = source.with_name(source.name + REPORT)
    try:
        roster = await take_in(fleet, schedule, source, by="inbox")
    except RequestInvalid as problem:
        with sheet_writer(report) as out:
            out.write(["row", "problem"])
            out.write(["", f"{problem.sentence} The file was left here: mend it, or take it away."])
        log.warning("a roster was refused", schedule=schedule.id, sentence=problem.sentence)
        return
    await asyncio.to_thread(report.unlink, missing_ok=True)
    if roster.bad_count:
        with sheet_writer(report) as out:
            out.write(["row", "problem"])
            async for lines in rosters.lines_of(fleet.database, fleet.sealer, roster.id, chunk=CHUNK):
                for line in lines:
                    if line.problem is not None:
                        out.write([str(line.row_number), line.problem])
    await asyncio.to_thread(source.unlink, missing_ok=True)
    log.info("a roster was taken in", schedule=schedule.id, lines=roster.line_count, bad=roster.bad_count)


class _Reader:
    def __init__(self, fleet: Fleet, said: Definition, sheet: Sheet) -> None:
        self._questions = Questions(fleet, said.task, said.portal, said.payer)
        self._sheet = sheet

    def line(self, row: Row) -> Line:
        keys = self._sheet.asked(row)
        try:
            counter, _ = self._questions.read(keys)
        except RequestInvalid as problem:
            return Line(row.number, None, problem.sentence, keys, row.cells)
        keys.pop("payer", None)
        return Line(row.number, counter.payer, None, keys, row.cells)


@contextmanager
def _its_own_trouble(schedule: Schedule) -> Iterator[None]:
    """What keeps one roster out now is tried again by the next tick; no other roster or schedule waits for it."""
    try:
        yield
    except FleetError as problem:
        log.warning("a roster waits", schedule=schedule.id, error=problem.code, sentence=problem.sentence)
    except OSError as problem:  # its own words name the file, which may be called like a patient
        log.warning("a roster waits", schedule=schedule.id, error=type(problem).__name__, sentence=problem.strerror)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """False while another worker of this machine empties the inbox. A dead one's lock is gone with it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)


def _waiting(folder: Path) -> list[Path]:
    """Files that are whole and not reported on since they came, oldest first: the newest roster counts."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = []
    for path in folder.iterdir():
        if path.name.startswith((".", "~")) or path.name.endswith(REPORT) or path.suffix.casefold() not in ENDINGS:
            continue
        if not path.is_file() or path.is_symlink():
            continue
        changed = path.stat().st_mtime
        report = path.with_name(path.name + REPORT)
        reported = report.exists() and report.stat().st_mtime >= changed
        if not reported and time.time() - changed >= SETTLED_SECONDS:
            found.append((changed, path))
    return [path for _, path in sorted(found)]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _take(rows: Iterator[Row]) -> list[Row]:
    return list(islice(rows, CHUNK))
