"""What `fleet pull` prints of an answer."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from rich.console import Console

from cli.answers import shown
from core.capabilities.eligibility import Coverage, ManagedCare, Member, Plan, PlanStatus


def printed(answer: Coverage) -> str:
    page = io.StringIO()
    Console(file=page, width=160).print(shown(answer))
    return page.getvalue()


@pytest.mark.parametrize(
    ("name", "known"), [("UnitedHealthcare", "; ask portal uhc"), ("Lake Superior Community Plan", "")]
)
def test_who_delivers_a_plan_is_printed_with_it_and_where_that_is_asked(name: str, known: str) -> None:
    plan = Plan(status=PlanStatus.ACTIVE, plan_name="MA", managed_care=ManagedCare(name=name, phone="612 555-0100"))
    told = printed(Coverage(member=Member(member_id="01234567"), as_of=date(2026, 3, 2), plans=(plan,)))
    assert f"delivered by {name}: ask there for more" in told
    assert f"· delivered by {name}, phone 612 555-0100{known}\n" in re.sub(r" +\n", "\n", told)
