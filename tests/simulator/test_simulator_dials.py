from portal_desk import Desk

from simulator.tally import QUESTIONS

COVERAGES = "/cloud/web/pres/eligibility/v1/coverages"


def question(desk: Desk, payer: str = "BHIL") -> dict[str, str]:
    member = desk.house.world.members[payer][0]
    return {"payer": payer, "memberId": member.member_id, "birthDate": f"{member.birth_date:%m/%d/%Y}"}


async def test_maintenance_covers_everything(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    await desk.dial(maintenance=True)
    page = await desk.portal.get("/login")
    assert page.status_code == 503
    assert 'data-notice="maintenance"' in page.text
    assert (await desk.ask(COVERAGES, question(desk))).status_code == 503
    await desk.control.delete("/control/dials?portal=availity")
    assert (await desk.portal.get("/login")).status_code == 200


async def test_a_challenge_replaces_every_page(desk: Desk) -> None:
    await desk.dial(challenge=True)
    page = await desk.portal.get("/login")
    assert (page.status_code, 'data-notice="challenge"' in page.text) == (403, True)


async def test_the_next_requests_fail_and_then_no_more(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    await desk.dial(error_next=2)
    assert [(await desk.portal.get("/login")).status_code for _ in range(2)] == [500, 500]
    assert (await desk.ask(COVERAGES, question(desk))).status_code == 200
    assert (await desk.tally())["faults"] == 2


async def test_a_session_is_dropped_after_so_many_requests(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    await desk.dial(drop_session_after=2)
    statuses = [(await desk.portal.get("/web/api/providers")).status_code for _ in range(3)]
    assert statuses == [200, 200, 401]


async def test_an_answer_waits_for_the_payer(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    await desk.dial(latency_ms=[60_000, 60_000])
    headers = {"x-xsrf-token": desk.portal.cookies["XSRF-TOKEN"]}
    accepted = await desk.portal.post(COVERAGES, json=question(desk), headers=headers)
    assert accepted.status_code == 202
    assert (await desk.portal.get(accepted.headers["location"])).json() == {"status": "IN_PROGRESS"}


async def test_an_inquiry_without_the_echoed_cookie_is_refused(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    assert (await desk.portal.post(COVERAGES, json=question(desk))).status_code == 403
    asked: object = (await desk.tally())["questions"]
    assert asked == dict.fromkeys(QUESTIONS, 0)


async def test_payer_trouble_is_an_alert_not_an_error(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    await desk.dial(payer_down=["BHIL"], provider_not_on_file=["CASC"])
    assert (await desk.ask(COVERAGES, question(desk))).json()["outcome"] == "unavailable"
    assert (await desk.ask(COVERAGES, question(desk, "CASC"))).json()["outcome"] == "provider"


async def test_layout_variants_rename_hooks_and_then_words(desk: Desk) -> None:
    page = (await desk.portal.get("/login")).text
    assert 'id="userId"' in page
    await desk.dial(layout_variant=1)
    page = (await desk.portal.get("/login")).text
    assert 'id="userId"' not in page
    assert ">User ID<" in page
    await desk.dial(layout_variant=2)
    page = (await desk.portal.get("/login")).text
    assert ">User ID<" not in page
    assert 'role="tab"' not in (await desk.portal.get("/static/v2/eligibility.js")).text
