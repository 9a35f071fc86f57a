from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.capabilities.claim_status import Adjustment
from core.capabilities.files import DocumentKind
from core.capabilities.remittances import (
    ClaimFate,
    Method,
    Payment,
    ProviderAdjustment,
    Remittance,
    RemittedClaim,
    RemittedLine,
    Rule,
)
from core.x12 import codes
from core.x12.envelope import Unreadable
from core.x12.remittance import era_of, read_835, with_files
from simulator.pdf import text_pdf
from tests.core.era_text import file_of, payment

money = st.decimals(min_value=-50_000, max_value=50_000, places=2)
adjustments = st.lists(
    st.builds(
        Adjustment,
        group=st.sampled_from(["CO", "PR", "OA", "PI"]),
        code=st.sampled_from(["45", "1", "B13"]),
        amount=money,
    ),
    max_size=9,
).map(tuple)


def total(listed: tuple[Adjustment, ...]) -> Decimal:
    return sum((each.amount or Decimal(0) for each in listed), Decimal(0))


@st.composite
def lines(draw: st.DrawFn) -> RemittedLine:
    billed, adjusted = draw(money), draw(adjustments)
    return RemittedLine(
        procedure_code=draw(st.sampled_from(["99213", "J3301", "0250"])),
        modifiers=draw(st.sampled_from([(), ("25",), ("LT", "59")])),
        units=Decimal(draw(st.integers(1, 9))),
        billed=billed,
        paid=billed - total(adjusted),
        allowed=draw(st.none() | money),
        adjustments=adjusted,
        remark_codes=draw(st.sampled_from([(), ("N130",), ("M15", "MA04")])),
    )


@st.composite
def claims(draw: st.DrawFn) -> RemittedClaim:
    served = tuple(draw(st.lists(lines(), max_size=3)))
    adjusted = draw(adjustments)
    billed = sum((line.billed for line in served), Decimal(0)) if served else draw(money)
    taken = total(adjusted) + sum((total(line.adjustments) for line in served), Decimal(0))
    return RemittedClaim(
        claim_number=f"E{draw(st.integers(0, 10**8)):08d}",
        patient_account="PA1",
        status_code=draw(st.sampled_from(["1", "2", "4", "19", "22"])),
        member_id="W123456789",
        first_name="Ann",
        last_name="Ondrej",
        billed=billed,
        paid=billed - taken,
        adjustments=adjusted,
        lines=served,
    )


@st.composite
def remittances(draw: st.DrawFn) -> Remittance:
    paid = tuple(draw(st.lists(claims(), max_size=3)))
    plb = tuple(
        draw(
            st.lists(
                st.builds(
                    ProviderAdjustment,
                    code=st.sampled_from(["WO", "FB", "72", "L6"]),
                    reference=st.just("E00000001"),
                    amount=money,
                ),
                max_size=3,
            )
        )
    )
    amount = sum((claim.paid for claim in paid), Decimal(0)) - sum((each.amount for each in plb), Decimal(0))
    return Remittance(
        trace_number="EFT0001", amount=amount, payer_id="1811234567", payer_name="BLUE HORIZON",
        payee_name="NORTHGATE", payee_npi="1457398216", payee_tin="364418027", claims=paid, provider_adjustments=plb,
    )  # fmt: skip


def read(data: bytes) -> tuple[Remittance, ...]:
    found = read_835(data)
    assert isinstance(found, tuple), found
    return found


def refused(data: bytes) -> str:
    found = read_835(data)
    assert isinstance(found, Unreadable)
    return found.sentence


def by_group(listed: tuple[Adjustment, ...]) -> list[tuple[str, str, Decimal | None]]:
    return sorted((each.group, each.code, each.amount) for each in listed)


@given(remittances())
def test_what_is_written_is_read_and_balances(written: Remittance) -> None:
    (found,) = read(file_of(payment(written)))
    assert found.imbalances == ()
    assert (found.amount, found.trace_number, found.payee_tin) == (written.amount, "EFT0001", "364418027")
    assert found.provider_adjustments == written.provider_adjustments
    for claim, expected in zip(found.claims, written.claims, strict=True):
        assert (claim.claim_number, claim.billed, claim.paid) == (expected.claim_number, expected.billed, expected.paid)
        assert by_group(claim.adjustments) == by_group(expected.adjustments)
        for line, told in zip(claim.lines, expected.lines, strict=True):
            assert line.model_copy(update={"adjustments": (), "service_from": None, "service_to": None}) == (
                told.model_copy(update={"adjustments": ()})
            )
            assert by_group(line.adjustments) == by_group(told.adjustments)


@given(remittances().filter(lambda each: any(claim.lines for claim in each.claims)), money.filter(bool), st.data())
def test_a_wrong_sum_is_told_with_its_difference(written: Remittance, slip: Decimal, data: st.DataObject) -> None:
    spoilt = data.draw(st.sampled_from([place for place, claim in enumerate(written.claims) if claim.lines]))
    claim = written.claims[spoilt]
    line = claim.lines[0].model_copy(update={"paid": claim.lines[0].paid + slip})
    wrong = claim.model_copy(update={"lines": (line, *claim.lines[1:]), "paid": claim.paid + slip})
    listed = (*written.claims[:spoilt], wrong, *written.claims[spoilt + 1 :])
    (found,) = read(file_of(payment(written.model_copy(update={"claims": listed}))))
    assert [(flaw.rule, flaw.difference) for flaw in found.imbalances] == [
        (Rule.LINE, slip),
        (Rule.CLAIM, slip),
        (Rule.PAYMENT, -slip),
    ]
    assert [flaw.claim_number for flaw in found.imbalances] == [claim.claim_number, claim.claim_number, None]


def one(**changed: object) -> Remittance:
    line = RemittedLine(
        procedure_code="99213", modifiers=("25",), units=Decimal(2), billed=Decimal("145.00"),
        allowed=Decimal("100.00"), paid=Decimal("75.00"), remark_codes=("N130",),
        adjustments=(
            Adjustment(group="CO", code="45", amount=Decimal("45.00")),
            Adjustment(group="PR", code="3", amount=Decimal("25.00")),
        ),
    )  # fmt: skip
    claim = RemittedClaim(
        claim_number="00123", patient_account="PA7", status_code="1", member_id="W1", first_name="Ann",
        last_name="Ondrej", billed=Decimal("145.00"), paid=Decimal("75.00"), lines=(line,),
        patient_responsibility=Decimal("25.00"),
    )  # fmt: skip
    whole = Remittance(
        trace_number="0042", amount=Decimal("75.00"), payer_id="1811234567", payer_name="BLUE HORIZON",
        payee_name="NORTHGATE", payee_npi="1457398216", payee_tin="364418027", claims=(claim,),
    )  # fmt: skip
    return whole.model_copy(update=changed)


def test_every_fact_has_its_place() -> None:
    (found,) = read(file_of(payment(one())))
    (claim,) = found.claims
    (line,) = claim.lines
    assert (found.method, found.paid_on, found.payer_id) == (Method.ACH, date(2026, 11, 20), "1811234567")
    assert (found.payee_npi, found.payee_tin, found.payer_name) == ("1457398216", "364418027", "BLUE HORIZON")
    assert (claim.claim_number, claim.patient_account, claim.fate) == ("00123", "PA7", ClaimFate.PRIMARY)
    assert (claim.first_name, claim.last_name, claim.member_id) == ("Ann", "Ondrej", "W1")
    assert (claim.service_from, claim.service_to) == (date(2026, 11, 1), date(2026, 11, 2))
    assert (claim.received_on, claim.provider_npi) == (date(2026, 11, 4), "1457398216")
    assert claim.remark_codes == ("MA01", "MA18")
    assert (line.procedure_code, line.modifiers, line.units) == ("99213", ("25",), 2)
    assert (line.allowed, line.remark_codes, line.service_from) == (100, ("N130",), date(2026, 11, 1))


def test_a_payment_taken_back_is_negative_and_a_reversal() -> None:
    back = (
        one()
        .claims[0]
        .model_copy(update={"status_code": "22", "billed": Decimal(-145), "paid": Decimal(-145), "lines": ()})
    )
    (found,) = read(file_of(payment(one(claims=(back,), amount=Decimal(-145)))))
    assert (found.amount, found.claims[0].fate, found.imbalances) == (-145, ClaimFate.REVERSED, ())


def test_the_same_trace_number_again_is_a_duplicate() -> None:
    body = payment(one())
    other = payment(one(trace_number="0043"))
    assert [each.duplicate for each in read(file_of(body, other, body))] == [True, False, True]


def test_the_page_and_the_file_must_name_one_amount() -> None:
    for printed, flaws in ((Decimal("75.00"), []), (Decimal("76.50"), [(Rule.PORTAL, Decimal("1.50"))])):
        whole = with_files(Payment(number="42", amount=printed), [(DocumentKind.ERA, WHOLE)])
        assert [(each.rule, each.difference) for each in whole.imbalances] == flaws


@pytest.mark.parametrize(
    ("total", "era", "flaws"),
    [
        ("75.00", True, []),
        ("74.10", True, [(Rule.EXPLANATION, "75.00", "74.10")]),
        ("74.10", False, [(Rule.EXPLANATION, "75.00", "74.10")]),
        ("75.00", False, []),
        ("not stated", True, []),
    ],
)
def test_the_explanation_of_payment_must_state_what_is_paid(
    total: str, era: bool, flaws: list[tuple[Rule, str, str]]
) -> None:
    """By the file or, without one, by the portal's page."""
    paper = text_pdf(["Payee: Northgate", "Check number: 0042", f"Total paid: ${total}"])
    files = [(DocumentKind.PRA, paper), *([(DocumentKind.ERA, WHOLE)] if era else [])]
    whole = with_files(Payment(number="42", amount=Decimal("75.00")), files)
    assert [(each.rule, f"{each.computed}", f"{each.stated}") for each in whole.imbalances] == flaws
    assert whole.explained_amount == (None if total == "not stated" else Decimal(total))
    assert (whole.remittance is not None) is era


def test_files_become_documents_and_only_their_own_payment_gives_data() -> None:
    payment_0042 = Payment(number="42", amount=Decimal("75.00"))
    files = [(DocumentKind.ERA, WHOLE), (DocumentKind.EOP, b"%PDF-1.4 %%EOF")]
    whole = with_files(payment_0042, files)
    assert whole.remittance == read(WHOLE)[0]
    assert [each.problem for each in whole.documents] == [None, None]
    assert [each.size for each in whole.documents] == [len(WHOLE), 14]
    assert [each.name[-4:] for each in whole.documents] == [".835", ".pdf"]
    other = with_files(payment_0042.model_copy(update={"number": "43"}), files)
    assert (other.remittance, other.documents[0].problem) == (None, "The file is about another payment.")
    broken = with_files(payment_0042, [(DocumentKind.ERA, WHOLE[:300])])
    assert (broken.remittance, broken.documents[0].problem) == (
        None,
        "The file is cut short: SE, GE or IEA is missing.",
    )


def test_a_payment_is_found_in_the_file_that_holds_it() -> None:
    wanted = Payment(number="42", amount=Decimal("75.00"))
    others = [WHOLE[:300], b"%PDF-1.4 %%EOF"]
    assert era_of(wanted, [*others, WHOLE]) == WHOLE
    assert era_of(wanted, others) is None
    assert era_of(wanted.model_copy(update={"number": "4"}), [WHOLE]) is None


def test_interest_and_recovery_are_part_of_the_sum() -> None:
    plb = (
        ProviderAdjustment(code="L6", reference=None, amount=Decimal("-1.20")),
        ProviderAdjustment(code="WO", reference="E1", amount=Decimal("30.00")),
    )
    whole = one(amount=Decimal("46.20"), provider_adjustments=())
    body = [*payment(whole), "PLB*1457398216*20261231*L6*-1.20*WO:E1*30.00"]
    (found,) = read(file_of(body))
    assert (found.provider_adjustments, found.imbalances) == (plb, ())


@pytest.mark.parametrize("end", ["~", "~\n", "~\r\n", "\n", "|"])
def test_files_end_their_segments_as_they_like(end: str) -> None:
    (found,) = read(file_of(payment(one()), end=end))
    assert found.amount == 75


def test_a_byte_order_mark_and_odd_letters_are_read() -> None:
    odd = one(payee_name="CLÍNICA NORTE")
    assert read(b"\xef\xbb\xbf" + file_of(payment(odd)))[0].payee_name == "CLÍNICA NORTE"
    western = file_of(payment(odd)).decode().encode("cp1252")
    assert read(western)[0].payee_name == "CLÍNICA NORTE"


WHOLE = file_of(payment(one()))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"<!DOCTYPE html><html><body>Your session has expired</body></html>", "web page"),
        (b"\xef\xbb\xbf\n<html></html>", "web page"),
        (b"%PDF-1.7\n", "not X12"),
        (b"ISA*00*", "not whole X12"),
        (WHOLE[: len(WHOLE) // 2], "cut short"),
        (WHOLE[: WHOLE.index(b"IEA")], "cut short"),
        (WHOLE[: WHOLE.index(b"SE*")], "cut short"),
        (WHOLE.replace(b"LX*1~\n", b""), "not whole"),
        (WHOLE.replace(b"GE*1*", b"GE*2*"), "not whole"),
        (WHOLE.replace(b"IEA*1*000000905", b"IEA*1*000000906"), "mixed up"),
        (WHOLE + b"<html>", "goes on"),
        (WHOLE.replace(b"ST*835", b"ST*277"), "not an 835"),
        (file_of(), "without an 835"),
        (b"SE*1*1~" + WHOLE, "not X12"),
        (WHOLE.replace(b"BPR*", b"BXX*"), "BPR"),
        (WHOLE.replace(b"CLP*PA7*1*145.00", b"CLP*PA7*1*1ACADIA"), "CLP03 is not an amount"),
        (WHOLE.replace(b"CLP*PA7*1*145.00", b"CLP*PA7*1*NaN"), "CLP03 is not an amount"),
        (WHOLE.replace(b"DTM*232*20261101", b"DTM*232*20261399"), "DTM02 is not a date"),
        (WHOLE.replace(b"TRN*1*0042*", b"TRN*1**"), "TRN02 is empty"),
    ],
)
def test_what_is_no_whole_835_is_refused_with_a_sentence(data: bytes, says: str) -> None:
    sentence = refused(data)
    assert says in sentence
    assert "Ondrej" not in sentence
    assert "ACADIA" not in sentence


@given(st.integers(min_value=1, max_value=len(WHOLE) - 3))
def test_a_file_cut_anywhere_is_refused(length: int) -> None:
    refused(WHOLE[:length])


@given(st.binary(max_size=300))
def test_no_file_brings_the_reader_down(noise: bytes) -> None:
    read_835(noise)
    read_835(WHOLE[:200] + noise + WHOLE[200:])


def test_codes_are_explained_from_dated_data_and_unknown_ones_are_not_guessed() -> None:
    assert codes.as_of() <= date.today()
    assert codes.reason("45") == "over the contracted or allowed rate"
    assert codes.remark("N130")
    assert codes.group("PR")
    assert codes.provider_adjustment("WO")
    assert (codes.reason("9999"), codes.remark("ZZ1"), codes.group("XX"), codes.provider_adjustment("QQ")) == (
        None,
    ) * 4
