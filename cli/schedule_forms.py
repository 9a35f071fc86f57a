"""The forms of `fleet schedules`. Scripts depend on them; the work is imported when a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import CredentialName, Json, PayerName, PortalName, Reason

schedules_app = typer.Typer(help="What is asked by itself, and when: next runs, holds, forecast.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The schedule's name.")]
Days = Annotated[
    str | None,
    typer.Option(
        "--days",
        metavar="FIRST:LAST",
        help="Which days are asked for, counted from the day it runs: 0:3 is today and the next three. By the date of "
        "a roster's line, or as the span of the one question.",
    ),
]
CatchUpOption = Annotated[
    str | None,
    typer.Option(
        "--catch-up", metavar="newest|none|all", help="Which of the runs that an outage swallowed take place."
    ),
]
OverlapOption = Annotated[
    str | None,
    typer.Option("--overlap", metavar="join|queue|skip", help="What a run does while the one before is at work."),
]
Late = Annotated[
    int | None, typer.Option("--late", metavar="MINUTES", help="How late a run may be with --catch-up none.")
]
Priority = Annotated[
    int | None, typer.Option("--priority", metavar="1-99", help="The smaller, the sooner; sheets have 50.")
]
Due = Annotated[
    int | None, typer.Option("--due", metavar="MINUTES", help="By when after its time the answers are wanted.")
]
Quiet = Annotated[
    str | None,
    typer.Option("--quiet", metavar="HH:MM-HH:MM", help="Hours of its zone in which it does not begin."),
]
Daily = Annotated[str | None, typer.Option("--daily", metavar="HH:MM", help="Every day at this time.")]
Weekdays = Annotated[str | None, typer.Option("--weekdays", metavar="HH:MM", help="Monday to Friday at this time.")]
Cron = Annotated[
    str | None,
    typer.Option("--cron", help="Any other times: minute, hour, day of month, month, day of week, “0 6 1 * *”."),
]
Zone = Annotated[str, typer.Option("--zone", help="The time zone that the hours are meant in: America/Chicago.")]


@schedules_app.callback(invoke_without_command=True)
def schedules(context: typer.Context, *, as_json: Json = False) -> None:
    """List the schedules: next runs, last result, and what holds or pauses them."""
    if context.invoked_subcommand is None:
        from cli import schedules as work

        work.list_schedules(as_json=as_json)


@schedules_app.command("add")
def add(
    name: Name,
    task: Annotated[
        str,
        typer.Argument(
            metavar="TASK",
            help="eligibility, claim_status or authorizations of a roster; remittances, messages, documents or users; "
            "submissions asks after all that was sent and is not decided yet; canary looks "
            "whether the pages are as they were.",
        ),
    ],
    *,
    portal: PortalName,
    zone: Zone,
    daily: Daily = None,
    weekdays: Weekdays = None,
    cron: Cron = None,
    payer: PayerName = None,
    credential: CredentialName = None,
    days: Days = None,
    catch_up: CatchUpOption = None,
    late: Late = None,
    overlap: OverlapOption = None,
    priority: Priority = None,
    due: Due = None,
    quiet: Quiet = None,
) -> None:
    """Ask something by itself from now on.

    A roster, one patient or claim per row, is put into the folder FLEET_HOME/inbox/NAME as .csv or .xlsx; it is sealed
    and the file is removed. The newest roster counts.
    """
    from cli import schedules as work

    work.add_schedule(
        name=name,
        task=task,
        portal=portal,
        payer=payer,
        credential=credential,
        cron=work.times(cron, daily, weekdays, needed=True),
        time_zone=zone,
        catch_up=catch_up,
        late_minutes=late,
        overlap=overlap,
        priority=priority,
        due_minutes=due,
        **work.spans(days, quiet),
    )


@schedules_app.command("edit")
def edit(
    name: Name,
    *,
    daily: Daily = None,
    weekdays: Weekdays = None,
    cron: Cron = None,
    zone: Annotated[str | None, typer.Option("--zone", help="As with `add`.")] = None,
    payer: PayerName = None,
    credential: CredentialName = None,
    days: Days = None,
    catch_up: CatchUpOption = None,
    late: Late = None,
    overlap: OverlapOption = None,
    priority: Priority = None,
    due: Due = None,
    quiet: Quiet = None,
) -> None:
    """Change what is named here and leave the rest. The version before is kept."""
    from cli import schedules as work

    work.edit_schedule(
        name,
        payer=payer,
        credential=credential,
        cron=work.times(cron, daily, weekdays, needed=False),
        time_zone=zone,
        catch_up=catch_up,
        late_minutes=late,
        overlap=overlap,
        priority=priority,
        due_minutes=due,
        **work.spans(days, quiet),
    )


@schedules_app.command("show")
def show(name: Name, *, as_json: Json = False) -> None:
    """Show one schedule: its next and its latest runs, its roster, and who changed it."""
    from cli import schedules as work

    work.show_schedule(name, as_json=as_json)


@schedules_app.command("pause")
def pause(name: Name, *, reason: Reason) -> None:
    """Let it rest. What it would have run meanwhile is not made up for."""
    from cli import schedules as work

    work.pause_schedule(name, reason)


@schedules_app.command("resume")
def resume(name: Name) -> None:
    """Let it run again, from its next time on."""
    from cli import schedules as work

    work.resume_schedule(name)


@schedules_app.command("remove")
def remove(name: Name) -> None:
    """Take it away. What it did stays in the history."""
    from cli import schedules as work

    work.remove_schedule(name)


@schedules_app.command("run")
def run(
    name: Name,
    *,
    source: Annotated[
        Path | None, typer.Option("--in", metavar="FILE", help="A new roster, .csv or .xlsx, taken in first.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run it now, also when it is paused or in its quiet hours."""
    from cli import schedules as work

    work.run_schedule(name, source, as_json=as_json)


@schedules_app.command("forecast")
def forecast(
    *,
    day: Annotated[str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="Today if left out.")] = None,
    as_json: Json = False,
) -> None:
    """Say what will fail before it fails: each run of the day, why it will wait or fail, and the log-ins it shares."""
    from cli import schedules as work

    work.show_forecast(day, as_json=as_json)


@schedules_app.command("bad")
def bad(
    name: Name,
    *,
    target: Annotated[Path, typer.Option("--out", metavar="FILE", help="A .csv or .xlsx file to write.")],
) -> None:
    """Write the lines of the roster that could not be asked, each with its problem, to mend and hand in again."""
    from cli import schedules as work

    work.write_bad_lines(name, target)
