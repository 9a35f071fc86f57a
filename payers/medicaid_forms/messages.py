"""Messages: the mailbox has no search, so that each page of it is looked through for the days asked for."""

from bots.portal import Portal
from core.capabilities.files import DocumentKind
from core.capabilities.messages import Message, MessageKind, Messages, MessagesAnswer, MessagesQuery
from core.errors import PortalChanged
from payers.medicaid_forms.mailbox import ListedMessage, MailboxDownPage, MailboxPage, MenuPage, MessagePage
from payers.shapes.refusals import AccessDeniedPage


async def pull_messages(portal: Portal, query: MessagesQuery) -> MessagesAnswer:
    await (await portal.go(MenuPage)).mailbox.click()
    listed = await portal.landed_on(MailboxPage, AccessDeniedPage, MailboxDownPage, about={"place": "1"})
    match listed:
        case MailboxPage():
            lost = portal.definition.manifest.forgotten("messages", query.from_date)
            return Messages.of(await walk(portal, query, listed), *lost)
        case refused:
            return await refused.answer()


async def walk(portal: Portal, query: MessagesQuery, listed: MailboxPage) -> list[Message]:
    found: list[Message] = []
    seen: set[str] = set()
    page = 1
    while True:
        rows = await listed.read()
        for place, row in enumerate(rows.messages):
            if row.id not in seen and wanted(query, row):
                await listed.click_in("messages", place, "open")
                found.append(await opened(portal, row))
                listed = await portal.landed_on(MailboxPage, about={"place": f"{page}"})
        before = len(seen)
        seen |= {row.id for row in rows.messages}
        if len(seen) >= rows.total:
            return found
        if len(seen) == before:
            raise PortalChanged(listed.page_name, "messages", detail="the mailbox counts more rows than it shows")
        page += 1
        await listed.next_page.click()
        listed = await portal.landed_on(MailboxPage, about={"place": f"{page}"})


def wanted(query: MessagesQuery, row: ListedMessage) -> bool:
    """Nothing is opened that was not asked for: it would count as read. All that is here are messages."""
    of_those_days = query.from_date <= row.received_on <= query.to_date
    kind = query.kind is not MessageKind.NOTIFICATION
    return of_those_days and kind and query.about(row.claim_numbers) and not (query.unread_only and row.read)


async def opened(portal: Portal, row: ListedMessage) -> Message:
    page = await portal.landed_on(MessagePage, about={"id": row.id})
    message = await page.read(kind=MessageKind.MESSAGE)
    if len(message.enclosures) != row.files:
        raise PortalChanged(page.page_name, "enclosures", detail="not as many as the mailbox counts")
    files = [await page.deliver_in("enclosures", place, "get") for place in range(row.files)]
    await page.back.click()
    at = portal.definition.manifest.in_its_zone(message.received_at)
    documents = [each.document(DocumentKind.ATTACHMENT) for each in files]
    return message.whole(documents, read=row.read, received_at=at)
