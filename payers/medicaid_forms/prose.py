"""What the portal's sentences say. One that is not known here is a changed portal, never skipped: it could be the one
that ends the coverage.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bots.parse import Unreadable, percent, us_date, usd
from core.capabilities.eligibility import (
    Accumulator,
    AuthorizationNeed,
    Coinsurance,
    Copay,
    Limitation,
    ManagedCare,
    OtherPayer,
    PrimaryCare,
)
from core.capabilities.record import Record
from payers.medicaid_forms.facts import (
    LEVELS,
    NEEDS,
    PERIODS,
    STATUS,
    CostLimit,
    FeeForService,
    InsuranceType,
    NoOtherInsurance,
    NoPrimaryCare,
    Spenddown,
    Standing,
)


def _any(words: dict[str, object]) -> str:
    return "|".join(map(re.escape, words))


_DAY = r"\d\d/\d\d/\d{4}"
_USD = r"\$[\d,]+\.\d\d"
_SERVICE = r"(?P<service>[^:]+) \((?P<code>\w{1,2})\)"
_EACH = rf"(?P<each>{_any({**LEVELS})})?"
_SCOPE = rf"{_EACH}(?P<period>{_any({**PERIODS})})?"
_MET = rf"(?: Of this, (?P<met>{_USD}) has been met and (?P<remaining>{_USD}) remains\.)?"

Said = re.Match[str]


def _standing(said: Said) -> Standing:
    ends = said["end"]
    return Standing(
        status=STATUS[said["status"]],
        plan_name=said["plan"],
        effective_on=us_date(said["begin"]),
        terminated_on=us_date(ends) if ends else None,
    )


def _service(said: Said) -> dict[str, str]:
    return {"service_type": said["service"], "service_type_code": said["code"]}


def _sums(said: Said) -> Accumulator:
    met, remaining = said["met"], said["remaining"]
    return Accumulator(
        level=LEVELS.get(said["each"]),
        period=PERIODS.get(said["period"]),
        total=usd(said["total"]),
        met=usd(met) if met else None,
        remaining=usd(remaining) if remaining else None,
    )


_SENTENCES: dict[str, Callable[[Said], Record]] = {
    rf"Subscriber (?P<status>{_any({**STATUS})}) (?P<plan>.+), beginning (?P<begin>{_DAY})"
    rf"(?: and ending (?P<end>{_DAY}))?\.": _standing,
    r"The type of coverage is (?P<type>.+)\.": lambda said: InsuranceType(name=said["type"]),
    r"Services are delivered through (?P<name>.+?)\.(?: Call the health plan at (?P<phone>[^.]+)\.)?": (
        lambda said: ManagedCare(name=said["name"], phone=said["phone"])
    ),
    r"Services are paid by fee for service\.": lambda _: FeeForService(),
    rf"A copayment of (?P<amount>{_USD}){_EACH} applies to {_SERVICE}\.": (
        lambda said: Copay(amount=usd(said["amount"]), level=LEVELS.get(said["each"]), **_service(said))
    ),
    rf"The subscriber pays (?P<percent>[\d.]+%){_EACH} of the cost of {_SERVICE}\.": (
        lambda said: Coinsurance(percent=percent(said["percent"]), level=LEVELS.get(said["each"]), **_service(said))
    ),
    rf"A spenddown of (?P<total>{_USD}){_SCOPE} applies\.{_MET}": lambda said: Spenddown(sums=_sums(said)),
    rf"Cost sharing is limited to (?P<total>{_USD}){_SCOPE}\.{_MET}": lambda said: CostLimit(sums=_sums(said)),
    rf"Coverage of {_SERVICE} is limited: (?P<text>.+)\.": (
        lambda said: Limitation(text=said["text"], **_service(said))
    ),
    rf"{_SERVICE} (?P<need>{_any({**NEEDS})})\.": (
        lambda said: AuthorizationNeed(required=NEEDS[said["need"]], **_service(said))
    ),
    r"No primary care provider is on file\.": lambda _: NoPrimaryCare(),
    r"The primary care provider is (?P<name>[^;]+?)(?:; NPI (?P<npi>\d{10}))?(?:; telephone (?P<phone>[^;]+))?\.": (
        lambda said: PrimaryCare(name=said["name"], npi=said["npi"], phone=said["phone"])
    ),
    r"No other insurance is on file\.": lambda _: NoOtherInsurance(),
    r"Subscriber has other insurance with (?P<name>[^;]+?)(?:; policy number (?P<policy>[^;]+?))?"
    r"(?:; pays (?P<order>primary|secondary|tertiary))?\.": (
        lambda said: OtherPayer.model_validate(
            {"name": said["name"], "member_id": said["policy"], "order": said["order"]}
        )
    ),
}
_KNOWN = [(re.compile(pattern), make) for pattern, make in _SENTENCES.items()]


def fact(printed: str) -> Record:
    for pattern, make in _KNOWN:
        if said := pattern.fullmatch(printed):
            return make(said)
    raise Unreadable("not one of the sentences that the portal was known to write")
