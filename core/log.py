"""Logging of the whole process: structlog, standard library, warnings, uncaught exceptions all pass the redactor.

Ask for a logger with `structlog.get_logger()`. Only keys of `core.redact.ALLOWED_KEYS` keep their values.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterable
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from core.redact import Redactor, known_values

WITHHELD = '{"event": "a log line was withheld: a known secret was left in it", "level": "error"}'

_QUIET = ("hvac", "urllib3", "httpx", "httpcore", "asyncio", "aiosqlite", "botocore", "boto3", "s3transfer")
"""Libraries whose own lines below a warning name hosts, paths and headers."""


def configure_logging(target: Path | TextIO, *, level: int = logging.INFO) -> None:
    """A path gets JSON lines, appended, mode 0600; a stream gets lines for people. Replaces what was configured."""
    # Otherwise logging prints the arguments of a line that it could not format.
    logging.raiseExceptions = False
    handler: logging.Handler
    if isinstance(target, Path):
        handler = _PrivateFile(target)
        renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        handler = logging.StreamHandler(target)
        # structlog's own default prints the local variables of every frame: passwords.
        renderer = structlog.dev.ConsoleRenderer(
            colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[*_chain(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_chain(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer, _guard],
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


class RedactingFilter(logging.Filter):
    """For handlers that are not ours, such as Prefect's: whatever they send on has passed the redactor."""

    def __init__(self) -> None:
        super().__init__()
        self._redactor = Redactor()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._redactor.text(record.getMessage())
        record.args = None
        if record.exc_info:
            record.exc_text = self._redactor.text(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        if record.stack_info:
            record.stack_info = self._redactor.text(record.stack_info)
        return True


def protect(handlers: Iterable[logging.Handler]) -> None:
    for handler in handlers:
        if not any(isinstance(present, RedactingFilter) for present in handler.filters):
            handler.addFilter(RedactingFilter())


def _chain() -> list[Processor]:
    """The redactor comes before the renderer: a mask in the middle of rendered JSON may break it."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        Redactor(),
    ]


def _guard(_logger: Any, _method: str, rendered: Any) -> str:
    """The last look, at the very line."""
    line = str(rendered)
    return WITHHELD if known_values.holds(line) else line


class _PrivateFile(logging.FileHandler):
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(path, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8")


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    structlog.get_logger("uncaught").critical("uncaught exception", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        structlog.get_logger("uncaught").critical(
            "uncaught exception in a thread", exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
        )


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is not None:
        structlog.get_logger("uncaught").warning(
            "exception in a destructor", exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
        )
