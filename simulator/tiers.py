"""What an account sees of the payments: a portal that sells more than one tier keeps and offers more for money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from simulator.accounts import Tier
from simulator.remittances import Payment
from simulator.world import Payer

MONTHS: dict[Tier, int] = {"basic": 13, "premium": 36}


@dataclass(frozen=True, slots=True)
class View:
    since: date
    consolidated: bool
    """Files that hold several payments are offered."""

    def offers(self, payment: Payment, together: Sequence[Payment]) -> tuple[str, ...]:
        whole = self.consolidated or len(together) == 1
        return tuple(kind for kind in payment.documents if kind != "835" or whole)


def kept_since(payer: Payer, today: date) -> date:
    """The first day of which the payer's own portal has payments."""
    return months_before(today, payer.payments_kept_months) if payer.payments_kept_months else date.min


def view_of(tier: Tier, today: date) -> View:
    return View(months_before(today, MONTHS[tier]), consolidated=tier == "premium")


def months_before(today: date, months: int) -> date:
    """The first day of a month is as old as months get: what began in it is kept whole."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)
