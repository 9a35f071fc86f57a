"""The forms of `fleet accounts …`: who has access on the portals. As in `cli.main`, the work comes later."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Json

access_app = typer.Typer(help="Who has access on the portals, compared with who should.")


@access_app.callback(invoke_without_command=True)
def access(context: typer.Context, *, as_json: Json = False) -> None:
    """Say when the access on each portal was reviewed last, and when the next review is due."""
    if context.invoked_subcommand is None:
        from cli import access_audit as work

        work.list_reviews(as_json=as_json)


@access_app.command("audit")
def accounts_audit(
    *,
    roster: Annotated[
        Path,
        typer.Option("--roster", metavar="FILE", help="A sheet: portal, username, and perhaps name and roles (a; b)."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="The report: .html to print and sign, .xlsx or .csv to work on.",
            show_default=False,
        ),
    ] = None,
    portal: Annotated[
        str | None, typer.Option("--portal", metavar="PORTAL", help="Only this one.", show_default=False)
    ] = None,
    sign_off: Annotated[
        bool, typer.Option("--sign-off", help="Put your name under it; the audit trail keeps who, when, how much.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Compare who has access with who should: unknown users, wrong roles, silence of 90 days, shared names, missing.

    Takes what the portals were last asked (`fleet pull users`), as of then.
    """
    from cli import access_audit as work

    work.audit(roster, out=out, portal=portal, sign=sign_off, as_json=as_json)
