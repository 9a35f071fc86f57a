"""`fleet credentials import`: what an export of a password manager would bring, masked; then it goes into the vault."""

from __future__ import annotations

import asyncio
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatch
from pathlib import Path

import typer

from cli.exits import STATUS_OF, say
from cli.opened import opened_fleet
from cli.output import console, print_json, progress_console, table
from cli.records import Login, keep
from core.errors import NextStep, RequestInvalid
from core.manifest import Manifest
from core.password_exports import ExportedLogin, read_export
from core.vault.seeds import parse_seed
from lanes.assembly import Fleet
from store import credentials
from store.credentials import NewCredential

KEPT, RENEWED = "kept", "renewed"


class Escaped(StrEnum):
    """What a person says of passwords with `&amp;` and the like in them."""

    ASK = "ask"
    DECODE = "decode"
    KEEP = "keep"


@dataclass(frozen=True)
class Candidate:
    """One login of the export, for one portal. `problem`: why it stays out. `may_be_ours`: some portal has its address,
    or it has no address.
    """

    title: str
    portal: str | None
    account: str
    login: Login
    may_be_ours: bool
    problem: str | None = None


def chosen(word: str) -> Escaped:
    try:
        return Escaped(word)
    except ValueError:
        raise RequestInvalid(f"--html is one of {', '.join(Escaped)}.", field="html") from None


def import_credentials(source: Path, *, portal: str | None, escaped: Escaped, apply: bool, as_json: bool) -> None:
    logins = read_export(_read(source))
    if not logins:
        raise RequestInvalid("The file holds no login.", field="file")

    async def work() -> list[tuple[Candidate, str]]:
        async with opened_fleet() as fleet:
            if portal is not None and portal not in fleet.portals:
                raise RequestInvalid(
                    f"“{portal}” is not a portal here; known are {', '.join(fleet.portals)}.", field="portal"
                )
            found = list(candidates(logins, fleet.portals, only=portal, escaped=escaped))
            return [(each, await take_in(fleet, each, apply=apply)) for each in found]

    told = asyncio.run(work())
    kept = sum(result in (KEPT, RENEWED) for _, result in told)
    left_out = sum(each.may_be_ours for each, _ in told) - kept
    if as_json:
        print_json([_masked(each) | {"result": result} for each, result in told])
    else:
        rows = [(*_masked(each).values(), result) for each, result in told]
        console.print(table("title", "portal", "credential", "user name", "password", "code", "result", rows=rows))
    if not apply:
        progress_console.print("Nothing was kept. `--apply` puts what is new or renewed into the vault.")
    elif left_out:
        say(f"{kept} kept, {left_out} left out. Keep the file until those are in, then shred it.")
        raise typer.Exit(STATUS_OF[NextStep.ASK_BILLER])
    elif not kept:
        raise RequestInvalid("No login of the file belongs to a portal of the fleet; nothing was kept.", field="file")
    else:
        progress_console.print("The vault has them. Shred the file now: whoever reads it can log in as you.")


def candidates(
    logins: Iterable[ExportedLogin], portals: Mapping[str, Manifest], *, only: str | None, escaped: Escaped
) -> Iterator[Candidate]:
    """One per login, in the order of the file; its account is called like its title there, and no two alike."""
    taken: Counter[tuple[str | None, str]] = Counter()
    for each in logins:
        fitting = [name for name, manifest in portals.items() if _fits(manifest, each.hosts) and only in (None, name)]
        portal = fitting[0] if len(fitting) == 1 else None
        name = _slug(each.title)
        taken[portal, name] += 1
        count = taken[portal, name]
        chosen = each.unescaped() if each.escaped and escaped is Escaped.DECODE else each
        yield Candidate(
            title=each.title,
            portal=portal,
            account=name if count == 1 else f"{name}-{count}",
            login=Login(chosen.username, chosen.password, chosen.seed),
            may_be_ours=bool(fitting) or not each.hosts,
            problem=_whose(fitting) or _problem(each, escaped),
        )


async def take_in(fleet: Fleet, candidate: Candidate, *, apply: bool) -> str:
    """What became of it, in words. A seed that the vault refuses keeps that one login out and no other."""
    if candidate.problem is not None or candidate.portal is None:
        return candidate.problem or ""
    async with fleet.database.read() as session:
        known = await credentials.named(session, candidate.portal, candidate.account)
    if not apply:
        return "new" if known is None else "renews the login of this credential"
    try:
        await keep(
            fleet, NewCredential(candidate.portal, candidate.account, fleet.settings.environment), candidate.login
        )
    except RequestInvalid as refusal:
        return refusal.sentence
    return KEPT if known is None else RENEWED


def _problem(login: ExportedLogin, escaped: Escaped) -> str | None:
    if not login.username.reveal() or not login.password.reveal():
        return "left out: the user name or the password is missing"
    if login.escaped and escaped is Escaped.ASK:
        return "left out: the password may be written as HTML (&amp;); say --html decode or --html keep"
    if login.seed is not None:
        try:
            parse_seed(login.seed)
        except RequestInvalid as refusal:
            return f"left out: {refusal.sentence}"
    return None


def _whose(fitting: Sequence[str]) -> str | None:
    if not fitting:
        return "left out: no portal of the fleet has this address"
    if len(fitting) > 1:
        return f"left out: {' and '.join(fitting)} log in there; choose one with --portal"
    return None


def _fits(manifest: Manifest, hosts: Sequence[str]) -> bool:
    patterns = [pattern for environment in manifest.environments.values() for pattern in environment.hosts]
    return any(fnmatch(host, pattern) for host in hosts for pattern in patterns)


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-") or "account"


def _masked(candidate: Candidate) -> dict[str, str | None]:
    login = candidate.login
    username = login.username.reveal()
    return {
        "title": candidate.title,
        "portal": candidate.portal,
        "credential": candidate.account,
        "username": f"{username[:2]}…" if len(username) > 4 else "…",
        "password": "given" if login.password.reveal() else None,
        "code": "authenticator" if login.seed is not None else None,
    }


def _read(source: Path) -> bytes:
    """From standard input where it is `-`: then no file with passwords ever lay on this machine."""
    if str(source) == "-":
        progress_console.print("Reading the export from standard input …", style="dim")
        return sys.stdin.buffer.read()
    try:
        return source.read_bytes()
    except OSError:
        raise RequestInvalid(f"{source.name} cannot be read.", field="file") from None
