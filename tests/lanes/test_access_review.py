"""Who has access, against who should."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.capabilities.catalog import capability, write
from core.capabilities.users import PortalUser, Users, UserStatus
from core.errors import RequestInvalid
from lanes.accounts.access_review import Entitled, Finding, compared, read_roster, review, sign_off
from lanes.accounts.review_report import page, reviewed
from lanes.assembly import Fleet
from lanes.questions.ask import Question, ask
from store import leases, queue, runs
from store.audit import AuditEvent
from store.credentials import Credential
from store.queue import Finished, Work

TODAY = date(2026, 11, 22)
ACTIVE = {"status": UserStatus.ACTIVE, "last_login": date(2026, 11, 1)}


def _user(username: str, **given: object) -> PortalUser:
    return PortalUser.model_validate({"username": username, **ACTIVE, **given})


@pytest.mark.parametrize(
    ("user", "findings"),
    [
        (_user("KDoe"), []),
        (_user("stranger", name="Ann Lee"), [Finding.UNKNOWN]),
        (_user("kdoe", roles=("Claims", "User Admin")), [Finding.ROLES]),
        (_user("kdoe", roles=("CLAIMS",)), []),
        (_user("kdoe", last_login=date(2026, 8, 24)), [Finding.SILENT]),
        (_user("kdoe", last_login=date(2026, 8, 25)), []),
        (_user("kdoe", last_login=None), []),
        (_user("kdoe", last_login=None, never_logged_in=True), [Finding.NEVER]),
        (_user("kdoe", last_login=date(2020, 1, 1), status=UserStatus.INACTIVE), []),
        (_user("front.desk2"), [Finding.SHARED, Finding.UNKNOWN]),
        (_user("kdoe", name="Billing Office"), [Finding.SHARED]),
        (_user("deskins", name="Ann Deskins"), [Finding.UNKNOWN]),
    ],
    ids=lambda each: each.username if isinstance(each, PortalUser) else None,
)
def test_each_user_is_compared(user: PortalUser, findings: list[Finding]) -> None:
    wants_roles = frozenset({"claims"}) if user.roles else None
    told = compared("availity", [user], [Entitled("availity", "kdoe", roles=wants_roles)], TODAY)
    assert sorted(each.finding for each in told if each.finding is not Finding.MISSING) == sorted(findings)
    assert (Finding.MISSING in {each.finding for each in told}) is (user.username.casefold() != "kdoe")


def test_a_roster_without_its_columns_or_with_an_unknown_portal_says_so(tmp_path: Path) -> None:
    for text, sentence in (
        ("username\nkdoe\n", "columns portal and username"),
        ("portal,username\nnowhere,kdoe\n", "Row 2"),
        ("portal,username\navaility,\n", "Row 2"),
        ("portal,username\n", "names nobody"),
    ):
        (tmp_path / "roster.csv").write_text(text)
        with pytest.raises(RequestInvalid, match=sentence):
            read_roster(tmp_path / "roster.csv", ["availity"])


async def test_the_latest_answer_is_reviewed_and_signed(fleet: Fleet, credential: Credential, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("portal,username,name,roles\navaility,kdoe,Kim Doe,Claims; Remits\navaility,gone,Al Oh,\n")
    unread = await review(fleet, roster, viewer="kim")
    assert (unread.by_hand, unread.found) == (["availity"], [])
    asks = fleet.portals["availity"].model_copy(update={"capabilities": ("users",)})
    fleet.portals["availity"] = asks  # type: ignore[index]
    with pytest.raises(RequestInvalid, match="fleet pull users"):
        await review(fleet, roster, viewer="kim")
    for users, as_of in (((), 20), ((_user("kdoe", roles=("Claims",)), _user("new")), 21)):
        await _answered(fleet, credential, Users(users=users), datetime(2026, 11, as_of, tzinfo=UTC))
    done = await review(fleet, roster, viewer="kim")
    assert [(each.username, each.finding) for each in done.found] == [
        ("gone", Finding.MISSING),
        ("kdoe", Finding.ROLES),
        ("new", Finding.UNKNOWN),
    ]
    assert (done.found[1].detail, done.as_of["availity"].day, done.users) == ("lacks remits", 21, 2)
    await sign_off(fleet, done, signed_by="kim")
    async with fleet.database.read() as session:
        events = (await session.scalars(select(AuditEvent).where(AuditEvent.action == "access.reviewed"))).all()
    assert [(event.actor, event.subject, '"findings":3' in event.detail) for event in events] == [
        ("kim", "availity", True)
    ]
    assert "kdoe" not in events[0].detail


async def test_the_report_names_everybody_what_was_found_and_who_signed(
    fleet: Fleet, credential: Credential, tmp_path: Path
) -> None:
    asks = fleet.portals["availity"].model_copy(update={"capabilities": ("users",)})
    fleet.portals["availity"] = asks  # type: ignore[index]
    (tmp_path / "roster.csv").write_text("portal,username,name\navaility,kdoe,Kim Doe\navaility,gone,Al Oh\n")
    users = (_user("kdoe", name="Kim <Doe>", last_login=date(2026, 8, 1)), _user("frontdesk"))
    await _answered(fleet, credential, Users(users=users), datetime(2026, 11, 21, tzinfo=UTC))
    done = await review(fleet, tmp_path / "roster.csv", viewer="kim")
    async with fleet.database.read() as session:
        assert [(each.portal, each.due) for each in await reviewed(session, fleet.portals)] == [("availity", "now")]
    unsigned = (await page(fleet, done, signed_by=None, signed_at=None)).decode()
    for told in (
        "Access review 2026 Q4",
        "Never reviewed before",
        "Kim &lt;Doe&gt;",
        "inactive for 90 days (last log-in 2026-08-01)",
        "shared or generic name; unknown user",
        "gone",
        "Reviewed by <span",
    ):
        assert told in unsigned, told
    signed_at = await sign_off(fleet, done, signed_by="kim")
    signed = (await page(fleet, done, signed_by="kim", signed_at=signed_at)).decode()
    assert "Signed off by kim on" in signed
    assert "Never reviewed before" in signed
    async with fleet.database.read() as session:
        (last,) = await reviewed(session, fleet.portals)
    assert (last.by, last.findings, last.due_at) == ("kim", 4, signed_at + timedelta(days=92))
    assert [last.due_soon(signed_at + timedelta(days=days)) for days in (77, 78, 200)] == [False, True, True]
    assert "Reviewed last on" in (await page(fleet, done, signed_by=None, signed_at=None)).decode()


async def _answered(fleet: Fleet, credential: Credential, answer: Users, as_of: datetime) -> None:
    """As a lane leaves it."""
    question = Question("users", "availity", capability("users").ask({}), "t", credential="north", fresh=True)
    await ask(fleet, question)
    now = fleet.clock.now()
    async with fleet.database.begin() as session:
        lease = await leases.take(session, credential.id, "t", seconds=30, now=now)
        assert lease is not None
        run = await runs.start(session, lease, portal="availity", flow_run_id=None, now=now)
        item = await queue.next_due(session, lease, run.id, now=now)
        assert item is not None
        done = Finished(outcome=answer.outcome, payload=write(answer), as_of=as_of, adapter_version="test")
        await queue.finish(session, fleet.sealer, lease, Work(item, run.id), done, now=now)
        await leases.release(session, lease)
