"""How each kind of trouble is brought about on a simulated portal. Every signal that an adapter declares has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from fixtures_portals import SimulatedPortal

from bots.contracts import LoginSecrets


@dataclass(frozen=True)
class AtLogin:
    """Trouble that an account meets on its way in."""

    account: Mapping[str, Any] = field(default_factory=dict)
    dials: Mapping[str, Any] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()
    """What the bot has wrong: "password", "code"."""


@dataclass(frozen=True)
class MidWork:
    """Trouble that befalls a session between two questions, while the form stands open."""

    befall: Callable[[SimulatedPortal, LoginSecrets], object]


def _kick(portal: SimulatedPortal, secrets: LoginSecrets) -> None:
    account = portal.account_of(secrets)
    account.spec.single_session = True
    sessions = portal.house.sessions[portal.id]
    sessions.sign_in(sessions.begin(account))


def _let_idle(portal: SimulatedPortal, secrets: LoginSecrets) -> None:
    portal.account_of(secrets).spec.idle_minutes = 1e-9


def _drop(portal: SimulatedPortal, secrets: LoginSecrets) -> None:
    portal.house.sessions[portal.id].drop_all(secrets.username.reveal())


def _forget(portal: SimulatedPortal, secrets: LoginSecrets) -> None:
    """As a portal does that was started anew: the browser's cookie is nobody's, and it shows the page to log in."""
    sessions = portal.house.sessions[portal.id]
    for session in sessions.live(secrets.username.reveal()):
        del sessions._sessions[session.id]


AT_LOGIN: Mapping[str, AtLogin] = {
    "rejected_password": AtLogin(wrong=frozenset({"password"})),
    "password_expired": AtLogin({"must_change": True}),
    "locked": AtLogin({"locked": True}),
    "deactivated": AtLogin({"inactive": True}),
    "terms": AtLogin({"terms": True}),
    "maintenance": AtLogin(dials={"maintenance": True}),
    "server_error": AtLogin(dials={"error_rate": 1.0}),
    "bot_wall": AtLogin(dials={"challenge": True}),
}
AT_SECOND_STEP: Mapping[str, AtLogin] = {
    "rejected_code": AtLogin({"mfa": ("authenticator", "text")}, wrong=frozenset({"code"})),
    "sent_code": AtLogin({"mfa": ("text", "call")}),
}
"""Where there is a second step at all."""
AT_STEP_UP: Mapping[str, AtLogin] = {"code_again": AtLogin({"mfa": ("authenticator", "text"), "step_up_after": 1})}
"""A code asked for in the middle of a session, where a portal is known to do so."""
OF_SOME: Mapping[str, AtLogin] = {
    "data_check": AtLogin({"data_check_days": 0}),
    "suspended": AtLogin({"suspended": True}),
    "retired": AtLogin(dials={"hands_over_on": date.today() - timedelta(days=40)}),
}
"""What only some portals know."""
AT_A_CHANGE = ("rejected_current_password",)
"""While a password is changed: tests/payers/test_passwords_at_portals.py."""
ON_THE_WAY: Mapping[str, Mapping[str, Any]] = {
    "maintenance": {"maintenance": True},
    "server_error": {"error_next": 1},
    "bot_wall": {"challenge": True},
}
"""Dials that meet a bot which is logged in on its way to a form."""
MID_WORK: Mapping[str, MidWork] = {
    "payer_error": MidWork(lambda portal, _: portal.dial(error_next=1)),
    "idle": MidWork(_let_idle),
    "dropped": MidWork(_drop),
    "kicked": MidWork(_kick),
    "logged_out": MidWork(_forget),
}
