"""Selector data of a portal and of the identity provider that it shares with others."""

from __future__ import annotations

from pathlib import Path

import pytest

from bots.selectors import PortalSelectors, SelectorError, joined, load_selectors

LOGIN = "verified: 2026-11-22\npages:\n  {page}:\n    here: {{role: heading, name: {page}}}\n"
SIGNALS = """verified: 2026-11-22
signals:
  maintenance:
    here: {{text: {words}}}
    raises: PortalUnavailable
  {own}:
    here: {{text: {own}}}
    raises: SessionExpired
"""


def described(folder: Path, *, page: str, words: str, own: str) -> PortalSelectors:
    folder.mkdir()
    (folder / "login.yaml").write_text(LOGIN.format(page=page), "utf-8")
    (folder / "signals.yaml").write_text(SIGNALS.format(words=words, own=own), "utf-8")
    return load_selectors(folder)


def test_a_portal_has_the_screens_of_its_identity_provider_and_either_sign_of_trouble(tmp_path: Path) -> None:
    keeper = described(tmp_path / "keeper", page="password", words="door shut", own="logged_out")
    portal = described(tmp_path / "portal", page="home", words="back soon", own="idle")
    both = joined(keeper, portal)
    assert set(both.pages["login"]) == {"password", "home"}
    assert {signal.name: [sign["text"] for sign in signal.here] for signal in both.signals} == {
        "maintenance": ["door shut", "back soon"],
        "logged_out": ["logged_out"],
        "idle": ["idle"],
    }


def test_one_page_is_described_in_one_place(tmp_path: Path) -> None:
    keeper = described(tmp_path / "keeper", page="password", words="x", own="y")
    portal = described(tmp_path / "portal", page="password", words="x", own="y")
    with pytest.raises(SelectorError, match=r"login\.yaml: the identity provider describes password already"):
        joined(keeper, portal)
