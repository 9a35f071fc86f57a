"""The forms of `fleet registrations …`: portals that are not open to the group yet. The work comes later."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.options import Json

registrations_app = typer.Typer(help="Portals that are not open yet: what it takes, what was done when and by whom.")
ItsPortal = Annotated[str, typer.Argument(metavar="PORTAL", help="The portal, as `fleet portals` names it.")]
Step = Annotated[str, typer.Argument(metavar="STEP", help="As `fleet registrations show` names it.")]
Organization = Annotated[
    str | None,
    typer.Option("--organization", metavar="NAME", help="Which, where several register there.", show_default=False),
]
OnDay = Annotated[
    datetime | None,
    typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help="When; today if left out.", show_default=False),
]
By = Annotated[str, typer.Option("--by", metavar="WHO", help="Who did it, or signed it.")]
Note = Annotated[
    str | None,
    typer.Option("--note", metavar="TEXT", help="A reference number, where it is filed; sealed.", show_default=False),
]


@registrations_app.callback(invoke_without_command=True)
def registrations(context: typer.Context, *, as_json: Json = False) -> None:
    """List the portals with how far each registration has come, and what comes next."""
    if context.invoked_subcommand is None:
        from cli import registrations as work

        work.list_registrations(as_json=as_json)


@registrations_app.command("start")
def registrations_start(
    portal: ItsPortal,
    *,
    organization: Annotated[str, typer.Option("--organization", metavar="NAME", help="Who is to be registered.")],
    tin: Annotated[str | None, typer.Option("--tin", help="Its tax ID.", show_default=False)] = None,
) -> None:
    """Begin to register an organization with a portal, and print the portal's checklist."""
    from cli import registrations as work

    work.start(portal, organization, tin)


@registrations_app.command("show")
def registrations_show(portal: ItsPortal, *, organization: Organization = None, as_json: Json = False) -> None:
    """Show the checklist of one registration: documents, signatures, what was sent, accounts, roles, second factor."""
    from cli import registrations as work

    work.show(portal, organization, as_json=as_json)


@registrations_app.command("done")
def registrations_done(
    portal: ItsPortal, step: Step, *, by: By, on: OnDay = None, note: Note = None, organization: Organization = None
) -> None:
    """Note that a step was done. Noted anew, it counts as noted last; the audit trail keeps both."""
    from cli import registrations as work

    work.settle(portal, step, on=on, by=by, note=note, organization=organization, needed=True)


@registrations_app.command("skip")
def registrations_skip(
    portal: ItsPortal, step: Step, *, by: By, on: OnDay = None, note: Note = None, organization: Organization = None
) -> None:
    """Note that a step is not needed for this organization, and who decided so."""
    from cli import registrations as work

    work.settle(portal, step, on=on, by=by, note=note, organization=organization, needed=False)


@registrations_app.command("reopen")
def registrations_reopen(portal: ItsPortal, step: Step, *, organization: Organization = None) -> None:
    """Take a step back that was noted by mistake, or has to be done again."""
    from cli import registrations as work

    work.reopen(portal, step, organization)
