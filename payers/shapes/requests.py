"""What portals show of a request for an authorization before it is sent."""

from __future__ import annotations

from bots.page import Field
from bots.parse import number, one_of, text, us_date
from bots.words import word
from core.capabilities.authorizations import Kind, Unit
from payers.shapes.authorizations import PARTY_NPI
from payers.shapes.submissions import SendingPage

UNIT = one_of({unit.value: unit for unit in Unit})


class CheckRequestPage(SendingPage):
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    provider_npi = Field(PARTY_NPI, identifies="provider_npi")
    service_kind = Field(word("authorization_kind", Kind), identifies="service_kind")
    service_from = Field(us_date, identifies="service_from")
    service_to = Field(us_date, identifies="service_to")
    procedure_code = Field(text, identifies="procedure_code")
    unit = Field(UNIT, identifies="unit")
    units = Field(number, identifies="units")
