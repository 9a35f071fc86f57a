"""What the replayer takes for the same, and how it tells what is not."""

from __future__ import annotations

from datetime import date

from recording import Exchange, Recording, Scrub, key
from replayer import Replayer
from test_recordings import differences

PAGES = [Exchange("POST", "/claims.aspx", name) for name in ("list", "detail")]
KEY = "3f2b8c1d-9a47-4e61-b0aa-5f6d7c8e9012"


def recording() -> Recording:
    bodies = {"list": b"two claims", "detail": b"one claim"}
    return Recording("p", "claim_status", "found", "P", date(2026, 1, 2), {}, PAGES, bodies, {})


def test_equal_requests_are_answered_in_order_and_the_last_one_again() -> None:
    replayer = Replayer()
    replayer.play(recording())
    said = [bytes(replayer._answer(*key("POST", "/claims.aspx?t=17")).body).decode() for _ in range(3)]
    assert said == ["two claims", "one claim", "one claim"]
    assert replayer._answer(*key("GET", "/claims.aspx")).status_code == 404
    assert replayer.strange == ["GET /claims.aspx"]


def test_made_up_ids_queries_and_tokens_do_not_count() -> None:
    assert key("GET", f"/searches/{KEY}/2?offset=10") == key("GET", f"/searches/{KEY.replace('3', '4')}/2")
    assert key("GET", "/claims/E1234") != key("GET", "/claims/E1235")
    page = '<input type="hidden" name="__VIEWSTATE" value="dDwtMTA"><meta name="csrf-token" content="x1">{"xsrf": "y2"}'
    assert not {"dDwtMTA", "x1", "y2"} & set(Scrub().body(page.encode()).decode().replace('"', " ").split())


def test_what_a_portal_makes_up_is_called_alike_and_a_payers_number_is_kept() -> None:
    pages = []
    for one, other, bot in ((KEY, "9f8e7d6c5b4a39281706", 3), ("a" * 20, KEY, 41)):
        scrub = Scrub()
        pages.append(scrub.text(f"<p id={one}>bot{bot}.uhc</p><a href=/{other}#{one}>2026032211234567890</a>"))
        assert scrub.known(f"{one} of bot{bot}.uhc {'b' * 16}").endswith(f" of bot.uhc {'b' * 16}")
        assert one not in pages[-1]
    assert all(page.count("2026032211234567890") == 1 and "bot.uhc" in page for page in pages)
    same = [Scrub().text(f"<p id={one}></p><a href=#{one}>") for one in ("a" * 32, "b" * 32)]
    assert same[0] == same[1]


def test_each_field_that_differs_is_a_line_of_its_own() -> None:
    ours = {"outcome": "claims", "claims": [{"paid": "1.00", "notes": ["a"]}]}
    theirs = {"outcome": "claims", "claims": [{"paid": "2.00", "notes": ["a", "b"]}]}
    assert list(differences("", ours, theirs)) == [
        "claims[0].notes: read ['a'], recorded ['a', 'b']",
        "claims[0].paid: read '1.00', recorded '2.00'",
    ]
