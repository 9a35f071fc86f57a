"""The control API: for tests, demos and the stack, never for an adapter. A bearer token guards it."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import claim_file_truth, pregnancy_truth, request_truth, sent_mail_truth
from simulator.accounts import AccountSpec
from simulator.dials import Dials
from simulator.dispute_truth import appeals, received
from simulator.house import PORTALS, House
from simulator.oracle import BadQuestion, authorizations, truth
from simulator.questions import questions
from simulator.world import payers_of

Handler = Callable[[Request], Awaitable[Response]]


class _Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class ControlApi:
    def __init__(self, house: House, token: str) -> None:
        self._house = house
        self._token = token

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/control/health", self._guard(self.health)),
                Route("/control/tally", self._guard(self.tally)),
                Route("/control/tally/reset", self._guard(self.reset_tally), methods=["POST"]),
                Route("/control/ledger", self._guard(self.ledger)),
                Route("/control/clock", self._guard(self.clock), methods=["GET", "POST"]),
                Route("/control/dials", self._guard(self.dials), methods=["GET", "PUT", "DELETE"]),
                Route("/control/network/cut", self._guard(self.cut_network), methods=["POST"]),
                Route("/control/accounts", self._guard(self.put_account), methods=["POST"]),
                Route("/control/accounts/{username}", self._guard(self.account), methods=["GET", "PATCH"]),
                Route("/control/accounts/{username}/sessions/drop", self._guard(self.drop_sessions), methods=["POST"]),
                Route("/control/submissions", self._guard(self.submissions)),
                Route("/control/truth/{portal}/{capability}", self._guard(self.truth)),
                Route("/control/questions/{portal}/{capability}", self._guard(self.questions)),
            ]
        )

    def _guard(self, handler: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            offered = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(offered, f"Bearer {self._token}".encode()):
                return JSONResponse({"error": "the control API needs its bearer token"}, 401)
            try:
                return await handler(request)
            except _Refused as refusal:
                return JSONResponse({"error": str(refusal)}, refusal.status)
            except BadQuestion as error:
                return JSONResponse({"error": str(error)}, 422)
            except ValidationError as error:
                # Only where and what: the values may be somebody's password.
                reasons = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
                return JSONResponse({"error": "; ".join(reasons)}, 422)

        return guarded

    async def health(self, _request: Request) -> Response:
        world = self._house.world
        return JSONResponse(
            {
                "status": "ok",
                "seed": world.seed,
                "portals": PORTALS,
                "members": {payer: len(members) for payer, members in world.members.items()},
                "claims": {payer: len(claims) for payer, claims in world.claims.items()},
            }
        )

    async def tally(self, request: Request) -> Response:
        portal = request.query_params.get("portal")
        return JSONResponse(self._house.tally.report(_portal(portal) if portal else None))

    async def reset_tally(self, _request: Request) -> Response:
        self._house.tally.reset()
        return JSONResponse(self._house.tally.report())

    async def ledger(self, request: Request) -> Response:
        return JSONResponse({"entries": self._house.tally.ledger(_number(request, "after", 0))})

    async def clock(self, request: Request) -> Response:
        clock = self._house.clock
        if request.method == "POST":
            body = await _body(request)
            try:
                if "offset_seconds" in body:
                    clock.offset_seconds = float(body["offset_seconds"])
                clock.advance(float(body.get("advance_seconds", 0)))
            except (TypeError, ValueError) as error:
                raise _Refused(422, "offset_seconds and advance_seconds are numbers") from error
        return JSONResponse({"now": clock.now().isoformat(), "offset_seconds": clock.offset_seconds})

    async def dials(self, request: Request) -> Response:
        portal = _portal(request.query_params.get("portal", "availity"))
        if request.method == "DELETE":
            self._house.dials[portal] = Dials()
        elif request.method == "PUT":
            current = self._house.dials[portal].model_dump()
            self._house.dials[portal] = Dials.model_validate(current | await _body(request))
        return JSONResponse(self._house.dials[portal].model_dump(mode="json"))

    async def cut_network(self, request: Request) -> Response:
        """Between every browser and every portal, for so many whole `seconds`."""
        self._house.network.cut(_number(request, "seconds", 1))
        return JSONResponse({"cut": self._house.network.is_cut})

    async def put_account(self, request: Request) -> Response:
        spec = AccountSpec.model_validate(await _body(request))
        _portal(spec.portal)
        self._house.sessions[spec.portal].drop_all(spec.username)
        self._house.accounts.put(spec)
        return JSONResponse({"username": spec.username}, 201)

    async def account(self, request: Request) -> Response:
        accounts = self._house.accounts.named(request.path_params["username"])
        if not accounts:
            raise _Refused(404, "no such account")
        if request.method == "PATCH":
            changes = await _body(request)
            for account in accounts:
                account.spec = AccountSpec.model_validate(account.spec.model_dump() | changes)
                if changes.get("locked") is False:
                    account.unlock()
                if changes.get("suspended") is False:
                    account.bad_inquiries = 0
                if changes.get("inactive") is False:
                    account.used_at = self._house.clock.timestamp()
        hidden = {"password", "totp_seed"}
        return JSONResponse(
            [
                each.spec.model_dump(mode="json", exclude=hidden)
                | {
                    "attempts_left": each.attempts_left,
                    "code_attempts_left": each.code_attempts_left,
                    "text_code": each.text_code,
                    "mailed_link": each.mailed_link,
                    "backup_codes_used": len(each.used_backup_codes),
                    "live_sessions": len(self._house.sessions[each.spec.portal].live(each.spec.username)),
                }
                for each in accounts
            ]
        )

    async def drop_sessions(self, request: Request) -> Response:
        username = request.path_params["username"]
        dropped = sum(sessions.drop_all(username) for sessions in self._house.sessions.values())
        return JSONResponse({"dropped": dropped})

    async def submissions(self, request: Request) -> Response:
        """All that a portal took in, whatever it told whoever sent it. `portal`, and optionally `claim_number`."""
        portal, claim_number = _portal(request.query_params.get("portal")), request.query_params.get("claim_number")
        house = self._house
        book, mailroom, clearing = house.submissions, house.mailroom, house.clearing
        told = [
            *(received(each, book.listed_at(each)) for each in book.received(portal)),
            *(request_truth.received(each, house.requests.listed_at(each)) for each in house.requests.received(portal)),
            *(
                pregnancy_truth.received(each, house.pregnancies.listed_at(each))
                for each in house.pregnancies.received(portal)
            ),
            *(sent_mail_truth.received(each, mailroom.listed_at(each)) for each in mailroom.received(portal)),
            *(claim_file_truth.received(each, clearing.listed_at(each)) for each in clearing.received(portal)),
        ]
        return JSONResponse({"received": [each for each in told if claim_number in (None, each["claim_number"])]})

    async def truth(self, request: Request) -> Response:
        question = {**request.query_params, "portal": request.path_params["portal"]}
        _payer(request)
        capability = request.path_params["capability"]
        if capability == "appeals":
            listed = self._house.submissions.listed(question["payer"])
            return JSONResponse(appeals(listed, question, self._house.clock.now()))
        if capability == "authorizations":
            requested = self._house.requests.shown(question["payer"])
            return JSONResponse(authorizations(self._house.world, question["payer"], question, requested))
        if capability == "sent_messages":
            return JSONResponse(sent_mail_truth.sent_messages(self._house.mailroom.listed(question["payer"]), question))
        if capability == "notifications":
            told = self._house.pregnancies.listed(question["payer"])
            return JSONResponse(pregnancy_truth.notifications(self._house.world, question["payer"], told, question))
        if capability == "claim_files":
            files = self._house.clearing.listed(question["payer"])
            return JSONResponse(claim_file_truth.claim_files(files, question, self._house.clock.now()))
        return JSONResponse(truth(self._house.world, capability, question, self._house.clock.today()))

    async def questions(self, request: Request) -> Response:
        payer = _payer(request)
        asked = questions(
            self._house.world,
            request.path_params["capability"],
            payer,
            count=_number(request, "count", 20),
            seed=_number(request, "seed", 1),
            awkward=request.query_params.get("awkward") == "1",
            today=self._house.clock.today(),
            portal=request.path_params["portal"],
        )
        return JSONResponse(asked)


def _portal(name: str | None) -> str:
    if name not in PORTALS:
        raise _Refused(404, f"portal is one of {', '.join(PORTALS)}")
    return name


def _payer(request: Request) -> str:
    payer = request.query_params.get("payer", "")
    known = payers_of(_portal(request.path_params["portal"]))
    if payer not in known:
        raise _Refused(422, f"payer is one of {', '.join(known)}")
    return payer


def _number(request: Request, key: str, default: int) -> int:
    try:
        return int(request.query_params.get(key, default))
    except ValueError as error:
        raise _Refused(422, f"{key} is a whole number") from error


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except json.JSONDecodeError as error:
        raise _Refused(422, "the body is not JSON") from error
    if not isinstance(body, dict):
        raise _Refused(422, "the body is a JSON object")
    return body
