"""Which portal an exported login belongs to, and what is left out until a person has decided."""

from __future__ import annotations

import pytest

from cli.importing import Candidate, Escaped, candidates
from core.password_exports import ExportedLogin
from core.phi import Secret
from payers.registry import load_manifest, portal_ids

PASSWORD = "Right-Horse-7"
PORTALS = {each: load_manifest(each) for each in portal_ids()}


def login(
    title: str = "Availity", *hosts: str, username: str = "rhayes", password: str = PASSWORD, seed: str | None = None
) -> ExportedLogin:
    known = hosts or ("apps.availity.com",)
    return ExportedLogin(title, known, Secret(username), Secret(password), Secret(seed) if seed else None)


def one(given: ExportedLogin, *, only: str | None = None, escaped: Escaped = Escaped.ASK) -> Candidate:
    (found,) = candidates([given], PORTALS, only=only, escaped=escaped)
    return found


def test_a_login_finds_its_portal_by_its_address() -> None:
    found = one(login("Müller & Søn: Availity", seed="JBSWY3DPEHPK3PXP"))
    assert (found.portal, found.account, found.problem) == ("availity", "muller-sn-availity", None)


def test_two_of_the_same_title_get_names_of_their_own() -> None:
    found = candidates(
        [login(), login(), login("UHC", "secure.uhcprovider.com")], PORTALS, only=None, escaped=Escaped.ASK
    )
    assert [each.account for each in found] == ["availity", "availity-2", "uhc"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (login("Netflix", "netflix.com"), "no portal of the fleet"),
        (login("evil", "apps.availity.com.evil.com"), "no portal of the fleet"),
        (login(password=""), "missing"),
        (login(username=""), "missing"),
        (login(password="a&lt;b"), "--html decode"),
        (login(seed="otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP"), "HOTP"),
        (login(seed="steam://JBSWY3DPEHPK3PXP"), "Steam"),
        (login("both", "apps.availity.com", "secure.uhcprovider.com"), "availity and uhc log in there"),
    ],
)
def test_what_is_left_out_says_why(given: ExportedLogin, says: str) -> None:
    problem = one(given).problem
    assert problem is not None
    assert says in problem
    assert PASSWORD not in problem


def test_who_names_the_portal_decides() -> None:
    both = login("both", "apps.availity.com", "secure.uhcprovider.com")
    assert one(both, only="uhc").portal == "uhc"


@pytest.mark.parametrize(("escaped", "kept"), [(Escaped.DECODE, "a<b"), (Escaped.KEEP, "a&lt;b")])
def test_a_person_says_what_an_escaped_password_is(escaped: Escaped, kept: str) -> None:
    found = one(login(password="a&lt;b"), escaped=escaped)
    assert (found.problem, found.login.password.reveal()) == (None, kept)
