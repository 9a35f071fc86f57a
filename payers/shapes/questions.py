"""What a question must bring before a portal is asked, and how it is typed into a form."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from bots.portal import Portal
from core.capabilities.eligibility import EligibilityQuery
from core.errors import RequestInvalid
from core.phi import Phi

OFFERED = ("30", "1", "12", "33", "47", "48", "50", "62", "86", "88", "98", "AE", "MH", "UC")
"""The service types that the portals' lists were seen to hold; they print them with the words of X12."""


def typed(value: Phi[Any] | date | str | None) -> str:
    """As a form takes it: days as MM/DD/YYYY, nothing as nothing."""
    plain = value.reveal() if isinstance(value, Phi) else value
    return f"{plain:%m/%d/%Y}" if isinstance(plain, date) else str(plain or "")


def payer(portal: Portal) -> str:
    """The payer to ask, as the portal's lists call it. Raises RequestInvalid when the question names none."""
    if portal.payer is None:
        raise RequestInvalid(f"{portal.definition.manifest.name} asks for the payer.", field="payer")
    return portal.payer.label


def provider(portal: Portal, npi: str | None) -> str:
    """The provider to ask for. Raises RequestInvalid when the question names none."""
    if npi is None:
        sentence = f"{portal.definition.manifest.name} asks for the provider: give a provider_npi."
        raise RequestInvalid(sentence, field="provider_npi")
    return npi


def check_service_type(portal: Portal, query: EligibilityQuery, offered: Collection[str] = OFFERED) -> None:
    """Raises RequestInvalid for a service type that the portal's list does not hold."""
    if query.service_type not in offered:
        sentence = f"{portal.definition.manifest.name} offers the service types {', '.join(offered)}."
        raise RequestInvalid(sentence, field="service_type")
