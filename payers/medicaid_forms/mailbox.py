"""What the mailbox states of messages: a list by sender, and a page for each message."""

from datetime import date, datetime

from bots.page import Element, Field, Page, Part, Rows
from bots.parse import codes, integer, one_of, text
from bots.words import taken
from core.capabilities.common import NoAnswerNow
from payers.shapes.messages import Folder, FolderPage, ListedMessage, OpenedPage
from payers.shapes.refusals import RefusalPage


def moment(printed: str) -> datetime:
    """From "11/20/2026 15:05", by the state's clock."""
    return datetime.strptime(printed, "%m/%d/%Y %H:%M")  # noqa: DTZ007 - the manifest knows the zone


def day_of(printed: str) -> date:
    return moment(printed).date()


class MenuPage(Page, page="menu"):
    """On the left of every page."""

    mailbox = Element()


class MailboxDownPage(RefusalPage[NoAnswerNow], page="mailbox_down"):
    means = NoAnswerNow


class MessageRow(Part[ListedMessage]):
    id = Field(text)
    read = Field(one_of({"New": False, "Read": True}))
    claim_numbers = Field(codes, optional=True, blank=())
    received_on = Field(day_of)
    files = Field(integer, optional=True, blank=0)
    open = Element()


class MailboxPage(FolderPage[Folder[ListedMessage]], page="mailbox"):
    """Ten messages a page, by sender: one of any day can be on any of them."""

    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    messages = Rows(MessageRow)
    total = Field(integer)


class MessagePage(OpenedPage, page="message"):
    received_on = Field(day_of)
    received_at = Field(moment)
    back = Element()
