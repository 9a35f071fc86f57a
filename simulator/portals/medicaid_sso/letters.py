"""Letters and statements that take the place of paper: listed by type and date, with the day on which each is gone."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from simulator.enclosed import data_of
from simulator.forms import us_day
from simulator.labels import us_date
from simulator.library import SHELVES, Paper
from simulator.library_truth import kept
from simulator.portals.medicaid_sso.found import Found
from simulator.portals.medicaid_sso.gate import PAYER
from simulator.portals.medicaid_sso.office import Office, Searched
from simulator.sessions import Session

ANY_TYPE = "All documents"
_TYPES = SHELVES[PAYER].folders


class _List(Found[Searched, Paper]):
    page_size = 8


class Letters(Office[Paper]):
    name = "letters"
    role = "documents"
    listed = _List

    def routes(self) -> list[Route]:
        return [*super().routes(), Route("/partial/letters-file", self._gate.event(self.file), methods=["POST"])]

    def offered(self) -> dict[str, Any]:
        return {"types": (ANY_TYPE, *_TYPES.values())}

    def found(self, form: Mapping[str, str], _session: Session) -> tuple[Searched, list[Paper]]:
        start, end = us_day(form, "posted_from"), us_day(form, "posted_to")
        wanted = form.get("type", ANY_TYPE)
        searched = {"Posted from": us_date(start), "Posted through": us_date(end), "Type searched": wanted}
        of_type = [each for each in self._kept() if wanted in (ANY_TYPE, _TYPES[each.kind])]
        return searched, [each for each in of_type if start <= each.posted_on <= end]

    def printed(self, rows: Sequence[Paper], _session: Session) -> list[dict[str, str]]:
        return [
            {
                "number": each.number,
                "title": each.title,
                "type": _TYPES[each.kind],
                "posted": us_date(each.posted_on),
                "until": us_date(each.kept_until),
            }
            for each in rows
        ]

    async def file(self, form: Mapping[str, str], session: Session) -> Response:
        paper = next((each for each in self._kept() if each.number == form.get("argument")), None)
        if paper is None:
            return self._payer.said(session, "The document is no longer available.")
        self._gate.record(session, "file", paper.number, count="files")
        return self._gate.given(paper.file.title, data_of(paper.file))

    def _kept(self) -> list[Paper]:
        return kept(self._gate.house.world, PAYER, self._gate.house.clock.today())
