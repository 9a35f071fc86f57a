"""The forms of `fleet portals …`. As in `cli.main`, the work comes later."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import CapabilityName, Json, Reason

portals_app = typer.Typer(help="The portals, their payers and what each can be asked.")
PortalArgument = Annotated[str, typer.Argument(metavar="PORTAL", help="The portal, as `fleet portals` names it.")]


@portals_app.callback(invoke_without_command=True)
def portals(context: typer.Context, *, as_json: Json = False) -> None:
    """List the portals, their payers and what each can be asked."""
    if context.invoked_subcommand is None:
        from cli import portals as work

        work.list_portals(as_json=as_json)


@portals_app.command("check")
def portals_check(
    portal: Annotated[str | None, typer.Argument(metavar="PORTAL", help="Only this one.", show_default=False)] = None,
) -> None:
    """Compare each adapter's code with its selector data, and say what its manifest lacks, without a browser."""
    from cli import portals as work

    work.check_portals(portal)


@portals_app.command("new")
def portals_new(portal: Annotated[str, typer.Argument(metavar="NAME", help="Of the folders that are made.")]) -> None:
    """Begin an adapter of your own in the folder FLEET_ADAPTERS."""
    from cli import new_adapter as work

    work.make_adapter(portal)


@portals_app.command("show")
def portals_show(portal: PortalArgument, *, as_json: Json = False) -> None:
    """Show what is known of a portal: hours, sessions, passwords, locks, retention, terms; and whence."""
    from cli import portals as work

    work.show_portal(portal, as_json=as_json)


@portals_app.command("matrix")
def portals_matrix() -> None:
    """Print portal by capability with its state, as Markdown for the README."""
    from cli import portals as work

    work.print_matrix()


@portals_app.command("reopen")
def portals_reopen(portal: PortalArgument, capability: CapabilityName, *, reason: Reason) -> None:
    """Ask a portal for a capability again, after a developer has mended what had changed."""
    from cli import portals as work

    work.reopen_portal(portal, capability, reason)
