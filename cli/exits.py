"""How every command ends: one exit status and one sentence, whatever happened."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

import typer
from typer.main import get_command

from core.errors import FleetError, NextStep, RequestInvalid

ANYTHING_ELSE = 1
INTERRUPTED = 130
"""What Typer makes of Ctrl-C, without a word."""
STATUS_OF = {
    NextStep.ASK_BILLER: 2,
    NextStep.ASK_PERSON: 3,
    NextStep.ASK_ADMINISTRATOR: 3,
    NextStep.RECONCILE: 3,
    NextStep.STOP: 3,
    NextStep.WAIT: 4,
    NextStep.LOG_IN_AGAIN: 4,
    NextStep.ASK_DEVELOPER: 5,
    NextStep.MEND_STACK: ANYTHING_ELSE,
}
_WORST_FIRST = (5, 3, ANYTHING_ELSE, 4, 2)
"""Of several statuses: what no new try mends comes before what one may."""
_ROOT = Path(__file__).resolve().parent.parent


def worst(steps: Iterable[NextStep]) -> int:
    """The exit status where many questions ended, each in its own way."""
    return min((STATUS_OF[step] for step in steps), key=_WORST_FIRST.index, default=ANYTHING_ELSE)


def run_command(app: typer.Typer) -> None:
    sys.excepthook = _say_where_it_broke
    try:
        status = get_command(app).main(standalone_mode=False)
        if status == INTERRUPTED:
            status = _stopped()
    except FleetError as error:
        status = report(error)
    except typer.TyperException as usage:
        status = report(RequestInvalid(_without_values(usage.format_message())))
    except typer.Abort:
        status = _stopped()
    except BrokenPipeError:
        # Whoever read our output has seen enough (`fleet runs | head`); the interpreter must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = ANYTHING_ELSE
    sys.exit(status)


def _stopped() -> int:
    say("Stopped. What was asked is kept; run the same command again to go on.")
    return ANYTHING_ELSE


def report(error: FleetError) -> int:
    """Says it on standard error, and with --json as an object on standard output; returns the exit status."""
    say(in_words(error))
    _tell_scripts(error.told())
    return STATUS_OF[error.next_step]


def in_words(error: FleetError) -> str:
    """Its sentence; what only a developer can mend, with what is wrong there."""
    mends = error.next_step is NextStep.ASK_DEVELOPER and error.reference
    return f"{error.sentence} ({error.reference})" if mends else error.sentence


def say(sentence: str) -> None:
    sys.stderr.write(f"fleet: {sentence}\n")


def _tell_scripts(error: Mapping[str, str]) -> None:
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps({"error": error}, ensure_ascii=False) + "\n")


def _without_values(message: str) -> str:
    """A usage error quotes the command line, where KEY=VALUE may tell who a patient is."""
    for argument in sys.argv[1:]:
        key, equals, value = argument.partition("=")
        if equals and value:
            message = message.replace(argument, f"{key}=…").replace(value, "…")
    return f"{message.splitlines()[0].rstrip('.')}; `fleet COMMAND --help` lists what can be said."


def _say_where_it_broke(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    """For a bug of ours, which is no FleetError. Class and place are told, never the text: it may hold patient data."""
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_ROOT) and ".venv" not in frame.filename]
    place = f" at {Path(ours[-1].filename).relative_to(_ROOT)}:{ours[-1].lineno}" if ours else ""
    if "FLEET_DEBUG" in os.environ:
        sys.stderr.writelines(traceback.format_list(frames))
    sentence = f"The fleet itself has a fault ({kind.__name__}{place}); FLEET_DEBUG=1 shows the way there."
    say(sentence)
    _tell_scripts({"code": kind.__name__, "sentence": sentence, "next_step": NextStep.ASK_DEVELOPER})
