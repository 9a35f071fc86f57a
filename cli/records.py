"""`fleet credentials`: which bot accounts there are, and what an administrator does about them."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import typer

from cli.actor import actor
from cli.exits import in_words, say
from cli.opened import opened_fleet, opened_store, read_settings
from cli.output import console, print_json, table
from core.errors import PartUnavailable, RequestInvalid
from core.phi import Secret
from core.vault import LoginLabel
from flows.wake import wake
from lanes.accounts.account import account_mark, seed_mark
from lanes.accounts.freshness import Freshness, board
from lanes.accounts.unlocking import Reopening, let_in_again
from lanes.assembly import Fleet
from payers.registry import manifests
from stack import openbao
from store import credentials, password_changes, queue
from store.credentials import Credential, CredentialState, NewCredential

LOGIN_KEYS = frozenset({"username", "password", "totp_seed"})


def list_credentials(*, as_json: bool) -> None:
    async def listed() -> list[Freshness]:
        async with opened_store() as database, database.read() as session:
            portals = manifests().whole
            return await board(session, portals, read_settings())

    known = asyncio.run(listed())
    if as_json:
        print_json([_credential(each) for each in known])
        return
    rows = [
        (
            *(of.portal, of.name, of.state.value, of.last_login_at, each.last_failure),
            "\n".join(f"{day} {why}" for day, why in each.deadlines) or None,
            each.rotates_on,
            *(each.authorization, of.backup_codes_left, of.stop_sentence),
        )
        for each in known
        for of in (each.credential,)
    ]
    headings = (
        *(
            "portal",
            "credential",
            "state",
            "last log-in",
            "last failure",
            "what ends when",
            "changed by itself",
            "authorized",
        ),
        *("codes left", "what it waits for"),
    )
    console.print(
        table(*headings, rows=rows) if rows else "There is no credential yet; `fleet credentials add` makes one."
    )


def _credential(fresh: Freshness) -> dict[str, Any]:
    names = (
        *("id", "portal", "name", "environment", "state", "last_login_at", "last_failure_at", "last_failure_code"),
        *("attempts_remaining", "password_expires_on", "stop_code", "stop_sentence", "administrator_contact"),
        *("recertify_by", "attest_by", "authorized_on", "authorized_until", "authorization_form", "backup_codes_left"),
    )
    day, why = fresh.ends or (None, None)
    told = {name: getattr(fresh.credential, name) for name in names}
    told |= {"rotate_every": fresh.credential.rotate_every, "rotates_on": fresh.rotates_on}
    return told | {"inactive_on": fresh.inactive_on, "ends_on": day, "ends_by": why}


@dataclass(frozen=True)
class Login:
    username: Secret
    password: Secret
    seed: Secret | None
    """None for an account without an authenticator app."""


def add_credential(
    portal: str, account: str, *, contact: str | None, organization: str | None, tin: str | None, npi: str | None
) -> None:
    login = _prompted() if sys.stdin.isatty() else _read_login(sys.stdin.read())

    async def add() -> None:
        async with opened_fleet() as fleet:
            fleet.check_whole(portal)
            if portal not in fleet.portals:
                known = ", ".join(fleet.portals)
                raise RequestInvalid(f"“{portal}” is not a portal here; known are {known}.", field="portal")
            new = NewCredential(
                portal,
                account,
                fleet.settings.environment,
                administrator_contact=contact,
                organization=organization,
                tin=tin,
                provider_npi=npi,
            )
            await keep(fleet, new, login)

    asyncio.run(add())
    console.print(f"The vault has the login of {portal}/{account}.")


async def keep(fleet: Fleet, new: NewCredential, login: Login) -> Credential:
    """Into the vault first: a record whose login is missing would fail its first question. Replaces an older login.

    Raises RequestInvalid under the name of a retired one.
    """
    async with fleet.database.read() as session:
        known = await credentials.named(session, new.portal, new.name)
        if known is not None and known.state is CredentialState.RETIRED:
            raise RequestInvalid(f"“{new.name}” was retired; give the new account another name.", field="credential")
    account = account_mark(fleet.sealer, fleet.portals[new.portal], login.username)
    seed = seed_mark(fleet.sealer, login.seed) if login.seed is not None else None
    authenticator = "totp" if seed is not None else None
    version = await fleet.vault.login_version(new.portal, new.name)
    await fleet.vault.save_login(
        new.portal, new.name, login.username, login.password, expected_version=version, by=actor()
    )
    if login.seed is not None:
        await fleet.vault.save_seed(new.portal, new.name, login.seed)
    async with fleet.database.begin() as session:
        known = await credentials.named(session, new.portal, new.name)
        if known is None:
            new = replace(new, authenticator=authenticator or "none", account_mark=account, seed_mark=seed)
            return await credentials.add(session, fleet.sealer, new, actor=actor(), now=fleet.clock.now())
        await password_changes.end(session, known.id)  # what was being changed is history
        known.password_since, known.password_expires_on = fleet.clock.now(), None
        known.authenticator = authenticator or known.authenticator
        known.account_mark, known.seed_mark = account, seed or known.seed_mark
        known.administrator_contact = new.administrator_contact or known.administrator_contact
        known.organization = new.organization or known.organization
        known.tin, known.provider_npi = new.tin or known.tin, new.provider_npi or known.provider_npi
        return known


def reopen_credential(
    portal: str, account: str, reason: str, *, same_password: bool = False, quiet: bool = False
) -> None:
    """Raises RequestInvalid while the vault has nothing but a refused password."""

    async def reopen() -> int:
        settings = read_settings()
        version = await password_version(portal, account)
        portals = manifests().whole
        async with opened_store() as database, database.begin() as session:
            credential = await credentials.named(session, portal, account)
            if credential is None:
                raise RequestInvalid(f"{portal} has no credential of that name.", field="credential")
            asked = Reopening(actor(), reason, version, same_password)
            await let_in_again(session, portals, credential.id, asked, now=datetime.now(UTC))
            freed = await queue.release_held(session, portal)
        await wake(settings.layout, [credential.id])
        return freed

    freed = asyncio.run(reopen())
    if not quiet:
        console.print(f"{portal}/{account} is in use again; {freed} questions go on.")


async def password_version(portal: str, account: str) -> int | None:
    """None while the vault cannot say."""
    version, _ = await seen_in_vault(portal, account)
    return version


async def seen_in_vault(portal: str, account: str) -> tuple[int | None, LoginLabel | None]:
    """The version of a login, and its label; nothing while the vault cannot say."""
    try:
        vault = await openbao.open_vault(read_settings().layout)
    except PartUnavailable as trouble:
        say(in_words(trouble))
        return None, None
    try:
        return await vault.login_version(portal, account) or None, await vault.login_label(portal, account)
    except PartUnavailable as trouble:
        say(in_words(trouble))
        return None, None
    finally:
        await vault.close()


def _prompted() -> Login:
    username = typer.prompt("User name", err=True)
    password = typer.prompt("Password", hide_input=True, err=True)
    seed = typer.prompt("TOTP seed (empty: none)", hide_input=True, default="", show_default=False, err=True)
    return _login({"username": username, "password": password, "totp_seed": seed})


def _read_login(text: str) -> Login:
    try:
        given = json.loads(text)
    except json.JSONDecodeError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise RequestInvalid(f"Standard input must hold one JSON object with {', '.join(sorted(LOGIN_KEYS))}.")
    return _login(given)


def _login(given: dict[str, str]) -> Login:
    if unknown := given.keys() - LOGIN_KEYS:
        raise RequestInvalid(f"“{min(unknown)}” is not a key of a login; they are {', '.join(sorted(LOGIN_KEYS))}.")
    for key in ("username", "password"):
        if not given.get(key):
            raise RequestInvalid(f"The {key} is missing.", field=key)
    seed = given.get("totp_seed", "").strip()
    return Login(Secret(given["username"]), Secret(given["password"]), Secret(seed) if seed else None)
