"""What each release of the portal names anew."""

from simulator.skins import Skins

SKINS = Skins(
    renamed={
        "eps": "pay",
        '"tblRemits"': '"gridRemits"',
        "#tblRemits": "#gridRemits",
        "pnlPayment": "boxPayment",
        "tblDocuments": "gridFiles",
        "pnlSummary": "boxSummary",
        "txtPaymentNumber": "paymentNo",
        "txtClaimNumber": "claimNo",
        "txtFromDate": "fromDt",
        "txtToDate": "toDt",
        "selTin": "tinList",
        "selPayer": "payerList",
        "btnSearch": "searchButton",
        "lblKeptSince": "historyStart",
        "lblBundle": "bundleId",
        "txtUserId": "userIdBox",
        "selStatus": "statusList",
        "btnUsers": "usersButton",
        "pnlUsers": "boxUsers",
        "tblUsers": "gridUsers",
        "errorBox": "msgBox",
    },
    reworded={
        "Payment Number": "Trace No.",
        "Payment Date": "Issue Date",
        "Payments available since": "History from",
        "Search by": "Find by",
        "Document": "File",
        "User ID": "Sign-In Name",
    },
)
