"""Messages: what a payer wrote in the days asked for is opened card by card, which marks it read, and its attachments
are taken.
"""

from bots.portal import Portal
from core.capabilities.messages import Message, Messages, MessagesAnswer, MessagesQuery
from core.errors import PortalChanged
from payers.availity.inbox import Card, DrawerPage, InboxPage, NotificationCenterPage
from payers.shapes.lists import whole
from payers.shapes.messages import attachments
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage


async def pull_messages(portal: Portal, query: MessagesQuery) -> MessagesAnswer:
    form = await portal.go(NotificationCenterPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    payer = portal.payer.label if portal.payer is not None else None
    if payer is not None:
        await form.payer.choose(payer)
    await form.fill(from_date=f"{query.from_date:%m/%d/%Y}", to_date=f"{query.to_date:%m/%d/%Y}")
    await form.apply.click()
    about = {"payer": payer, "from_date": query.from_date, "to_date": query.to_date}
    inbox = await portal.landed_on(InboxPage, NoAnswerNowPage, about=about)
    if isinstance(inbox, NoAnswerNowPage):
        return await inbox.answer()
    found: list[Message] = []
    for place, card in enumerate((await whole(portal, inbox, "cards")).cards):
        if wanted(query, card):
            await inbox.click_in("cards", place, "open")
            found.append(await opened(portal, card))
    if len({each.id for each in found}) != len(found):
        raise PortalChanged(inbox.page_name, "cards", detail="two cards opened one message")
    return Messages.of([each for each in found if query.wants(each)])


def wanted(query: MessagesQuery, card: Card) -> bool:
    """Nothing is opened that was not asked for: it would count as read."""
    about = query.about(card.claim_numbers) and query.titled(card.subject)
    return about and query.kind in {None, card.kind} and not (query.unread_only and card.read)


async def opened(portal: Portal, card: Card) -> Message:
    about = {name: getattr(card, name) for name in ("payer", "kind", "received_on", "claim_numbers")}
    drawer = await portal.landed_on(DrawerPage, about=about)
    message = await drawer.read()
    if not message.subject.startswith(card.subject.removesuffix("…")):
        raise PortalChanged(drawer.page_name, "subject", detail="not that of the card")
    documents = await attachments(drawer, message, card.files)
    await drawer.close.click()
    return message.whole(documents, read=card.read)
