"""The 999 and the 277CA with which a payer answers a file of claims."""

from datetime import datetime

from simulator.claim_files import ClaimFile


def syntax(file: ClaimFile, now: datetime) -> bytes:
    """005010X231A1: every file that was taken in at all is in order."""
    body = ["AK1*HC*1*005010X222A1", "AK2*837*0001*005010X222A1", "IK5*A", "AK9*A*1*1*1"]
    return _file(file, now, ("FA", "999", "005010X231A1"), body)


def claims(file: ClaimFile, now: datetime) -> bytes:
    """005010X214, claim by claim."""
    day = f"{now:%Y%m%d}"
    body = [
        f"BHT*0085*08*{file.number}*{day}*0930*TH",
        "HL*1**20*1",
        "NM1*PR*2*MARQUETTE MEDICAL ASSISTANCE*****PI*MMAP",
        f"TRN*1*{file.number}",
        f"DTP*050*D8*{file.at:%Y%m%d}",
        "HL*2*1*21*1",
        "NM1*41*2*NORTHGATE*****46*411234567",
        f"TRN*2*{file.batch.control_number}",
        f"STC*A1:19*{day}*WQ*0",
        "HL*3*2*19*1",
        "NM1*85*2*NORTHGATE FAMILY PRACTICE*****XX*1457398216",
    ]
    for place, entry in enumerate(file.batch.entries, start=4):
        category, status = entry.status
        action = "U" if entry.fate == "rejected" else "WQ"
        body += [
            f"HL*{place}*3*PT",
            f"NM1*QC*1*PATIENT*A****MI*{entry.member_id}",
            f"TRN*2*{entry.account}",
            f"STC*{category}:{status}*{day}*{action}*100",
        ]
        if entry.fate != "rejected":
            body.append(f"REF*1K*{file.number}{place:03d}")
    return _file(file, now, ("HN", "277", "005010X214"), body)


def _file(file: ClaimFile, now: datetime, of: tuple[str, str, str], body: list[str]) -> bytes:
    (kind, code, guide), to = of, file.batch.sender
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'MMAP':15}*ZZ*{to:15}*{now:%y%m%d}*0930*^*00501*000000311*0*P*:",
        f"GS*{kind}*MMAP*{to}*{now:%Y%m%d}*0930*1*X*{guide}",
        f"ST*{code}*0001*{guide}",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000311",
    ]
    return ("~\n".join(segments) + "~\n").encode()
