"""Options that commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts; errors too.")]
PortalName = Annotated[
    str, typer.Option("--portal", metavar="PORTAL", help="The portal to ask, as `fleet portals` names it.")
]
PayerName = Annotated[str | None, typer.Option("--payer", metavar="PAYER", help="The payer behind the portal.")]
CredentialName = Annotated[
    str | None,
    typer.Option(
        "--credential", metavar="CREDENTIAL", help="Which bot account asks; the portal's only one if left out."
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
