"""Messages: every one of the days asked for is opened, which marks it read, and its attachments are taken. Behind the
bell are notifications, as of the log-in.
"""

from bots.portal import Portal
from core.capabilities.messages import Message, MessageKind, Messages, MessagesAnswer, MessagesQuery
from payers.shapes.messages import ListedMessage, attachments, each_opened
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage
from payers.ucare.mail import MessageCenterPage, MessageListPage, MessagePage, NotificationsPage
from payers.ucare.menu import MenuPage


async def pull_messages(portal: Portal, query: MessagesQuery) -> MessagesAnswer:
    found: list[Message] = []
    notes: list[str] = []
    if query.kind is not MessageKind.NOTIFICATION:
        form = await portal.go(MessageCenterPage, AccessDeniedPage)
        if isinstance(form, AccessDeniedPage):
            return await form.answer()
        await form.fill(from_date=f"{query.from_date:%m/%d/%Y}", to_date=f"{query.to_date:%m/%d/%Y}")
        await form.show.click()
        days = {"from_date": query.from_date, "to_date": query.to_date}
        listed = await portal.landed_on(MessageListPage, NoAnswerNowPage, about={**days, "page": 1})
        if isinstance(listed, NoAnswerNowPage):
            return await listed.answer()
        rows = each_opened(portal, listed, days, lambda row: wanted(query, row))
        found += [await opened(portal, row) async for row in rows]
    if query.kind is not MessageKind.MESSAGE:
        await (await portal.go(MenuPage)).notifications.click()
        bell = await portal.landed_on(NotificationsPage, AccessDeniedPage)
        if isinstance(bell, AccessDeniedPage):
            return await bell.answer()
        rung = await bell.read()
        found += [
            Message(
                kind=MessageKind.NOTIFICATION,
                subject=each.subject,
                received_on=each.received_on,
                claim_numbers=(each.claim_number,),
            )
            for each in rung.rings
        ]
        notes.append(f"Notifications: {rung.freshness}")
    return Messages.of([each for each in found if query.wants(each)], *notes)


def wanted(query: MessagesQuery, row: ListedMessage) -> bool:
    """Nothing is opened that was not asked for: it would count as read."""
    return query.about(row.claim_numbers) and query.titled(row.subject) and not (query.unread_only and row.read)


async def opened(portal: Portal, row: ListedMessage) -> Message:
    page = await portal.landed_on(MessagePage, about={"id": row.id})
    message = await page.read(kind=MessageKind.MESSAGE)
    documents = await attachments(page, message, row.files)
    at = portal.definition.manifest.in_its_zone(message.received_at)
    return message.whole(documents, read=row.read, received_at=at)
