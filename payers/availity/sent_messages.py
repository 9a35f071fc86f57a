"""Messages to a payer: a sheet whose files are scanned one by one, its preview, one click; found among the sent."""

from bots.portal import Portal
from core.capabilities.messages import MessageKind
from core.capabilities.sent_messages import (
    OutgoingKind,
    OutgoingMessage,
    SentMessage,
    SentMessages,
    SentMessagesAnswer,
    SentMessagesQuery,
)
from core.capabilities.submissions import Confirmed, Refused, SubmissionAnswer
from payers.availity.inbox import InboxPage, NotificationCenterPage
from payers.availity.outbox import (
    AnsweredDrawerPage,
    NotTakenPage,
    OnItsWayPage,
    PreviewPage,
    RecipientPage,
    ReplySheetPage,
    ScannedPage,
    SentCard,
    SentDrawerPage,
    SentListPage,
    SentSearchPage,
    SheetPage,
)
from payers.shapes.lists import whole
from payers.shapes.questions import payer, typed
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage
from payers.shapes.sent_messages import check_written, related
from payers.shapes.submissions import printed


async def find_sent(portal: Portal, query: SentMessagesQuery) -> SentMessagesAnswer:
    form = await portal.go(SentSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.payer.choose(payer(portal))
    await form.fill(from_date=typed(query.from_date), to_date=typed(query.to_date))
    await form.apply.click()
    about = {"payer": payer(portal), "from_date": query.from_date, "to_date": query.to_date}
    listed = await portal.landed_on(SentListPage, NoAnswerNowPage, about=about)
    if isinstance(listed, NoAnswerNowPage):
        return await listed.answer()
    found: list[SentMessage] = []
    for place, card in enumerate((await whole(portal, listed, "cards")).cards):
        if query.wants(subject=card.subject, claim_numbers=card.claim_numbers, sent_on=card.sent_on):
            await listed.click_in("cards", place, "open")
            found.append(await opened(portal, card))
    return SentMessages.of([each for each in found if query.wants_whole(each)])


async def opened(portal: Portal, card: SentCard) -> SentMessage:
    drawer = await portal.landed_on(SentDrawerPage, about={"payer": payer(portal), "sent_on": card.sent_on})
    message = await drawer.read()
    await drawer.close.click()
    return message.message()


async def send_message(portal: Portal, wanted: OutgoingMessage) -> SubmissionAnswer:
    if wanted.kind is OutgoingKind.REPLY:
        reply = await answering(portal, wanted)
        return await send(portal, wanted, reply) if isinstance(reply, ReplySheetPage) else reply
    form = await portal.go(RecipientPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.payer.choose(payer(portal))
    await form.start.click()
    sheet = await portal.landed_on(SheetPage, about={"payer": payer(portal)})
    await sheet.fill(
        topic=printed(portal, "topic", wanted.topic),
        claim_number=typed(wanted.claim_number),
        subject_line=typed(wanted.subject_line),
    )
    return await send(portal, wanted, sheet)


async def answering(portal: Portal, wanted: OutgoingMessage) -> ReplySheetPage | SubmissionAnswer:
    """The sheet under the message that is answered. Its card has no number: those of its day and subject are opened."""
    form = await portal.go(NotificationCenterPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.payer.choose(payer(portal))
    await form.fill(from_date=typed(wanted.received_on), to_date=typed(wanted.received_on))
    await form.apply.click()
    about = {"payer": payer(portal), "from_date": wanted.received_on, "to_date": wanted.received_on}
    inbox = await portal.landed_on(InboxPage, NoAnswerNowPage, about=about)
    if isinstance(inbox, NoAnswerNowPage):
        return await inbox.answer()
    for place, card in enumerate((await whole(portal, inbox, "cards")).cards):
        if card.kind is MessageKind.MESSAGE and wanted.answers(card.subject):
            await inbox.click_in("cards", place, "open")
            shown = {"payer": payer(portal), "received_on": card.received_on}
            drawer = await portal.landed_on(AnsweredDrawerPage, about=shown)
            if await drawer.id.text() == (number := typed(wanted.in_reply_to)):
                await drawer.reply.click()
                return await portal.landed_on(ReplySheetPage, about={"payer": payer(portal), "in_reply_to": number})
            await drawer.close.click()
    return Refused(message="Availity has no message of this number that came on that day with this subject.")


async def send(portal: Portal, wanted: OutgoingMessage, sheet: SheetPage | ReplySheetPage) -> Confirmed | Refused:
    await sheet.fill(body=wanted.text)
    if wanted.files:
        await sheet.files.upload(*wanted.files)
        scanned = await portal.landed_on(NotTakenPage, ScannedPage)
        if isinstance(scanned, NotTakenPage):
            return await scanned.answer()
    await sheet.preview.click()
    about = {"payer": payer(portal), "topic": wanted.topic, "subject": wanted.printed_subject}
    preview = await portal.landed_on(PreviewPage, NotTakenPage, about={**about, "claim_numbers": related(wanted)})
    if isinstance(preview, NotTakenPage):
        return await preview.answer()
    check_written(preview, wanted, await preview.read())
    return await (await preview.send.send(OnItsWayPage)).read()
