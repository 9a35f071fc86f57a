"""`fleet users`: who may use the console, with which roles and for which tax IDs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import typer
from rich.console import Console

from cli.actor import actor
from cli.opened import opened_fleet, opened_store
from cli.output import console, print_json, table
from core.errors import RequestInvalid
from core.phi import Secret
from lanes import people as entrance
from store import audit, people
from store.people import Keeper, Known, Role


def add(name: str, *, roles: Sequence[str], tins: Sequence[str], program: bool) -> None:
    if not tins:
        raise RequestInvalid(
            "--tin is missing: --tin 12-3456789 lets them see the data of this tax ID (give it again for another one), "
            "--tin all that of every tax ID; nobody was added.",
            field="tin",
        )
    wanted, scope = entrance.roles_from(roles), entrance.tins_from(tins)
    plain = entrance.named(name)
    if program:
        _add_program(plain, wanted, scope)
        return
    password = _password()

    async def run() -> None:
        async with opened_fleet() as fleet:
            await entrance.add(fleet, plain, password, roles=wanted, tins=scope, by=Keeper(actor()))

    asyncio.run(run())
    console.print(f"{plain} can sign in now, and chooses a password of their own and an authenticator app first.")


def _add_program(name: str, roles: frozenset[Role], tins: frozenset[str] | None) -> None:
    async def run() -> Secret:
        async with opened_fleet() as fleet:
            return (await entrance.add_program(fleet, name, roles=roles, tins=tins, by=Keeper(actor())))[1]

    _show_token(name, asyncio.run(run()))


def renew_token(name: str) -> None:
    async def run() -> Secret:
        async with opened_fleet() as fleet:
            return await entrance.renew_token(fleet, name, by=Keeper(actor()))

    _show_token(entrance.named(name), asyncio.run(run()))


def _show_token(name: str, token: Secret) -> None:
    """The token alone goes to standard output, so that it can be piped to where secrets are kept."""
    Console(stderr=True).print(f"{name} asks over HTTP with this token; it is shown once:")
    typer.echo(token.reveal())


def change(name: str, *, roles: Sequence[str], tins: Sequence[str]) -> None:
    """What is not named stays as it is. Raises RequestInvalid."""
    wanted = entrance.roles_from(roles) if roles else None
    scope = (entrance.tins_from(tins),) if tins else None
    if wanted is None and scope is None:
        raise RequestInvalid("Name the roles or the tax IDs that they have from now on.", field="role")

    async def run() -> Known:
        by = Keeper(actor())
        async with opened_store() as database, database.begin() as session:
            person = await people.kept_by(session, by, entrance.named(name))
            before = await people.known(session, person)
            told = scope[0] if scope else before.tins
            now = datetime.now(UTC)
            await entrance.change(session, name, roles=wanted or before.roles, tins=told, by=by, now=now)
            return await people.known(session, person)

    known = asyncio.run(run())
    tax_ids = "all tax IDs" if known.tins is None else ", ".join(sorted(known.tins))
    console.print(f"{known.person.name}: {', '.join(sorted(known.roles))}, of {tax_ids}.")


def reset(name: str) -> None:
    plain, password = entrance.named(name), _password()

    async def run() -> None:
        async with opened_fleet() as fleet:
            await entrance.reset(fleet, plain, password, by=Keeper(actor()))

    asyncio.run(run())
    console.print(f"{plain} signs in with this password once, and sets up password and authenticator app anew.")


def keep_client_secret() -> None:
    secret = _typed("Client secret", twice=False)
    if not secret.reveal():
        raise RequestInvalid("The secret is empty; nothing was kept.", field="secret")

    async def run() -> None:
        async with opened_fleet() as fleet:
            await fleet.vault.save_client_secret(secret)
            async with fleet.database.begin() as session:
                event = audit.Event("sign_on.secret_saved", actor(), "single sign-on")
                await audit.append(session, event, now=fleet.clock.now())

    asyncio.run(run())
    console.print("The secret is in the vault. The console uses it from the next sign-in on.")


def disable(name: str) -> None:
    async def run() -> None:
        async with opened_fleet() as fleet, fleet.database.begin() as session:
            await people.disable(session, entrance.named(name), by=Keeper(actor()), now=fleet.clock.now())

    asyncio.run(run())
    console.print(f"{name} is signed out and cannot sign in any more.")


def list_people(*, as_json: bool) -> None:
    async def listed() -> list[Known]:
        async with opened_store() as database, database.read() as session:
            return list(await people.everybody(session))

    everybody = asyncio.run(listed())
    if as_json:
        print_json([_told(each) for each in everybody])
        return
    rows = [
        (
            each.person.name,
            ", ".join(sorted(each.roles)),
            "all" if each.tins is None else ", ".join(sorted(each.tins)),
            _state(each),
            each.person.last_sign_in_at,
        )
        for each in everybody
    ]
    console.print(
        table("name", "roles", "tax IDs", "state", "last sign-in", rows=rows)
        if rows
        else "Nobody can sign in yet; `fleet users add NAME --role administrator` makes the first one."
    )


def _told(each: Known) -> dict[str, Any]:
    return {
        "name": each.person.name,
        "roles": sorted(each.roles),
        "tins": None if each.tins is None else sorted(each.tins),
        "state": _state(each),
        "last_sign_in_at": each.person.last_sign_in_at,
    }


def _state(each: Known) -> str:
    if each.person.disabled_at is not None:
        return "disabled"
    if each.person.program:
        return "program"
    if each.person.issuer is not None:
        return "single sign-on"
    return "ready" if each.person.totp_seed else "has not signed in yet"


def _password() -> Secret:
    return _typed("One-time password", twice=True)


def _typed(what: str, *, twice: bool) -> Secret:
    if not sys.stdin.isatty():
        return Secret(sys.stdin.readline().rstrip("\n"))
    return Secret(typer.prompt(what, hide_input=True, confirmation_prompt=twice))
