"""837 files for tests, written segment by segment."""

from __future__ import annotations

from collections.abc import Sequence

PROFESSIONAL, INSTITUTIONAL = "005010X222A1", "005010X223A2"
BILLING = (
    "HL*1**20*1",
    "NM1*85*2*NORTHGATE FAMILY PRACTICE*****XX*1457398216",
    "N3*100 MAIN ST",
    "N4*ST PAUL*MN*551010000",
    "REF*EI*411234567",
)
SUBSCRIBER = (
    "HL*2*1*22*0",
    "SBR*P*18*******CI",
    "NM1*IL*1*DOE*JANE****MI*W123456789",
    "N3*1 ELM ST",
    "N4*ST PAUL*MN*55101",
    "DMG*D8*19800203*F",
    "NM1*PR*2*AETNA*****PI*60054",
)
CLAIM = (
    "CLM*ACC-1*150***11:B:1*Y*A*Y*Y",
    "HI*ABK:J069*ABF:R05",
    "NM1*82*1*LEE*ANN****XX*1457398216",
    "LX*1",
    "SV1*HC:99213:25*100*UN*1***1",
    "DTP*472*D8*20261102",
    "LX*2",
    "SV1*HC:J3301*50*UN*2***1:2",
    "DTP*472*RD8*20261102-20261103",
)
STAY = (
    "CLM*STAY-1*1200***11:A:1**A*Y*Y",
    "DTP*434*RD8*20261101-20261104",
    "CL1*1*7*01",
    "HI*ABK:J189",
    "NM1*71*1*LEE*ANN****XX*1457398216",
    "LX*1",
    "SV2*0120**900*DA*3",
    "LX*2",
    "SV2*0636*HC:J1885*300*UN*2",
    "DTP*472*D8*20261102",
)


def claims_file(
    *claims: Sequence[str], guide: str = PROFESSIONAL, control: str = "000000101", usage: str = "P", end: str = "~\n"
) -> bytes:
    """Of one transaction and one subscriber."""
    head = ("BHT*0019*00*0001*20261110*0930*CH", "NM1*41*2*NORTHGATE*****46*411234567", "PER*IC*DANA*TE*6125550142")
    body = [*head, "NM1*40*2*AETNA*****46*60054", *BILLING, *SUBSCRIBER, *(each for claim in claims for each in claim)]
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'NORTHGATE':15}*ZZ*{'AETNA':15}*261110*0930*^*00501*{control}*0*{usage}*:",
        f"GS*HC*NORTHGATE*AETNA*20261110*0930*1*X*{guide}",
        f"ST*837*0001*{guide}",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*1",
        f"IEA*1*{control}",
    ]
    return (end.join(segments) + end).encode()
