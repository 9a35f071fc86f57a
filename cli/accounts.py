"""`fleet credentials show|test|rotate|recover|codes|unlock|retire`: one bot account, by its name or id."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import typer

from cli import pulled
from cli.actor import actor
from cli.exits import STATUS_OF, in_words, say
from cli.opened import opened_fleet, opened_store, read_settings
from cli.output import console, print_json, table
from cli.pull import watched
from cli.records import reopen_credential, seen_in_vault
from core.capabilities.catalog import capability
from core.errors import ActionNeeded, FleetError, RequestInvalid
from core.home import Home
from flows.wake import wake
from lanes.accounts import backup_codes, retirement
from lanes.accounts.account import others_in_use
from lanes.accounts.at_risk import at_risk
from lanes.accounts.errands import LOGIN_CHECK, RECOVERY, ROTATION, due
from lanes.accounts.retirement import Retired
from lanes.accounts.rotation_policy import RotationPolicy
from lanes.assembly import Fleet
from lanes.calendar.obstacles import Board
from lanes.questions.visit import Told, hand_in
from payers.registry import load_manifest, manifests
from store import credentials
from store.credentials import Credential, CredentialState, Noted

_PLAIN = (
    *("id", "portal", "name", "environment", "state", "stopped_at", "stop_code", "stop_sentence", "organization"),
    *("tin", "provider_npi", "last_login_at", "last_failure_at", "last_failure_code", "attempts_remaining"),
    *("password_expires_on", "password_changed_at", "rotate_every", "authenticator", "administrator_contact"),
    *("recertify_by", "attest_by", "authorized_on", "authorized_until", "authorization_form", "backup_codes_left"),
)
_LABEL = ("created_at", "created_by", "rotated_at", "rotated_by")
"""Of core.vault.LoginLabel."""
_HEADINGS = {
    "at_risk": "stands still if it locks",
    "stopped_at": "stopped since",
    "stop_code": "stopped by",
    "stop_sentence": "what it waits for",
    "tin": "TIN",
    "provider_npi": "provider NPI",
    "last_login_at": "last log-in",
    "last_failure_at": "last failure",
    "last_failure_code": "last failure was",
    "password_expires_on": "password expires",
    "password_changed_at": "changed by the fleet",
    "rotate_every": "to be changed every … days",
    "login_created_at": "in the vault since",
    "login_created_by": "put there by",
    "login_rotated_at": "saved anew",
    "login_rotated_by": "saved anew by",
}
_AUTHENTICATORS = {"totp": "authenticator app (TOTP), its seed is in the vault", "none": "none"}


def note(
    account: str,
    portal: str | None,
    *,
    days: Mapping[str, datetime | None],
    authorization_form: str | None,
    backup_codes_left: int | None,
    rotate_every: int | None,
    notes: str | None,
) -> None:
    """`days` by the names of store.credentials.Noted. Notes alone need the vault, which seals them."""
    noted = Noted(
        **{name: moment.date() for name, moment in days.items() if moment is not None},
        authorization_form=authorization_form,
        backup_codes_left=backup_codes_left,
        rotate_every=rotate_every,
    )
    if noted == Noted() and notes is None:
        raise RequestInvalid("Say what is to be noted; `fleet credentials note --help` lists it.")

    async def kept() -> Credential:
        async with AsyncExitStack() as stack:
            fleet = await stack.enter_async_context(opened_fleet()) if notes is not None else None
            database = fleet.database if fleet else await stack.enter_async_context(opened_store())
            session, who, now = await stack.enter_async_context(database.begin()), actor(), datetime.now(UTC)
            credential = await credentials.chosen(session, account, portal)
            if noted != Noted():
                await credentials.note(session, credential.id, noted, actor=who, now=now)
            if fleet is not None and notes is not None:
                await credentials.write_notes(session, fleet.sealer, credential.id, notes.strip(), actor=who, now=now)
        return credential

    known = asyncio.run(kept())
    console.print(f"Noted of {known.portal}/{known.name}.")


def show(account: str, portal: str | None, *, as_json: bool) -> None:
    told = asyncio.run(_told(account, portal))
    if as_json:
        print_json(told)
        return
    told["authenticator"] = _AUTHENTICATORS.get(told["authenticator"], "not known; it was saved by an older fleet")
    rows = [(_HEADINGS.get(name, name.replace("_", " ")), _cell(value)) for name, value in told.items()]
    console.print(table("", "", rows=rows))


def _cell(value: Any) -> Any:
    return ", ".join(value) or None if isinstance(value, list) else value


async def _told(account: str, portal: str | None) -> dict[str, Any]:
    async with opened_store() as database, database.read() as session:
        credential = await credentials.chosen(session, account, portal)
        told = {name: getattr(credential, name) for name in _PLAIN}
        board = Board(database, manifests().whole, read_settings().environment)
        risk = (await at_risk(session, board, [credential])).get(credential.id)
    manifest = load_manifest(credential.portal)
    told["password_version"], label = await seen_in_vault(credential.portal, credential.name)
    told |= {f"login_{name}": getattr(label, name, None) for name in _LABEL}
    told["second_step"] = list(manifest.mfa)
    told["at_risk"] = risk.sentence if risk else None
    return told


def test(account: str, portal: str | None, *, attended: bool, as_json: bool) -> None:
    watching = attended and watched()
    _leave(_run(LOGIN_CHECK, asyncio.run(_chosen(account, portal)), attended=watching, as_json=as_json))


def rotate(account: str | None, portal: str | None, *, within: int | None, as_json: bool) -> None:
    """One after the other; the first trouble decides the exit status, and the others are changed all the same."""
    if account is not None:
        if within is not None:
            raise RequestInvalid("--within chooses accounts; say either that or a CREDENTIAL.", field="within")
        chosen = [asyncio.run(_chosen(account, portal))]
    else:
        chosen = asyncio.run(_due(portal, within))
        if not chosen:
            say("No password that the fleet can change is near its day.")
    troubles = [_rotated(each, alone=account is not None, as_json=as_json) for each in chosen]
    _leave(next(filter(None, troubles), None))


def _rotated(credential: Credential, *, alone: bool, as_json: bool) -> FleetError | None:
    try:
        return _run(ROTATION, credential, as_json=as_json)
    except Told as refusal:
        if alone:
            raise
        say(f"{credential.portal}/{credential.name}: {refusal.sentence}")
        if as_json:
            print_json(_named(credential) | {"error": refusal.told()})
        return refusal


def _named(credential: Credential) -> dict[str, str]:
    return {"credential": credential.id, "portal": credential.portal, "name": credential.name}


async def _due(portal: str | None, within: int | None) -> list[Credential]:
    """Without `within`, those that the fleet would change by itself."""
    settings, today = read_settings(), datetime.now(UTC).date()

    def near(each: Credential) -> bool:
        manifest = load_manifest(each.portal)
        if within is not None:
            return due(each, manifest, within, today)
        day = RotationPolicy.of(each, manifest, settings).day(each, manifest)
        return day is not None and day <= today

    async with opened_store() as database, database.read() as session:
        known = await credentials.all_of(session)
    return [
        each
        for each in known
        if each.state is not CredentialState.RETIRED and portal in (None, each.portal) and near(each)
    ]


async def _chosen(account: str, portal: str | None) -> Credential:
    async with opened_store() as database, database.read() as session:
        return await credentials.chosen(session, account, portal)


def _run(errand: str, credential: Credential, *, attended: bool = False, as_json: bool) -> FleetError | None:
    """Through the lane, and waits for what comes of it. The trouble that stands in for an answer is told already."""
    wish = {
        "errand": errand,
        "credential_id": credential.id,
        "requested_by": actor(),
        "attended": attended,
    }
    events = hand_in(Home.from_environment(), wish)
    settled = pulled.follow(next(events), events, quiet=as_json)
    if as_json:
        error = {"error": settled["trouble"]} if settled["trouble"] else {}
        print_json(_named(credential) | {key: settled[key] for key in ("run", "outcome", "answer", "as_of")} | error)
    elif settled["answer"]:
        answer = capability(errand).read_answer(json.dumps(settled["answer"]))
        console.print(f"{credential.portal}/{credential.name}: {answer.sentence}")
    trouble = Told(settled["trouble"]) if settled["trouble"] else None
    if trouble is not None:
        say(in_words(trouble))
    elif settled["outcome"] == "password_refused":
        return ActionNeeded("The portal refused the new password.", kind="change the password")
    return trouble


def _leave(trouble: FleetError | None) -> None:
    if trouble is not None:
        raise typer.Exit(STATUS_OF[trouble.next_step])


def recover(account: str, portal: str | None, *, as_json: bool) -> None:
    _leave(_run(RECOVERY, asyncio.run(_chosen(account, portal)), as_json=as_json))


def keep_codes(account: str, portal: str | None) -> None:
    lines = sys.stdin.read().splitlines() if not sys.stdin.isatty() else _prompted_codes()

    async def kept() -> tuple[Credential, int]:
        credential = await _chosen(account, portal)
        async with opened_fleet() as fleet:
            return credential, await backup_codes.put_in(fleet, credential, lines, actor=actor())

    credential, count = asyncio.run(kept())
    console.print(
        f"The vault has {count} backup codes of {credential.portal}/{credential.name}, in place of all before."
    )


def _prompted_codes() -> list[str]:
    codes = []
    while code := typer.prompt(
        "Backup code (empty: no more)", hide_input=True, default="", show_default=False, err=True
    ):
        codes.append(code)
    return codes


def unlock(account: str, portal: str | None, *, done: bool, same_password: bool, reason: str, as_json: bool) -> None:
    """After a person was there."""
    credential = asyncio.run(_chosen(account, portal))
    if credential.state is not CredentialState.STOPPED:
        raise RequestInvalid(f"{credential.portal}/{credential.name} is not stopped.", field="credential")
    if not done:
        _ask_person(credential)
    reopen_credential(credential.portal, credential.name, reason, same_password=same_password, quiet=as_json)
    _leave(_run(LOGIN_CHECK, credential, as_json=as_json))


def _ask_person(credential: Credential) -> None:
    """Raises ActionNeeded where nobody can say that it is done."""
    contact = credential.administrator_contact or load_manifest(credential.portal).administrator_contact
    by_whom = f" Who can help: {contact}." if contact else ""
    itself = " `fleet credentials recover` has the portal's own way tried." if _recovers(credential) else ""
    sentence = (
        f"{credential.stop_sentence} The steps are in {backup_codes.runbook(credential.portal)}.{itself}{by_whom}"
    )
    if not sys.stdin.isatty():
        raise ActionNeeded(f"{sentence} Say --done when it is done.", kind="unlock the account")
    say(sentence)
    if not typer.confirm("Is it done?", err=True):
        raise typer.Abort


def _recovers(credential: Credential) -> bool:
    return load_manifest(credential.portal).recovery is not None


def retire(account: str, portal: str | None, *, delete_secret: bool, confirmed: bool, as_json: bool) -> None:
    credential = asyncio.run(_chosen(account, portal))
    if credential.state is CredentialState.RETIRED and not delete_secret:
        raise RequestInvalid(f"{credential.portal}/{credential.name} is retired already.", field="credential")
    if not confirmed:
        _confirm(credential, delete_secret=delete_secret)
    told = asyncio.run(_retire(credential, delete_secret=delete_secret))
    if as_json:
        print_json(told)
        return
    gone = " Its login is gone from the vault." if delete_secret else " Its login stays in the vault."
    heir = f"go on with {told['moved_to']}" if told["moved_to"] else "were refused"
    left = f" {told['questions']} questions that it had {heir}." if told["questions"] else ""
    console.print(f"{credential.portal}/{credential.name} is retired; its history stays.{gone}{left}")


def _confirm(credential: Credential, *, delete_secret: bool) -> None:
    what = f"Retire {credential.portal}/{credential.name} for good"
    what += " and delete its login from the vault, with all versions?" if delete_secret else "?"
    if not sys.stdin.isatty():
        raise RequestInvalid("Retiring is for good: say --yes where nobody can be asked.", field="yes")
    if not typer.confirm(what, err=True):
        raise typer.Abort


async def _shared(fleet: Fleet, credential: Credential) -> bool:
    if credential.portal not in fleet.portals:
        return False
    async with fleet.database.read() as session:
        return bool(await others_in_use(session, fleet.portals, credential))


async def _retire(credential: Credential, *, delete_secret: bool) -> dict[str, Any]:
    """The lane ends first; if the vault is down, the same command deletes the login later."""
    retired = Retired(0, None)
    if credential.state is not CredentialState.RETIRED:
        async with opened_store() as database:
            retired = await retirement.retire(database, credential.id, actor=actor(), now=datetime.now(UTC))
    if retired.heir is not None and retired.questions:
        await wake(read_settings().layout, [retired.heir.id])
    if delete_secret:
        async with opened_fleet() as fleet:
            await fleet.vault.forget_login(credential.portal, credential.name)
            if not await _shared(fleet, credential):
                for stock in backup_codes.stocks(credential):
                    await fleet.vault.forget_backup_codes(load_manifest(credential.portal).keeper, stock)
    return {
        "credential": credential.id,
        "state": CredentialState.RETIRED.value,
        "questions": retired.questions,
        "moved_to": retired.heir.name if retired.heir else None,
        "secret_deleted": delete_secret,
    }
