"""What `fleet pull` prints of an answer."""

from __future__ import annotations

import io
from datetime import date

from rich.console import Console

from cli.answers import shown
from core.capabilities.eligibility import Coverage, ManagedCare, Member, Plan, PlanStatus


def printed(answer: Coverage) -> str:
    page = io.StringIO()
    Console(file=page, width=160).print(shown(answer))
    return page.getvalue()


def test_who_delivers_a_plan_is_printed_with_it() -> None:
    plan = Plan(status=PlanStatus.ACTIVE, plan_name="MA", managed_care=ManagedCare(name="UCare", phone="612 555-0100"))
    told = printed(Coverage(member=Member(member_id="01234567"), as_of=date(2026, 3, 2), plans=(plan,)))
    assert "delivered by UCare: ask there for more" in told
    assert "delivered by UCare, phone 612 555-0100" in told
