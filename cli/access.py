"""Users of a portal as a person reads them: who may do what for whom, and who has long not been there."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.words import NOT_STATED, text
from core.capabilities.users import PortalUser, Scope, Users


def users(answer: Users) -> RenderableType:
    table = Table()
    for heading in ("User", "Name", "Roles", "For", "Status", "Last log-in", "Created"):
        table.add_column(heading)
    for user in answer.users:
        table.add_row(*_user(user))
    return Group(Text(answer.sentence, style="bold"), table)


def _user(user: PortalUser) -> tuple[str, ...]:
    return (
        user.username,
        text(user.name),
        ", ".join(user.roles) or NOT_STATED,
        "\n".join(map(_scope, user.scopes)) or NOT_STATED,
        text(user.status),
        "never" if user.never_logged_in else text(user.last_login),
        text(user.created_on),
    )


def _scope(scope: Scope) -> str:
    named = (("TIN", scope.tin), ("NPI", scope.npi), ("", scope.site))
    return ", ".join(f"{kind} {value}".strip() for kind, value in named if value)
