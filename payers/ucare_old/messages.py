"""Messages of the older portal, which are on no other: read them before it goes. The days asked for are listed, and
each message is opened, which marks it read.
"""

from bots.portal import Portal
from core.capabilities.messages import Message, MessageKind, Messages, MessagesAnswer, MessagesQuery
from payers.shapes.messages import ListedMessage, attachments, each_opened
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.ucare_old.mail import HostDownPage, MessageInquiryPage, MessageListPage, MessagePage

NOT_MOVED = (
    "Messages were not moved: later ones are on portal ucare alone, earlier ones here alone, until this portal goes."
)


async def pull_messages(portal: Portal, query: MessagesQuery) -> MessagesAnswer:
    form = await portal.go(MessageInquiryPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(from_date=typed(query.from_date), to_date=typed(query.to_date))
    await form.submit.click()
    days = {"from_date": query.from_date, "to_date": query.to_date}
    match await portal.landed_on(MessageListPage, HostDownPage, about={**days, "page": 1}):
        case MessageListPage() as listed:
            lost = portal.definition.manifest.forgotten("messages", query.from_date)
            read_only = await listed.read_only.text_or_none()
            rows = each_opened(portal, listed, days, lambda row: wanted(query, row), comes_back=True)
            found = [await opened(portal, row) async for row in rows]
            return Messages.of(found, *lost, *([f"{read_only} {NOT_MOVED}"] if read_only else []))
        case refused:
            return await refused.answer()


def wanted(query: MessagesQuery, row: ListedMessage) -> bool:
    """Nothing is opened that was not asked for: it would count as read. All that is here are messages."""
    kind = query.kind is not MessageKind.NOTIFICATION
    return kind and query.about(row.claim_numbers) and not (query.unread_only and row.read)


async def opened(portal: Portal, row: ListedMessage) -> Message:
    page = await portal.landed_on(MessagePage, about={"id": row.id})
    message = await page.read(kind=MessageKind.MESSAGE)
    documents = await attachments(page, message, row.files)
    await page.back.click()
    return message.whole(documents, read=row.read)
