"""What its one and only re-skin would have named anew."""

from simulator.skins import Skins

SKINS = Skins(
    renamed={
        "box": "ctl00_box",
        "btn": "ctl00_btn",
        "tblResult": "gridResult",
        "tblClaim": "gridClaim",
        "tblList": "gridList",
        "tblAsked": "gridAsked",
        '"err"': '"msg"',
        ".err": ".msg",
        "lastInquiry": "prevInquiry",
    },
    reworded={
        "Member ID": "Recipient No",
        "Birth Date": "DOB",
        "Claim No": "ICN",
        "Submit": "Send",
    },
)
