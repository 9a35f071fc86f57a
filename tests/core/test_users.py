from __future__ import annotations

import pytest

from core.capabilities.catalog import capability, write
from core.capabilities.users import PortalUser, UserNotFound, Users, UserStatus
from core.errors import RequestInvalid

USERS = capability("users")


def test_a_question_is_about_everybody_or_about_one() -> None:
    assert write(USERS.ask({})) == '{"username":null}'
    named = USERS.ask({"username": " rhayes "})
    assert named.phi_values() == ["rhayes"]
    assert "rhayes" not in repr(named)
    with pytest.raises(RequestInvalid, match="is not a key of users"):
        USERS.ask({"member_id": "W1"})


def test_nobody_is_shown_by_accident_and_everybody_is_read_again() -> None:
    answer = Users(users=(PortalUser(username="rhayes", name="Rae Hayes", status=UserStatus.ACTIVE),))
    assert "hayes" not in f"{answer} {answer!r} {answer.users[0]!r}".casefold()
    assert USERS.read_answer(write(answer)) == answer
    assert USERS.read_answer(write(UserNotFound())).sentence == "The portal knows no user of this name."


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        ([UserStatus.ACTIVE, UserStatus.ACTIVE, UserStatus.LOCKED], "3 users have access: 2 active, 1 locked."),
        ([UserStatus.PENDING], "1 user has access: 1 pending."),
        ([None], "1 user has access."),
    ],
)
def test_the_sentence_counts_by_status(states: list[UserStatus | None], sentence: str) -> None:
    users = tuple(PortalUser(username=f"u{number}", status=status) for number, status in enumerate(states))
    assert Users(users=users).sentence == sentence
