"""A stopped account is a task, and the runbook of its portal says what is to be done."""

from __future__ import annotations

import pytest

from lanes.accounts.to_do import to_do
from payers.registry import portal_ids
from store.credentials import Credential

STOPS = ("CredentialRejected", "AccountLocked", "PasswordExpired", "ActionNeeded")


def stopped(portal: str, code: str, sentence: str = "It was stopped.") -> Credential:
    return Credential(portal=portal, name="north", stop_code=code, stop_sentence=sentence)


@pytest.mark.parametrize("portal", portal_ids())
def test_every_runbook_says_what_to_do_about_each_reason(portal: str) -> None:
    told = [to_do(stopped(portal, code)) for code in STOPS]
    assert len({*told}) > 1
    for each in told:
        assert each.endswith(f"(docs/portals/{portal}.md).")
        assert "](" not in each
        assert "Follow docs" not in each


def test_the_sentence_tells_two_reasons_of_one_class_apart() -> None:
    locked = to_do(stopped("medicaid_sso", "AccountLocked"))
    suspended = to_do(stopped("medicaid_sso", "AccountLocked", "The portal has suspended the account."))
    assert "help desk" in locked
    assert "mend the member ids" in suspended.lower()


@pytest.mark.parametrize("portal", portal_ids())
@pytest.mark.parametrize("sentence", ["It belongs to several organizations.", "It is offered no organization."])
def test_an_organization_is_not_chosen_by_logging_in(portal: str, sentence: str) -> None:
    told = to_do(stopped(portal, "ActionNeeded", sentence))
    assert f"`fleet credentials add NAME --portal {portal} --organization`" in told
    assert told != to_do(stopped(portal, "ActionNeeded"))


@pytest.mark.parametrize(("portal", "code"), [("availity", "CodeRequired"), ("nobody", "AccountLocked")])
def test_where_the_runbook_is_silent_it_is_named(portal: str, code: str) -> None:
    assert to_do(stopped(portal, code)) == (
        f"Follow docs/portals/{portal}.md, “Recovering the account”, then `fleet credentials unlock north`."
    )
