"""Evidence capsules: one file that proves what was sent and seen, and that anybody can check without the fleet.

A zip, stored and not packed, the same bytes for the same content. `manifest.json` tells the facts and lists every other
member in a chain of hashes; `manifest.sig` is the vault's Ed25519 signature of it, and its public key stands in it.
Whoever knows the fleet's key compares it: a forger would bring a key of his own.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.zips import UNREADABLE

FORMAT = "fleet-capsule-1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
GENESIS = "0" * 64
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)

Sign = Callable[[bytes], Awaitable[bytes]]
"""An Ed25519 signature, 64 bytes."""


@dataclass(frozen=True)
class Checked:
    """`tampered` names every part that is not what was signed; empty for a capsule that is whole."""

    tampered: tuple[str, ...]
    facts: Mapping[str, Any]
    """Of the manifest, if it is the one that was signed."""
    public_key: str | None = None
    """Base64 of the 32 bytes: who signed it."""


async def seal_capsule(facts: Mapping[str, Any], members: Mapping[str, bytes], public_key: bytes, sign: Sign) -> bytes:
    """`facts` is JSON. Members keep their order."""
    manifest = {
        "format": FORMAT,
        "facts": facts,
        "members": _chained(members),
        "public_key": base64.b64encode(public_key).decode(),
    }
    text = _canonical(manifest)
    return _zipped({MANIFEST: text, SIGNATURE: await sign(text), **members})


def check_capsule(data: bytes) -> Checked:
    """Reads nothing but the file itself."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except UNREADABLE:
        return Checked(("the file itself: it is cut, or no capsule",), {})
    with archive:
        names = archive.namelist()
        members = {name: _member(archive, name) for name in names}
    manifest = _manifest(members.get(MANIFEST))
    key = _signer(manifest, members)
    if manifest is None or key is None:
        changed = [name for name in (MANIFEST, SIGNATURE) if members.get(name) is None]
        return Checked(tuple(changed) or (f"{MANIFEST} or {SIGNATURE}: they do not fit each other",), {})
    listed = {entry["name"]: entry for entry in manifest["members"]}
    tampered = [name for name, entry in listed.items() if _differs(members.get(name), entry)]
    tampered += [f"{name} (added)" for name in names if name not in (MANIFEST, SIGNATURE, *listed)]
    known = {name: content for name, content in members.items() if content is not None}
    if not tampered and _zipped(known) != data:
        tampered = ["the container: its headers or what lies between its members"]
    return Checked(tuple(tampered), manifest["facts"], key)


def _chained(members: Mapping[str, bytes]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    before = GENESIS
    for name, content in members.items():
        entry = {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        before = hashlib.sha256(before.encode() + _canonical(entry)).hexdigest()
        entries.append(entry | {"chain": before})
    return entries


def _member(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """None when its bytes are not those that the archive once held."""
    try:
        return archive.read(name)
    except UNREADABLE:
        return None


def _manifest(text: bytes | None) -> dict[str, Any] | None:
    try:
        found = json.loads(text or b"")
    except ValueError:
        return None
    return found if isinstance(found, dict) and found.get("format") == FORMAT else None


def _signer(manifest: Mapping[str, Any] | None, members: Mapping[str, bytes | None]) -> str | None:
    """The key under which the manifest was signed, if it was, and if its chain holds."""
    text, signature = members.get(MANIFEST), members.get(SIGNATURE)
    if manifest is None or text is None or signature is None:
        return None
    try:
        key = base64.b64decode(manifest["public_key"], validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
        before = GENESIS
        for entry in manifest["members"]:
            own = {name: entry[name] for name in ("name", "size", "sha256")}
            before = hashlib.sha256(before.encode() + _canonical(own)).hexdigest()
            if entry["chain"] != before:
                return None
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return None
    return str(manifest["public_key"])


def _differs(content: bytes | None, entry: Mapping[str, Any]) -> bool:
    return content is None or hashlib.sha256(content).hexdigest() != entry["sha256"]


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return out.getvalue()
