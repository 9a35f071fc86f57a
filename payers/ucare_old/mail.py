"""What the older portal states of messages: a list below the form, and a page for each."""

from bots.page import Element, Field, Page, Part, Rows
from bots.parse import codes, integer, one_of, text, us_date
from core.capabilities.common import NoAnswerNow
from payers.shapes.messages import Folder, FolderPage, ListedMessage, OpenedPage
from payers.shapes.refusals import RefusalPage


class MessageInquiryPage(Page, page="message_inquiry"):
    from_date = Element()
    to_date = Element()
    submit = Element()


class MessageRow(Part[ListedMessage]):
    """Its subject is cut off: the message itself has it whole."""

    id = Field(text)
    read = Field(one_of({"NEW": False, "READ": True}))
    claim_numbers = Field(codes, optional=True, blank=())
    received_on = Field(us_date)
    files = Field(integer, optional=True, blank=0)
    open = Element()


class MessageListPage(FolderPage[Folder[ListedMessage]], page="message_list"):
    """Eight a page. From the hand-over on, `read_only` says since when nothing new comes."""

    searched_from = Field(us_date, identifies="from_date")
    searched_to = Field(us_date, identifies="to_date")
    page_number = Field(integer, identifies="page")
    messages = Rows(MessageRow)
    total = Field(integer)
    read_only = Element()


class MessagePage(OpenedPage, page="message"):
    received_on = Field(us_date)
    back = Element()


class HostDownPage(RefusalPage[NoAnswerNow], page="messages_down"):
    means = NoAnswerNow
