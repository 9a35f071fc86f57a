"""The one click that sends, in a real browser: through a gate, once, and unknown whenever it is not certain."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest
from fixtures_portals import Kept
from strange_portal.counter import ASKS, QUESTION
from strange_portal.visitor import Strange

from bots.contracts import NotSent
from bots.lane import LaneBrowser
from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import text
from bots.portal import Portal
from core.capabilities.appeals import Appeal, AppealKind
from core.capabilities.record import Answer, Record
from core.capabilities.submissions import Confirmed, Enclosed, Refused, Reviewed
from core.errors import FleetError, LeaseLost, OutcomeUnknown, PartUnavailable, PortalChanged
from core.phi import Phi

LETTER = b"%PDF-1.4 " + b"x" * 4000 + b"\n%%EOF\n"


class Shown(Record):
    name: str


class ShownRow(Part[Shown]):
    name = Field(text)


class Counter(Record):
    listed: tuple[Shown, ...]


class CounterPage(ReadsInto[Counter], page="counter"):
    claim_number = Field(text, identifies="claim_number")
    files = Element()
    chooser = Element()
    send = Element(write=True)
    listed = Rows(ShownRow)


class ReceivedPage(ReadsInto[Confirmed], page="received"):
    claim_number = Field(text, identifies="claim_number")
    number = Field(text)


class NotAcceptedPage(Page, page="not_accepted"):
    message = Element()


async def submit_appeal(portal: Portal, appeal: Appeal) -> Confirmed | Refused:
    form = await portal.go(CounterPage)
    await form.files.upload(*appeal.files)
    match await form.send.send(ReceivedPage, NotAcceptedPage):
        case ReceivedPage() as received:
            return await received.read()
        case NotAcceptedPage() as refused:
            return Refused(message=await refused.message.text())


@dataclass
class Desk:
    """The gate and the files of one submission."""

    files: dict[str, bytes] = field(default_factory=dict)
    trouble: Exception | None = None
    seconds: float = 10
    before: Callable[[], Awaitable[None]] | None = None
    opened: int = 0

    async def open(self) -> float:
        if self.trouble is not None:
            raise self.trouble
        if self.before is not None:
            await self.before()
        self.opened += 1
        return self.seconds

    async def content(self, file: Enclosed) -> bytes:
        return self.files[file.sha256]

    def appeal(self, *files: bytes) -> Appeal:
        enclosed = [Enclosed.of(f"Jane Roe {place}.PDF", data) for place, data in enumerate(files)]
        self.files = {each.sha256: data for each, data in zip(enclosed, files, strict=True)}
        return Appeal(kind=AppealKind.RECONSIDERATION, claim_number=Phi("CLM-1"), files=tuple(enclosed))


Submit = Callable[[Appeal], Awaitable[Answer]]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def submit(strange: Strange, lane: LaneBrowser, desk: Desk, kept: Kept) -> Submit:
    lane.definition = replace(strange.short_of_time(3), sendings={"appeals": submit_appeal})
    return lambda appeal: lane.submit("appeals", "COM", appeal, kept, gate=desk, files=desk)


async def test_files_go_from_memory_and_arrive_byte_by_byte(
    strange: Strange, desk: Desk, submit: Submit, kept: Kept, lane: LaneBrowser
) -> None:
    large = b"%PDF-1.4 " + bytes(range(256)) * 40_000
    appeal = desk.appeal(LETTER, large)
    assert await submit(appeal) == Confirmed(number="R-77")
    assert strange.site.received == [(appeal.files[0].name, LETTER), (appeal.files[1].name, large)]
    assert all("Roe" not in name for name, _ in strange.site.received)
    assert [(step.kind.value, step.page) for step in kept.steps if step.kind.value == "write"] == [("write", "counter")]
    assert [piece.page for piece in kept.evidence if piece.kind == "screenshot"] == ["counter", "received"]
    assert list(lane._window.downloads.with_name("uploads").glob("*")) == []
    assert (strange.site.tally["sent"], desk.opened) == (1, 1)


@pytest.mark.parametrize("trouble", [NotSent(), LeaseLost("Another worker has this lane.")])
async def test_a_shut_gate_sends_nothing_and_keeps_the_picture_of_what_would_have_been_sent(
    strange: Strange, desk: Desk, submit: Submit, kept: Kept, trouble: Exception
) -> None:
    desk.trouble = trouble
    if isinstance(trouble, FleetError):
        with pytest.raises(type(trouble)):
            await submit(desk.appeal(LETTER))
    else:
        assert await submit(desk.appeal(LETTER)) == Reviewed()
    assert strange.site.tally["sent"] == 0
    assert [piece.page for piece in kept.evidence if piece.kind == "screenshot"][-1] == "counter"


async def test_whatever_is_unclear_after_the_click_is_unknown_and_never_clicked_again(
    strange: Strange, desk: Desk, submit: Submit
) -> None:
    for sent, weather in enumerate(("odd", "error", "another"), start=1):
        strange.site.weather["counter"] = weather
        with pytest.raises(OutcomeUnknown):
            await submit(desk.appeal(LETTER))
        assert strange.site.tally["sent"] == sent


async def test_a_question_at_the_click_that_nobody_names_is_declined_and_nothing_was_sent(
    strange: Strange, desk: Desk, submit: Submit, kept: Kept, lane: LaneBrowser
) -> None:
    """Certain only where nothing whatever has left the browser since; and then nothing will."""
    strange.site.weather["asks"] = "only"
    with pytest.raises(PortalChanged, match=r"asked a question .* nothing was sent") as changed:
        await submit(desk.appeal(LETTER))
    assert (changed.value.page, changed.value.element) == ("counter", "send")
    assert (strange.site.tally["sent"], desk.opened) == (0, 1)
    assert [QUESTION in piece.data.decode() for piece in kept.evidence if piece.page == "dialog"] == [True]
    assert lane._window.page.url == "about:blank"


@pytest.mark.parametrize("asks", [each for each in ASKS if each.startswith("and")])
async def test_a_question_beside_which_anything_was_told_leaves_it_unknown(
    strange: Strange, desk: Desk, submit: Submit, asks: str
) -> None:
    strange.site.weather["asks"] = asks
    with pytest.raises(OutcomeUnknown):
        await submit(desk.appeal(LETTER))


async def test_a_question_that_the_selector_data_name_is_answered(strange: Strange, desk: Desk, submit: Submit) -> None:
    strange.site.weather["asks"] = "what the data name"
    assert await submit(desk.appeal(LETTER)) == Confirmed(number="R-77")


async def test_what_the_portal_refuses_in_answer_to_the_click_is_refused(
    strange: Strange, desk: Desk, submit: Submit
) -> None:
    strange.site.weather["counter"] = "refused"
    assert await submit(desk.appeal(LETTER)) == Refused(message="This is not an appealable denial.")


async def test_a_click_that_was_held_up_after_the_gate_is_not_made(
    strange: Strange, desk: Desk, submit: Submit
) -> None:
    """And the portal, which did nothing, is not said to have changed."""
    desk.seconds = -1
    with pytest.raises(PartUnavailable, match="too busy"):
        await submit(desk.appeal(LETTER))
    assert strange.site.tally["sent"] == 0
    desk.seconds = 10
    assert await submit(desk.appeal(LETTER)) == Confirmed(number="R-77")


async def test_a_chooser_that_opens_on_a_click_is_fed_as_well(
    strange: Strange, desk: Desk, submit: Submit, lane: LaneBrowser
) -> None:
    async def attach(portal: Portal, appeal: Appeal) -> Answer:
        form = await portal.go(CounterPage)
        await form.chooser.upload(*appeal.files)
        return Refused(message=(await form.read()).listed[0].name)

    lane.definition = replace(lane.definition, sendings={"appeals": attach})
    appeal = desk.appeal(LETTER)
    assert await submit(appeal) == Refused(message=f"{appeal.files[0].name} {len(LETTER)}")
