"""Messages to UCare: written or as a reply, checked on a page of their own, sent by one click, found among the sent."""

from bots.portal import Portal
from core.capabilities.sent_messages import (
    OutgoingKind,
    OutgoingMessage,
    SentMessage,
    SentMessages,
    SentMessagesAnswer,
    SentMessagesQuery,
)
from core.capabilities.submissions import Confirmed, Refused, SubmissionAnswer
from payers.shapes.messages import each_opened
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage
from payers.shapes.sent_messages import check_written, related
from payers.shapes.submissions import printed
from payers.ucare.mail import MessageCenterPage, MessageListPage
from payers.ucare.outbox import (
    AnsweredMessagePage,
    CheckMessagePage,
    DonePage,
    FormPage,
    ListedSent,
    NotTakenPage,
    ReplyFormPage,
    SentFolderPage,
    SentListPage,
    SentMessagePage,
)


async def find_sent(portal: Portal, query: SentMessagesQuery) -> SentMessagesAnswer:
    form = await portal.go(SentFolderPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(from_date=typed(query.from_date), to_date=typed(query.to_date))
    await form.show.click()
    days = {"from_date": query.from_date, "to_date": query.to_date}
    listed = await portal.landed_on(SentListPage, NoAnswerNowPage, about={**days, "page": 1})
    if isinstance(listed, NoAnswerNowPage):
        return await listed.answer()
    rows = each_opened(portal, listed, days, lambda row: meant(query, row))
    found = [await opened(portal, row) async for row in rows]
    return SentMessages.of([each for each in found if query.wants_whole(each)])


def meant(query: SentMessagesQuery, row: ListedSent) -> bool:
    return query.wants(subject=row.subject, claim_numbers=row.claim_numbers, sent_on=row.sent_on)


async def opened(portal: Portal, row: ListedSent) -> SentMessage:
    page = await portal.landed_on(SentMessagePage, about={"number": row.id})
    message = await page.read()
    return message.message(sent_at=portal.definition.manifest.in_its_zone(message.sent_at))


async def send_message(portal: Portal, wanted: OutgoingMessage) -> SubmissionAnswer:
    if wanted.kind is OutgoingKind.REPLY:
        reply = await answering(portal, wanted)
        if not isinstance(reply, ReplyFormPage):
            return reply
        return await send(portal, wanted, reply)
    form = await portal.go(FormPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(
        topic=printed(portal, "topic", wanted.topic),
        claim_number=typed(wanted.claim_number),
        subject_line=typed(wanted.subject_line),
    )
    return await send(portal, wanted, form)


async def answering(portal: Portal, wanted: OutgoingMessage) -> ReplyFormPage | SubmissionAnswer:
    """The form under the message that is answered."""
    form = await portal.go(MessageCenterPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(from_date=typed(wanted.received_on), to_date=typed(wanted.received_on))
    await form.show.click()
    days = {"from_date": wanted.received_on, "to_date": wanted.received_on}
    listed = await portal.landed_on(MessageListPage, NoAnswerNowPage, about={**days, "page": 1})
    if isinstance(listed, NoAnswerNowPage):
        return await listed.answer()
    async for row in each_opened(portal, listed, days, lambda row: row.id == typed(wanted.in_reply_to)):
        message = await portal.landed_on(AnsweredMessagePage, about={"id": row.id})
        await message.reply.click()
        return await portal.landed_on(ReplyFormPage, about={"in_reply_to": row.id})
    return Refused(message="UCare has no message of this number that came on that day.")


async def send(portal: Portal, wanted: OutgoingMessage, form: FormPage | ReplyFormPage) -> Confirmed | Refused:
    await form.fill(body=wanted.text)
    if wanted.files:
        await form.documents.upload(*wanted.files)
    await form.proceed.click()
    about = {"topic": wanted.topic, "subject": wanted.printed_subject, "claim_numbers": related(wanted)}
    check = await portal.landed_on(CheckMessagePage, NotTakenPage, about=about)
    if isinstance(check, NotTakenPage):
        return await check.answer()
    check_written(check, wanted, await check.read())
    return await (await check.send.send(DonePage)).read()
