"""Availity's classic pages put every amount in a row of its own: the rows put together again."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal

from bots.parse import percent, usd
from core.capabilities.common import Level, Network, Period
from core.capabilities.eligibility import Accumulator, Coinsurance, Copay, Coverage, Plan
from core.capabilities.record import Record

ShareKind = Literal["copay", "coinsurance"]
SumKind = Literal["deductible", "out_of_pocket"]
Which = Literal["total", "met", "remaining"]


class Share(Record):
    """A row of co-payments and co-insurances; its amount is in dollars or per cent by its kind."""

    kind: ShareKind
    service_type_code: str
    service_type: str
    network: Network | None
    level: Level | None
    amount: str


class Sum(Record):
    """A row of deductibles and out-of-pocket maximums: one amount of an accumulator."""

    kind: SumKind
    network: Network | None
    level: Level | None
    period: Period | None
    which: Which
    amount: Decimal


class ClassicPlan(Plan):
    shares: tuple[Share, ...]
    sums: tuple[Sum, ...]


class ClassicCoverage(Coverage):
    plans: tuple[ClassicPlan, ...]


def whole(found: ClassicCoverage) -> Coverage:
    """The rows put together again into co-payments, co-insurances and accumulators."""
    return Coverage.model_validate({**dict(found), "plans": tuple(map(_plan, found.plans))})


def _plan(plan: ClassicPlan) -> Plan:
    copays = [row for row in plan.shares if row.kind == "copay"]
    coinsurances = [row for row in plan.shares if row.kind == "coinsurance"]
    return Plan.model_validate(
        {
            **{name: value for name, value in plan if name in Plan.model_fields},
            "copays": tuple(Copay(**_benefit(row), amount=usd(row.amount)) for row in copays),
            "coinsurances": tuple(Coinsurance(**_benefit(row), percent=percent(row.amount)) for row in coinsurances),
            "deductibles": _accumulators(plan.sums, "deductible"),
            "out_of_pockets": _accumulators(plan.sums, "out_of_pocket"),
        }
    )


def _benefit(row: Share) -> dict[str, Any]:
    return {name: value for name, value in row if name in Copay.model_fields and name != "amount"}


def _accumulators(sums: Iterable[Sum], kind: SumKind) -> tuple[Accumulator, ...]:
    """Up to three rows make one accumulator; a row that is missing is an amount that is not stated."""
    found: list[dict[str, Any]] = []
    for row in sums:
        if row.kind != kind:
            continue
        about = {"network": row.network, "level": row.level, "period": row.period}
        if not found or row.which in found[-1] or any(found[-1][name] != value for name, value in about.items()):
            found.append(about)
        found[-1][row.which] = row.amount
    return tuple(Accumulator(**each) for each in found)
