"""What an administrator asks of an account itself, through its lane: lease, code ledger and lock-out budget hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.capabilities.account import AccountQuery
from core.capabilities.catalog import capability
from core.errors import RequestInvalid
from lanes.ask import Asked, Counter, Question, check_policy, hand_in, refusal
from lanes.assembly import Fleet
from store import credentials
from store.credentials import CredentialState
from store.work_items import Priority

LOGIN_CHECK = "login_check"


@dataclass(frozen=True)
class Errand:
    errand: Literal["login_check"]
    credential_id: str
    requested_by: str


async def set_out(fleet: Fleet, errand: Errand) -> Asked:
    """Wakes nobody. An equal errand that waits already is joined.

    Raises core errors; a credential that is stopped is never asked for another try.
    """
    async with fleet.database.begin() as session:
        credential = await credentials.get(session, errand.credential_id)
        manifest = fleet.portals.get(credential.portal)
        if manifest is None:
            raise RequestInvalid(
                f"{credential.portal} is no portal of the environment “{fleet.settings.environment}”.", field="portal"
            )
        check_policy(fleet, manifest)
        if credential.state is not CredentialState.OPEN:
            raise refusal(credential)
        query = AccountQuery(account=credential.id)
        question = Question(
            errand.errand, credential.portal, query, errand.requested_by, priority=Priority.ACCOUNT, fresh=True
        )
        counter = Counter(capability(errand.errand), manifest, payer=None)
        (asked,) = await hand_in(session, fleet, counter, credential, [question])
    return asked
