"""Plans and what they pay. None means that the payer does not say it; zero is a real zero."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Copay:
    service_type: str
    network: str | None
    level: str | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Coinsurance:
    service_type: str
    network: str | None
    level: str | None
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Accumulator:
    """A deductible or an out-of-pocket maximum."""

    network: str | None
    level: str | None
    period: str | None
    total: Decimal | None
    met: Decimal | None
    remaining: Decimal | None


@dataclass(frozen=True, slots=True)
class Limitation:
    service_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Authorization:
    service_type: str
    required: bool | None


@dataclass(frozen=True, slots=True)
class ManagedCare:
    """Who delivers a public programme's services to its member."""

    name: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    plan_name: str
    insurance_type: str | None
    group_number: str | None
    effective_on: date
    terminated_on: date | None
    copays: tuple[Copay, ...] = ()
    coinsurances: tuple[Coinsurance, ...] = ()
    deductibles: tuple[Accumulator, ...] = ()
    out_of_pockets: tuple[Accumulator, ...] = ()
    limitations: tuple[Limitation, ...] = ()
    authorizations: tuple[Authorization, ...] = ()
    managed_care: ManagedCare | None = None

    def status_on(self, day: date) -> str:
        if day < self.effective_on:
            return "future"
        return "inactive" if self.terminated_on and day > self.terminated_on else "active"


@dataclass(frozen=True, slots=True)
class Design:
    """A product that a payer sells; members get it with their own accumulators."""

    name: str
    insurance_type: str
    deductible: int
    out_of_pocket: int
    office_copay: int
    coinsurance: int
    public: bool = False  # a programme of public assistance: no groups, no networks, hardly any cost


DESIGNS = {
    "AETNA": (
        Design("Aetna Choice POS II", "Point of Service (POS)", 1500, 6000, 30, 20),
        Design("Aetna Open Access Select", "Exclusive Provider Organization (EPO)", 0, 4500, 25, 10),
        Design("Aetna HDHP with HSA", "Preferred Provider Organization (PPO)", 3200, 7050, 0, 20),
        Design("Aetna Medicare Eagle", "Medicare Advantage", 0, 3900, 10, 0),
    ),
    "BHIL": (
        Design("Blue Horizon Preferred PPO", "Preferred Provider Organization (PPO)", 750, 4000, 20, 10),
        Design("Blue Horizon HMO Lakeshore", "Health Maintenance Organization (HMO)", 0, 3000, 15, 0),
        Design("Blue Horizon Edge HSA", "Preferred Provider Organization (PPO)", 3300, 6900, 0, 30),
    ),
    "CASC": (
        Design("Cascade Summit 1000", "Preferred Provider Organization (PPO)", 1000, 5500, 35, 20),
        Design("Cascade Basecamp Bronze", "Exclusive Provider Organization (EPO)", 6400, 9100, 60, 40),
        Design("Cascade Community HMO", "Health Maintenance Organization (HMO)", 250, 2500, 5, 0),
    ),
    "UHC": (
        Design("UHC Choice Plus", "Point of Service (POS)", 1250, 5000, 30, 20),
        Design("UHC Navigate Balanced", "Health Maintenance Organization (HMO)", 500, 4250, 20, 10),
        Design("UHC Options PPO with HSA", "Preferred Provider Organization (PPO)", 3300, 7000, 0, 20),
        Design("UHC Complete Care Dual", "Medicare Advantage", 0, 3400, 0, 0),
    ),
    "MMAP": (
        Design("MA: Medical Assistance", "Medicaid", 0, 0, 3, 0, public=True),
        Design("SD: Medical Assistance with a Spenddown", "Medicaid", 450, 0, 1, 0, public=True),
        Design("KC: Marquette Kids Care", "Children's Health Insurance Program (CHIP)", 0, 1200, 5, 0, public=True),
        Design("EM: Emergency Medical Assistance", "Medicaid", 0, 0, 0, 0, public=True),
    ),
    "UCARE": (
        Design("UCare Prepaid Medical Assistance", "Medicaid", 0, 0, 0, 0),
        Design("UCare Individual & Family Bronze", "Health Maintenance Organization (HMO)", 6900, 9100, 55, 40),
        Design("UCare Gold Copay with M Health Fairview", "Health Maintenance Organization (HMO)", 900, 5200, 25, 20),
        Design("UCare's Minnesota Senior Health Options", "Medicare Advantage", 0, 3100, 5, 0),
    ),
    "FRANKLIN": (
        Design("Franklin Medicaid Direct", "Medicaid", 0, 0, 3, 0),
        Design("Medicaid for Families and Children", "Medicaid", 0, 0, 0, 0),
        Design("Franklin Health Choice", "Children's Health Insurance Program", 0, 500, 5, 0),
        Design("Medicaid Medically Needy", "Medicaid with spenddown", 450, 450, 4, 0),
    ),
}
MANAGED_CARE = ("UCare", "UnitedHealthcare", "Cascade Health Plan", "Lake Superior Community Plan")


def accumulator(rng: random.Random, network: str | None, level: str, total: int, *, silent: bool) -> Accumulator:
    if silent:
        return Accumulator(network, level, None, Decimal(total), None, None)
    share = rng.choice((0.0, 0.0, 1.0, rng.random(), rng.random()))
    met = (Decimal(total) * Decimal(share)).quantize(Decimal("0.01"))
    period = rng.choice(("calendar_year", "calendar_year", "service_year"))
    return Accumulator(network, level, period, Decimal(total), met, total - met)


def accumulators(rng: random.Random, base: int, *, silent: bool) -> tuple[Accumulator, ...]:
    return tuple(
        accumulator(rng, network, level, base * factor, silent=silent)
        for network, level, factor in (("in", "individual", 1), ("in", "family", 2), ("out", "individual", 2))
    )


def copays(rng: random.Random, office: int) -> tuple[Copay, ...]:
    listed = [
        Copay("98", "in", "individual", Decimal(office)),
        Copay("UC", "in", "individual", Decimal(office + 25)),
        Copay("86", None, "individual", Decimal(rng.choice((150, 250, 350)))),
        Copay("MH", "in", None, Decimal(rng.choice((0, office)))),
    ]
    if rng.random() < 0.3:
        listed.append(Copay("88", "in", "individual", Decimal("7.50")))
    return tuple(listed)


def coinsurances(rng: random.Random, percent: int) -> tuple[Coinsurance, ...]:
    listed = [
        Coinsurance("30", "in", "individual", Decimal(percent)),
        Coinsurance("30", "out", "individual", Decimal(percent + 20)),
        Coinsurance("48", "in", "individual", Decimal(percent)),
    ]
    if rng.random() < 0.4:
        listed.append(Coinsurance("12", None, None, Decimal(50)))
    return tuple(listed)


def full_plan(rng: random.Random, design: Design, effective_on: date, terminated_on: date | None) -> Plan:
    silent = rng.random() < 0.12
    limits = (
        Limitation("33", f"{rng.choice((12, 20, 26))} visits per calendar year"),
        Limitation("AE", f"{rng.choice((20, 30, 60))} visits per service year, combined with occupational therapy"),
    )
    return Plan(
        plan_name=design.name,
        insurance_type=None if rng.random() < 0.05 else design.insurance_type,
        group_number=None if rng.random() < 0.1 else f"{rng.randrange(10**7):07d}-{rng.randrange(100, 999)}",
        effective_on=effective_on,
        terminated_on=terminated_on,
        copays=copays(rng, design.office_copay),
        coinsurances=coinsurances(rng, design.coinsurance),
        deductibles=() if rng.random() < 0.06 else accumulators(rng, design.deductible, silent=silent),
        out_of_pockets=accumulators(rng, design.out_of_pocket, silent=silent),
        limitations=limits[: rng.randrange(3)],
        authorizations=(
            Authorization("48", required=True),
            Authorization("62", required=rng.choice((True, False))),
            Authorization("98", required=False),
            Authorization("12", required=None),
        ),
    )


def assistance_plan(rng: random.Random, design: Design, effective_on: date, terminated_on: date | None) -> Plan:
    """A public programme's plan. `deductible` is what the member spends each month before it begins to pay,
    `out_of_pocket` what a whole household pays at most in a year.
    """
    silent = rng.random() < 0.12
    phone = f"({rng.randrange(201, 989)}) {rng.randrange(200, 999)}-{rng.randrange(10000):04d}"
    spend = (accumulator(rng, None, "individual", design.deductible, silent=silent),)
    household = (accumulator(rng, None, "family", design.out_of_pocket, silent=silent),)
    return Plan(
        plan_name=design.name,
        insurance_type=None if rng.random() < 0.05 else design.insurance_type,
        group_number=None,
        effective_on=effective_on,
        terminated_on=terminated_on,
        copays=(
            Copay("98", None, "individual", Decimal(design.office_copay)),
            Copay("88", None, None, Decimal("1.00")),
            Copay("86", None, "individual", Decimal("3.50")),
        )[: rng.randrange(4)],
        coinsurances=(Coinsurance("12", None, None, Decimal(5)),)[: rng.randrange(2)],
        deductibles=tuple(replace(each, period=None) for each in spend if design.deductible),
        out_of_pockets=household if design.out_of_pocket else (),
        limitations=(
            Limitation("33", f"{rng.choice((12, 24))} visits per calendar year; more with prior authorization"),
            Limitation("MH", f"{rng.choice((20, 26))} hours of psychotherapy per calendar year"),
        )[: rng.randrange(3)],
        authorizations=(
            Authorization("48", required=True),
            Authorization("62", required=rng.choice((True, False))),
            Authorization("12", required=None),
        ),
        managed_care=ManagedCare(rng.choice(MANAGED_CARE), phone if rng.random() < 0.8 else None)
        if rng.random() < 0.6
        else None,
    )


def bare_plan(rng: random.Random, design: Design, effective_on: date, terminated_on: date | None) -> Plan:
    """A plan whose dates the payer states and whose benefits it does not: ended, or yet to begin."""
    group = None if design.public else f"{rng.randrange(10**7):07d}-000"
    return Plan(design.name, design.insurance_type, group, effective_on, terminated_on)


def plans(rng: random.Random, payer: str, kind: str, today: date) -> tuple[Plan, ...]:
    """The plans of one member; `kind` is active, terminated, future, renewed or two_plans."""
    design, other = rng.sample(DESIGNS[payer], 2)
    make = assistance_plan if design.public else full_plan
    year = date(today.year, 1, 1)
    if kind == "terminated":
        ended = today - timedelta(days=rng.randrange(20, 500))
        return (bare_plan(rng, design, ended.replace(day=1) - timedelta(days=730), ended),)
    if kind == "future":
        starts = (today + timedelta(days=rng.randrange(5, 70))).replace(day=1) + timedelta(days=32)
        return (bare_plan(rng, design, starts.replace(day=1), None),)
    since = year if kind == "renewed" else year.replace(year=today.year - rng.randrange(5))
    current = make(rng, design, since, None if rng.random() < 0.7 else date(today.year, 12, 31))
    if kind == "renewed":
        before = since - timedelta(days=1)
        return (current, bare_plan(rng, other, date(before.year, 1, 1), before))
    if kind == "two_plans":
        return (current, make(rng, other, since, None))
    return (current,)
