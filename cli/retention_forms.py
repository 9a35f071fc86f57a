"""`fleet retention`: the forms of the commands about how long patient data is kept."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import Json, Reason

retention_app = typer.Typer(help="How long patient data is kept, what is on hold, and what was shredded.")


@retention_app.callback(invoke_without_command=True)
def retention(context: typer.Context, *, as_json: Json = False) -> None:
    """Show what is held per class and month, when it goes, and what is on hold."""
    if context.invoked_subcommand is None:
        from cli import retention as work

        work.show(as_json=as_json)


@retention_app.command("hold")
def retention_hold(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="patient, claim, run or period.")],
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN|PERIOD",
            help="A run, or a period as `fleet retention` names it. The number of a patient (member ID) or claim is "
            "asked for instead, or read from standard input: what stands on a command line, the process list shows.",
            show_default=False,
        ),
    ] = None,
    *,
    reason: Reason,
) -> None:
    """Keep everything about a patient, claim, run or period, however old, until it is released."""
    from cli import retention as work

    work.hold(kind, subject, reason=reason)


@retention_app.command("release")
def retention_release(
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="The hold, as `fleet retention` names it.")],
    *,
    reason: Reason,
) -> None:
    """End a hold. What is due by then goes with the next night."""
    from cli import retention as work

    work.release(hold, reason=reason)


@retention_app.command("shred")
def retention_shred(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and touch nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Destroy the keys that are due, and delete what they sealed. Each night this happens by itself."""
    from cli import retention as work

    work.shred(dry_run=dry_run, as_json=as_json)
