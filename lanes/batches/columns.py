"""What a sheet's row says of an answer: the few facts that a biller filters and sums by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from core.capabilities.appeals import Appeals
from core.capabilities.authorizations import Authorization, Authorizations
from core.capabilities.claim_files import ClaimFate, ClaimFiles
from core.capabilities.claim_status import Claim, Claims
from core.capabilities.common import Level, Network
from core.capabilities.documents import Documents
from core.capabilities.eligibility import Accumulator, Copay, Coverage, Plan, PlanStatus
from core.capabilities.messages import Messages
from core.capabilities.notifications import Notifications
from core.capabilities.record import Answer
from core.capabilities.remittances import Earlier, Payment, Proof, Relation, Remittances
from core.capabilities.sent_messages import SentMessages
from core.capabilities.users import PortalUser, Scope, Users

_OFFICE_VISIT = ("98", "30")
_BALANCED = {Proof.BALANCED: "yes", Proof.OFF: "no", Proof.EOP_ONLY: "eop only", Proof.NONE: ""}
_ORDER = (PlanStatus.ACTIVE, PlanStatus.FUTURE, PlanStatus.INACTIVE)

COLUMNS = {
    "eligibility": (
        "plan_status",
        "plan_name",
        "effective_on",
        "terminated_on",
        "copay_in_network",
        "deductible_remaining",
        "out_of_pocket_remaining",
        "other_payers",
    ),
    "claim_status": (
        "claims",
        "claim_numbers",
        "lifecycle",
        "billed",
        "allowed",
        "paid",
        "patient_responsibility",
        "check_numbers",
        "adjustment_codes",
        "list_differs",
    ),
    "remittances": (
        "payments",
        "payment_numbers",
        "paid_on",
        "amount",
        "method",
        "payment_status",
        "claims",
        "balanced",
        "pulled_before",
        "files",
    ),
    "authorizations": (
        "authorizations",
        "authorization_numbers",
        "decision",
        "kind",
        "valid_from",
        "valid_to",
        "services",
        "next_step",
    ),
    "messages": ("messages", "unread", "newest_on", "subjects", "related_claims", "files"),
    "documents": ("documents", "titles", "posted_on", "kept_until", "files", "refused"),
    "users": (
        "users",
        "usernames",
        "names",
        "roles",
        "scopes",
        "status",
        "last_login",
        "created_on",
    ),
    "appeals": ("appeals", "appeal_numbers", "appeal_kind", "submitted_on", "status", "decided_on", "files"),
    "sent_messages": ("messages", "message_numbers", "submitted_on", "subjects", "related_claims", "files"),
    "claim_files": (
        "claim_files",
        "file_numbers",
        "submitted_on",
        "status",
        "claims",
        "accepted",
        "rejected",
        "rejected_accounts",
        "faults",
        "files",
    ),
    "notifications": ("notifications", "notification_numbers", "submitted_on", "due_on", "risk"),
}
"""In-network and individual where a portal tells them apart. Empty means "not stated"."""


def facts(answer: Answer) -> dict[str, str]:
    told = _FACTS.get(type(answer))
    return told(answer) if told else {}


def _coverage(answer: Coverage) -> dict[str, str]:
    others = {"other_payers": _joined(other.name for other in answer.other_payers)}
    if not answer.plans:
        return others
    plan = min(answer.plans, key=lambda each: _ORDER.index(each.status))
    return others | {
        "plan_status": plan.status.value,
        "plan_name": plan.plan_name or "",
        "effective_on": _day(plan.effective_on),
        "terminated_on": _day(plan.terminated_on),
        "copay_in_network": _copay(plan),
        "deductible_remaining": _remaining(plan.deductibles),
        "out_of_pocket_remaining": _remaining(plan.out_of_pockets),
    }


def _claims(answer: Claims) -> dict[str, str]:
    """Several claims of one row stand side by side, in the portal's order."""
    claims = answer.claims
    return {
        "claims": str(len(claims)),
        "claim_numbers": _joined(claim.claim_number for claim in claims),
        "lifecycle": _joined(claim.lifecycle.value if claim.lifecycle else claim.status_text or "" for claim in claims),
        "billed": _joined(_money(claim.billed) for claim in claims),
        "allowed": _joined(_money(claim.allowed) for claim in claims),
        "paid": _joined(_money(claim.paid) for claim in claims),
        "patient_responsibility": _joined(_money(claim.patient_responsibility) for claim in claims),
        "check_numbers": _joined(claim.check_number or "" for claim in claims),
        "adjustment_codes": _joined(sorted({code for claim in claims for code in _adjustments(claim)})),
        "list_differs": _joined(claim.listed.sentence if claim.listed else "" for claim in claims),
    }


def _adjustments(claim: Claim) -> Iterable[str]:
    return (f"{each.group}-{each.code}" for line in claim.lines for each in line.adjustments)


def _remittances(answer: Remittances) -> dict[str, str]:
    """Side by side as with claims. `balanced` is empty for a payment of which nothing could be compared."""
    payments = answer.payments
    return {
        "payments": str(len(payments)),
        "payment_numbers": _joined(each.number for each in payments),
        "paid_on": _joined(_day(each.paid_on) for each in payments),
        "amount": _joined(_money(each.amount) for each in payments),
        "method": _joined(each.method.value if each.method else "" for each in payments),
        "payment_status": _joined(each.status.value if each.status else "" for each in payments),
        "claims": _joined(_claims_in(each) for each in payments),
        "balanced": _joined(map(_balanced, payments)),
        "pulled_before": _joined(", ".join(map(_pulled_before, each.pulled_before)) for each in payments),
        "files": _joined(document.name for each in payments for document in each.documents),
    }


def _balanced(payment: Payment) -> str:
    apart = payment.explained_difference
    return _BALANCED[payment.proof] + (f", its claims off by {_money(apart)}" if apart else "")


def _claims_in(payment: Payment) -> str:
    told = payment.remittance.claims if payment.remittance else payment.explained_claims
    return str(len(told)) if told or payment.remittance else ""


def _pulled_before(earlier: Earlier) -> str:
    other = "" if earlier.relation in (Relation.SAME, Relation.CHANGED) else f" {earlier.number}"
    return f"{earlier.relation.value}{other} {_day(earlier.pulled_at.date())}"


def _authorizations(answer: Authorizations) -> dict[str, str]:
    """Side by side as with claims. A service says approved of requested: 97110 6/12 visits; ? is what is not stated."""
    listed = answer.authorizations
    return {
        "authorizations": str(len(listed)),
        "authorization_numbers": _joined(each.authorization_number for each in listed),
        "decision": _joined(each.decision.value if each.decision else each.status_text or "" for each in listed),
        "kind": _joined(each.kind.value if each.kind else "" for each in listed),
        "valid_from": _joined(_day(each.valid_from) for each in listed),
        "valid_to": _joined(_day(each.valid_to) for each in listed),
        "services": _joined(", ".join(_services(each)) for each in listed),
        "next_step": _joined(each.next_step or "" for each in listed),
    }


def _services(authorization: Authorization) -> Iterable[str]:
    for line in authorization.lines:
        code = "-".join((line.procedure_code or line.revenue_code or "?", *line.modifiers))
        approved, requested = (
            "?" if each is None else f"{each.normalize():f}" for each in (line.units_approved, line.units_requested)
        )
        yield f"{code} {approved}/{requested} {line.unit.value if line.unit else ''}".rstrip()


def _messages(answer: Messages) -> dict[str, str]:
    listed = answer.messages
    claims = dict.fromkeys(number for each in listed for number in each.claim_numbers)
    return {
        "messages": str(len(listed)),
        "unread": str(sum(each.read is False for each in listed)),
        "newest_on": _day(listed[0].received_on if listed else None),
        "subjects": _joined(each.subject for each in listed),
        "related_claims": _joined(claims),
        "files": _joined(file.name for each in listed for file in each.attachments if file.problem is None),
    }


def _documents(answer: Documents) -> dict[str, str]:
    listed = answer.documents
    return {
        "documents": str(len(listed)),
        "titles": _joined(each.title for each in listed),
        "posted_on": _joined(_day(each.posted_on) for each in listed),
        "kept_until": _joined(_day(each.kept_until) for each in listed),
        "files": _joined(each.document.name for each in listed if each.document.problem is None),
        "refused": str(sum(each.document.problem is not None for each in listed)),
    }


def _users(answer: Users) -> dict[str, str]:
    users = answer.users
    return {
        "users": str(len(users)),
        "usernames": _joined(user.username for user in users),
        "names": _joined(user.name or "" for user in users),
        "roles": _joined(", ".join(user.roles) for user in users),
        "scopes": _joined(", ".join(map(_scope, user.scopes)) for user in users),
        "status": _joined(user.status.value if user.status else "" for user in users),
        "last_login": _joined(_last_login(user) for user in users),
        "created_on": _joined(_day(user.created_on) for user in users),
    }


def _appeals(answer: Appeals) -> dict[str, str]:
    listed = answer.appeals
    return {
        "appeals": str(len(listed)),
        "appeal_numbers": _joined(each.number for each in listed),
        "appeal_kind": _joined(each.kind.value for each in listed),
        "submitted_on": _joined(_day(each.submitted_on) for each in listed),
        "status": _joined(each.status.value if each.status else each.status_text or "" for each in listed),
        "decided_on": _joined(_day(each.decided_on) for each in listed),
        "files": _joined(each.letter.name for each in listed if each.letter),
    }


def _sent_messages(answer: SentMessages) -> dict[str, str]:
    listed = answer.messages
    return {
        "messages": str(len(listed)),
        "message_numbers": _joined(each.number for each in listed),
        "submitted_on": _joined(_day(each.submitted_on) for each in listed),
        "subjects": _joined(each.subject for each in listed),
        "related_claims": _joined(dict.fromkeys(number for each in listed for number in each.claim_numbers)),
        "files": _joined(name for each in listed for name in each.file_names),
    }


def _claim_files(answer: ClaimFiles) -> dict[str, str]:
    """`rejected_accounts` names each rejected claim with what is to be mended."""
    listed = answer.files
    claims = [claim for each in listed for claim in each.acknowledged]
    rejected = [claim for claim in claims if claim.fate is ClaimFate.REJECTED]
    return {
        "claim_files": str(len(listed)),
        "file_numbers": _joined(each.number for each in listed),
        "submitted_on": _joined(_day(each.submitted_on) for each in listed),
        "status": _joined(each.status.value if each.status else each.status_text or "" for each in listed),
        "claims": str(len(claims)),
        "accepted": str(len(claims) - len(rejected)),
        "rejected": str(len(rejected)),
        "rejected_accounts": _joined(f"{claim.account}: {' '.join(claim.reasons) or '?'}" for claim in rejected),
        "faults": _joined(fault for each in listed for fault in each.faults),
        "files": _joined(document.name for each in listed for document in each.documents),
    }


def _notifications(answer: Notifications) -> dict[str, str]:
    listed = answer.notifications
    return {
        "notifications": str(len(listed)),
        "notification_numbers": _joined(each.number for each in listed),
        "submitted_on": _joined(_day(each.submitted_on) for each in listed),
        "due_on": _joined(_day(each.due_on) for each in listed),
        "risk": _joined(each.risk.value if each.risk else "" for each in listed),
    }


def _scope(scope: Scope) -> str:
    return "/".join(filter(None, (scope.tin, scope.npi, scope.site)))


def _last_login(user: PortalUser) -> str:
    return "never" if user.never_logged_in else _day(user.last_login)


def _copay(plan: Plan) -> str:
    def rank(copay: Copay) -> int:
        code = copay.service_type_code or ""
        return _OFFICE_VISIT.index(code) if code in _OFFICE_VISIT else len(_OFFICE_VISIT)

    fitting = [copay for copay in plan.copays if copay.network is not Network.OUT]
    return _money(min(fitting, key=rank).amount) if fitting else ""


def _remaining(accumulators: Iterable[Accumulator]) -> str:
    fitting = [each for each in accumulators if each.network is not Network.OUT and each.level is not Level.FAMILY]
    return _money(fitting[0].remaining) if fitting else ""


def _joined(parts: Iterable[str]) -> str:
    listed = list(parts)
    return "; ".join(listed) if any(listed) else ""


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


_FACTS: dict[type[Answer], Callable[[Any], dict[str, str]]] = {
    Coverage: _coverage,
    Claims: _claims,
    Remittances: _remittances,
    Authorizations: _authorizations,
    Messages: _messages,
    Documents: _documents,
    Users: _users,
    Appeals: _appeals,
    SentMessages: _sent_messages,
    ClaimFiles: _claim_files,
    Notifications: _notifications,
}
