"""The forms of `fleet credentials …` for one account that is there already. As in `cli.main`, the work comes later."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.options import Attended, Json, SamePassword

accounts_app = typer.Typer()
AnyAccount = Annotated[
    str, typer.Argument(metavar="CREDENTIAL", help="The bot account, by your own name for it or by its id.")
]
ItsPortal = Annotated[
    str | None,
    typer.Option("--portal", metavar="PORTAL", help="Its portal, where several have an account of that name."),
]


@accounts_app.command("list")
def credentials_list(*, as_json: Json = False) -> None:
    """List the bot accounts, as `fleet credentials` alone does."""
    from cli import records

    records.list_credentials(as_json=as_json)


@accounts_app.command("show")
def credentials_show(account: AnyAccount, *, portal: ItsPortal = None, as_json: Json = False) -> None:
    """Show all that is known of one bot account: state, last log-in, last failure, password's age. Never a secret."""
    from cli import accounts

    accounts.show(account, portal, as_json=as_json)


@accounts_app.command("test")
def credentials_test(
    account: AnyAccount, *, portal: ItsPortal = None, attended: Attended = False, as_json: Json = False
) -> None:
    """Prove that a bot account gets in: by its saved session if that still works, else by a log-in. Asks no question.

    It goes through the account's lane, so that no password and no code is typed that might lock it.
    """
    from cli import accounts

    accounts.test(account, portal, attended=attended, as_json=as_json)


@accounts_app.command("rotate")
def credentials_rotate(
    account: Annotated[
        str | None,
        typer.Argument(
            metavar="CREDENTIAL", help="The bot account; all whose day is near if left out.", show_default=False
        ),
    ] = None,
    *,
    portal: ItsPortal = None,
    within: Annotated[
        int | None,
        typer.Option(
            "--within",
            metavar="DAYS",
            help="Without a CREDENTIAL: those with so many days left, or fewer, not those whose day has come.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Change a bot account's password: a new one by the portal's rules, proven by a fresh log-in, old ones kept.

    Whatever stops it on the way, the vault has the password that works; the next use of the account finds out.
    """
    from cli import accounts

    accounts.rotate(account, portal, within=within, as_json=as_json)


@accounts_app.command("recover")
def credentials_recover(account: AnyAccount, *, portal: ItsPortal = None, as_json: Json = False) -> None:
    """Recover a locked or forgotten account in the portal's own way, where it has one; it gets a new password.

    By a backup code of the vault, or by a link that the portal sends by e-mail: `fleet code` hands that in. Where the
    portal has no such way, it says what a person does.
    """
    from cli import accounts

    accounts.recover(account, portal, as_json=as_json)


@accounts_app.command("codes")
def credentials_codes(account: AnyAccount, *, portal: ItsPortal = None) -> None:
    """Keep an account's backup codes in the vault, in place of those before: asked for, or one to a line on standard
    input. Each is used once; `fleet credentials` counts what is left. Only for a portal where a bot types one: One
    Healthcare ID, to recover the account.
    """
    from cli import accounts

    accounts.keep_codes(account, portal)


@accounts_app.command("unlock")
def credentials_unlock(
    account: AnyAccount,
    *,
    portal: ItsPortal = None,
    done: Annotated[
        bool, typer.Option("--done", help="The account was unlocked at the portal: reopen its lane, and prove it.")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="What was done; it goes into the audit trail.")
    ] = "unlocked at the portal",
    same_password: SamePassword = False,
    as_json: Json = False,
) -> None:
    """Say what a person has to do about a stopped account; then reopen its lane and prove that it gets in again."""
    from cli import accounts

    accounts.unlock(account, portal, done=done, same_password=same_password, reason=reason, as_json=as_json)


@accounts_app.command("note")
def credentials_note(
    account: AnyAccount,
    *,
    portal: ItsPortal = None,
    recertify_by: Annotated[
        datetime | None,
        typer.Option("--recertify-by", formats=["%Y-%m-%d"], help="By when a person must confirm the account."),
    ] = None,
    attest_by: Annotated[
        datetime | None,
        typer.Option("--attest-by", formats=["%Y-%m-%d"], help="By when a person must attest the provider's data."),
    ] = None,
    authorized_on: Annotated[
        datetime | None,
        typer.Option("--authorized-on", formats=["%Y-%m-%d"], help="The day of the form that allows it to a bot."),
    ] = None,
    authorized_until: Annotated[
        datetime | None,
        typer.Option("--authorized-until", formats=["%Y-%m-%d"], help="The last day of that form, where it ends."),
    ] = None,
    authorization_form: Annotated[
        str | None, typer.Option("--authorization-form", metavar="TEXT", help="Which form, and where it is on file.")
    ] = None,
    backup_codes: Annotated[
        int | None, typer.Option("--backup-codes", min=0, help="How many recovery codes are left for it.")
    ] = None,
    notes: Annotated[
        str | None,
        typer.Option(
            "--notes", metavar="TEXT", help="For the inventory, in place of those before; kept sealed. No passwords."
        ),
    ] = None,
    rotate_every: Annotated[
        int | None,
        typer.Option(
            "--rotate-every",
            metavar="DAYS",
            min=0,
            help="Have the fleet change its password so often, whatever holds for others; 0: never by itself.",
        ),
    ] = None,
) -> None:
    """Note what only a person knows of a bot account; `fleet credentials` and the inventory show it."""
    from cli import accounts

    days = {
        "recertify_by": recertify_by,
        "attest_by": attest_by,
        "authorized_on": authorized_on,
        "authorized_until": authorized_until,
    }
    accounts.note(
        account,
        portal,
        days=days,
        authorization_form=authorization_form,
        backup_codes_left=backup_codes,
        rotate_every=rotate_every,
        notes=notes,
    )


@accounts_app.command("retire")
def credentials_retire(
    account: AnyAccount,
    *,
    portal: ItsPortal = None,
    delete_secret: Annotated[
        bool, typer.Option("--delete-secret", help="Remove its login and seed from the vault, with all versions.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether that is meant.")] = False,
    as_json: Json = False,
) -> None:
    """End a bot account's lane for good. Its history stays.

    What it had still to ask goes to another account of the portal that sees the same data, or is refused.
    """
    from cli import accounts

    accounts.retire(account, portal, delete_secret=delete_secret, confirmed=yes, as_json=as_json)
