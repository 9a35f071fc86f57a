"""The `fleet` command in a process of its own, forked from one that has imported everything: that takes longer than
what most commands do.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from pkgutil import walk_packages
from subprocess import CompletedProcess

import cli
from cli.main import main

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([each.name for each in walk_packages(cli.__path__, "cli.")])
_SECONDS = 120


def fleet(home: Path, *words: str, given: str = "") -> CompletedProcess[str]:
    """`given` is its standard input. No terminal is there. Raises TimeoutError."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "0").write_text(given, encoding="utf-8")
        process = _FORKS.Process(target=_run, args=(words, os.environ | {"FLEET_HOME": str(home)}, folder))
        process.start()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(words)
        out, err = ((Path(folder) / stream).read_text(encoding="utf-8") for stream in "12")
        return CompletedProcess(words, process.exitcode, out, err)


def _run(words: tuple[str, ...], environment: Mapping[str, str], folder: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for stream in range(3):
        opened = os.open(f"{folder}/{stream}", os.O_RDWR | os.O_CREAT)
        os.dup2(opened, stream)
        os.close(opened)
    # What the parent had bound to its own streams.
    sys.stdin = os.fdopen(0, closefd=False, encoding="utf-8")
    sys.stdout = os.fdopen(1, "w", closefd=False, encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", 1, closefd=False, encoding="utf-8")
    sys.argv = ["fleet", *words]
    main()
