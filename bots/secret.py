"""The only way a secret gets into a page."""

from __future__ import annotations

from contextlib import suppress

from playwright.async_api import ElementHandle
from playwright.async_api import Error as PlaywrightError

from bots.definition import PortalDefinition
from bots.dom import CLOSED, translated
from core.errors import AutomationBlocked, PartUnavailable, PortalChanged
from core.phi import Secret

_TEXTUAL = '["text", "password", "tel", "email", "number", "search", "url"]'
_SET = f"""(element, value) => {{
  if (!{_TEXTUAL}.includes(element.type)) return false;
  element.focus();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(element, value);
  element.dispatchEvent(new InputEvent("input", {{ bubbles: true, composed: true }}));
  element.dispatchEvent(new Event("change", {{ bubbles: true, composed: true }}));
  return element.value.length === value.length;
}}"""
# Keys go to whatever has the focus, which the page may move: never into another document.
_TAKES_KEYS = f"""(element) => {{
  let active = element.ownerDocument.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return element.isConnected && {_TEXTUAL}.includes(active?.type) && !active.readOnly;
}}"""
_KEPT_KEYS = "(element, count) => element.maxLength === 1 || element.value.length === count"


async def secret_fill(
    handle: ElementHandle, secret: Secret, definition: PortalDefinition, *, page: str, element: str, by_keys: bool
) -> None:
    """Sets or types a secret into one element of one document of the portal's own origin.

    The element's frame and every frame around it must be the portal's (scheme, host, port), so that a look-alike or
    an embedded stranger gets nothing. The handle is bound to its document: when the page moves on between check and
    typing, it fails instead of typing into the next one. No exception that leaves here can quote the secret.
    """
    try:
        frame = await handle.owner_frame()
        while frame is not None:
            if not definition.allows(frame.url):
                raise AutomationBlocked(
                    "A page outside the portal's own address asked for the password; nothing was typed. "
                    "An administrator should look at the portal's address in its manifest.",
                    reference=f"{page}.{element}",
                )
            frame = frame.parent_frame
        if not await handle.is_editable():
            raise PortalChanged(page, element, detail="not editable")
        if by_keys:
            kept = await _typed(handle, secret.reveal())
        else:
            kept = await handle.evaluate(_SET, secret.reveal())
    except PlaywrightError as error:
        cause = translated(error)
        if isinstance(cause, PartUnavailable) and cause.reference == CLOSED:
            raise cause from None
        raise PortalChanged(page, element, detail=f"could not be filled: {type(error).__name__}") from None
    finally:
        with suppress(PlaywrightError):  # the browser is gone
            await handle.dispose()
    if not kept:
        raise PortalChanged(page, element, detail="it does not keep what is set")


async def _typed(handle: ElementHandle, value: str) -> bool:
    """Key by key, looking before each one where it would go."""
    frame = await handle.owner_frame()
    await handle.focus()
    for key in value:
        if frame is None or not await handle.evaluate(_TAKES_KEYS):
            return False
        await frame.page.keyboard.type(key)
    try:
        return bool(await handle.evaluate(_KEPT_KEYS, len(value)))
    except PlaywrightError:
        return True  # a page that submits itself with the last key is gone by now
