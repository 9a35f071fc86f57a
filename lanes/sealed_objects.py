"""Sealed objects of the evidence store, opened."""

from __future__ import annotations

from core.errors import PartUnavailable
from core.seal import open_blob, wrapped_key
from lanes.assembly import Fleet

EVIDENCE_KEY = "evidence"
"""The vault's key that wrapped the data keys before there were periods of retention."""


async def open_object(fleet: Fleet, name: str, place: str, *, what: str) -> bytes:
    """In clear. Raises SealBroken, Shredded for what the retention has ended, PartUnavailable when it is missing."""
    try:
        blob = await fleet.evidence.get(name)
    except KeyError:
        raise PartUnavailable("evidence", f"{what} is missing in the evidence folder.") from None
    wrapped = wrapped_key(blob)
    key = fleet.sealer.open_data_key(wrapped) or await fleet.vault.open_data_key(EVIDENCE_KEY, wrapped)
    return open_blob(blob, key, place)
