"""Log-in is not a script but a loop over what is on the screen, until the portal's home is there."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bots.contracts import LoginReport, LoginSecrets, StepKind
from bots.definition import LoginScreens
from bots.element import BoundElement
from bots.identity import same_organization
from bots.page import Page
from bots.parse import integer
from bots.portal import Portal
from bots.secret import secret_fill
from bots.selectors import ElementSpec, PageSpec
from bots.traffic import REST_MS
from core.errors import ActionNeeded, CodeRequired, CredentialRejected, PasswordExpired, PortalChanged
from core.phi import Secret

_SPARE_TRIES = 2
"""One is for the person who has to open the account again."""
_ROUNDS = 2
"""A screen that is answered this often and comes again: the log-in goes round in circles."""


class _LogsInAnew(Exception):
    """The portal has a new password, and wants to be logged in to with it."""


class LoginDesk:
    """What a screen's response may do with the secrets: have them typed, never see them."""

    def __init__(self, portal: Portal, secrets: LoginSecrets) -> None:
        self._portal = portal
        self._secrets = secrets
        self.typed_password = False
        self.typed_new_password = False
        self.people_asked = 0
        """How often in a row a person had to read a code."""
        self.password_expires_in_days: int | None = None

    async def type_username(self, element: BoundElement) -> None:
        await self._type(element, self._secrets.username)

    async def type_password(self, element: BoundElement) -> None:
        if self.typed_new_password:
            raise _LogsInAnew
        if self.typed_password and self.people_asked:
            raise CodeRequired(
                "The portal did not wait for the code that it had sent, and would send another one.",
                medium="unknown",
                reference=f"{element.page.name}.{element.name}",
            )
        if self.typed_password:
            raise CredentialRejected(
                "The portal asked for the password a second time; the account rests until an administrator has "
                "checked it, since another try could lock it.",
                reference=f"{element.page.name}.{element.name}",
            )
        if self._secrets.before_password is not None:
            await self._secrets.before_password()
        self.typed_password = True
        await self._type(element, self._secrets.password)

    async def type_current_password(self, element: BoundElement) -> None:
        """On a page for changing it: the portal has let us in with it."""
        await self._type(element, self._secrets.password)

    async def type_new_password(self, *elements: BoundElement) -> None:
        """The same one into each. Raises PasswordExpired where it may not be changed, or was not taken."""
        where = elements[0].page.name
        if self.typed_new_password:
            raise PasswordExpired(
                "The password has expired, and the portal did not take the new one that the fleet made by the rules in "
                "its manifest; an administrator must change it before the account is used again.",
                refused_new=True,
                reference=where,
            )
        if self._secrets.new_password is None:
            raise PasswordExpired(
                "The password has expired; an administrator must change it before the account is used again.",
                reference=where,
            )
        new = await self._secrets.new_password()
        self.typed_new_password = True
        for element in elements:
            await self._type(element, new)

    async def type_code(self, element: BoundElement) -> None:
        """A code of the credential's authenticator that nobody used before; waits for one if need be."""
        self._tell_clock()
        self.people_asked = 0
        await self._type(element, await self._secrets.codes.totp())

    async def type_sent_code(self, element: BoundElement, medium: str) -> None:
        """A code that the portal has sent to a person; waits for the person."""
        self.people_asked += 1
        await self._type(element, await self._secrets.codes.sent(medium))

    def password_expires(self, text: str) -> None:
        """From a reminder that names the days left. Raises PortalChanged when it names none."""
        try:
            self.password_expires_in_days = integer(text)
        except ValueError:
            raise PortalChanged("password_reminder", "days", detail="names no number of days") from None

    def organization(self) -> str:
        """To be picked or chosen. Raises ActionNeeded where the credential names none."""
        if self._secrets.organization is None:
            raise ActionNeeded(
                "The account belongs to several organizations; name the one to work for in the credential.",
                kind="choose an organization",
            )
        return self._secrets.organization

    async def _type(self, element: BoundElement, secret: Secret) -> None:
        await secret_fill(
            await element.handle(),
            secret,
            self._portal.definition,
            page=element.page.name,
            element=element.name,
            by_keys=element.spec.entry == "keys",
        )

    def _tell_clock(self) -> None:
        stamp = self._portal.window.clock_date
        if stamp is not None:
            ahead = (parsedate_to_datetime(stamp) - datetime.now(UTC)).total_seconds()
            self._secrets.codes.portal_clock(ahead)


async def log_in(portal: Portal, secrets: LoginSecrets) -> LoginReport:
    """From whatever the home address shows. A session that is still good costs one page and no secret.

    Raises core errors: CredentialRejected, AccountLocked, PasswordExpired, CodeRequired, ActionNeeded,
    AutomationBlocked, PortalUnavailable, PortalChanged.
    """
    login: LoginScreens = portal.definition.login
    desk = LoginDesk(portal, secrets)
    home = portal.spec(login.home)
    rounds: Counter[str] = Counter()
    portal.camera.closed = True
    begun = time.monotonic()
    try:
        await portal.window.goto(
            portal.definition.url + (home.url or "/"), seconds=portal.definition.manifest.answer_seconds
        )
        page: Page | None = None
        while True:
            page = await _next_screen(portal, desk, page)
            if isinstance(page, login.home):
                await _check_organization(portal, home, secrets.organization)
                await portal.note_step(StepKind.LOGIN, home.name, begun, [])
                return LoginReport(desk.typed_password, desk.password_expires_in_days, desk.typed_new_password)
            rounds[page.page_name] += 1
            if rounds[page.page_name] > _ROUNDS:
                raise PortalChanged(page.page_name, None, detail="the log-in goes round in circles")
            await portal.mark(page.spec)
            await login.screens[type(page)](page, desk)
    except _LogsInAnew:
        return LoginReport(desk.typed_password, changed_password=True)
    finally:
        portal.camera.closed = False


async def _check_organization(portal: Portal, home: PageSpec, named: str | None) -> None:
    """Where the portal chooses one by itself, and says which. Raises ActionNeeded when it is another."""
    if named is None or not home.shows_organization:
        return
    shown = BoundElement(portal, home, "shows_organization", ElementSpec(home.shows_organization), write=False)
    await (await shown.handle()).dispose()  # some draw it after the page
    if same_organization(await shown.text(), named) is False:
        sentence = (
            f"{portal.definition.manifest.name} works for another organization than the one that the credential names; "
            "nothing was read. An administrator gives the account access to the right one on the portal, or saves the "
            "credential again with `--organization` as the portal prints the name."
        )
        raise ActionNeeded(sentence, kind="choose an organization")


async def step_up(portal: Portal, secrets: LoginSecrets) -> LoginReport:
    """From a screen for a code in the middle of a session, until home. Raises what `log_in` raises."""
    login = portal.definition.login
    portal.camera.closed = True
    try:
        page = await portal.landed_on_any(tuple(login.screens))
        await portal.mark(page.spec)
        await login.screens[type(page)](page, LoginDesk(portal, secrets))
        await portal.look(page.spec, "change", quiet=REST_MS)
        await portal.rest()  # until it has taken the code
    finally:
        portal.camera.closed = False
    return await log_in(portal, secrets)


async def _next_screen(portal: Portal, desk: LoginDesk, before: Page | None) -> Page:
    """The one before once more, where a person may have mistyped a code and the portal leaves more than one try."""
    login = portal.definition.login
    try:
        return await portal.landed_on_any((login.home, *login.screens))
    except CredentialRejected as refused:
        mistyped = refused.factor == "code" and desk.people_asked == 1
        if before is None or not mistyped or (refused.attempts_remaining or 0) < _SPARE_TRIES:
            raise
        asked_still = await portal.look(before.spec, "present", pages={"it": list(before.spec.here)})
        if not asked_still:  # it starts over, and the password is not typed twice
            raise
        return before
