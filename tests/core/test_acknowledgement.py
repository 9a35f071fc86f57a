from __future__ import annotations

from datetime import date

import pytest
from claims_text import CLAIM, claims_file

from core.capabilities.claim_files import ClaimFate
from core.errors import RequestInvalid
from core.x12.acknowledgement import Acknowledgement, read_acknowledgement
from core.x12.envelope import Unreadable
from core.x12.scrub import told_by_claims

TODAY = date(2026, 11, 22)


def answer(kind: str, *body: str) -> bytes:
    group, guide = {"999": ("FA", "005010X231A1"), "277": ("HN", "005010X214")}.get(kind, ("HP", "005010X221A1"))
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'PAYER':15}*ZZ*{'NORTHGATE':15}*261122*0930*^*00501*000000001*0*P*:",
        f"GS*{group}*PAYER*NORTHGATE*20261122*0930*1*X*{guide}",
        f"ST*{kind}*0001*{guide}",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    return ("~\n".join(segments) + "~\n").encode()


def told(data: bytes) -> Acknowledgement:
    found = read_acknowledgement(data)
    assert isinstance(found, Acknowledgement)
    return found


def test_each_claim_of_a_277_is_told_with_its_reasons() -> None:
    data = answer(
        "277",
        *("HL*1**20*1", "HL*2*1*21*1", "TRN*2*B1", "STC*A1:19*20261122*WQ*100", "HL*3*2*19*1"),
        *("HL*4*3*PT", "NM1*QC*1*DOE*JANE****MI*W1", "TRN*2*ACC-1", "STC*A2:20*20261122*WQ*100", "REF*1K*E77"),
        *("HL*5*3*PT", "TRN*2*ACC-2", "STC*A7:562:85*20261122*U*50******A8:187", "HL*6*3*PT", "TRN*2*ACC-3"),
        *("STC*A2:122*20261122*WQ*9", "TRN*2*ACC-4", "STC*A9:777*20261122*U*9"),
    )
    claims = {each.account: each for each in told(data).claims}
    assert [claims[f"ACC-{n}"].fate for n in (1, 2, 3, 4)] == [
        ClaimFate.ACCEPTED,
        ClaimFate.REJECTED,
        ClaimFate.ACCEPTED_WITH_ERRORS,
        ClaimFate.REJECTED,
    ]
    assert (claims["ACC-1"].payer_claim_number, claims["ACC-1"].reasons) == ("E77", ())
    assert claims["ACC-2"].reasons == (
        "Rejected, information is invalid: the NPI.",
        "Rejected, information contradicts other information: the dates of service.",
    )
    assert claims["ACC-4"].reasons == ("Category (A9): status (777).",)


def test_a_whole_file_that_is_sent_back_is_told_without_a_claim() -> None:
    data = answer("277", "HL*1**20*1", "HL*2*1*21*1", "STC*A3:24*20261122*U*100")
    found = told(data)
    assert found.claims == []
    assert found.faults == [
        "The submitter's part: returned as unprocessable: the provider is not enrolled for electronic claims."
    ]


def test_a_999_names_the_segment_and_what_is_wrong_and_never_what_it_held() -> None:
    data = answer(
        "999",
        *("AK1*HC*1*005010X222A1", "AK2*837*0001", "IK3*NM1*14*2010*8", "IK4*9*67*7*SECRET", "IK3*HI*22**3"),
        *("IK5*R*5", "AK9*R*1*1*0"),
    )
    assert told(data).faults == [
        "Segment NM1, number 14 of its transaction: element 9 has a code that is not in its list.",
        "Segment HI, number 22 of its transaction, is required and missing.",
        "A transaction of it was rejected.",
        "The whole group was rejected.",
    ]
    assert told(answer("999", "AK1*HC*1", "AK2*837*0001", "IK5*A", "AK9*A*1*1*1")).faults == []


@pytest.mark.parametrize("data", [b"", b"<html>", answer("835", "BPR*I*0*C"), answer("277")[:-30]])
def test_what_is_no_acknowledgement_is_refused(data: bytes) -> None:
    assert isinstance(read_acknowledgement(data), Unreadable)


def test_a_file_tells_its_own_keys_and_one_that_does_not_pass_is_not_sent() -> None:
    keys = told_by_claims([claims_file(CLAIM)], TODAY)
    assert keys == {"control_number": "000000101", "sender": "NORTHGATE", "claims": "1", "charges": "150"}
    bad = claims_file(CLAIM).replace(b"ACC-1*150*", b"ACC-1*151*")
    with pytest.raises(RequestInvalid, match=r"1 thing to mend .* claim 1: Its total charge is 151\.00"):
        told_by_claims([bad], TODAY)
    with pytest.raises(RequestInvalid, match="one at a time"):
        told_by_claims([bad, bad], TODAY)
