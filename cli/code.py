"""`fleet code`: a code that a portal has sent to a person goes to the run that waits for it."""

from __future__ import annotations

import sys

import typer

from cli.actor import actor
from cli.output import console
from core.home import Home
from lanes.questions.visit import hand_in_code


def give_code(run: str) -> None:
    asks = sys.stdin.isatty()
    code = typer.prompt("Code", hide_input=True, err=True) if asks else sys.stdin.readline().strip()
    hand_in_code(Home.from_environment(), run, code, given_by=actor())
    console.print(f"{run} has the code and goes on.")
