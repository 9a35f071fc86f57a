"""Options that commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts; errors too.")]
PortalName = Annotated[
    str, typer.Option("--portal", metavar="PORTAL", help="The portal to ask, as `fleet portals` names it.")
]
PayerName = Annotated[str | None, typer.Option("--payer", metavar="PAYER", help="The payer behind the portal.")]
CapabilityName = Annotated[
    str,
    typer.Argument(
        metavar="CAPABILITY",
        help="eligibility, claim_status, remittances, authorizations, messages, documents, users, appeals, "
        "sent_messages, claim_files or notifications.",
    ),
]
CredentialName = Annotated[
    str | None,
    typer.Option(
        "--credential", metavar="CREDENTIAL", help="Which bot account asks; the portal's only one if left out."
    ),
]
Attended = Annotated[
    bool,
    typer.Option(
        "--attended",
        help="You watch this one: an adapter that is not proven yet may go to the real portal, where its terms allow "
        "bots. Nothing is sent that way.",
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it goes into the audit trail.")]
SamePassword = Annotated[
    bool,
    typer.Option(
        "--same-password",
        help="The password that the portal refused is right now, the portal was at fault: type it once more.",
    ),
]
