"""A notification is known among those of its member by the pregnancy, however its expected date was corrected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.capabilities.catalog import capability
from core.capabilities.common import MemberNotFound
from core.capabilities.notifications import FiledNotification, Notifications, PregnancyNotification
from core.errors import RequestInvalid

DUE = date.today() + timedelta(days=120)
KEYS = {"member_id": "W1", "birth_date": "1994-02-03", "due_on": DUE.isoformat(), "risk": "routine"}


def notification(**keys: str) -> PregnancyNotification:
    sends = capability("notifications").sends
    assert sends is not None
    wanted = sends.ask("notification", KEYS | keys, [])
    assert isinstance(wanted, PregnancyNotification)
    return wanted


def test_of_the_members_notifications_only_that_of_this_pregnancy_answers_for_it() -> None:
    days = {"this": 0, "corrected": -42, "later": 42, "before": -43, "next": 300}
    listed = tuple(FiledNotification(number=name, due_on=DUE + timedelta(days=off)) for name, off in days.items())
    found = notification().among(Notifications(notifications=listed))
    assert [each.number for each in found or ()] == ["this", "corrected", "later"]
    assert notification().among(Notifications(notifications=())) == ()
    assert notification().among(MemberNotFound()) is None


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"due_on": (date.today() + timedelta(days=320)).isoformat()}, "due_on must lie between"),
        ({"first_visit_on": (date.today() + timedelta(days=9)).isoformat()}, "first_visit_on must lie between"),
        ({"risk": "some"}, "risk"),
        ({"due_on": ""}, "due_on"),
        ({"birth_date": "2999-01-01"}, "birth_date lies in the future"),
    ],
)
def test_what_is_wrong_is_said_without_its_value(keys: dict[str, str], said: str) -> None:
    with pytest.raises(RequestInvalid) as refused:
        notification(**keys)
    assert refused.value.sentence.startswith(said)
    assert not any(value in refused.value.sentence for value in keys.values() if value)


def test_when_she_is_due_is_patient_data() -> None:
    assert DUE.isoformat() in notification().phi_values()
    assert DUE.isoformat() not in notification().model_dump_json()
