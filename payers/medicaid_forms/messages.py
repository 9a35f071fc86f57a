"""Messages: the mailbox has no search, so that each page of it is looked through for the days asked for."""

from bots.portal import Portal
from core.capabilities.messages import Message, MessageKind, Messages, MessagesAnswer, MessagesQuery
from payers.medicaid_forms.mailbox import MailboxDownPage, MailboxPage, MenuPage, MessagePage
from payers.shapes.messages import ListedMessage, attachments, each_opened
from payers.shapes.refusals import AccessDeniedPage


async def pull_messages(portal: Portal, query: MessagesQuery) -> MessagesAnswer:
    await (await portal.go(MenuPage)).mailbox.click()
    listed = await portal.landed_on(MailboxPage, AccessDeniedPage, MailboxDownPage, about={"page": 1})
    match listed:
        case MailboxPage():
            lost = portal.definition.manifest.forgotten("messages", query.from_date)
            rows = each_opened(portal, listed, {}, lambda row: wanted(query, row), comes_back=True)
            return Messages.of([await opened(portal, row) async for row in rows], *lost)
        case refused:
            return await refused.answer()


def wanted(query: MessagesQuery, row: ListedMessage) -> bool:
    """Nothing is opened that was not asked for: it would count as read. All that is here are messages."""
    of_those_days = query.from_date <= row.received_on <= query.to_date
    kind = query.kind is not MessageKind.NOTIFICATION
    return of_those_days and kind and query.about(row.claim_numbers) and not (query.unread_only and row.read)


async def opened(portal: Portal, row: ListedMessage) -> Message:
    page = await portal.landed_on(MessagePage, about={"id": row.id})
    message = await page.read(kind=MessageKind.MESSAGE)
    documents = await attachments(page, message, row.files)
    await page.back.click()
    at = portal.definition.manifest.in_its_zone(message.received_at)
    return message.whole(documents, read=row.read, received_at=at)
