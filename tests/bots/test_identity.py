"""Whom a page shows is read from what the portal printed, never from what the bot typed."""

from __future__ import annotations

import pytest
from playwright.async_api import Page as Tab

from bots.dom import engine
from bots.identity import compared, same_organization
from bots.page import Field, ReadsInto, reading
from bots.parse import text
from bots.selectors import ElementSpec, PageSpec
from core.capabilities.record import Record


class Member(Record):
    member_id: str


class MemberPage(ReadsInto[Member], page="member"):
    member_id = Field(text, identifies="member_id")


LOCATOR = ({"label": "Member ID"}, {"term": "Member ID"})


@pytest.mark.parametrize(
    ("shown", "named", "same"),
    [
        ("Lakeside Clinic", "LAKESIDE CLINIC", True),
        ("Lakeside Clinic, LLC", "Lakeside Clinic LLC (36-4418027)", True),
        ("Lakeside Clinic North", "Lakeside Clinic", False),
        ("Group practice number: 1180243", "1180243 Northgate", True),
        ("Group practice number: 1180243", "1180911 Lakeside", False),
        ("1180243", "Northgate", None),
        ("36-4418027 · Lakeside", "Lakeside, 36-5520944", False),
        ("36-4418027 · Lakeside", "364418027", True),
        ("Lakeside, 1180243", "Lakeside, 36-5520944", True),
    ],
)
def test_an_organization_is_known_by_its_number_or_its_name(shown: str, named: str, same: bool | None) -> None:
    assert same_organization(shown, named) is same


SPEC = PageSpec(name="member", elements={"member_id": ElementSpec(LOCATOR)}, parts={})


@pytest.mark.parametrize(
    ("markup", "differs", "missing"),
    [
        ("<dl><dt>Member ID<dd>W123</dl>", (), None),
        ("<dl><dt>Member ID<dd>W999</dl>", ("member_id",), None),
        ("<label>Member ID<input readonly value=W123></label>", (), None),
        ("<label>Member ID<input value=W123></label>", ("member_id",), "member_id"),
        ("<label>Member ID<textarea>W123</textarea></label>", ("member_id",), "member_id"),
        ("<p>Nobody", ("member_id",), "member_id"),
    ],
)
async def test_what_was_typed_proves_nothing(
    blank: Tab, markup: str, differs: tuple[str, ...], missing: str | None
) -> None:
    await blank.set_content(markup)
    read = await engine(blank.main_frame, "read", spec=reading(MemberPage, SPEC, page="member"))
    assert compared(MemberPage(None, SPEC), read, {"member_id": "W123"}) == (differs, missing)  # type: ignore[arg-type]
