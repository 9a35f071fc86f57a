"""From an 835 (005010X221A1) to records. Segments that no record has a place for are passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from core.capabilities.claim_status import Adjustment
from core.capabilities.files import Document, DocumentKind
from core.capabilities.remittances import (
    ClaimFate,
    Method,
    Payment,
    ProviderAdjustment,
    Remittance,
    RemittedClaim,
    RemittedLine,
    plain_number,
)
from core.explanation import Explanation, explanation
from core.x12.balance import compared, imbalances
from core.x12.envelope import Segment, Unreadable, transactions

_METHODS = {
    "ACH": Method.ACH, "BOP": Method.ACH, "CHK": Method.CHECK, "FWT": Method.WIRE, "NON": Method.NONE,
}  # fmt: skip
_FATES = {
    "1": ClaimFate.PRIMARY, "2": ClaimFate.SECONDARY, "3": ClaimFate.TERTIARY, "4": ClaimFate.DENIED,
    "19": ClaimFate.FORWARDED, "20": ClaimFate.FORWARDED, "21": ClaimFate.FORWARDED,
    "22": ClaimFate.REVERSED, "23": ClaimFate.NOT_OURS, "25": ClaimFate.PREDETERMINED,
}  # fmt: skip
_EXPLANATIONS = (DocumentKind.EOP, DocumentKind.PRA)
_CLAIM_REMARKS = {"MOA": range(3, 8), "MIA": (5, *range(20, 24))}
"""Which elements of these segments hold remark codes."""


def read_835(data: bytes) -> tuple[Remittance, ...] | Unreadable:
    """One remittance per transaction, balanced or with what does not come out; else the reason why it is refused."""
    try:
        found = [_remittance(segments) for segments in transactions(data, "835")]
    except Unreadable as problem:
        return problem
    times = Counter((each.payer_id, each.trace_number) for each in found)
    return tuple(each.model_copy(update={"duplicate": times[each.payer_id, each.trace_number] > 1}) for each in found)


def with_files(payment: Payment, files: Iterable[tuple[DocumentKind, bytes]]) -> Payment:
    """The payment with its documents, with the remittance that an 835 among them holds of it and what its explanation
    states, compared.

    An 835 that cannot be read, or is about another payment, is a document with a problem and gives no data.
    """
    documents: list[Document] = []
    remittance, explained = payment.remittance, Explanation(payment.explained_amount, payment.explained_claims)
    for kind, data in files:
        problem = None
        if kind is DocumentKind.ERA:
            found = read_835(data)
            mine = [each for each in found if _same(each, payment)] if isinstance(found, tuple) else []
            if mine:
                remittance = mine[0]
            else:
                problem = found.sentence if isinstance(found, Unreadable) else "The file is about another payment."
        elif kind in _EXPLANATIONS:
            explained = explanation(data, payment.number)
        documents.append(Document.of(kind, data, problem=problem))
    told = {
        "documents": tuple(documents),
        "remittance": remittance,
        "explained_amount": explained.total,
        "explained_claims": explained.claims if remittance is None else (),
    }
    return compared(payment.model_copy(update=told))


def era_of(payment: Payment, files: Iterable[bytes]) -> bytes | None:
    """The first 835 of these that holds a remittance of this payment. What cannot be read holds none."""
    for data in files:
        found = read_835(data)
        if isinstance(found, tuple) and any(_same(each, payment) for each in found):
            return data
    return None


def _same(remittance: Remittance, payment: Payment) -> bool:
    return plain_number(remittance.trace_number) == plain_number(payment.number)


def _remittance(segments: Sequence[Segment]) -> Remittance:
    provider_level = [segment for segment in segments if segment.get_seg_id() == "PLB"]
    head, claims = _groups([segment for segment in segments if segment.get_seg_id() != "PLB"], "CLP")
    payment, trace = _only(head, "BPR"), _only(head, "TRN")
    payer, payee = _party(head, "PR"), _party(head, "PE")
    sign = -1 if _value(payment, "BPR03") == "D" else 1
    remittance = Remittance(
        trace_number=_needed(trace, "TRN02"),
        amount=sign * _amount(payment, "BPR02"),
        method=_METHODS.get(_value(payment, "BPR04") or ""),
        paid_on=_day_or_none(payment, "BPR16"),
        payer_name=payer and _value(payer, "N102"),
        payer_id=_value(trace, "TRN03"),
        payee_name=payee and _value(payee, "N102"),
        payee_npi=_identifier(payee, "XX"),
        payee_tin=_identifier(payee, "FI") or _reference(head, "TJ"),
        claims=tuple(_claim(group) for group in claims),
        provider_adjustments=tuple(each for segment in provider_level for each in _provider_adjustments(segment)),
    )
    return remittance.model_copy(update={"imbalances": imbalances(remittance)})


def _claim(group: Sequence[Segment]) -> RemittedClaim:
    head, lines = _groups(group, "SVC")
    claim = head[0]
    patient, insured, rendering = (_person(head, role) for role in ("QC", "IL", "82"))
    status = _needed(claim, "CLP02")
    return RemittedClaim(
        claim_number=_value(claim, "CLP07"),
        patient_account=_patient_account(claim),
        status_code=status,
        fate=_FATES.get(status),
        member_id=_person_identifier(insured, "MI") or _person_identifier(patient, "MI"),
        first_name=patient and _value(patient, "NM104"),
        last_name=patient and _value(patient, "NM103"),
        provider_npi=_person_identifier(rendering, "XX"),
        service_from=_dated(head, "232"),
        service_to=_dated(head, "233") or _dated(head, "232"),
        received_on=_dated(head, "050"),
        billed=_amount(claim, "CLP03"),
        paid=_amount(claim, "CLP04"),
        patient_responsibility=_amount(claim, "CLP05") if _value(claim, "CLP05") else None,
        adjustments=_adjustments(head),
        remark_codes=tuple(_claim_remarks(head)),
        lines=tuple(_line(line) for line in lines),
    )


def _patient_account(claim: Segment) -> str | None:
    """0 where the provider gave none."""
    account = _value(claim, "CLP01")
    return None if account == "0" else account


def _line(group: Sequence[Segment]) -> RemittedLine:
    service = group[0]
    modifiers = [_value(service, f"SVC01-{place}") for place in range(3, 7)]
    start, end = _dated(group, "150"), _dated(group, "151")
    return RemittedLine(
        procedure_code=_value(service, "SVC01-2") or _value(service, "SVC04"),
        modifiers=tuple(each for each in modifiers if each),
        service_from=start or _dated(group, "472"),
        service_to=end or _dated(group, "472"),
        units=_amount(service, "SVC05") if _value(service, "SVC05") else Decimal(1),
        billed=_amount(service, "SVC02"),
        allowed=next((_amount(each, "AMT02") for each in _named(group, "AMT", "AMT01", "B6")), None),
        paid=_amount(service, "SVC03"),
        adjustments=_adjustments(group),
        remark_codes=tuple(_needed(each, "LQ02") for each in _named(group, "LQ", "LQ01", "HE")),
    )


def _adjustments(segments: Sequence[Segment]) -> tuple[Adjustment, ...]:
    """A CAS holds up to six of them: reason, amount, quantity."""
    return tuple(
        Adjustment(
            group=_needed(segment, "CAS01"),
            code=_needed(segment, f"CAS{place:02d}"),
            amount=_amount(segment, f"CAS{place + 1:02d}"),
        )
        for segment in segments
        if segment.get_seg_id() == "CAS"
        for place in range(2, 20, 3)
        if _value(segment, f"CAS{place:02d}")
    )


def _provider_adjustments(segment: Segment) -> Iterator[ProviderAdjustment]:
    for place in range(3, 15, 2):
        if code := _value(segment, f"PLB{place:02d}-1"):
            reference = _value(segment, f"PLB{place:02d}-2")
            yield ProviderAdjustment(code=code, reference=reference, amount=_amount(segment, f"PLB{place + 1:02d}"))


def _claim_remarks(segments: Sequence[Segment]) -> Iterator[str]:
    for segment in segments:
        for place in _CLAIM_REMARKS.get(segment.get_seg_id(), ()):
            if code := _value(segment, f"{segment.get_seg_id()}{place:02d}"):
                yield code


def _groups(segments: Sequence[Segment], start: str) -> tuple[list[Segment], list[list[Segment]]]:
    """What stands before the first segment of this name, and one group from each such segment on."""
    head: list[Segment] = []
    groups: list[list[Segment]] = []
    for segment in segments:
        if segment.get_seg_id() == start:
            groups.append([])
        (groups[-1] if groups else head).append(segment)
    return head, groups


def _only(segments: Sequence[Segment], name: str) -> Segment:
    found = [segment for segment in segments if segment.get_seg_id() == name]
    if len(found) != 1:
        raise Unreadable(f"The file is not a whole 835: {name} must stand in it once per payment.")
    return found[0]


def _named(segments: Sequence[Segment], name: str, element: str, value: str) -> Iterator[Segment]:
    return (each for each in segments if each.get_seg_id() == name and _value(each, element) == value)


def _party(segments: Sequence[Segment], role: str) -> Segment | None:
    return next(_named(segments, "N1", "N101", role), None)


def _person(segments: Sequence[Segment], role: str) -> Segment | None:
    return next(_named(segments, "NM1", "NM101", role), None)


def _identifier(party: Segment | None, kind: str) -> str | None:
    return _value(party, "N104") if party is not None and _value(party, "N103") == kind else None


def _person_identifier(person: Segment | None, kind: str) -> str | None:
    return _value(person, "NM109") if person is not None and _value(person, "NM108") == kind else None


def _reference(segments: Sequence[Segment], kind: str) -> str | None:
    return next((_value(each, "REF02") for each in _named(segments, "REF", "REF01", kind)), None)


def _dated(segments: Sequence[Segment], kind: str) -> date | None:
    return next((_day_or_none(each, "DTM02") for each in _named(segments, "DTM", "DTM01", kind)), None)


def _value(segment: Segment, element: str) -> str | None:
    return (segment.get_value(element) or "").strip() or None


def _needed(segment: Segment, element: str) -> str:
    value = _value(segment, element)
    if value is None:
        raise Unreadable(f"The file is not a whole 835: {element} is empty.")
    return value


def _amount(segment: Segment, element: str) -> Decimal:
    try:
        amount = Decimal(_needed(segment, element))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise Unreadable(f"The file is not a whole 835: {element} is not an amount.")
    return amount


def _day_or_none(segment: Segment, element: str) -> date | None:
    value = _value(segment, element)
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        raise Unreadable(f"The file is not a whole 835: {element} is not a date.") from None
