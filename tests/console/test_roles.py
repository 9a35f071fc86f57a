"""Role by endpoint: whoever has no right to a page is told so, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest

from console import codes
from store.people import Role
from tests.console.conftest import Browser
from tests.console.rooms import API_MAY, MAY, right_of, routes

SignedIn = Callable[..., Awaitable[Browser]]


@pytest.fixture(autouse=True)
def no_long_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory an answer is there when it is whole."""
    monkeypatch.setattr(codes, "LONGEST_STREAM", 0.0)


def test_every_route_declares_one_right_and_stands_in_the_matrix() -> None:
    found = dict(routes())
    assert found.keys() == MAY.keys() | API_MAY.keys()
    assert [name for name, route in found.items() if right_of(route) is None] == []


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_opens_its_own_doors_and_no_others(role: Role, signed_in: SignedIn) -> None:
    browser = await signed_in(role)
    opened = set()
    for endpoint in sorted(MAY, key="POST /sign-out".__eq__):
        method, path = endpoint.split()
        path = re.sub(r"{\w+}", "nothing", path)
        answer = await (browser.get(path) if method == "GET" else browser.post(path))
        assert answer.status_code < 500, endpoint
        if answer.status_code != 403:
            opened.add(endpoint)
    assert opened == {endpoint for endpoint, roles in MAY.items() if role in roles}


async def test_nobody_is_sent_to_sign_in(stranger: Browser) -> None:
    for endpoint in MAY:
        method, path = endpoint.split()
        answer = await (stranger.get(path) if method == "GET" else stranger.post(path))
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), endpoint


async def test_rights_do_not_go_through_without_the_forms_mark(signed_in: SignedIn) -> None:
    browser = await signed_in(*Role)
    for endpoint in MAY:
        method, path = endpoint.split()
        if method == "POST":
            assert (await browser.post(re.sub(r"{\w+}", "nothing", path), csrf="")).status_code == 403, endpoint
