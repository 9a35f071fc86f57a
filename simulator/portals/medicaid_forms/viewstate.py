"""What a page carries to the browser and back: its state, and the events that it may raise, both sealed."""

import base64
import hashlib
import hmac
import json
import secrets
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

STATE = "__VIEWSTATE"
GENERATOR = "__VIEWSTATEGENERATOR"
VALIDATION = "__EVENTVALIDATION"
TARGET = "__EVENTTARGET"
ARGUMENT = "__EVENTARGUMENT"
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """Which control of the page sent it back."""

    control: str
    argument: str
    kept: Mapping[str, str]
    """What the page was told to keep when it was made."""


class Forged(Exception):
    """The page did not come from here, came for somebody else, or raises an event that it does not have."""


class ViewState:
    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def sealed(self, page: str, owner: str, kept: Mapping[str, str], events: Iterable[str]) -> dict[str, str]:
        """The hidden fields of a page. `owner` is whose page it is: a session, or nobody's before the log-in."""
        state = self._seal({"page": page, "owner": owner, "kept": dict(kept)}, "")
        return {
            STATE: state,
            GENERATOR: f"{zlib.crc32(page.encode()):08X}",
            VALIDATION: self._seal(sorted(events), state),
        }

    def opened(self, page: str, owner: str, form: Form) -> Event:
        """Raises Forged."""
        state = self._unseal(form.get(STATE, ""), "")
        events = self._unseal(form.get(VALIDATION, ""), form.get(STATE, ""))
        if state["page"] != page or state["owner"] != owner:
            raise Forged
        # A button that was pressed is heard before the target, which a file given by a link leaves in the page.
        control = next((name for name in events if name in form), "") or form.get(TARGET, "")
        if control not in events:
            raise Forged
        return Event(control, form.get(ARGUMENT, ""), state["kept"])

    def _seal(self, content: object, beside: str) -> str:
        body = json.dumps(content).encode()
        return base64.b64encode(self._sign(body, beside) + body).decode()

    def _unseal(self, text: str, beside: str) -> Any:
        try:
            raw = base64.b64decode(text, validate=True)
        except ValueError as error:
            raise Forged from error
        size = hashlib.sha256().digest_size
        if not hmac.compare_digest(raw[:size], self._sign(raw[size:], beside)):
            raise Forged
        return json.loads(raw[size:])

    def _sign(self, body: bytes, beside: str) -> bytes:
        return hmac.digest(self._key, beside.encode() + b"|" + body, "sha256")
