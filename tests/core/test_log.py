from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from core.log import RedactingFilter, configure_logging, protect
from core.redact import known_values

PASSWORD = "cänary\"Pa55'word"


def fail() -> None:
    local_variable = PASSWORD
    raise ValueError(local_variable)


@pytest.fixture(autouse=True)
def untouched_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, shows = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    with known_values.knowing([PASSWORD]):
        yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = shows
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    file = tmp_path / "logs" / "fleet.log"
    configure_logging(file)
    return file


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_the_file_is_private_and_holds_json(log_file: Path) -> None:
    structlog.get_logger("lanes").info("item done", portal="availity", seconds=0.5, member_id="W1")
    assert log_file.stat().st_mode & 0o777 == 0o600
    (line,) = lines(log_file)
    assert line["event"] == "item done"
    assert (line["portal"], line["seconds"], line["member_id"]) == ("availity", 0.5, "•••")
    assert line["timestamp"].endswith("Z")


def test_nothing_known_is_written_whoever_says_it(log_file: Path) -> None:
    log = structlog.get_logger("ours")
    log.warning(PASSWORD, error=PASSWORD, payload={"page": [PASSWORD]})
    logging.getLogger("theirs").warning("sent %s", PASSWORD)
    logging.getLogger("theirs").warning("sent %d", PASSWORD)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"careful with {PASSWORD}", stacklevel=1)
    try:
        fail()
    except ValueError as error:
        log.exception("failed")
        logging.getLogger("theirs").exception("failed")
        sys.excepthook(ValueError, error, error.__traceback__)
    thread = threading.Thread(target=lambda: (_ for _ in ()).throw(ValueError(PASSWORD)))
    thread.start()
    thread.join()

    async def loses_an_error() -> None:
        asyncio.get_running_loop().call_exception_handler({"message": "lost", "exception": ValueError(PASSWORD)})

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        loop.run_until_complete(loses_an_error())
    text = log_file.read_text(encoding="utf-8")
    assert not known_values.holds(text)
    assert len(lines(log_file)) == 8
    assert text.count("Traceback") == 4


def test_lines_for_people_hold_nothing_known_either() -> None:
    stream = io.StringIO()
    configure_logging(stream)
    try:
        fail()
    except ValueError:
        structlog.get_logger("ours").exception(PASSWORD, anything=PASSWORD)
    assert "Traceback" in stream.getvalue()
    assert not known_values.holds(stream.getvalue())


def test_a_line_that_kept_a_secret_is_withheld(log_file: Path) -> None:
    # A value made of what JSON itself writes gets past the redactor, which sees the parts only.
    with known_values.knowing(['"event": "']):
        structlog.get_logger("ours").info("harmless")
    (line,) = lines(log_file)
    assert "withheld" in line["event"]


def test_handlers_of_others_get_clean_records() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    protect([handler, handler])
    assert len([each for each in handler.filters if isinstance(each, RedactingFilter)]) == 1
    logger = logging.getLogger("prefect.stand-alone")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        fail()
    except ValueError:
        logger.exception("flow failed with %s", PASSWORD)
    assert "ValueError" in stream.getvalue()
    assert not known_values.holds(stream.getvalue())


def test_an_uncaught_exception_of_a_program_is_written_clean(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from core.log import configure_logging; "
        "from core.redact import known_values; configure_logging(Path(sys.argv[1])); "
        "value = sys.stdin.read(); known_values.remember(value); raise RuntimeError(value)"
    )
    file = tmp_path / "crash.log"
    done = subprocess.run(
        [sys.executable, "-c", program, file], input=PASSWORD, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "RuntimeError" in file.read_text(encoding="utf-8")
    assert not known_values.holds(done.stderr + done.stdout + file.read_text(encoding="utf-8"))
