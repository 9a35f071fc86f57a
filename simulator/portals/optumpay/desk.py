"""What the server remembers of a session: forms that it gave out, lists that it showed, bundles that it made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from simulator.remittances import Payment
from simulator.sessions import Session


@dataclass(frozen=True)
class Found:
    asked: Mapping[str, str]
    rows: list[tuple[Payment, str | None]]
    """With the claim, where one was searched by."""


@dataclass(frozen=True)
class Bundle:
    start: date
    end: date
    mine: bool
    ready_at: float


@dataclass
class Desk:
    tokens: set[str] = field(default_factory=set)
    lists: dict[str, Found] = field(default_factory=dict)
    bundles: dict[str, Bundle] = field(default_factory=dict)


def desk_of(session: Session) -> Desk:
    desk = session.work.get("desk")
    if not isinstance(desk, Desk):
        desk = session.work["desk"] = Desk()
    return desk
