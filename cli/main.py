"""`fleet`: the forms of all commands. Scripts depend on them; the work is imported when a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.access_forms import access_app
from cli.account_forms import accounts_app
from cli.exits import run_command
from cli.house import audit_app, users_app
from cli.options import Attended, CapabilityName, CredentialName, Json, PayerName, PortalName, Reason, SamePassword
from cli.portal_forms import portals_app
from cli.registration_forms import registrations_app
from cli.retention_forms import retention_app
from cli.schedule_forms import schedules_app
from cli.submission_forms import evidence_app, scrub, submissions_app, submit
from cli.worker_forms import ticket, worker

app = typer.Typer(
    name="fleet",
    help="Bots that do a provider group's work in payer portals, and can prove it.",
    epilog="Exit status: 0 an answer (also “member not found”), 2 bad input, 3 a person is needed, "
    "4 portal unavailable, 5 portal changed, 1 anything else.",
    add_completion=False,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
)
runs_app = typer.Typer(help="What the bots did: every run with its steps and evidence.")
credentials_app = typer.Typer(help="The bot accounts: state and last log-in, never a secret.")
app.add_typer(runs_app, name="runs")
app.add_typer(portals_app, name="portals")
app.add_typer(credentials_app, name="credentials")
credentials_app.add_typer(accounts_app)
app.add_typer(schedules_app, name="schedules")
app.add_typer(users_app, name="users")
app.add_typer(audit_app, name="audit")
app.add_typer(submissions_app, name="submissions")
app.add_typer(evidence_app, name="evidence")
app.add_typer(access_app, name="accounts")
app.add_typer(registrations_app, name="registrations")
app.add_typer(retention_app, name="retention")

AccountName = Annotated[str, typer.Argument(metavar="CREDENTIAL", help="Your own name for this bot account.")]
RunId = Annotated[str, typer.Argument(metavar="RUN", help="The id of a run, as `fleet runs` prints it.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"fleet {version('payer-portal-fleet')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def fleet(
    context: typer.Context,
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None and not version:
        typer.echo(context.get_help())


@app.command()
def up() -> None:
    """Start the vault, Prefect, a worker with warm browsers and, in the simulator environment, the portals."""
    from cli import stack

    stack.up()


@app.command()
def down() -> None:
    """Stop everything that `fleet up` started. Nothing is lost: work goes on at the next start."""
    from cli import stack

    stack.down()


@app.command()
def status(*, as_json: Json = False) -> None:
    """Say what runs, what waits and which credentials need a person."""
    from cli import stack

    stack.status(as_json=as_json)


@app.command()
def doctor(*, as_json: Json = False) -> None:
    """Check browser, vault, Prefect, store, clock and disk, and name the cure for each that ails."""
    from cli import doctor as work

    work.doctor(as_json=as_json)


@app.command()
def pull(
    capability: CapabilityName,
    keys: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KEY=VALUE",
            help="What to ask for, dates as YYYY-MM-DD. `-` reads a JSON object from standard input, @FILE from a "
            "file: what stands on a command line, the process list shows.",
            show_default=False,
        ),
    ] = None,
    *,
    portal: PortalName,
    payer: PayerName = None,
    credential: CredentialName = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask the portal even if a recent answer is stored.")] = False,
    attended: Attended = False,
    as_json: Json = False,
) -> None:
    """Ask one question now and wait for the answer.

    Keys of eligibility: member_id, birth_date, first_name, last_name, service_date, service_type, provider_npi.

    Keys of claim_status: claim_number, or member_id, birth_date, from_date, to_date; provider_npi.

    Keys of remittances: check_number, or claim_number, or paid_from, paid_to; provider_npi.

    Keys of authorizations: authorization_number, or member_id, birth_date, from_date, to_date; provider_npi.

    Keys of messages: from_date, to_date, kind (message or notification), unread_only, claim_number,
    subject_line; provider_npi.

    Keys of documents: from_date, to_date, category; provider_npi.

    Keys of users: username, or none for everybody who has access.

    Keys of appeals, of which the portal's worklist is read: claim_number, kind, letters (true: decisions too).

    Keys of sent_messages, the portal's Sent folder: from_date, to_date, subject_line, claim_number.

    Keys of claim_files, which were sent to the portal: control_number, letters (true: acknowledgements too).

    Keys of notifications, what the payer was told of a member's pregnancies: member_id, birth_date.
    """
    from cli import pull as work

    work.pull(
        capability,
        keys or [],
        portal=portal,
        payer=payer,
        credential=credential,
        fresh=fresh,
        attended=attended,
        as_json=as_json,
    )


app.command()(submit)
app.command()(scrub)
app.command()(worker)
app.command()(ticket)


@app.command()
def code(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run that waits, as `fleet status` names it.")],
) -> None:
    """Hand in a code that a portal has sent to you by text message, call or e-mail.

    Asks for it on a terminal without showing it; else reads one line from standard input.
    """
    from cli import code as work

    work.give_code(run)


@app.command()
def batch(
    capability: CapabilityName,
    *,
    portal: PortalName,
    source: Annotated[Path, typer.Option("--in", metavar="FILE", help="A .csv or .xlsx, one question per row.")],
    target: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The same rows with their outcomes, .csv or .xlsx.")
    ],
    payer: PayerName = None,
    credential: CredentialName = None,
    as_json: Json = False,
) -> None:
    """Ask a sheet of questions. Started again after a stop, it goes on where it was."""
    from cli import batch as work

    work.batch(
        capability, portal=portal, payer=payer, credential=credential, source=source, target=target, as_json=as_json
    )


@runs_app.callback(invoke_without_command=True)
def runs(context: typer.Context, *, as_json: Json = False) -> None:
    """List the latest runs."""
    if context.invoked_subcommand is None:
        from cli import runs as work

        work.list_runs(as_json=as_json)


@runs_app.command("show")
def runs_show(run: RunId, *, as_json: Json = False) -> None:
    """Show one run: what it was asked, its steps and its evidence."""
    from cli import runs as work

    work.show_run(run, as_json=as_json)


@runs_app.command("evidence")
def runs_evidence(
    run: RunId,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A folder; it is made, readable by you only.")],
) -> None:
    """Open a run's sealed evidence into a folder. The audit trail notes it."""
    from cli import runs as work

    work.export_evidence(run, out)


@credentials_app.callback(invoke_without_command=True)
def credentials(context: typer.Context, *, as_json: Json = False) -> None:
    """List the bot accounts: state and last log-in, never a secret."""
    if context.invoked_subcommand is None:
        from cli import records

        records.list_credentials(as_json=as_json)


@credentials_app.command("add")
def credentials_add(
    account: AccountName,
    *,
    portal: PortalName,
    contact: Annotated[
        str | None, typer.Option("--contact", help="Who administers the account at the practice.")
    ] = None,
    organization: Annotated[
        str | None,
        typer.Option("--organization", help="The one to work for, in the portal's words, if the account has several."),
    ] = None,
    tin: Annotated[str | None, typer.Option("--tin", help="The tax ID whose data the account sees.")] = None,
    npi: Annotated[
        str | None, typer.Option("--npi", help="The provider it asks for unless a question names one.")
    ] = None,
) -> None:
    """Put a bot account's user name, password and TOTP seed into the vault, or new ones in the place of old ones.

    Asks for them on a terminal; else reads {"username", "password", "totp_seed"} as JSON from standard input.
    They are never taken from the command line.
    """
    from cli import records

    records.add_credential(portal, account, contact=contact, organization=organization, tin=tin, npi=npi)


@credentials_app.command("import")
def credentials_import(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="The export; `-` reads it from standard input.")],
    *,
    portal: Annotated[
        str | None, typer.Option("--portal", metavar="PORTAL", help="Take in the logins of this portal only.")
    ] = None,
    escaped: Annotated[
        str,
        typer.Option(
            "--html", metavar="ask|decode|keep", help="Passwords with &amp; in them: written as HTML, or as they are?"
        ),
    ] = "ask",
    apply: Annotated[
        bool, typer.Option("--apply", help="Put them into the vault; without it nothing is kept.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take in logins that LastPass (CSV), 1Password (CSV, .1pux) or Bitwarden (CSV, JSON) has exported.

    Shows first what would come of each, masked. Logins find their portal by their address.
    """
    from cli import importing

    importing.import_credentials(source, portal=portal, escaped=importing.chosen(escaped), apply=apply, as_json=as_json)


@credentials_app.command("reopen")
def credentials_reopen(
    account: AccountName, *, portal: PortalName, reason: Reason, same_password: SamePassword = False
) -> None:
    """Use a bot account again that had been stopped, after its password or its state at the portal was mended."""
    from cli import records

    records.reopen_credential(portal, account, reason, same_password=same_password)


@app.command()
def canary(
    *,
    portal: Annotated[
        str | None, typer.Option("--portal", metavar="PORTAL", help="Only this one.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Look at every portal's pages without asking about anybody. Schedules whose pages have changed are held."""
    from cli import canary as work

    work.canary(portal, as_json=as_json)


@app.command()
def console(*, as_json: Json = False) -> None:
    """Say where the web console is; starts the fleet if it is down."""
    from cli import console as work

    work.show(as_json=as_json)


@app.command()
def inventory(
    *, out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A .csv or .xlsx file to write.")]
) -> None:
    """Write the list of portal accounts: payer, portal URL, administrator contact, last log-in date, notes."""
    from cli import inventory as work

    work.write_inventory(out)


@app.command()
def demo(
    *,
    questions: Annotated[
        int | None,
        typer.Option(
            "--questions",
            metavar="N",
            min=1,
            help="Ask N in all, and one at least of each capability of each portal and layout of its payers' pages; "
            "the answer before stays on the screen meanwhile.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the whole fleet at work against the simulated portals, and check every answer."""
    from cli.demo import show

    show.demo(wanted=questions, as_json=as_json)


def main() -> None:
    """Entry point of the `fleet` script."""
    run_command(app)
