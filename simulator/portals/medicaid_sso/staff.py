"""User maintenance, for office administrators: a row for each provider that somebody is linked to."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.accounts import LAKESIDE, NORTHGATE
from simulator.labels import us_date
from simulator.portals.medicaid_sso.found import Found
from simulator.portals.medicaid_sso.gate import PORTAL
from simulator.portals.medicaid_sso.office import Office, Searched
from simulator.portals.medicaid_sso.words import NONE
from simulator.sessions import Session
from simulator.staff import Access, User, like

EVERYBODY = "All"
# Also those that an account itself does not work for.
_PROVIDERS = {each.npi: f"{each.npi} - {each.name}" for known in (NORTHGATE, LAKESIDE) for each in known.providers}
_STATUS = {"active": "Active", "inactive": "Terminated", "locked": "Locked", "pending": "Not yet accepted"}


@dataclass(frozen=True, slots=True)
class Link:
    """A user's access to one provider."""

    user: User
    access: Access
    provider: str

    @property
    def status(self) -> str:
        return _STATUS[self.user.status]

    @property
    def seen(self) -> str:
        if self.user.never:
            return "Never"
        return us_date(self.user.last_login) if self.user.last_login else NONE


class _List(Found[Searched, Link]): ...


class Staff(Office[Link]):
    name = "staff"
    role = "users"
    listed = _List

    def found(self, form: Mapping[str, str], session: Session) -> tuple[Searched, list[Link]]:
        """By provider, so that the rows of somebody who works for several stand far from each other."""
        mine = session.account.spec.organizations
        organization = next(each for each in mine if each.id == session.organization_id)
        searched = form.get("franklin_id", "").strip()
        users = like(self._gate.house.world.staff[PORTAL, organization.id], searched)
        links = [Link(user, each, _PROVIDERS.get(each.npi or "", NONE)) for user in users for each in user.access]
        links.sort(key=lambda each: each.provider)
        return {"FranklinID searched": searched or EVERYBODY, "Account": organization.name}, links

    async def ails(self, _session: Session) -> None:
        """It is the portal's own, and no payer answers."""
        await asyncio.sleep(self._gate.payer_seconds())
