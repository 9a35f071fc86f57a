"""From what trouble looks like (selectors/<portal>/signals.yaml) to a core error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from bots.dom import Navigated, Sign, Window, engine
from bots.selectors import PortalSelectors, SelectorError, SignalSpec
from core.errors import (
    AccountLocked,
    ActionNeeded,
    AutomationBlocked,
    CodeRequired,
    CredentialRejected,
    FleetError,
    PasswordExpired,
    PortalReplaced,
    PortalUnavailable,
    RateLimited,
    SessionExpired,
)

_ATTEMPTS = re.compile(r"(\d+)\D{0,20}(?:attempt|tr(?:y|ies))", re.IGNORECASE)
_PUT_AWAY_MS = 3_000

SHOWS_LOGIN = (SessionExpired, CodeRequired)
"""A page of the log-in is on the screen: never recorded, and while a bot logs in rather a page to answer."""

_LOGIN = tuple(error.__name__ for error in SHOWS_LOGIN)

Maker = Callable[[SignalSpec, int | None], FleetError]


def _rejected(signal: SignalSpec, attempts: int | None) -> FleetError:
    factor = signal.details.get("factor", "password")
    left = "" if attempts is None else f" The portal says that {attempts} attempts remain."
    return CredentialRejected(
        f"The portal refused the {factor}.{left} The account rests until an administrator has mended it.",
        factor=factor,
        attempts_remaining=attempts,
        reference=signal.name,
    )


MAKERS: Mapping[str, Maker] = {
    "PortalUnavailable": lambda signal, _: PortalUnavailable(
        "The portal is closed for maintenance or has a fault; the question is asked again later.", reference=signal.name
    ),
    "PortalReplaced": lambda signal, _: PortalReplaced(
        f"The portal is gone for good; its payers answer on another one: ask {signal.details['portal']} instead.",
        portal=signal.details["portal"],
        reference=signal.name,
    ),
    "RateLimited": lambda signal, _: RateLimited("The portal asks for fewer requests.", reference=signal.name),
    "SessionExpired": lambda signal, _: (
        SessionExpired(
            "Somebody else has logged in with this account; the bot gives way and logs in again later.",
            kicked=True,
            reference=signal.name,
        )
        if signal.details.get("kicked") == "True"
        else SessionExpired("The portal ended the session.", reference=signal.name)
    ),
    "CredentialRejected": _rejected,
    "PasswordExpired": lambda signal, _: PasswordExpired(
        "The password has expired; an administrator must change it before the account is used again.",
        reference=signal.name,
    ),
    "AccountLocked": lambda signal, _: AccountLocked(
        signal.details.get(
            "sentence", "The portal has locked or deactivated the account; an administrator must have it opened again."
        ),
        reference=signal.name,
    ),
    "CodeRequired": lambda signal, _: CodeRequired(
        "The portal sends a code to a person; it is needed to go on.",
        medium=signal.details.get("medium", "text message"),
        reference=signal.name,
    ),
    "ActionNeeded": lambda signal, _: ActionNeeded(
        f"The portal wants a person to act first: {signal.details.get('kind', signal.name)}.",
        kind=signal.details.get("kind", signal.name),
        reference=signal.name,
    ),
    "AutomationBlocked": lambda signal, _: AutomationBlocked(
        "The portal asks for proof of a person. Bots stop here; a person must go on in a browser.",
        reference=signal.name,
    ),
}


def check_signals(selectors: PortalSelectors) -> None:
    """Raises SelectorError for a signal that raises something unknown."""
    for signal in selectors.signals:
        if signal.raises not in MAKERS:
            raise SelectorError(f"signal {signal.name}: raises {signal.raises}; known are {', '.join(MAKERS)}")
        if signal.raises == "PortalReplaced" and "portal" not in signal.details:
            raise SelectorError(f"signal {signal.name}: needs `portal`, the one to ask instead")


def signs_of_trouble(selectors: PortalSelectors, frames: Iterable[tuple[str, ...]]) -> dict[str, Sign]:
    """Trouble can come up in the window and inside the application's own frames."""
    return {
        " > ".join((f"signal {each.name}", *frame)): Sign(each.here, frame, of_login=each.raises in _LOGIN)
        for frame in frames
        for each in selectors.signals
    }


def signs_of_banners(selectors: PortalSelectors, frames: Iterable[tuple[str, ...]]) -> dict[str, Sign]:
    return {
        " > ".join((f"banner {each.name}", *frame)): Sign(each.here, frame)
        for frame in frames
        for each in selectors.interruptions
    }


async def raised(selectors: PortalSelectors, key: str, sign: Sign, window: Window) -> FleetError:
    name = key.split(" > ", maxsplit=1)[0].removeprefix("signal ")
    signal = next(each for each in selectors.signals if each.name == name)
    attempts = await _attempts(signal, sign, window) if signal.attempts else None
    return MAKERS[signal.raises](signal, attempts)


async def _attempts(signal: SignalSpec, sign: Sign, window: Window) -> int | None:
    text = window.dialogs.said(signal.attempts)
    if text is None:
        frame = await window.frame(sign.frame)
        if frame is None:
            return None
        try:
            read = await engine(frame, "read", spec={"fields": {"attempts": list(signal.attempts)}})
        except Navigated:
            return None
        found = read["fields"]["attempts"]
        text = found["text"] if found else ""
    numbers = _ATTEMPTS.findall(text) or re.findall(r"\d+", text)
    return int(numbers[0]) if len(numbers) == 1 else None


async def dismissed(selectors: PortalSelectors, window: Window, path: tuple[str, ...]) -> bool:
    """Puts away the banners and notices of a frame that the selector data allows to be put away."""
    there = False
    for each in selectors.interruptions:
        frame = await window.frame(path)
        if frame is None:
            break
        try:
            if await engine(frame, "present", pages={each.name: list(each.here)}):
                there = True
                candidates = list(each.dismiss.candidates)
                await engine(frame, "click", candidates=candidates, signs=[], timeout=_PUT_AWAY_MS)
        except Navigated:
            there = True
    return there
