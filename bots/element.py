"""Acting on one element: set, type, choose, click. Every act waits until the element can take it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, overload

from playwright.async_api import ElementHandle, Keyboard
from playwright.async_api import Error as PlaywrightError

from bots.contracts import StepKind
from bots.dom import Navigated, locate, translated
from bots.download import Delivery, Download, Downloader
from bots.filetype import FileType
from bots.identity import Proof
from bots.page import SEVERAL
from bots.parse import us_date
from bots.press import READY_MS, press, until_pressable
from bots.selectors import Candidates, ElementSpec, PageSpec
from bots.sending import send
from bots.upload import upload
from core.capabilities.submissions import Enclosed
from core.errors import ActionNeeded, FleetError, PortalChanged, PortalUnavailable, RequestInvalid

if TYPE_CHECKING:
    from bots.page import Page
    from bots.portal import Portal

P1 = TypeVar("P1", bound="Page")
P2 = TypeVar("P2", bound="Page")
P3 = TypeVar("P3", bound="Page")
P4 = TypeVar("P4", bound="Page")

_OF_THE_ACCOUNT = ("login", "password", "recovery")
"""Chapters in which a write changes the account itself: the new password is written down before (docs/adr/0009)."""
_LIST_QUIET_MS = 400
"""Longer than typeaheads wait after a key before they ask again."""


class BoundElement:
    def __init__(self, portal: Portal, page: PageSpec, name: str, spec: ElementSpec, *, write: bool) -> None:
        self.portal = portal
        self.page = page
        self.name = name
        self.spec = spec
        self.write = write

    @property
    def candidates(self) -> Candidates:
        """A write never falls back: hitting the wrong thing is worse than hitting nothing."""
        return self.spec.candidates[:1] if self.write else self.spec.candidates

    def changed(self, detail: str) -> PortalChanged:
        return PortalChanged(self.page.name, self.name, detail=detail)

    async def text(self) -> str:
        """What it shows; the value of an input. Raises PortalChanged when it is not there."""
        found = await self.text_or_none()
        if found is None:
            raise self.changed("missing")
        return found

    async def text_or_none(self) -> str | None:
        """Raises PortalChanged when several fit."""
        if (said := self.portal.window.dialogs.said(self.candidates)) is not None:
            return said
        read = await self.portal.look(self.page, "read", spec={"fields": {self.name: self.candidates}})
        if read["crowded"]:
            raise self.changed(SEVERAL)
        found = read["fields"][self.name]
        return found["text"] if found else None

    async def there(self) -> bool:
        """Whether the portal offers it: what is greyed out it does not. Raises PortalChanged when several fit."""
        if self.portal.window.dialogs.said(self.candidates) is not None:
            return True
        found = await self.portal.look(self.page, "offered", candidates=self.candidates)
        if found["crowd"] > 1:
            raise self.changed(SEVERAL)
        return bool(found["offered"])

    async def fill(self, value: str) -> None:
        begun = time.monotonic()
        notes = await enter({self: value})
        await self.portal.note_step(StepKind.NAVIGATE, self.page.name, begun, notes)

    async def click(self) -> None:
        """Raises PortalChanged when there is no such element, or something lies over it that may not be put away."""
        if self.write and self.portal.chapter not in _OF_THE_ACCOUNT:
            raise RuntimeError("what sends is pressed by send()")
        begun = time.monotonic()
        await self.portal.camera.before_leaving()
        self.portal.window.begin_action()
        done = await press(self.portal, self.page, self.candidates, self.spec.press)
        if not done["done"]:
            raise self.changed("covered" if done.get("covered") else _missing(done))
        again = partial(press, self.portal, self.page, self.candidates, self.spec.press)
        self.portal.press_again = None if self.write else again
        await self.portal.note_step(StepKind.NAVIGATE, self.page.name, begun, _fallback(self.name, done["index"]))

    async def awake(self) -> None:
        """Waits until it can be pressed: a button that sleeps while the portal scans files. Raises PortalUnavailable
        when it goes on sleeping, PortalChanged when there is none.
        """
        done = await until_pressable(self.portal, self.page, self.candidates)
        if not done["done"]:
            if done["index"] < 0:
                raise self.changed(_missing(done))
            raise PortalUnavailable(
                "The portal did not get ready in its time; the work is kept and done later.",
                reference=f"{self.page.name}.{self.name} sleeps",
            )

    async def upload(self, *files: Enclosed) -> None:
        """Hands these files to an input for files, or to the chooser that opens on a click; nothing of them touches the
        disk. What the portal says to it is the next landing. Raises PortalChanged.
        """
        begun = time.monotonic()
        await upload(self, files)
        await self.portal.note_step(StepKind.NAVIGATE, self.page.name, begun, [f"{len(files)} files"])

    @overload
    async def send(self, page: type[P1], /, *, about: Proof | None = None) -> P1: ...
    @overload
    async def send(self, page: type[P1], page2: type[P2], /, *, about: Proof | None = None) -> P1 | P2: ...
    @overload
    async def send(
        self, page: type[P1], page2: type[P2], page3: type[P3], /, *, about: Proof | None = None
    ) -> P1 | P2 | P3: ...
    @overload
    async def send(
        self, page: type[P1], page2: type[P2], page3: type[P3], page4: type[P4], /, *, about: Proof | None = None
    ) -> P1 | P2 | P3 | P4: ...
    async def send(self, *pages: type[Page], about: Proof | None = None) -> Page:
        """The one click that sends, of an element that is declared `write`: pictured, let through by the gate, made
        once, never by a fall-back and never again. Then as `Portal.landed_on`; a page that nothing names leaves it
        unknown whether the portal took it.
        """
        return await send(self, pages, about)

    async def click_each(self) -> None:
        """Clicks all that fit, once each: the bars of an accordion, the expanders of a table; none is fine."""
        begun = time.monotonic()
        done = await self.portal.look(self.page, "clickEach", candidates=self.candidates)
        await self.portal.note_step(StepKind.NAVIGATE, self.page.name, begun, _fallback(self.name, done["index"]))

    async def download(self, wanted: FileType) -> tuple[Download, ...]:
        """The file that a click on it gives, by a link, a form, a tab with a viewer, or a blob; from a zip all that are
        of the wanted type. Kept as evidence already. Raises PortalUnavailable for a file that is empty, cut short or a
        web page in disguise, PortalChanged when no file comes, or another than was wanted.
        """
        return await Downloader(self.portal, self.page, self.name).take(self.spec, wanted)

    async def deliver(self) -> Delivery:
        """As `download`, for a file whose type nobody can know before: whatever comes is kept, and what is wrong with
        it stands beside it. Raises PortalChanged when no file comes.
        """
        return await Downloader(self.portal, self.page, self.name).take_whatever(self.spec)

    async def choose(self, value: str) -> None:
        """Takes the option that says exactly this, or the only one that says it among other words, from a select, a
        list box or an autocomplete: typing alone is not choosing. Beside an organization or payer there may stand
        numbers and brackets, no other words. Does nothing where it stands chosen already. Raises what `unlisted` gives.
        """
        (kind,) = await self.standing({self: value})
        if kind == "taken":
            return
        look = self.portal.look
        begun = time.monotonic()
        if kind == "native":
            await _set(self.portal, self.page, {self: value})
        else:
            if kind == "typed":
                await self._clear_and_type(value)
            else:
                await press(self.portal, self.page, self.candidates, self.spec.press, mark=False)
            await self._take_option(value)
        await look(self.page, "remember", candidates=self.candidates, value=value)
        if self.portal.window.traffic.owes:
            await self.portal.rest()  # lists that follow from this one still show what they offered before
        await self.portal.note_step(StepKind.NAVIGATE, self.page.name, begun, [])

    async def _take_option(self, value: str) -> None:
        options = self.spec.option or ({"role": "option"},)
        pressed = self.spec.press != "keys"
        order = {"value": value, "whole": self.is_name(value), "timeout": READY_MS, "quiet": _LIST_QUIET_MS}
        look = partial(self.portal.look, self.page, "options", candidates=list(options), pressed=pressed, **order)
        found = await look()
        if found is None and pressed and not await self._any_of(options):  # nothing heard the click that opens the list
            await press(self.portal, self.page, self.candidates, self.spec.press, mark=False)
            found = await look()
        if found is not None and pressed:
            done = await press(self.portal, self.page, self._saying(value, options), self.spec.press, mark=False)
            if done["done"]:
                return
            found = None
        if found is None:
            raise await self.unlisted(value)
        steps = found["wanted"] - found["marked"]
        keys = ["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps)
        await self._type_keys(*keys, "Enter")
        if await self._any_of(options) or _bare(await self.text()) not in (_bare(value), _bare(found["text"])):
            raise self.changed("the option asked for was not taken")

    async def unlisted(self, value: str) -> FleetError:
        """A list stays empty where the session has ended or the connection broke: then that is the trouble."""
        return await self.portal.explained(self._not_offered(value))

    def _not_offered(self, value: str) -> FleetError:
        """An account is offered organizations, payers and providers of its own: the one wanted may be none of them."""
        portal, name = self.portal.definition.manifest.name, self.portal.providers_asked.get(value)
        if value == self.portal.organization:
            sentence = (
                f"{portal} offers this account no organization of the credential's name. An administrator gives the "
                "account access to it on the portal, or saves the credential again with `--organization` as the portal "
                "prints the name."
            )
            return ActionNeeded(sentence, kind="choose an organization")
        if self.portal.payer is not None and value == self.portal.payer.label:
            sentence = (
                f"{portal} offers this account no payer {self.portal.payer.name}. Ask with another account, or have it "
                "added to this one on the portal; if every account lacks it, the portal has renamed it, and a "
                "developer must look."
            )
            return RequestInvalid(sentence, field="payer")
        if name is None:
            return self.changed("the option asked for is not in the list")
        sentence = f"{portal} offers this account no provider of that {name}; check the NPI, or whose account it is."
        return RequestInvalid(sentence, field=name)

    def entry(self, value: str) -> dict[str, Any]:
        """What the engine is told to set or choose."""
        return {"name": self.name, "candidates": self.candidates, "value": value, "whole": self.is_name(value)}

    def is_name(self, value: str) -> bool:
        """An organization's or payer's: one whose name goes on is another."""
        return value in (self.portal.organization, self.portal.payer.label if self.portal.payer else None)

    def _saying(self, value: str, candidates: Candidates) -> Candidates:
        """Those that say exactly this, and after them those that say it among other words."""
        among = {"says": value} | ({"whole": "yes"} if self.is_name(value) else {})
        return tuple({**each, **said} for said in ({"name": value}, among) for each in candidates)

    async def _any_of(self, options: Candidates) -> bool:
        return bool(await self.portal.look(self.page, "present", pages={"options": list(options)}))

    @staticmethod
    async def standing(values: Mapping[BoundElement, str]) -> list[str]:
        """How each choice is to be made here, or "taken", in one look."""
        one = next(iter(values))
        entries = [each.entry(value) for each, value in values.items()]
        kinds: list[str] = await one.portal.look(one.page, "chosen", entries=entries)
        return kinds

    async def pick(self, value: str) -> None:
        """Clicks the one of several that says exactly this, or the only one that does as `choose` sees it: a card, a
        radio's label. Raises PortalChanged if none or two do, and ActionNeeded if that is the organization to work for.
        """
        done = await press(self.portal, self.page, self._saying(value, self.candidates), self.spec.press, mark=False)
        if not done["done"]:
            raise await self.unlisted(value) if await self._any_of(self.candidates) else self.changed("missing")

    async def handle(self) -> ElementHandle:
        frame = await self.portal.window.frame(self.page.frame)
        try:
            handle = await locate(frame, self.candidates, milliseconds=READY_MS) if frame is not None else None
        except Navigated:
            handle = None
        if handle is None:
            raise self.changed("missing")
        return handle

    async def _clear_and_type(self, value: str) -> None:
        handle = await self.handle()
        keyboard = self._keyboard()
        try:
            await handle.focus()
            await handle.select_text(timeout=READY_MS)
            await keyboard.press("Delete")
            await keyboard.type(value)
        except PlaywrightError as error:
            raise translated(error) from None
        finally:
            await handle.dispose()

    async def type(self, value: str) -> None:
        """Key by key, unless it stands there already. Raises PortalChanged if it does not stay."""
        if _bare(await self.text()) == _bare(value):
            return
        await self._clear_and_type(value)
        shown = await self.text()
        if _bare(shown) != _bare(value) and not _same_day(shown, value):
            raise self.changed("it does not keep what is typed")

    async def _type_keys(self, *keys: str) -> None:
        try:
            for key in keys:
                await self._keyboard().press(key)
        except PlaywrightError as error:
            raise translated(error) from None

    def _keyboard(self) -> Keyboard:
        page = self.portal.window.page_of(self.page.frame)
        if page is None:
            raise self.changed("its window is gone")
        return page.keyboard


async def enter(values: Mapping[BoundElement, str]) -> list[str]:
    """Fills elements of one page: in one script where it serves, by keys where the selector data asks for them or the
    page did not keep what the script set. Returns drift notes. Raises PortalChanged.
    """
    elements = list(values)
    portal, page = elements[0].portal, elements[0].page
    notes: list[str] = []
    if portal.window.traffic.owes:
        await portal.rest()  # a form that is still loading forgets what is set
    by_script = [element for element in elements if element.spec.entry == "set"]
    by_keys = [element for element in elements if element.spec.entry == "keys"]
    if by_script:
        done = await _set(portal, page, {element: values[element] for element in by_script})
        for element, result in zip(by_script, done, strict=True):
            notes += _fallback(element.name, result["index"])
            if not result["done"]:
                notes.append(f"{element.name}: typed, since the page did not keep what was set")
                by_keys.append(element)
    for element in by_keys:
        await element.type(values[element])
    for element in elements:
        if element.spec.entry == "choose":
            await element.choose(values[element])
    return notes


async def _set(portal: Portal, page: PageSpec, values: Mapping[BoundElement, str]) -> list[dict[str, Any]]:
    """A value that the portal takes to its server may come back with a form made anew, in which others are lost.
    Raises PortalChanged for an element or an option that is not there.
    """
    entries = [each.entry(value) for each, value in values.items()]
    for again in (False, True, True):
        begun = portal.window.traffic.begun
        done: list[dict[str, Any]] = await portal.look(page, "fill", entries=entries, timeout=READY_MS, again=again)
        if portal.window.traffic.begun == begun:
            break
        await portal.rest()
    for element, result in zip(values, done, strict=True):
        if result["index"] < 0:
            raise element.changed(_missing(result))
        if result.get("listed") and not result["done"]:
            raise await element.unlisted(values[element])
    return done


def _bare(text: str) -> str:
    return "".join(each for each in text if each.isalnum()).casefold()


def _same_day(shown: str, value: str) -> bool:
    """A field may print a day in another form than it takes it."""
    try:
        return us_date(shown) == us_date(value)
    except ValueError:
        return False


def _missing(found: Mapping[str, Any]) -> str:
    return SEVERAL if found.get("crowd", 0) > 1 else "missing"


def _fallback(name: str, index: int) -> list[str]:
    return [f"{name}: fallback {index + 1} used"] if index > 0 else []
