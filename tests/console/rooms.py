"""All routes of the console, and which roles may use each: written down here once more, apart from the code."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi.routing import APIRoute

from console.app import ROOMS
from console.door import Needs
from console.rights import Right
from store.people import Role

ADMINISTRATOR, SCHEDULER, BILLER, CHECKER, AUDITOR = (
    *(Role.ADMINISTRATOR, Role.SCHEDULER, Role.BILLER),
    *(Role.ELIGIBILITY_CHECKER, Role.AUDITOR),
)
EVERYBODY = frozenset(Role)
BOT_READERS = frozenset({ADMINISTRATOR, SCHEDULER, AUDITOR})
SCHEDULERS = frozenset({ADMINISTRATOR, SCHEDULER})
ADMINISTRATORS = frozenset({ADMINISTRATOR})
BILLERS = frozenset({BILLER})
CODE_GIVERS = frozenset({ADMINISTRATOR, SCHEDULER, BILLER})
ASKERS = frozenset({BILLER, CHECKER})
AUDIT_READERS = frozenset({ADMINISTRATOR, AUDITOR})

ENTRANCE = {
    *("/sign-in", "/sign-in/code", "/sign-in/password", "/sign-in/app"),
    *("/sign-in/sso", "/sign-in/sso/back", "/sign-in/sso/out"),
}
MAY = {
    "GET /": EVERYBODY,
    "GET /account": EVERYBODY,
    "POST /account/tokens": EVERYBODY,
    "POST /account/tokens/{token_id}/revoke": EVERYBODY,
    "POST /sign-out": EVERYBODY,
    "GET /ask": ASKERS,
    "GET /ask/{name}": ASKERS,
    "POST /ask/{name}": ASKERS,
    "GET /answers": ASKERS,
    "GET /answers/{item_id}": ASKERS,
    "GET /answers/{item_id}/events": ASKERS,
    "POST /answers/{item_id}/again": ASKERS,
    "GET /answers/{item_id}/compare/{other_id}": ASKERS,
    "GET /answers/{item_id}/files/{evidence_id}": ASKERS,
    "GET /answers/{item_id}/reveal": ADMINISTRATORS,
    "POST /answers/{item_id}/reveal": ADMINISTRATORS,
    "GET /batches": ASKERS,
    "GET /batches/new/{name}": ASKERS,
    "POST /batches/new/{name}": ASKERS,
    "GET /batches/{batch_id}": ASKERS,
    "GET /batches/{batch_id}/events": ASKERS,
    "GET /batches/{batch_id}/rows": ASKERS,
    "GET /batches/{batch_id}/answers{ending}": ASKERS,
    "GET /submissions": BILLERS,
    "GET /submissions/new/{kind}": BILLERS,
    "POST /submissions/new/{kind}": BILLERS,
    "GET /submissions/{submission_id}": BILLERS,
    "GET /submissions/{submission_id}/pictures/{picture_id}": BILLERS,
    "GET /submissions/{submission_id}/receipt": BILLERS,
    "POST /submissions/{submission_id}/approve": BILLERS,
    "POST /submissions/track": BILLERS,
    "POST /submissions/reconcile": BILLERS,
    "GET /submissions/{submission_id}/letters/{letter_id}": BILLERS,
    "POST /submissions/{submission_id}/settle": BILLERS,
    "GET /codes": CODE_GIVERS,
    "POST /codes/{run_id}": CODE_GIVERS,
    "GET /codes/events": CODE_GIVERS,
    "GET /schedules": SCHEDULERS,
    "POST /schedules": SCHEDULERS,
    "GET /schedules/new/{task}": SCHEDULERS,
    "GET /schedules/{name}": SCHEDULERS,
    "POST /schedules/{name}": SCHEDULERS,
    "POST /schedules/{name}/run": SCHEDULERS,
    "POST /schedules/{name}/pause": SCHEDULERS,
    "POST /schedules/{name}/resume": SCHEDULERS,
    "POST /schedules/{name}/remove": SCHEDULERS,
    "POST /schedules/{name}/roster": SCHEDULERS,
    "GET /calendar": SCHEDULERS,
    "GET /forecast": SCHEDULERS,
    "GET /queue": SCHEDULERS,
    "GET /runs": BOT_READERS,
    "GET /runs/{run_id}": BOT_READERS,
    "GET /failures": BOT_READERS,
    "GET /accounts": BOT_READERS,
    "GET /portals": BOT_READERS,
    "GET /evidence/{evidence_id}/picture": ADMINISTRATORS,
    "GET /evidence/{evidence_id}/reveal": ADMINISTRATORS,
    "POST /evidence/{evidence_id}/reveal": ADMINISTRATORS,
    "GET /access": ADMINISTRATORS,
    "POST /access": ADMINISTRATORS,
    "POST /access/ask": ADMINISTRATORS,
    "GET /approvals": ADMINISTRATORS,
    "POST /approvals": ADMINISTRATORS,
    "GET /retention": ADMINISTRATORS,
    "GET /audit": AUDIT_READERS,
    "GET /audit/verify": AUDIT_READERS,
    "GET /people": ADMINISTRATORS,
    "POST /people": ADMINISTRATORS,
    "GET /people/{name}": ADMINISTRATORS,
    "POST /people/{name}": ADMINISTRATORS,
    "POST /people/{name}/reset": ADMINISTRATORS,
    "POST /people/{name}/disable": ADMINISTRATORS,
}

API_MAY = {
    "GET /api/me": EVERYBODY,
    "GET /api/overview": EVERYBODY,
    "GET /api/capabilities": EVERYBODY,
    "GET /api/questions": ASKERS,
    "POST /api/questions": ASKERS,
    "GET /api/questions/{item_id}": ASKERS,
    "GET /api/questions/{item_id}/events": ASKERS,
    "POST /api/questions/{item_id}/again": ASKERS,
    "GET /api/questions/{item_id}/compare/{other_id}": ASKERS,
    "GET /api/questions/{item_id}/files/{evidence_id}": ASKERS,
    "POST /api/questions/{item_id}/reveal": ADMINISTRATORS,
    "GET /api/batches": ASKERS,
    "POST /api/batches/{capability}": ASKERS,
    "GET /api/batches/{batch_id}": ASKERS,
    "GET /api/batches/{batch_id}/events": ASKERS,
    "GET /api/batches/{batch_id}/rows": ASKERS,
    "GET /api/batches/{batch_id}/answers{ending}": ASKERS,
    "GET /api/runs": BOT_READERS,
    "GET /api/runs/{run_id}": BOT_READERS,
    "GET /api/failures": BOT_READERS,
    "GET /api/evidence/{evidence_id}/picture": ADMINISTRATORS,
    "POST /api/evidence/{evidence_id}/reveal": ADMINISTRATORS,
    "GET /api/accounts": BOT_READERS,
    "GET /api/portals": BOT_READERS,
    "GET /api/people": ADMINISTRATORS,
    "POST /api/people": ADMINISTRATORS,
    "GET /api/people/{name}": ADMINISTRATORS,
    "PUT /api/people/{name}": ADMINISTRATORS,
    "POST /api/people/{name}/reset": ADMINISTRATORS,
    "POST /api/people/{name}/disable": ADMINISTRATORS,
    "GET /api/audit": AUDIT_READERS,
    "GET /api/audit/verify": AUDIT_READERS,
    "GET /api/audit/export": AUDIT_READERS,
    "GET /api/retention": ADMINISTRATORS,
    "POST /api/holds": ADMINISTRATORS,
    "POST /api/holds/{hold_id}/release": ADMINISTRATORS,
    "GET /api/access-reviews": ADMINISTRATORS,
    "POST /api/access-reviews/ask": ADMINISTRATORS,
    "POST /api/access-reviews": ADMINISTRATORS,
    "GET /api/approvals": ADMINISTRATORS,
    "POST /api/approvals": ADMINISTRATORS,
    "GET /api/submissions": BILLERS,
    "POST /api/submissions/{kind}": BILLERS,
    "POST /api/submissions/{kind}/check": BILLERS,
    "GET /api/submissions/{submission_id}": BILLERS,
    "POST /api/submissions/{submission_id}/approve": BILLERS,
    "POST /api/submissions/track": BILLERS,
    "POST /api/submissions/reconcile": BILLERS,
    "GET /api/submissions/{submission_id}/pictures/{picture_id}": BILLERS,
    "GET /api/submissions/{submission_id}/letters/{letter_id}": BILLERS,
    "POST /api/submissions/{submission_id}/settle": BILLERS,
    "GET /api/submissions/{submission_id}/receipt": BILLERS,
    "GET /api/codes": CODE_GIVERS,
    "GET /api/codes/events": CODE_GIVERS,
    "POST /api/codes/{run_id}": CODE_GIVERS,
    "GET /api/schedules": SCHEDULERS,
    "POST /api/schedules": SCHEDULERS,
    "GET /api/schedules/{name}": SCHEDULERS,
    "PUT /api/schedules/{name}": SCHEDULERS,
    "DELETE /api/schedules/{name}": SCHEDULERS,
    "POST /api/schedules/{name}/run": SCHEDULERS,
    "POST /api/schedules/{name}/pause": SCHEDULERS,
    "POST /api/schedules/{name}/resume": SCHEDULERS,
    "POST /api/schedules/{name}/roster": SCHEDULERS,
    "GET /api/schedules/{name}/roster/bad-lines": SCHEDULERS,
    "GET /api/calendar": SCHEDULERS,
    "GET /api/forecast": SCHEDULERS,
    "GET /api/queue": SCHEDULERS,
}
"""With a token; a cookie opens none of them."""


def routes() -> Iterator[tuple[str, APIRoute]]:
    """("GET /runs", route), without the entrance."""
    for room in ROOMS:
        for route in room.router.routes:
            assert isinstance(route, APIRoute)
            if route.path not in ENTRANCE:
                for method in sorted(route.methods):
                    yield f"{method} {route.path}", route


def right_of(route: APIRoute) -> Right | None:
    needs = [each.call for each in route.dependant.dependencies if isinstance(each.call, Needs)]
    return needs[0].right if len(needs) == 1 else None
