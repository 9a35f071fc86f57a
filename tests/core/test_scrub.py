from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import typer
from claims_text import CLAIM, INSTITUTIONAL, STAY, claims_file

from cli import scrub as command
from core.errors import RequestInvalid
from core.x12.scrub import Weight, scrub, told_by_claims

TODAY = date(2026, 11, 22)


def said(data: bytes) -> list[str]:
    return [each.sentence for each in scrub(data, today=TODAY).findings]


@pytest.mark.parametrize("end", ["~", "~\n", "~\r\n"])
def test_a_sound_file_passes_without_a_word(end: str) -> None:
    for data in (claims_file(CLAIM, end=end), claims_file(STAY, guide=INSTITUTIONAL, end=end)):
        report = scrub(data, today=TODAY)
        assert report.findings == ()
        assert report.passed
        assert (report.claims, report.control_number, report.sender) == (1, "000000101", "NORTHGATE")
    assert scrub(claims_file(CLAIM), today=TODAY).charges == Decimal(150)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("XX*1457398216~\nN3", "XX*1457398217~\nN3", "The NPI of the billing provider is wrong"),
        ("ANN****XX*1457398216", "ANN****XX*1457398206", "The NPI of the rendering provider is wrong"),
        ("REF*EI*411234567", "REF*G2*411234567", "no tax ID"),
        ("N3*100 MAIN ST", "PER*IC*DANA", "no street address"),
        ("****MI*W123456789", "", "member ID"),
        ("NM1*PR*2*AETNA", "NM1*PE*2*AETNA", "no payer"),
        ("HI*ABK:J069*ABF:R05", "K3*NOTE", "no diagnosis"),
        ("ABF:R05", "ABF:5R0", "no ICD-10 code"),
        ("ACC-1*150*", "ACC-1*151*", "Its total charge is 151.00, and its lines come to 150.00."),
        ("11:B:1", "11:B:7", "REF*F8"),
        ("11:B:1", "11:B:5", "frequency"),
        ("HC:99213:25", "HC:99213:25:25", "twice"),
        ("HC:99213:25", "HC:99213:26:TC", "26 and TC do not go together"),
        ("HC:99213:25", "HC:99213:2X5", "two letters or digits"),
        ("HC:99213:25", "HC:9921", "no CPT or HCPCS code"),
        ("UN*2***1:2", "UN*2***1:3", "diagnosis that the claim does not have"),
        ("UN*2***1:2", "UN*0***1:2", "units"),
        ("D8*20261102", "D8*20261123", "future"),
        ("D8*20261102", "D8*20261132", "cannot be read"),
        ("20261102-20261103", "20261102-20261101", "before its first"),
        ("D8*19800203", "D8*20261110", "before the patient's birth"),
        ("X222A1~\nBHT", "X223A2~\nBHT", "not of a kind"),
        ("BHT*0019", "K3*0019", "no beginning (BHT)"),
        ("GE*1*1", "GE*2*1", "count other segments or transactions"),
        ("IEA*1*000000101", "IEA*1*000000102", "control numbers of its headers and trailers differ"),
        ("SE*", "SV5*", "cut short"),
    ],
)
def test_what_a_payer_would_send_back_is_found_and_told_for_a_biller(before: str, after: str, told: str) -> None:
    text = claims_file(CLAIM).decode()
    assert before in text
    report = scrub(text.replace(before, after, 1).encode(), today=TODAY)
    assert not report.passed
    assert told in " ".join(each.sentence for each in report.findings)
    assert not any(secret in each.sentence for each in report.findings for secret in ("DOE", "W123456789", "ACC-1"))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("SV2*0120", "SV2*120", "four digits"),
        ("SV2*0120", "SV2*0001", "total"),
        ("SV2*0636*HC:J1885*", "SV2*0636**", "needs an HCPCS code"),
        ("DTP*434", "DTP*435", "statement dates"),
        ("CL1*1*7*01", "K3*NOTE", "admission type"),
        ("NM1*71", "NM1*72", "no attending provider"),
    ],
)
def test_a_hospitals_file_has_findings_of_its_own(before: str, after: str, told: str) -> None:
    text = claims_file(STAY, guide=INSTITUTIONAL).decode()
    assert any(told in each for each in said(text.replace(before, after, 1).encode()))


def test_a_day_of_service_is_in_the_future_by_the_day_that_is_told() -> None:
    service = date(2026, 11, 3)
    assert told_by_claims([claims_file(CLAIM)], service)["claims"] == "1"
    with pytest.raises(RequestInvalid, match="lies in the future"):
        told_by_claims([claims_file(CLAIM)], service - timedelta(days=1))


def test_the_same_claim_twice_is_found_and_its_replacement_is_none() -> None:
    again = ("CLM*ACC-2" + CLAIM[0].removeprefix("CLM*ACC-1"), *CLAIM[1:])
    replaced = (again[0].replace("11:B:1", "11:B:7"), "REF*F8*E1234", *again[1:])
    other = tuple(each.replace("20261102", "20261101") for each in again)
    assert said(claims_file(CLAIM, again)) == ["It is the same as claim 1."]
    assert said(claims_file(CLAIM, replaced)) == []
    assert said(claims_file(replaced, replaced)) == ["It is the same as claim 1."]
    elsewhere = tuple(each.replace("E1234", "E1235") for each in replaced)
    assert said(claims_file(CLAIM, replaced, elsewhere)) == []
    unsaid = tuple(each.replace("11:B:7", "11:B:1").replace("20261102", "20261101") for each in replaced)
    assert said(claims_file(CLAIM, unsaid)) == [
        "It names an original claim (REF*F8), but its frequency (CLM05-3) is not 7 or 8."
    ]
    own = tuple(each.replace("E1234", "ACC-2") for each in replaced)
    assert said(claims_file(CLAIM, own)) == [
        "It names what it corrects by the practice's own number; REF*F8 takes the payer's claim number."
    ]
    assert said(claims_file(CLAIM, other)) == []


def test_what_only_looks_odd_is_a_warning_and_passes() -> None:
    report = scrub(claims_file(CLAIM, usage="T"), today=date(2027, 11, 22))
    assert {each.weight for each in report.findings} == {Weight.WARNING}
    assert report.passed


@pytest.mark.parametrize("data", [b"", b"<html>", b"%PDF-1.7", b"ISA*00*", claims_file(CLAIM)[:-40], bytes(300)])
def test_what_is_no_837_is_told_in_one_sentence(data: bytes) -> None:
    assert len(said(data)) == 1


def test_the_command_prints_the_report_and_ends_with_status_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLEET_HOME", str(tmp_path / "none"))
    good, bad = tmp_path / "good.837", tmp_path / "bad.837"
    good.write_bytes(claims_file(CLAIM))
    bad.write_bytes(claims_file(CLAIM).replace(b"ACC-1*150*", b"ACC-1*151*"))
    command.check(good, as_json=False)
    assert "1 claim, 150.00 dollars: nothing in the way" in capsys.readouterr().out
    with pytest.raises(typer.Exit) as ended:
        command.check(bad, as_json=True)
    assert ended.value.exit_code == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["passed"], told["findings"][0]["claim"], told["findings"][0]["account"]) == (False, 1, "ACC-1")
