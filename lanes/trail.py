"""The audit trail as a file of its own, to be kept for six years wherever the practice keeps such things: one event per
line, and a last line in which the vault signs where the chain ended. Free of patient data, as the trail is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.errors import RequestInvalid
from lanes.assembly import Fleet
from store import audit
from store.audit import AuditEvent

_SIGNED = b"fleet-audit-export-v1"


@dataclass(frozen=True)
class Exported:
    events: int
    head: str
    """NUMBER:HASH."""


@dataclass(frozen=True)
class FileVerdict:
    events: int
    first: int | None
    head: str | None
    """NUMBER:HASH, as it was signed; None when nothing signs it."""
    key: str | None
    """SHA-256 of the key that signed, in hex: to be compared with the one that was noted."""
    broken_at: int | None
    """The line that does not fit the one before it, or the signature's; None when all is as it was written."""


async def export(fleet: Fleet, target: Path, *, since: datetime | None, actor: str) -> Exported:
    """Audited as `audit.exported`, which is the last event in the file. Raises RequestInvalid."""
    async with fleet.database.begin() as session:
        detail: dict[str, str | int | None] = {"since": since.isoformat() if since else None}
        await audit.append(session, audit.Event("audit.exported", actor, "audit", detail), now=fleet.clock.now())
    with _private(target) as file:
        count, last = 0, None
        async with fleet.database.read() as session:
            async for event in audit.events(session, since=since):
                file.write(_line(audit.told(event)))
                count, last = count + 1, event
        head = f"{last.seq}:{last.hash}" if last else f"0:{audit.GENESIS}"
        signature, key = await fleet.vault.sign(_SIGNED + head.encode()), await fleet.vault.public_key()
        file.write(_line({"head": head, "signature": _text(signature), "key": _text(key)}))
    return Exported(count, head)


def verify_file(source: Path) -> FileVerdict:
    """Without a fleet. Raises RequestInvalid for a file that cannot be read."""
    count, first, before = 0, None, None
    try:
        with source.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                told = _object(line)
                if "head" in told:
                    intact = not next(file, "") and _is_signed(told, before)
                    head, key = (str(told["head"]), _fingerprint(told)) if intact else (None, None)
                    return FileVerdict(count, first, head, key, None if intact else number)
                event = audit.from_told(told)
                if event is None or not audit.follows(event, before):
                    return FileVerdict(count, first, None, None, number)
                count, first, before = count + 1, first or event.seq, event
    except (OSError, UnicodeDecodeError):
        raise RequestInvalid(f"{source} cannot be read as an audit trail.", field="file") from None
    return FileVerdict(count, first, None, None, count + 1)


def _is_signed(told: dict[str, Any], last: AuditEvent | None) -> bool:
    ends = f"{last.seq}:{last.hash}" if last else f"0:{audit.GENESIS}"
    with suppress(InvalidSignature, KeyError, TypeError, ValueError):
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(told["key"]))
        key.verify(base64.b64decode(told["signature"]), _SIGNED + ends.encode())
        return bool(told["head"] == ends)
    return False


def _fingerprint(told: dict[str, Any]) -> str:
    return hashlib.sha256(base64.b64decode(told["key"])).hexdigest()


def _object(line: str) -> dict[str, Any]:
    with suppress(ValueError):
        told = json.loads(line)
        return told if isinstance(told, dict) else {}
    return {}


def _line(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


@contextmanager
def _private(target: Path) -> Iterator[IO[str]]:
    """A new file, which is whole or not there: half an export would look like a trail that somebody has cut."""
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RequestInvalid(f"There is a {target} already; name another file.", field="out") from None
    except OSError:
        raise RequestInvalid(f"{target} cannot be written; name another file.", field="out") from None
    is_whole = False
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yield file
        is_whole = True
    finally:
        if not is_whole:
            target.unlink()
