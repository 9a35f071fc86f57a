"""`fleet users` and `fleet audit`: the forms of the commands about people and the trail that they leave."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.options import Json

users_app = typer.Typer(help="The people who use the console: their roles and tax IDs.")
audit_app = typer.Typer(help="The audit trail: a chain of hashes.")
PersonName = Annotated[str, typer.Argument(metavar="NAME", help="What the person signs in with.")]


@users_app.callback(invoke_without_command=True)
def users(context: typer.Context, *, as_json: Json = False) -> None:
    """List the people who use the console."""
    if context.invoked_subcommand is None:
        from cli import people

        people.list_people(as_json=as_json)


@users_app.command("list")
def users_list(*, as_json: Json = False) -> None:
    """List the people who use the console."""
    from cli import people

    people.list_people(as_json=as_json)


@users_app.command("add")
def users_add(
    name: PersonName,
    *,
    role: Annotated[
        list[str],
        typer.Option(
            "--role",
            metavar="ROLE",
            help="administrator, scheduler, biller, eligibility_checker or auditor; as often as needed.",
        ),
    ],
    tin: Annotated[
        list[str] | None,
        typer.Option(
            "--tin", metavar="TIN", help="Needed: a tax ID whose data they may see; as often as needed, or `all`."
        ),
    ] = None,
    program: Annotated[
        bool, typer.Option("--program", help="A system that asks over HTTP: prints its token, and has no sign-in.")
    ] = False,
) -> None:
    """Let somebody into the console. Asks for a one-time password, which they replace when they sign in first.

    On a terminal it is asked for twice and not shown; else it is the first line of standard input.
    """
    from cli import people

    people.add(name, roles=role, tins=tin or [], program=program)


@users_app.command("change")
def users_change(
    name: PersonName,
    *,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", metavar="ROLE", help="All the roles from now on; as often as needed."),
    ] = None,
    tin: Annotated[
        list[str] | None,
        typer.Option("--tin", metavar="TIN", help="All the tax IDs from now on, or `all`; as often as needed."),
    ] = None,
) -> None:
    """Change somebody's roles or tax IDs. What is not named stays; whoever may something else is signed out."""
    from cli import people

    people.change(name, roles=role or [], tins=tin or [])


@users_app.command("reset")
def users_reset(name: PersonName) -> None:
    """Give somebody a new one-time password, who has lost theirs or the authenticator app."""
    from cli import people

    people.reset(name)


@users_app.command("token")
def users_token(name: PersonName) -> None:
    """Give a program a new token, in place of the one that it has. Prints it once."""
    from cli import people

    people.renew_token(name)


@users_app.command("disable")
def users_disable(name: PersonName) -> None:
    """Sign somebody out everywhere, for good. What they did stays in the audit trail."""
    from cli import people

    people.disable(name)


@users_app.command("sso")
def users_sso() -> None:
    """Keep the console's secret at the provider of single sign-on (FLEET_OIDC_ISSUER) in the vault.

    On a terminal it is asked for and not shown; else it is the first line of standard input.
    """
    from cli import people

    people.keep_client_secret()


@audit_app.command("verify")
def audit_verify(
    *,
    anchor: Annotated[
        str | None,
        typer.Option(
            "--anchor", metavar="NUMBER:HASH", help="A head that was noted before: it has to be in the chain."
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="An export instead of the fleet's own trail.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check that no event of the audit trail was changed or taken away, and print its head."""
    from cli import audit

    if file is not None:
        audit.verify_file(file, anchor=anchor, as_json=as_json)
    else:
        audit.verify(anchor=anchor, as_json=as_json)


@audit_app.command("export")
def audit_export(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A new file, readable by you only.")],
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], metavar="DAY", help="From this day on (UTC); else all of it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the audit trail into a file, one JSON object per line, signed by the vault: to be kept for six years."""
    from cli import audit

    audit.export(out, since=since, as_json=as_json)
