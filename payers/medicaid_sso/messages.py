"""Messages: every one of the days asked for is opened, which marks it read, and its attachments are taken."""

from bots.portal import Portal
from core.capabilities.messages import Message, Messages, MessagesAnswer, MessagesQuery
from payers.medicaid_sso.inbox import InboxPage, MessagePage, MessageSearchPage
from payers.shapes.messages import ListedMessage, attachments, each_opened
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage
from payers.shapes.submissions import printed

EVERY_TYPE = "All types"


async def pull_messages(portal: Portal, query: MessagesQuery) -> MessagesAnswer:
    form = await portal.go(MessageSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    kind = printed(portal, "message_kind", query.kind) or EVERY_TYPE
    await form.kind.choose(kind)
    await form.fill(from_date=typed(query.from_date), to_date=typed(query.to_date))
    await form.submit.click()
    about = {"kind": kind, "from_date": query.from_date, "to_date": query.to_date}
    listed = await portal.landed_on(InboxPage, NoAnswerNowPage, about={**about, "page": 1})
    if isinstance(listed, NoAnswerNowPage):
        return await listed.answer()
    rows = each_opened(portal, listed, about, lambda row: wanted(query, row), comes_back=True)
    return Messages.of([await opened(portal, row) async for row in rows])


def wanted(query: MessagesQuery, row: ListedMessage) -> bool:
    """Nothing is opened that was not asked for: it would count as read."""
    return query.about(row.claim_numbers) and not (query.unread_only and row.read)


async def opened(portal: Portal, row: ListedMessage) -> Message:
    page = await portal.landed_on(MessagePage, about={"id": row.id})
    message = await page.read()
    documents = await attachments(page, message, row.files)
    await page.back.click()
    at = portal.definition.manifest.in_its_zone(message.received_at)
    return message.whole(documents, read=row.read, received_at=at)
