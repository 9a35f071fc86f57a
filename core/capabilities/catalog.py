"""The capabilities that the fleet knows, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from core.capabilities import authorization_requests, notifications
from core.capabilities.account import AccountQuery, LoginProven, PasswordAnswer, Recovered
from core.capabilities.appeals import Appeal, AppealKind, AppealsAnswer, AppealsQuery
from core.capabilities.authorization_requests import AuthorizationRequest
from core.capabilities.authorizations import AuthorizationsAnswer, AuthorizationsQuery
from core.capabilities.canary import CANARY, CanaryQuery, CanarySeen
from core.capabilities.claim_files import ClaimFile, ClaimFileKind, ClaimFilesAnswer, ClaimFilesQuery
from core.capabilities.claim_status import ClaimStatusAnswer, ClaimStatusQuery
from core.capabilities.documents import DocumentsAnswer, DocumentsQuery
from core.capabilities.eligibility import EligibilityAnswer, EligibilityQuery
from core.capabilities.messages import MessagesAnswer, MessagesQuery
from core.capabilities.notifications import NotificationsAnswer, NotificationsQuery, PregnancyNotification
from core.capabilities.record import Answer, Query
from core.capabilities.remittances import RemittancesAnswer, RemittancesQuery
from core.capabilities.sent_messages import OutgoingKind, OutgoingMessage, SentMessagesAnswer, SentMessagesQuery
from core.capabilities.submissions import Enclosed, Submission, SubmissionAnswer
from core.capabilities.users import UsersAnswer, UsersQuery
from core.errors import RequestInvalid
from core.phi import REVEAL
from core.x12.scrub import told_by_claims

Q = TypeVar("Q", bound=Query)


@dataclass(frozen=True)
class Sending:
    """What of a capability is sent to payers."""

    journey: str
    """The function that an adapter's module of this capability defines, beside the one that looks."""
    kinds: tuple[str, ...]
    submission: type[Submission]
    told_by: Callable[[Sequence[bytes], date], dict[str, str]] | None = None
    """What its files themselves tell of it, as keys, on this day of the portal's. Raises RequestInvalid for what may
    not be sent.
    """
    followed_by: str | None = None
    """The capability that shows how far the payer is with it; its own when None."""

    def ask(self, kind: str, keys: dict[str, str], files: Sequence[Enclosed]) -> Submission:
        """As `Capability.ask`."""
        own = [key for key in self.submission.model_fields if key not in ("kind", "files")]
        return _asked(self.submission, kind, keys, own, kind=kind, files=tuple(files))

    def read(self, sealed_text: str) -> Submission:
        return self.submission.model_validate_json(sealed_text)


@dataclass(frozen=True)
class Capability:
    name: str
    journey: str
    """The function that an adapter's module of this capability defines."""
    query: type[Query]
    answers: TypeAdapter[Any]
    asks_payer: bool = True
    """Else the portal itself answers, for all its payers alike."""
    sends: Sending | None = None

    def ask(self, keys: dict[str, str]) -> Query:
        """A query from KEY=VALUE texts. Raises RequestInvalid with a sentence that never repeats the value."""
        return _asked(self.query, self.name, keys, list(self.query.model_fields))

    def read_query(self, sealed_text: str) -> Query:
        return self.query.model_validate_json(sealed_text)

    def may_answer(self, answer: Answer) -> bool:
        try:
            self.answers.validate_python(answer)
        except ValidationError:
            return False
        return True

    def read_answer(self, sealed_text: str) -> Answer:
        answer: Answer = self.answers.validate_json(sealed_text)
        return answer


def _asked(model: type[Q], name: str, keys: dict[str, str], known: Sequence[str], **given: Any) -> Q:
    for key in keys:
        if key not in known:
            raise RequestInvalid(f"“{key}” is not a key of {name}; its keys are {', '.join(known)}.", field=key)
    try:
        return model.model_validate({key: value for key, value in keys.items() if value.strip()} | given)
    except ValidationError as problems:
        raise _sentence(problems) from None


def _sentence(problems: ValidationError) -> RequestInvalid:
    first = problems.errors(include_url=False, include_input=False, include_context=False)[0]
    field = str(first["loc"][0]) if first["loc"] else None
    text = first["msg"].removeprefix("Value error, ").rstrip(".")
    if first["type"].startswith("date"):
        text = "is not a date; dates are written YYYY-MM-DD"
    elif first["type"] == "string_type":
        text = "must be a text"
    return RequestInvalid(f"{field} {text}." if field else f"{text[:1].upper()}{text[1:]}.", field=field)


def write(record: Query | Answer) -> str:
    """JSON in clear, for sealing only."""
    return record.model_dump_json(context=REVEAL)


CAPABILITIES = {
    capability.name: capability
    for capability in (
        Capability("eligibility", "check_eligibility", EligibilityQuery, TypeAdapter(EligibilityAnswer)),
        Capability("claim_status", "check_claim_status", ClaimStatusQuery, TypeAdapter(ClaimStatusAnswer)),
        Capability("remittances", "pull_remittances", RemittancesQuery, TypeAdapter(RemittancesAnswer)),
        Capability("messages", "pull_messages", MessagesQuery, TypeAdapter(MessagesAnswer)),
        Capability("documents", "pull_documents", DocumentsQuery, TypeAdapter(DocumentsAnswer)),
        Capability("users", "list_users", UsersQuery, TypeAdapter(UsersAnswer), asks_payer=False),
        Capability(
            "authorizations",
            "check_authorizations",
            AuthorizationsQuery,
            TypeAdapter(AuthorizationsAnswer | SubmissionAnswer),
            sends=Sending("request_authorization", authorization_requests.KINDS, AuthorizationRequest),
        ),
        Capability(
            "appeals",
            "find_appeals",
            AppealsQuery,
            TypeAdapter(AppealsAnswer | SubmissionAnswer),
            sends=Sending("submit_appeal", tuple(AppealKind), Appeal),
        ),
        Capability(
            "sent_messages",
            "find_sent",
            SentMessagesQuery,
            TypeAdapter(SentMessagesAnswer | SubmissionAnswer),
            sends=Sending("send_message", tuple(OutgoingKind), OutgoingMessage, followed_by="messages"),
        ),
        Capability(
            "claim_files",
            "find_claim_files",
            ClaimFilesQuery,
            TypeAdapter(ClaimFilesAnswer | SubmissionAnswer),
            sends=Sending("submit_claim_file", tuple(ClaimFileKind), ClaimFile, told_by=told_by_claims),
        ),
        Capability(
            "notifications",
            "find_notifications",
            NotificationsQuery,
            TypeAdapter(NotificationsAnswer | SubmissionAnswer),
            sends=Sending("send_notification", notifications.KINDS, PregnancyNotification),
        ),
    )
}

ERRANDS = {
    errand.name: errand
    for errand in (
        Capability("login_check", "log_in", AccountQuery, TypeAdapter(LoginProven), asks_payer=False),
        Capability("password", "change_password", AccountQuery, TypeAdapter(PasswordAnswer), asks_payer=False),
        Capability("recovery", "recover", AccountQuery, TypeAdapter(Recovered), asks_payer=False),
        Capability(CANARY, "look_around", CanaryQuery, TypeAdapter(CanarySeen), asks_payer=False),
    )
}
"""What any portal can be asked, and no manifest lists: the runtime does it, with at most the adapter's help."""


def capability(name: str) -> Capability:
    """An errand too. Raises RequestInvalid for a name that is not in the catalog."""
    try:
        return (CAPABILITIES | ERRANDS)[name]
    except KeyError:
        raise RequestInvalid(
            f"“{name}” is not a capability; the fleet knows {', '.join(CAPABILITIES)}.", field="capability"
        ) from None
