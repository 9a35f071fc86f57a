"""What UCare's pages say of pregnancies: the form, its page to check, and what is on file of a member."""

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import integer, text, us_date
from bots.words import word
from core.capabilities.notifications import FiledNotification, Risk
from core.capabilities.record import Record
from payers.shapes.authorizations import PARTY_NPI
from payers.shapes.submissions import SendingPage
from payers.ucare.papers import FormPage

RISK = word("risk", Risk)


class FindNotificationsPage(Page, page="pregnancies"):
    member_id = Element()
    birth_date = Element()
    submit = Element()


class FiledRow(Part[FiledNotification]):
    number = Field(text)
    submitted_on = Field(us_date)
    due_on = Field(us_date)
    provider_npi = Field(PARTY_NPI)
    risk = Field(RISK)


class OnFile(Record):
    total: int | None
    notifications: tuple[FiledNotification, ...]


class OnFilePage(ReadsInto[OnFile], page="pregnancies_on_file"):
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    total = Field(integer, absent=True)
    notifications = Rows(FiledRow)


class NotificationFormPage(FormPage, page="pregnancy_form"):
    due_on = Element()
    first_visit_on = Element()
    risk = Element()


class CheckNotificationPage(SendingPage, page="pregnancy_check"):
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    due_on = Field(us_date, identifies="due_on")
    first_visit_on = Field(us_date, optional=True, identifies="first_visit_on")
    risk = Field(RISK, identifies="risk")
    provider_npi = Field(PARTY_NPI, identifies="provider_npi")
