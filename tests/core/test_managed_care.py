"""Whom to ask next: the health plan that delivers what a public programme covers."""

from __future__ import annotations

from datetime import date

from core.capabilities.common import AskElsewhere
from core.capabilities.eligibility import Coverage, ManagedCare, Member, Plan, PlanStatus

UCARE = ManagedCare(name="UCare", phone="(612) 555-0100")


def coverage(*plans: Plan) -> Coverage:
    return Coverage(member=Member(member_id="01234567"), as_of=date(2026, 3, 2), plans=plans)


def test_the_plan_that_delivers_active_coverage_is_asked_next_and_once() -> None:
    active = Plan(status=PlanStatus.ACTIVE, managed_care=UCARE)
    told = coverage(active, active, Plan(status=PlanStatus.ACTIVE))
    assert told.ask_next == ("UCare",)
    assert told.sentence == "Active coverage on 2026-03-02, delivered by UCare: ask there for more."


def test_what_is_over_sends_nobody_on() -> None:
    told = coverage(Plan(status=PlanStatus.INACTIVE, managed_care=UCARE))
    assert told.ask_next == ()
    assert told.sentence == "No active coverage on 2026-03-02."


def test_a_claim_that_is_somebody_elses_names_whom_to_ask() -> None:
    assert AskElsewhere(name="UCare", message="…").sentence == "This portal does not have it: ask UCare."
