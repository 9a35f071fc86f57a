"""The only way a secret gets into a page."""

from __future__ import annotations

from playwright.async_api import ElementHandle
from playwright.async_api import Error as PlaywrightError

from bots.definition import PortalDefinition
from core.errors import AutomationBlocked, PortalChanged
from core.phi import Secret

_SET = """(element, value) => {
  element.focus();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(element, value);
  element.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
  element.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
  return element.value.length === value.length;
}"""


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
            await handle.focus()
            await handle.type(secret.reveal())
            kept = True
        else:
            kept = await handle.evaluate(_SET, secret.reveal())
    except PlaywrightError as error:
        raise PortalChanged(page, element, detail=f"could not be filled: {type(error).__name__}") from None
    finally:
        await handle.dispose()
    if not kept:
        raise PortalChanged(page, element, detail="it does not keep what is set")
