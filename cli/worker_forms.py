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
            help="Only these, with commas between them; all without it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Work on another machine, until it is stopped, for the fleet whose store and Prefect the settings name.

    Its way into the vault comes on standard input: ssh CONTROL fleet ticket | fleet worker --portals availity,uhc
    """
    from cli import worker as work

    work.worker(portals)


def ticket() -> None:
    """Print what lets one worker into the vault, once, within five minutes: for a pipe, never for a file."""
    from cli import worker as work

    work.ticket()
