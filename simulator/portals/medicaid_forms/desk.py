"""What lies on a user's desk: the provider worked for, and the responses that came, colleagues' among them."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, TypeVar

from simulator.accounts import Provider
from simulator.authorizations import Authorization
from simulator.claims import Claim
from simulator.inquiry import Refusal
from simulator.people import Member
from simulator.sessions import Session

R = TypeVar("R", bound="Reply")

_KEEP = 120
_COLLEAGUES = (0, 1, 1, 2, 2, 12)
"""How many requests of others come in right after one's own: at times it is a page further on."""


@dataclass(frozen=True)
class Reply(ABC):
    reference: str
    submitted: datetime
    user: str
    npi: str
    ready_at: float
    """When the payer will have answered, as a time of the portal's clock."""

    @property
    @abstractmethod
    def subscriber(self) -> Member | None: ...


@dataclass(frozen=True)
class EligibilityReply(Reply):
    found: Member | Refusal
    as_of: date
    service_type: str

    @property
    def subscriber(self) -> Member | None:
        return self.found if isinstance(self.found, Member) else None


@dataclass(frozen=True)
class ClaimsReply(Reply):
    found: list[Claim] | Refusal
    searched: tuple[tuple[str, str], ...]
    """What was searched by, as the page prints it."""

    @property
    def subscriber(self) -> Member | None:
        return None if isinstance(self.found, Refusal) else self.found[0].member


@dataclass(frozen=True)
class AuthorizationsReply(Reply):
    found: list[Authorization] | Refusal
    searched: tuple[tuple[str, str], ...]

    @property
    def subscriber(self) -> Member | None:
        return None if isinstance(self.found, Refusal) else self.found[0].member


@dataclass
class Tray(Generic[R]):
    """Responses to one kind of request, the newest first."""

    replies: list[R] = field(default_factory=list)
    viewed: str = ""
    """The one on the screen last: the page of responses opens with it."""

    def put(self, replies: Iterable[R]) -> None:
        self.replies[:0] = replies
        del self.replies[_KEEP:]

    def get(self, reference: str) -> R | None:
        return next((each for each in self.replies if each.reference == reference), None)


@dataclass
class Desk:
    provider: Provider | None = None
    eligibility: Tray[EligibilityReply] = field(default_factory=Tray)
    claims: Tray[ClaimsReply] = field(default_factory=Tray)
    authorizations: Tray[AuthorizationsReply] = field(default_factory=Tray)


def desk_of(session: Session) -> Desk:
    desk = session.work.setdefault("desk", Desk())
    assert isinstance(desk, Desk)  # noqa: S101 - nothing else is put there
    return desk


class References:
    """Issues reference numbers. Those of colleagues lie close to one's own, and one begins with it."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(f"references {seed}")
        self._last = 40_210_000 + seed

    def issue(self, letter: str) -> str:
        self._last += 1
        return f"{letter}{self._last:09d}"

    def of_colleagues(self, letter: str, own: str) -> list[str]:
        return [*(self.issue(letter) for _ in range(self._dice.choice(_COLLEAGUES))), f"{own}0"]
