"""What came of a question: its steps while they happen, then its answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cli.answers import shown
from cli.exits import say
from cli.output import console, print_json, progress_console
from core.capabilities.catalog import capability as named

Event = tuple[str, dict[str, Any]]
KEYS = ("work_item", "run", "outcome", "answer", "as_of", "evidence")


def follow(asked: Event, events: Iterator[Event], *, quiet: bool) -> dict[str, Any]:
    """The last event's details. Steps are shown on a terminal only."""
    if quiet or not progress_console.is_terminal:
        for event, details in events:
            if event == "code_wanted":
                say(details["sentence"])
            elif event == "settled":
                return details
    waiting = {"new": "Asking the portal …", "joined": "This question is in the queue already; waiting for it …"}
    with progress_console.status(waiting.get(asked[1]["how"], "Looking it up …")):
        for event, details in events:
            if event == "step":
                progress_console.print(_step(details), style="dim")
            elif event == "code_wanted":
                progress_console.print(f"  {details['sentence']}", style="yellow")
            elif event == "moved":
                progress_console.print(f"  This portal sends to {details['portal']}; asking there …", style="dim")
            elif event == "settled":
                return details
    raise AssertionError("a desk's last word is “settled”")


def show(capability: str, settled: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        error = {"error": settled["trouble"]} if settled["trouble"] else {}
        print_json({key: settled[key] for key in KEYS} | error)
    elif settled["answer"]:
        console.print(shown(named(capability).read_answer(json.dumps(settled["answer"]))))
        as_of = datetime.fromisoformat(settled["as_of"]).astimezone()
        console.print(
            f"As of {as_of:%Y-%m-%d %H:%M:%S}. Proven by {len(settled['evidence'])} pieces of evidence: "
            f"fleet runs evidence {settled['run']} --out DIR",
            style="dim",
        )


def _step(step: dict[str, Any]) -> str:
    note = f"  ({step['note']})" if step["note"] else ""
    return f"  {step['kind']:<9} {step['page']:<28} {step['milliseconds']:>6} ms{note}"
