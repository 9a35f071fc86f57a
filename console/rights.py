"""What each role may do. The pages declare the right that they need; tests walk over all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from lanes.people import Visitor
from store.people import Role


class Right(StrEnum):
    ENTER = "enter"
    """Everybody who is signed in: the overview, their own account."""
    ASK = "ask"
    """Ask portals and read the answers. An eligibility checker asks for eligibility and nothing else."""
    RUNS = "runs"
    """What the bots did, free of patient data; failures; accounts and portals."""
    EVIDENCE = "evidence"
    """Masked pictures. A mask can have a hole, so that each look is written down."""
    REVEAL = "reveal"
    """What is not masked, with a reason."""
    SUBMIT = "submit"
    """Send something to a payer, and say yes to it."""
    SCHEDULE = "schedule"
    CODES = "codes"
    """Hand in a code that a portal has sent to a person."""
    AUDIT = "audit"
    REVIEW = "review"
    """Compare who has access on the portals with who should, and sign it."""
    RULES = "rules"
    """Say what is sent only after a person's yes."""
    PEOPLE = "people"
    KEEP = "keep"
    """How long patient data is kept, and what is on hold."""


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            *(Right.ENTER, Right.RUNS, Right.EVIDENCE, Right.REVEAL),
            *(Right.SCHEDULE, Right.CODES, Right.AUDIT, Right.REVIEW, Right.RULES, Right.PEOPLE, Right.KEEP),
        }
    ),
    Role.SCHEDULER: frozenset({Right.ENTER, Right.RUNS, Right.SCHEDULE, Right.CODES}),
    Role.BILLER: frozenset({Right.ENTER, Right.ASK, Right.SUBMIT, Right.CODES}),
    Role.ELIGIBILITY_CHECKER: frozenset({Right.ENTER, Right.ASK}),
    Role.AUDITOR: frozenset({Right.ENTER, Right.RUNS, Right.AUDIT}),
}


EVERY_TIN = frozenset({Right.AUDIT, Right.REVIEW, Right.RULES, Right.KEEP})
"""What tells of all tax IDs alike, or holds for them, and is for those only who may see them all."""


def rights_of(visitor: Visitor) -> frozenset[Right]:
    granted = granted_to(visitor.roles)
    return granted if visitor.tins is None else granted - EVERY_TIN


def granted_to(roles: Collection[Role]) -> frozenset[Right]:
    """To somebody of all tax IDs."""
    return frozenset[Right]().union(*(RIGHTS[role] for role in roles))


def may_ask(roles: Collection[Role], capability: str) -> bool:
    return Role.BILLER in roles or (Role.ELIGIBILITY_CHECKER in roles and capability == "eligibility")
