"""What README.md quotes of the commands: help texts and tables. `make docs` writes them anew; a test compares."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
FLEET = Path(sys.executable).with_name("fleet")
_BLOCK = re.compile(r"(<!-- help: (?P<command>fleet[a-z ]*) -->\n```text\n)(?:(?!```).)*(```)", re.DOTALL)


_TABLE = re.compile(r"(<!-- table: (?P<command>fleet[a-z ]*) -->\n\n)(?:(?!\n<!--).)*(\n<!-- end -->)", re.DOTALL)


def printed(command: str, *options: str) -> str:
    """The same on every machine: 100 columns, no colours, blanks at the ends of lines cut."""
    environment = {"PATH": os.environ["PATH"], "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "LANG": "C.UTF-8"}
    words = [str(FLEET), *command.split()[1:], *options]
    told = subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout
    return "\n".join(line.rstrip() for line in told.strip("\n").splitlines())


def renewed(text: str) -> str:
    text = _BLOCK.sub(lambda found: found[1] + printed(found["command"], "--help") + "\n" + found[3], text)
    return _TABLE.sub(lambda found: found[1] + printed(found["command"]) + "\n" + found[3], text)


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
