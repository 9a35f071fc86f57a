"""The forms of `fleet worker` and `fleet ticket`."""

from __future__ import annotations

from typing import Annotated

import typer


def worker(
    *,
    portals: Annotated[
        str | None,
        typer.Option(
            "--portals",
            metavar="PORTALS",
            help="Only these, with commas between them; all that its ticket is for without it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Work on another machine, until it is stopped, for the fleet whose store and Prefect the settings name.

    Its way into the vault comes on standard input: ssh CONTROL fleet ticket --portals availity,uhc | fleet worker
    """
    from cli import worker as work

    work.worker(portals)


def ticket(
    *,
    portals: Annotated[
        str | None,
        typer.Option(
            "--portals",
            metavar="PORTALS",
            help="Whose logins and codes the worker may read, with commas between them, and those of portals with the "
            "same identity provider; all without it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print what lets one worker into the vault, once, within five minutes: for a pipe, never for a file."""
    from cli import worker as work

    work.ticket(portals)
