"""One credential's browser context: the log-in, one journey after the other, and the session to keep."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from playwright.async_api import BrowserContext, Page, Route
from playwright.async_api import Error as PlaywrightError

from bots.canary import look_around
from bots.contracts import EvidenceSink, FileRoom, Gate, LoginReport, LoginSecrets, NotSent, SessionState
from bots.definition import Journey, PortalDefinition
from bots.dom import Navigated, Window, translated
from bots.identity import IdentityMismatch
from bots.login import LoginDesk, log_in, step_up
from bots.portal import Portal
from bots.recovery import RecoveryDesk
from bots.sending import Dispatch
from bots.signals import SHOWS_LOGIN
from core.capabilities.account import PasswordAnswer, RecoveryAnswer
from core.capabilities.canary import CANARY
from core.capabilities.common import Mismatch
from core.capabilities.record import Answer, Query
from core.capabilities.submissions import Reviewed, Submission
from core.errors import (
    ActionNeeded,
    FleetError,
    OutcomeUnknown,
    PortalChanged,
    PortalUnavailable,
    RequestInvalid,
)
from core.phi import Secret

_SESSION_STORAGE = "() => [location.origin, {...sessionStorage}]"
_HEARD = "The portal said something in a dialog that the fleet does not know; the run's evidence has its words."
_RESTORE = "(items) => { for (const [key, value] of Object.entries(items)) sessionStorage.setItem(key, value); }"


class LaneBrowser:
    """Implements bots.contracts.LaneBot."""

    def __init__(self, definition: PortalDefinition, context: BrowserContext, window: Window) -> None:
        self.definition = definition
        self._context = context
        self._window = window
        self._user: Secret | None = None
        """Who is logged in: covered in pictures wherever the portal greets."""
        self._organization: str | None = None
        self._afresh = False

    @classmethod
    async def open(
        cls, definition: PortalDefinition, context: BrowserContext, state: SessionState | None, downloads: Path
    ) -> LaneBrowser:
        """`downloads`: where the browser puts files while they arrive."""
        page = await context.new_page()
        if state is not None:
            await _restore_session_storage(page, definition, state)
        return cls(definition, context, Window(page, definition.selectors, downloads))

    async def log_in(self, secrets: LoginSecrets, sink: EvidenceSink) -> LoginReport:
        self._user = secrets.username
        self._organization = secrets.organization
        with _unless_broken(self._window):
            portal = Portal(self.definition, self._window, sink, chapter="login", organization=secrets.organization)
            return await log_in(portal, secrets)

    async def step_up(self, secrets: LoginSecrets, sink: EvidenceSink) -> None:
        with _unless_broken(self._window):
            await step_up(Portal(self.definition, self._window, sink, chapter="login"), secrets)

    async def perform(self, capability: str, payer: str | None, query: Query, sink: EvidenceSink) -> Answer:
        if capability == CANARY:
            return await self._look_around(sink)
        journey = self.definition.journeys.get(capability)
        if journey is None:
            raise self._unable(capability)
        return await self._travel(journey, self._portal(capability, payer, query, sink), query)

    async def submit(
        self, capability: str, payer: str | None, wanted: Submission, sink: EvidenceSink, *, gate: Gate, files: FileRoom
    ) -> Answer:
        journey = self.definition.sendings.get(capability)
        if journey is None:
            raise self._unable(capability)
        dispatch = Dispatch(gate, files, self._window.downloads.with_name("uploads"))
        portal = self._portal(capability, payer, wanted, sink, dispatch)
        try:
            answer = await self._travel(journey, portal, wanted)
        except NotSent:
            return Reviewed()
        except FleetError as cause:
            if dispatch.sent:
                raise _unknown(cause.code) from cause
            raise
        finally:
            dispatch.clear()
        if dispatch.sent and isinstance(answer, Mismatch):
            raise _unknown("Mismatch")
        return answer

    def _portal(
        self, capability: str, payer: str | None, query: Query, sink: EvidenceSink, dispatch: Dispatch | None = None
    ) -> Portal:
        return Portal(
            self.definition,
            self._window,
            sink,
            chapter=capability,
            query=query,
            payer=self.definition.manifest.payer(payer),
            organization=self._organization,
            hidden=[self._user.reveal()] if self._user is not None else [],
            afresh=self._afresh,
            dispatch=dispatch,
        )

    def _unable(self, capability: str) -> RequestInvalid:
        return RequestInvalid(f"{self.definition.manifest.name} has no {capability}.", field="capability")

    async def _travel(self, journey: Journey, portal: Portal, query: Query) -> Answer:
        self._afresh = True
        async with _explained(portal):
            self._window.dialogs.unheeded.clear()
            try:
                answer = await journey(portal, query)
                await portal.camera.before_leaving()
            except IdentityMismatch as mismatch:
                await portal.camera.shoot_scene()
                if broken := self._window.traffic.broken:  # what would have replaced the one before was lost
                    raise broken from None
                return Mismatch(differs=mismatch.differs)
            finally:
                heard = await portal.heard_beside()
        self._afresh = False
        if heard and "notes" in type(answer).model_fields:
            return answer.model_copy(update={"notes": (*getattr(answer, "notes", ()), _HEARD)})
        return answer

    async def change_password(self, secrets: LoginSecrets, sink: EvidenceSink) -> PasswordAnswer:
        journey = self.definition.password
        if journey is None:
            raise ActionNeeded(
                f"Nobody has taught the fleet to change a password of {self.definition.manifest.name}; an "
                "administrator changes it on the portal and saves it with `fleet credentials add`.",
                kind="change the password",
            )
        portal = Portal(self.definition, self._window, sink, chapter="password", afresh=True)
        portal.camera.closed = True
        self._afresh = True
        async with _explained(portal):
            return await journey(portal, LoginDesk(portal, secrets))

    async def recover(self, secrets: LoginSecrets, sink: EvidenceSink) -> RecoveryAnswer:
        journey = self.definition.recovery
        if journey is None:
            raise self._unable("recovery")
        portal = Portal(self.definition, self._window, sink, chapter="recovery", afresh=True)
        portal.camera.closed = True
        async with _explained(portal):
            return await journey(portal, RecoveryDesk(portal, secrets))

    async def _look_around(self, sink: EvidenceSink) -> Answer:
        self._afresh = True
        hidden = [self._user.reveal()] if self._user is not None else []
        try:
            return await look_around(self.definition, self._window, sink, hidden)
        except Navigated:
            raise PortalUnavailable(
                "The portal's pages did not come to rest; they are looked at again later."
            ) from None
        except PlaywrightError as error:
            cause = translated(error)
            raise cause if isinstance(cause, FleetError) else PortalChanged(CANARY, None) from None

    async def session_state(self) -> SessionState:
        try:
            storage = await self._context.storage_state(indexed_db=True)
            frames = [frame for frame in self._window.page.frames if self.definition.allows(frame.url)]
            kept = [await frame.evaluate(_SESSION_STORAGE) for frame in frames]
        except PlaywrightError as error:
            raise translated(error) from None
        return SessionState(dict(storage), {origin: items for origin, items in kept if items})

    async def close(self) -> None:
        with suppress(PlaywrightError):  # the browser may be gone, and the context with it
            await self._context.close()


@contextmanager
def _unless_broken(window: Window) -> Iterator[None]:
    """A page that the connection lost has not changed."""
    try:
        yield
    except PortalChanged as changed:
        raise (window.traffic.broken or changed) from None


@asynccontextmanager
async def _explained(portal: Portal) -> AsyncIterator[None]:
    """Nothing but core errors comes out."""
    try:
        yield
    except PortalChanged as changed:
        trouble = await portal.explained(changed)
        if not isinstance(trouble, SHOWS_LOGIN):
            await portal.camera.shoot_scene()
        raise trouble from None
    except Navigated:
        raise PortalChanged(portal.chapter, None, detail="the document changed while it was read") from None
    except PlaywrightError as error:
        cause = translated(error)
        raise cause if isinstance(cause, FleetError) else PortalChanged(portal.chapter, None) from None


def _unknown(cause: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        "It was sent, and what the portal answered is not known; it is looked up on the portal and not sent again.",
        reference=cause,
    )


async def _restore_session_storage(page: Page, definition: PortalDefinition, state: SessionState) -> None:
    """Once, on an empty page of each origin: a script on every page would bring back what the portal deleted."""

    async def empty(route: Route) -> None:
        await route.fulfill(content_type="text/html", body="")

    for origin, items in state.session_storage.items():
        if definition.allows(origin):
            await page.route(f"{origin}/**", empty)
            await page.goto(f"{origin}/")
            await page.evaluate(_RESTORE, items)
            await page.unroute(f"{origin}/**", empty)
