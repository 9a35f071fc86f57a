"""`fleet pull`: the question leaves before anything heavy is imported; the rest is imported while the portal works."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from cli.actor import actor
from cli.exits import STATUS_OF, in_words, say
from cli.keys import keys_from
from core.errors import PartUnavailable, RequestInvalid
from core.home import Home
from lanes.questions.visit import Told, hand_in


def pull(
    capability: str,
    arguments: Sequence[str],
    *,
    portal: str,
    payer: str | None,
    credential: str | None,
    fresh: bool,
    attended: bool,
    as_json: bool,
) -> None:
    keys = keys_from(arguments)
    wish = {
        "capability": capability,
        "portal": portal,
        "payer": payer,
        "credential": credential,
        "keys": keys,
        "fresh": fresh,
        "requested_by": actor(),
        "attended": attended and watched(),
    }
    events = hand_in(Home.from_environment(), wish)
    try:
        asked = next(events)
        from cli import pulled

        settled = pulled.follow(asked, events, quiet=as_json)
    except PartUnavailable:
        # Whoever asked wrongly should hear that, rather than that the fleet is down.
        from core.capabilities.catalog import capability as named

        named(capability).ask(keys)
        raise
    pulled.show(capability, settled, as_json=as_json)
    if settled["trouble"]:
        trouble = Told(settled["trouble"])
        say(in_words(trouble))
        raise typer.Exit(STATUS_OF[trouble.next_step])


def watched() -> bool:
    """Raises RequestInvalid where nobody can watch."""
    if not sys.stdout.isatty():
        raise RequestInvalid("--attended is for a person at a terminal, who reads what comes.", field="attended")
    return True
