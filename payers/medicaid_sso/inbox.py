"""What the message center states of messages: letters and alerts, page by page, and each in place of the list."""

from datetime import date

from bots.page import Element, Field, Page, Part, Rows
from bots.parse import codes, integer, text, us_date, us_moment
from bots.words import taken, word
from core.capabilities.messages import MessageKind
from payers.shapes.messages import Folder, FolderPage, ListedMessage, OpenedPage


def day_of(printed: str) -> date:
    return us_moment(printed).date()


class MessageSearchPage(Page, page="message_search"):
    kind = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


class MessageRow(Part[ListedMessage]):
    """Its subject is cut off: the message itself has it whole."""

    id = Field(text)
    read = Field(word("message_read", bool))
    claim_numbers = Field(codes, optional=True, blank=())
    received_on = Field(us_date)
    files = Field(integer)
    open = Element()


class InboxPage(FolderPage[Folder[ListedMessage]], page="inbox"):
    searched_kind = Field(text, identifies="kind")
    searched_from = Field(us_date, identifies="from_date")
    searched_to = Field(us_date, identifies="to_date")
    total = Field(taken("total", "count", parse=integer))
    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    messages = Rows(MessageRow)


class MessagePage(OpenedPage, page="message"):
    kind = Field(word("message_kind", MessageKind))
    received_on = Field(day_of)
    received_at = Field(us_moment)
    back = Element()
