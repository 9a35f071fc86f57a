"""A request for an authorization is known among those of its member by what it asks for."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.capabilities.authorization_requests import AuthorizationRequest, FiledRequest
from core.capabilities.authorizations import (
    Authorization,
    AuthorizationNotFound,
    Authorizations,
    AuthorizedService,
    Decision,
    Kind,
    Unit,
)
from core.capabilities.catalog import capability
from core.capabilities.common import MemberNotFound
from core.capabilities.submissions import Received
from core.errors import RequestInvalid

FIRST = date.today() + timedelta(days=7)
LAST = FIRST + timedelta(days=29)
KEYS = {
    "member_id": "W1", "birth_date": "1980-02-03", "service_kind": "outpatient", "procedure_code": "97110",
    "unit": "visits", "units": "12", "service_from": FIRST.isoformat(), "service_to": LAST.isoformat(),
}  # fmt: skip


def request(**keys: str) -> AuthorizationRequest:
    sends = capability("authorizations").sends
    assert sends is not None
    wanted = sends.ask("authorization", KEYS | keys, [])
    assert isinstance(wanted, AuthorizationRequest)
    return wanted


def listed(number: str, code: str | None = "97110", **more: Any) -> Authorization:
    known = {"kind": Kind.OUTPATIENT, "service_from": FIRST, "service_to": LAST, "submitted_on": date.today()} | more
    if code:
        known["lines"] = (AuthorizedService(line_number=1, procedure_code=code),)
    return Authorization(authorization_number=number, **known)


def test_of_the_members_authorizations_only_this_one_answers_for_it() -> None:
    others = [
        listed("2", "97112"),
        listed("3", kind=Kind.REFERRAL),
        listed("4", service_from=FIRST - timedelta(days=1)),
        listed("5", service_to=LAST + timedelta(days=1)),
    ]
    found = request().among(Authorizations(authorizations=(listed("1"), *others)))
    assert [(each.number, each.submitted_on) for each in found or ()] == [("1", date.today())]


def test_it_is_followed_by_its_number_also_when_it_is_certified_otherwise_than_asked() -> None:
    received = Received("T-1", date.today(), date.today())
    units = {"unit": Unit.VISITS, "units_requested": Decimal(12), "units_approved": Decimal("8.0")}
    line = AuthorizedService(line_number=1, procedure_code="97112", **units)
    partly = listed("1", None, tracking_number="T-1", decision=Decision.PARTLY_CERTIFIED, lines=(line,))
    (filed,) = request().followed(Authorizations(authorizations=(listed("T-11"), partly)), received) or ()
    stood = filed.standing
    assert (filed.number, stood.decided, stood.against) == ("1", True, True)
    assert stood.told == "8 of 12 visits approved"
    assert request().followed(AuthorizationNotFound(), received) == ()
    assert request().followed(MemberNotFound(), received) is None


@pytest.mark.parametrize(
    ("decision", "next_step", "decided", "waits"),
    [
        (None, None, False, False),
        (Decision.PENDED, None, False, False),
        (Decision.PENDED, "Send notes.", False, True),
        (Decision.CONTACT_PAYER, None, False, True),
        (Decision.CERTIFIED, "Bill with the number.", True, False),
    ],
)
def test_what_is_pended_is_not_decided_and_may_wait_for_the_practice(
    decision: Decision | None, next_step: str | None, *, decided: bool, waits: bool
) -> None:
    shown = listed("1", decision=decision, next_step=next_step)
    stood = FiledRequest.of(shown).standing
    assert (stood.decided, stood.wants_answer, stood.against, stood.told) == (decided, waits, False, None)


def test_what_the_portal_does_not_state_may_be_ours() -> None:
    unstated = Authorizations(authorizations=(listed("1", None), listed("2", kind=None, service_to=None)))
    assert [each.number for each in request().among(unstated) or ()] == ["1", "2"]


def test_none_at_all_is_an_empty_worklist_and_an_unknown_member_is_none() -> None:
    assert request().among(AuthorizationNotFound()) == ()
    assert request().among(MemberNotFound()) is None


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"service_to": (FIRST - timedelta(days=1)).isoformat()}, "service_from lies after service_to"),
        ({"units": "0"}, "units"),
        ({"unit": "pounds"}, "unit"),
        ({"provider_npi": "1234567890"}, "provider_npi is not an NPI"),
    ],
)
def test_what_is_wrong_is_said(keys: dict[str, str], said: str) -> None:
    with pytest.raises(RequestInvalid) as refused:
        request(**keys)
    assert refused.value.sentence.casefold().startswith(said.casefold())
