"""The forms of `fleet submit` and `fleet submissions`. Scripts depend on them; the work is imported when they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import CredentialName, Json, PayerName, PortalName, Reason

evidence_app = typer.Typer(help="Evidence capsules: signed files that prove what was sent.")
submissions_app = typer.Typer(help="What was sent to payers, or waits to be: how it stands, and what people decide.")

SubmissionId = Annotated[str, typer.Argument(metavar="SUBMISSION", help="Its id, as `fleet submissions` prints it.")]


def submit(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="reconsideration, appeal, authorization, notification, message, reply or claims.",
        ),
    ],
    keys: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KEY=VALUE", help="What is sent, as for `fleet pull`: also `-` or @FILE.", show_default=False
        ),
    ] = None,
    *,
    portal: PortalName,
    files: Annotated[
        list[Path] | None, typer.Option("--file", metavar="FILE", help="A file to send along; may be repeated.")
    ] = None,
    payer: PayerName = None,
    credential: CredentialName = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Fill everything in up to the review page, and send nothing.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also when the latest stored answer about the claim speaks against it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send something to a payer: exactly once, however often it is handed in and whatever dies on the way.

    It is checked first, without a log-in: files, missing keys, days left to file, and what the store
    knows of the claim. The portal's worklist is searched
    before the click; when the answer to it is lost, only that worklist decides.

    Keys of reconsideration and appeal: claim_number, member_id, birth_date, first_name, last_name, provider_npi,
    decided_on (the day of the decision), reason, narrative, contact_name, contact_phone.

    Keys of authorization: member_id, birth_date, provider_npi (who orders it), servicing_npi, service_kind,
    service_from, service_to, procedure_code, unit (days, visits, units or hours), units, diagnosis_code,
    narrative, contact_name, contact_phone.

    Keys of notification, that a member is pregnant: member_id, birth_date, due_on (the expected date of delivery),
    first_visit_on, risk (routine or high), narrative (risk factors), provider_npi, contact_name, contact_phone.

    Keys of message: topic, subject_line, body, claim_number. Of reply: body, and of the message that it
    answers in_reply_to (its id), received_on and subject_line. Under each stands a line with a reference,
    by which it is found among the sent ones.

    claims has no keys: it is one 837 file, which says all by itself and is scrubbed first (`fleet scrub`).
    """
    from cli import submit as work

    work.submit(
        kind,
        keys or [],
        portal=portal,
        payer=payer,
        credential=credential,
        files=files or [],
        dry_run=dry_run,
        anyway=anyway,
        as_json=as_json,
    )


def scrub(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The 837P or 837I.")],
    *,
    as_json: Json = False,
) -> None:
    """Check a file of claims (837) before it is sent: what a payer would send back, in a biller's words.

    Works without a portal and without the fleet. Exit status 2 when there is something to mend.
    """
    from cli import scrub as work

    work.check(file, as_json=as_json)


@submissions_app.callback(invoke_without_command=True)
def submissions(context: typer.Context, *, as_json: Json = False) -> None:
    """List what was handed in, the newest first."""
    if context.invoked_subcommand is None:
        from cli import submissions as work

        work.list_submissions(as_json=as_json)


@submissions_app.command("show")
def submissions_show(
    submission: SubmissionId,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Open its evidence into this folder: review page, confirmation."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show how one stands: who asked, what was sent, what the portal said. The audit trail notes it."""
    from cli import submissions as work

    work.show(submission, out=out, as_json=as_json)


@submissions_app.command("receipt")
def submissions_receipt(
    submission: SubmissionId,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A .zip; it holds patient data.")],
) -> None:
    """Write the receipt of a settled one: an evidence capsule, signed, with an HTML page for the patient's account."""
    from cli import evidence as work

    work.write_receipt(submission, out)


@submissions_app.command("reconcile")
def submissions_reconcile(*, as_json: Json = False) -> None:
    """Look for everything that is not settled on the portals' worklists now, and go on with it."""
    from cli import submissions as work

    work.reconcile(as_json=as_json)


@submissions_app.command("track")
def submissions_track(
    *,
    portal: Annotated[
        str | None, typer.Option("--portal", metavar="PORTAL", help="At this portal only; all of them if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask after everything that payers have not decided yet: status, decision, its letter, and what is next."""
    from cli import submissions as work

    work.track(portal, as_json=as_json)


@submissions_app.command("approve")
def submissions_approve(
    submission: SubmissionId,
    *,
    version: Annotated[
        int, typer.Option("--version", metavar="N", help="The version that was read, as `show` prints it.")
    ],
) -> None:
    """Say yes to one that waits for it at the review page; it is sent then."""
    from cli import submissions as work

    work.approve(submission, version)


@submissions_app.command("approval")
def submissions_approval(
    *,
    portal: Annotated[
        str | None, typer.Option("--portal", metavar="PORTAL", help="For this portal only; all of them if left out.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="For this kind only; all of them if left out.")
    ] = None,
    required: Annotated[
        bool | None, typer.Option("--required/--not-required", help="Set the rule, or lift it again.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it goes into the audit trail.")] = "",
    as_json: Json = False,
) -> None:
    """Say where a person's yes is needed before anything is sent; without a choice, list the rules.

    What is handed in already and not sent yet waits as well. What a portal's manifest asks for cannot be lifted.
    """
    from cli import submissions as work

    if required is None:
        work.list_approval_rules(as_json=as_json)
    else:
        work.set_approval(portal, kind, required=required, reason=reason)


@submissions_app.command("settle")
def submissions_settle(
    submission: SubmissionId,
    *,
    number: Annotated[
        str | None,
        typer.Option("--number", metavar="NUMBER", help="The payer has it, under this number; `-` reads it."),
    ] = None,
    not_received: Annotated[
        bool, typer.Option("--not-received", help="The payer does not have it: it is sent again.")
    ] = False,
    reason: Reason,
) -> None:
    """Decide one that is unknown and that the portal's worklist does not show, after the payer was asked."""
    from cli import submissions as work

    work.settle(submission, number=number, not_received=not_received, reason=reason)


@evidence_app.command("verify")
def evidence_verify(
    capsule: Annotated[Path, typer.Argument(metavar="FILE", help="The capsule.")],
    *,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", help="Whose signature it must be, as `fleet evidence key` printed it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a capsule, without the fleet: name every part that is not what was signed."""
    from cli import evidence as work

    work.verify(capsule, key=key, as_json=as_json)


@evidence_app.command("key")
def evidence_key() -> None:
    """Print the public key with which this fleet signs, to be kept where its capsules are checked."""
    from cli import evidence as work

    work.print_key()
