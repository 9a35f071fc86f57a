"""From a row of a sheet to a question: which counter it goes to, and whether it can be asked at all."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.capabilities.record import Query
from core.errors import RequestInvalid
from lanes.assembly import Fleet
from lanes.questions.ask import Counter, counter_for

_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+")


def read(fleet: Fleet, counter: Counter, keys: Mapping[str, str]) -> Query:
    """Raises RequestInvalid."""
    for key, value in keys.items():
        if _SHORTENED.fullmatch(value):
            raise RequestInvalid(
                f"A spreadsheet has shortened {key} to a number with an E. Make its column text, and write it in full.",
                field=key,
            )
    query = counter.capability.ask({key: value for key, value in keys.items() if key != "payer"})
    counter.check(query, fleet.clock.now())
    return query


class Questions:
    """Of one capability of one portal. A sheet names few payers many times: each is looked up once."""

    def __init__(self, fleet: Fleet, capability: str, portal: str, payer: str | None) -> None:
        self._fleet = fleet
        self._capability = capability
        self._portal = portal
        self._payer = payer
        self._counters: dict[str | None, Counter | RequestInvalid] = {}

    def read(self, keys: dict[str, str]) -> tuple[Counter, Query]:
        """`payer` among the keys goes before the sheet's. Raises RequestInvalid: it spoils this row only."""
        counter = self._counter(keys.get("payer") or self._payer)
        return counter, read(self._fleet, counter, keys)

    def _counter(self, payer: str | None) -> Counter:
        if payer not in self._counters:
            try:
                self._counters[payer] = counter_for(self._fleet, self._capability, self._portal, payer)
            except RequestInvalid as problem:
                self._counters[payer] = problem
        found = self._counters[payer]
        if isinstance(found, RequestInvalid):
            raise found
        return found
