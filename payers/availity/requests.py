"""What Availity states of authorizations and referrals, which it calls requests: list rows, and the details of one."""

from bots.page import Field, Rows
from bots.parse import text
from payers.shapes import authorizations as shapes
from payers.shapes.authorizations import ACTION_CODE, DECISION_OF_CODE


class RequestsPage(shapes.ListPage, page="requests"): ...


class ServicePart(shapes.ServiceRow):
    decision = Field(DECISION_OF_CODE, optional=True)


class RequestPage(shapes.DetailPage, page="request"):
    payer = Field(text, identifies="payer")
    decision = Field(DECISION_OF_CODE)
    action_code = Field(ACTION_CODE)
    lines = Rows(ServicePart)
