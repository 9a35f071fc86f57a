"""Evidence of every answer and every failure, with patients covered; and none of pages for credentials."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from fixtures_portals import Kept, SimulatedPortal
from inquiries import Inquiry
from PIL import Image, ImageChops

from bots.lane import LaneBrowser
from core.errors import FleetError
from simulator.accounts import NORTHGATE

BOXES = """
(values) => {
  const boxes = [];
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const value of values) {
      const at = node.data.toLowerCase().indexOf(value.toLowerCase());
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + value.length);
      boxes.push(...range.getClientRects());
    }
  }
  for (const input of document.querySelectorAll("input")) {
    const shown = input.value.toLowerCase();
    if (values.some((value) => shown.includes(value.toLowerCase()))) boxes.push(input.getBoundingClientRect());
  }
  return boxes.map(({ x, y, width, height }) => [x, y, width, height]).filter((box) => box[2] && box[3]);
}
"""
Box = tuple[float, float, float, float]
LISTS = {"messages": "messages", "documents": "documents", "sent_messages": "messages"}
"""Capabilities that list papers of the practice, and where their answers have them."""
WITH_FILES = ("remittances", "messages", "documents")
BLACK = 40
"""Of 255; a JPEG's black is not quite black."""
NOISE = 48


class Photographer(Kept):
    """Takes the same picture without covers, right after each that is kept, and notes where the patient stands."""

    def __init__(self, lane: LaneBrowser, values: list[str]) -> None:
        super().__init__()
        self._lane = lane
        self._values = values
        self.shots: list[tuple[str, Image.Image, Image.Image, list[Box]]] = []

    async def keep(self, kind: str, media_type: str, data: bytes, *, page: str) -> None:
        await super().keep(kind, media_type, data, page=page)
        if kind != "screenshot":
            return
        covered = Image.open(io.BytesIO(data)).convert("L")
        bare = await self._lane._window.front.screenshot(animations="allow", caret="initial")
        boxes = await self._boxes()
        self.shots.append((page, covered, Image.open(io.BytesIO(bare)).convert("L"), boxes))

    async def _boxes(self) -> list[Box]:
        found: list[Box] = []
        for frame in self._lane._window.front.frames:
            left, top, bottom = 0.0, 0.0, 10_000.0
            if frame.parent_frame is not None:
                around = await (await frame.frame_element()).bounding_box()
                if around is None:
                    continue
                left, top, bottom = around["x"], around["y"], around["y"] + around["height"]
            for x, y, width, height in await frame.evaluate(BOXES, self._values):
                if y >= 0 and top + y + height <= min(bottom, 900):
                    found.append((left + x, top + y, width, height))
        return found


@pytest.mark.thorough
async def test_a_failure_is_proven(layout: Inquiry) -> None:
    """The picture of what came up, and its source for the developer."""
    portal = layout.portal
    async with portal.known() as lane:
        portal.judged(await layout.ask(lane))
        portal.dial(error_next=1)
        asked = await layout.ask(lane)
    assert asked.error is not None
    assert asked.kept.kinds() == {"screenshot", "page"}


@pytest.mark.parametrize("password", ["right", "wrong"])
@pytest.mark.thorough
async def test_nothing_is_recorded_of_a_log_in(portal: SimulatedPortal, password: str) -> None:
    kept = Kept()
    secrets = portal.account(mfa=("authenticator", "text"), expires_in_days=2)
    async with portal.stranger() as lane:
        if password == "right":
            await lane.log_in(secrets, kept)
        else:
            with pytest.raises(FleetError):
                await lane.log_in(replace(secrets, password=secrets.username), kept)
    assert kept.evidence == []
    assert len(kept.steps) > 0 or password == "wrong"


@pytest.mark.representative
async def test_an_answer_is_proven_with_the_patient_covered_and_nothing_else(inquiry: Inquiry) -> None:
    portal = inquiry.portal
    question = inquiry.plain()
    values = _printed(portal, inquiry, question)
    async with portal.known() as lane:
        photographer = Photographer(lane, values)
        await lane.perform(inquiry.capability, inquiry.payer, portal.query(inquiry.capability, question), photographer)
    files = {"download"} if inquiry.capability in WITH_FILES else set()
    assert photographer.kinds() == {"screenshot", "page"} | files
    assert all(piece.data for piece in photographer.evidence)
    assert not {piece.page for piece in photographer.evidence} & set(portal.definition.selectors.pages["login"])
    assert not values or any(boxes for *_, boxes in photographer.shots), "the patient was never on the screen"
    for page, covered, bare, boxes in photographer.shots:
        assert covered.size == bare.size
        _is_black(page, covered, boxes)
        _differs_only_in_black(page, covered, bare)


def _differs_only_in_black(page: str, covered: Image.Image, bare: Image.Image) -> None:
    """Where the two pictures differ, the kept one is black; and it is not black all over."""
    differs = ImageChops.difference(covered, bare).point(lambda value: 255 if value > NOISE else 0)
    black = covered.point(lambda value: 255 if value < BLACK * 2 else 0)
    # A pixel beside a box takes some of its black in a JPEG.
    near = Image.new("L", covered.size)
    for dx in (-3, 0, 3):
        for dy in (-3, 0, 3):
            near = ImageChops.lighter(near, ImageChops.offset(black, dx, dy))
    stray = ImageChops.subtract(differs, near)
    assert sum(stray.histogram()[128:]) < 40, f"{page} differs from what was on the screen"
    dark = sum(covered.histogram()[:BLACK]) / (covered.width * covered.height)
    assert dark < 0.25, f"most of {page} is covered"


def _printed(portal: SimulatedPortal, inquiry: Inquiry, question: dict[str, str]) -> list[str]:
    """What tells who the patient is, as the pages print it. Lists of files name nobody."""
    if inquiry.capability == "claim_files":
        return []
    truth = portal.truth(inquiry.capability, inquiry.payer, question)
    if inquiry.capability in LISTS:
        return _written_of(portal, inquiry, truth)
    if inquiry.capability in ("appeals", "notifications"):
        return [question[key] for key in ("member_id", "claim_number") if key in question]
    if inquiry.capability == "remittances":
        payment = truth["payments"][0]
        claims = payment["remittance"]["claims"] if payment["remittance"] else payment["explained_claims"]
        return [claims[0][key] for key in ("member_id", "last_name", "first_name", "claim_number") if key in claims[0]]
    if inquiry.capability == "users":
        (user,) = truth["users"]
        return [user["username"], *user["name"].split()]
    record = truth["member"] if inquiry.capability == "eligibility" else next(iter(_listed(truth)))
    born = record["birth_date"].split("-")
    names = [record["member_id"], record["last_name"], record["first_name"], f"{born[1]}/{born[2]}/{born[0]}"]
    return names + [record[key] for key in ("claim_number", "authorization_number") if key in record]


def _listed(truth: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = truth.get("claims") or truth["authorizations"]
    return found


def _written_of(portal: SimulatedPortal, inquiry: Inquiry, truth: dict[str, Any]) -> list[str]:
    """The claims that messages or titles name, and their patients; nothing where they are of the practice alone."""
    texts = [
        " ".join([each.get("title", ""), *each.get("claim_numbers", ())]) for each in truth[LISTS[inquiry.capability]]
    ]
    words = {word.strip(",.") for text in texts for word in text.split()}
    claims = [each for each in portal.house.world.claims[inquiry.payer] if each.claim_number in words]
    named = [each for each in claims if not each.member.tags]
    return [value for each in named for value in (each.claim_number, each.member.last_name)]


@pytest.mark.thorough
async def test_the_other_patients_of_the_page_are_covered_too(inquiry: Inquiry) -> None:
    """Recent patients, and those of a list of claims: whoever stands beside the one asked for."""
    portal = inquiry.portal
    question, printed = _beside(portal, inquiry)
    async with portal.known() as lane:
        photographer = Photographer(lane, printed)
        query = portal.query(inquiry.capability, question)
        await lane.perform(inquiry.capability, inquiry.payer, query, photographer)
    for page, covered, _, boxes in photographer.shots:
        _is_black(page, covered, boxes)


def _beside(portal: SimulatedPortal, inquiry: Inquiry) -> tuple[dict[str, str], list[str]]:
    """A question, and what the pages print of others than it asks for."""
    if inquiry.capability in ("claim_files", "notifications"):  # nobody else stands on them
        return inquiry.plain(), []
    world = portal.house.world
    if inquiry.capability == "users":
        staff = world.staff[portal.id, NORTHGATE.id]
        longer = next(user for user in staff if "same_name" in user.tags and "prefix_of_another" not in user.tags)
        return {"username": longer.username[:-1]}, [longer.username, longer.last_name]
    if inquiry.capability == "appeals":
        question, listed = inquiry.plain(), world.disputes[inquiry.payer][-4:]
        return question, [number for each in listed if (number := each.claim.claim_number) != question["claim_number"]]
    if inquiry.capability in LISTS:
        odd = [each["question"] for each in inquiry.questions(40, awkward=True)]
        truths = [portal.truth(inquiry.capability, inquiry.payer, question) for question in odd]
        several = next(place for place, each in enumerate(truths) if len(each[LISTS[inquiry.capability]]) in (2, 3, 4))
        return odd[several], _written_of(portal, inquiry, truths[several])
    if inquiry.capability == "eligibility":
        question, others = inquiry.plain(), world.members[inquiry.payer][-3:]
    elif inquiry.capability == "authorizations":
        listed = world.authorizations[inquiry.payer]
        longer_one = next(each for each in listed if "prefix" in each.tags)
        question = {"authorization_number": longer_one.number[:-1]}
        others = [longer_one.member, *(each.member for each in listed[-3:])]
    else:
        claim = next(claim for claim in world.claims[inquiry.payer] if "prefix" in claim.tags)
        question, others = {"claim_number": claim.claim_number[:-1]}, [claim.member]
    return question, [value for other in others for value in (other.member_id, other.last_name)]


def _is_black(page: str, covered: Image.Image, boxes: list[Box]) -> None:
    for x, y, width, height in boxes:
        inside = covered.crop((round(x) + 1, round(y) + 1, round(x + width) - 1, round(y + height) - 1))
        if inside.width > 0 and inside.height > 0:
            assert inside.getextrema()[1] < BLACK, f"something of a patient shows on {page}"
